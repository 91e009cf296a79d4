"""Outsiders and guests cannot browse the staff directory.

Why it matters
    A list of who works here, with titles and addresses, is the first thing an attacker wants for a convincing letter.

How to fix it
    Microsoft 365: Entra admin center, External Identities, External collaboration settings: guest user access "is restricted to
    properties and memberships of their own directory objects".
    Google Workspace: Admin console, Directory, Directory settings, Sharing settings, External directory sharing: off.
    Evidence folder, for Google: a statement of the kind directory_sharing.

Does not cover
    Staff who are named on the website.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_assessed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control(
    "SHARE-35", Severity.MEDIUM, cites=["164.502(b)", "164.514(d)(2)", "164.312(a)(1)"], level=Level.SHOULD
)
RESTRICTED, LIMITED, MEMBER = (
    "2af84b1e-32c8-42b7-82bc-daa82404023b",
    "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "a0b1b346-4d3e-4e8b-98f8-753987be4970",
)
"""The roles that guests may have (Graph, authorizationPolicy)."""


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.8.1v1"],
    cis=["CIS M365 v7.0.0 5.1.6.2", "CIS M365 v6.0.0 5.1.6.2"],
    prowler=["entra_policy_guest_users_access_restrictions"],
)
def guests_see_themselves(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Guests see their own entry of the directory and nothing else."""
    match policy.value.guest_user_role_id.casefold():
        case role if role == RESTRICTED:
            return passed("guests see nothing but their own entry")
        case role if role == LIMITED:
            return review("guests see some of the directory; CISA's baseline accepts this, CIS does not")
        case role if role == MEMBER:
            return failed("guests see the directory as staff does")
        case _:
            return not_assessed(
                "guests have a role that Microsoft does not document", source="graph.authorization_policy"
            )


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 1.2.1.1"])
def outsiders_see_no_directory(tenant: Tenant, attestations: Attestations) -> Result:
    """The directory is not shared outside."""
    # The Policy API shows no setting for it.
    statement = attestations.newest("directory_sharing")
    return attestations.fault(statement) or passed("the directory is stated not to be shared outside")
