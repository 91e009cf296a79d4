"""Admin roles are reviewed on a schedule.

Why it matters
    Roles pile up. Whoever confirms them every quarter finds the one that was given for a week two years ago.

How to fix it
    Microsoft 365: Entra admin center, Identity Governance, Access reviews (or Privileged Identity Management): a review of the
    privileged roles, monthly or quarterly. Without Entra ID P2: go through this report's list of administrators every quarter and put a
    statement of the kind access_review into the evidence folder, with covers = ["administrators"].

Does not cover
    What the reviewers decide.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.attested.access_reviewed import QUARTER
from rules.attested.paper import Paper
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, passed
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.licences import Licences
from rules.views.reviews import ALL_ROLES, Reviews
from rules.views.roles import GLOBAL_ADMINISTRATOR, PRIVILEGED

CONTROL = Control("ADMIN-20", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(C)", "164.308(a)(8)"])
PAPER = Paper("access_review", "the review", ("administrators",), within=QUARTER)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.3.3", "CIS M365 v6.0.0 5.3.3"],
    prowler=["entra_access_review_privileged_roles_configured"],
)
def roles_are_reviewed(tenant: Tenant, licences: Licences, reviews: Reviews, attestations: Attestations) -> Result:
    """The privileged roles are reviewed at least every quarter."""
    if not licences.has(Capability.ENTRA_P2):
        return PAPER.judge(attestations, "the administrators were reviewed in the last quarter")
    reviewed = reviews.roles
    if reviewed & {ALL_ROLES, GLOBAL_ADMINISTRATOR}:
        left = [] if ALL_ROLES in reviewed else sorted(PRIVILEGED[role] for role in PRIVILEGED if role not in reviewed)
        return passed("privileged roles are reviewed at least every quarter", not_reviewed=left)
    if reviewed:
        return failed("some roles are reviewed, but not Global Administrator")
    return failed("no running review speaks of privileged roles")
