"""The clinic can work when mail is down.

Why it matters
    Providers fail, accounts are locked, lines are cut. Patients come all the same.

How to fix it
    Evidence folder: Write one page, and put a statement of the kind contingency there every year, with covers = ["contingency plan",
    "emergency contact", "restore order"], and one of the kind backup (DATA-8) with the day of the last test.

Does not cover
    Whether people find the page when the network is down.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper, done
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Now, Tenant
from rules.views.attestations import YEAR, Attestations

CONTROL = Control("POL-16", Severity.LOW, cites=["164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)", "164.308(a)(7)(ii)(D)"])
PAPER = Paper("contingency", "the plan", ("contingency plan", "emergency contact", "restore order"), within=YEAR)
RESTORE = "restore test"


@CONTROL.check(EVIDENCE)
def plan_for_outages(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """A plan of this year says how the clinic works without mail, and restoring was tried in the last year."""

    def tried(statement: Statement) -> str | None:
        tests = any(done(backup, now, what=RESTORE) for backup in attestations.of("backup"))
        return None if tests else "nobody tried to restore anything in the last year"

    return PAPER.judge(attestations, "there is a plan of this year for outages", tried)
