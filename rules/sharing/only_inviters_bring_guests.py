"""Only admins and inviters bring in guests.

Why it matters
    A guest is a stranger with an account. Somebody who answers for that should be the one who invites.

How to fix it
    Microsoft 365: Entra admin center, External Identities, External collaboration settings: "Only users assigned to specific admin
    roles can invite guest users", or nobody.

Does not cover
    Guests who are here already (SHARE-38).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("SHARE-36", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)"], level=Level.SHOULD)
INVITERS = {
    "none": "nobody invites guests",
    "adminsAndGuestInviters": "only administrators and chosen inviters invite guests",
    "adminsGuestInvitersAndAllMembers": "everybody at the clinic may invite guests",
    "everyone": "everybody may invite guests, even guests themselves",
}


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.8.2v1"],
    cis=["CIS M365 v7.0.0 5.1.6.3", "CIS M365 v6.0.0 5.1.6.3"],
    prowler=["entra_policy_guest_invite_only_for_admin_roles"],
)
def inviting_is_an_office(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Nobody but administrators and chosen inviters brings in guests."""
    who = policy.value.allow_invites_from
    return (passed if who in {"none", "adminsAndGuestInviters"} else failed)(INVITERS[who])
