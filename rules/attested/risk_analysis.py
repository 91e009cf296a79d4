"""A risk analysis was done and is current.

Why it matters
    It is the first thing the regulator asks for, and its absence is named in most settlements.

How to fix it
    Evidence folder: Use the free Security Risk Assessment tool or an adviser; put a statement of the kind risk_analysis there, with
    covers = ["email", "file sharing"] and an [[open_item]] with owner and due date for each open point.

Does not cover
    Whether the analysis is good.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-4", Severity.CRITICAL, cites=["164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(B)", "164.308(a)(8)"])
COVERS = ("email", "file sharing")


@CONTROL.check(EVIDENCE)
def analysis_is_current(tenant: Tenant, attestations: Attestations) -> Result:
    """A risk analysis that covers mail and files was done in the last year, and its open items have owners and dates."""
    statement = attestations.newest("risk_analysis")
    if fault := attestations.fault(statement):
        return fault
    about = {"statement": statement.id}
    if statement.file_state == "none":
        return failed("the statement names no document", about=about)
    missing = attestations.missing(statement, COVERS)
    if missing:
        return failed(f"the analysis is not stated to cover {' and '.join(missing)}", about=about)
    loose = [item.id for item in statement.open_item if not item.owner or item.due is None]
    if loose:
        return failed(f"open items have no owner or date: {', '.join(loose[:5])}", about=about)
    return passed("a risk analysis was done this year", open_items=len(statement.open_item))
