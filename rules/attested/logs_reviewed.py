"""Someone looks at the logs and reports every month.

Why it matters
    A log that nobody reads finds nothing. Break-ins run for months in mailboxes whose log showed them on the first day.

How to fix it
    Evidence folder: Sign this report's summary every month, and put a statement of the kind log_review there: one a month, or one
    with an [[event]] with on = the day for each month.

Does not cover
    What was found.
"""

from __future__ import annotations

from datetime import datetime

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Now, Tenant
from rules.views.attestations import FILES, Attestations

CONTROL = Control("POL-11", Severity.MEDIUM, cites=["164.308(a)(1)(ii)(D)", "164.308(a)(5)(ii)(C)"])
MONTHS = 12


@CONTROL.check(
    EVIDENCE,
    cis=["CIS GWS v1.3 4.3.1", "CIS GWS v1.3 4.3.2", "CIS GWS v1.3 5.1.1.1", "CIS GWS v1.3 5.1.1.2"],
)
def logs_were_reviewed(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """Somebody looked at the logs in each of the last twelve months."""
    looked: set[tuple[int, int]] = set()
    statements = attestations.of("log_review")
    for statement in statements:
        if statement.file_state in FILES:
            return failed(
                f"a note on the logs does not hold: {FILES[statement.file_state]}", about={"statement": statement.id}
            )
        days = [event.on for event in statement.event] or [statement.signed_on]
        looked |= {(day.year, day.month) for day in days if day <= now}
    missing = [f"{year}-{month:02d}" for year, month in past_months(now, MONTHS) if (year, month) not in looked]
    if missing:
        return failed(f"nobody looked at the logs in {', '.join(missing)}", about={"statement": statements[0].id})
    return passed("somebody looked at the logs in each of the last twelve months")


def past_months(now: datetime, count: int) -> list[tuple[int, int]]:
    """The last whole months before this one as (year, month), the oldest first."""
    this = now.year * 12 + now.month - 1
    return [(index // 12, index % 12 + 1) for index in range(this - count, this)]
