"""There is a current list of every account and device that touches patient data.

Why it matters
    What is not on a list is not locked, not updated and not taken back when somebody leaves.

How to fix it
    Evidence folder: Export the accounts and devices from this report, confirm them, and put a statement of the kind inventory there,
    with account = [...] and device = [...].

Does not cover
    Whether each device is safe.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Across, Tenant
from rules.views.attestations import Attestations
from rules.views.people import People

CONTROL = Control("POL-1", Severity.HIGH, cites=["164.308(a)(1)(ii)(A)", "164.310(d)(2)(iii)", "164.308(a)(7)(ii)(E)"])


@CONTROL.check(EVIDENCE)
def inventory_is_current(tenant: Tenant, attestations: Attestations, everybody: Across[People]) -> Result:
    """A list of accounts and devices was confirmed this year and names every working account."""
    statement = attestations.newest("inventory")
    if fault := attestations.fault(statement):
        return fault
    if not statement.device:
        return failed("the list names no device", about={"statement": statement.id})
    listed = {address.casefold() for address in statement.account}
    absent = []
    for people in everybody:
        for person in people:
            if person.can_sign_in and not person.is_guest and not listed & person.addresses:
                absent.append(person.address)
    if absent:
        return failed(
            f"working accounts are not on the list: {', '.join(sorted(absent)[:5])}",
            about={"statement": statement.id},
            accounts=sorted(absent),
        )
    return passed("the list names every working account", accounts=len(listed), devices=len(statement.device))
