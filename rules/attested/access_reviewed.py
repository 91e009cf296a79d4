"""Access is granted by role and reviewed.

Why it matters
    Rights are given when somebody asks and taken away by nobody. Only a list that is gone through finds those that are left over.

How to fix it
    Evidence folder: Go through administrators, members of shared inboxes, guests and apps in this report every month, sign it, and
    put a statement of the kind access_review there, with covers = ["role-to-access table", "administrators", "shared inboxes",
    "guests", "app access"].

Does not cover
    Whether the review was thorough.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.source import EVIDENCE
from rules.attested.paper import Paper
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-10", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.502(b)"])
QUARTER = timedelta(days=92)
PAPER = Paper(
    "access_review",
    "the review",
    ("role-to-access table", "administrators", "shared inboxes", "guests", "app access"),
    within=QUARTER,
)


@CONTROL.check(EVIDENCE)
def access_was_reviewed(tenant: Tenant, attestations: Attestations) -> Result:
    """Access follows a table of roles, and was reviewed in the last quarter."""
    return PAPER.judge(attestations, "access was reviewed in the last quarter")
