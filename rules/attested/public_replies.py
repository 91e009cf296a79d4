"""Nobody answers reviews or social posts with patient details.

Why it matters
    A clinic that answers a bad review tells the world that the writer is its patient. Regulators fine exactly this.

How to fix it
    Evidence folder: Add the rule to the policy and the training, look through public replies once a year, and put a statement of the
    kind social_media there, with covers = ["in the policy", "in the training"] and an [[event]] with what = "replies checked".

Does not cover
    What is on the internet now.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper, done
from rules.control import Control, Level
from rules.result import Result, Severity
from rules.view import Now, Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-17", Severity.MEDIUM, level=Level.SHOULD, cites=["164.502(a)", "164.530(c)(1)"])
PAPER = Paper("social_media", "the rule", ("in the policy", "in the training"))


@CONTROL.check(EVIDENCE)
def replies_hold_no_patients(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """Policy and training forbid it, and somebody looked through the public replies in the last year."""

    def looked(statement: Statement) -> str | None:
        found = done(statement, now, what="replies checked")
        return None if found else "nobody looked through the public replies in the last year"

    return PAPER.judge(attestations, "the rule is in policy and training, and public replies were checked", looked)
