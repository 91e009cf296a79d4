"""No pattern of staff mailing documents to their own personal address.

Why it matters
    Whoever has no printer, no scanner or no way in from home mails the chart to themselves. It stays in that private account for
    good.

How to fix it
    Microsoft 365: Talk to the person, give them remote printing or a managed device, and add a data loss prevention rule. The scan
    looks at mail of the last ten days only with the profile full and the permission ExchangeMessageTrace.Read.All.
    Google Workspace: Talk to the person, give them remote printing or a managed device, and add a data protection rule.

Does not cover
    Private addresses that are not named after the person. Whether there was an attachment, which the trace does not tell. Only the
    recipient's mail domain is kept, never the address.
"""

from __future__ import annotations

from collections import Counter

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.traces import OWN, MessageTrace
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant, View
from rules.views.addressing import Addressing
from rules.views.destinations import classify
from rules.views.people import Person

CONTROL = Control(
    "FWD-17",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.308(a)(1)(ii)(D)", "164.502(a)", "164.312(b)"],
)
PATTERN = 3  # messages


class SentHome(View[None]):
    """How often people wrote to addresses named after themselves, by the service that holds the address."""

    def __init__(self, traces: Table[MessageTrace], addressing: Addressing) -> None:
        self._traces, self._addressing = traces, addressing

    @derived
    def _read(self) -> tuple[dict[str, Counter[str]], Gap | None]:
        """(domains of such addresses by sender in lower case, why there may be more)."""
        found: dict[str, Counter[str]] = {}
        gap: Gap | None = None
        traces = iter(self._traces)
        while True:
            try:
                trace = next(traces)
                if trace.recipient_address.startswith(OWN):
                    found.setdefault(trace.sender_address.casefold(), Counter())[trace.recipient_address[2:]] += 1
            except StopIteration:
                break
            except Unreadable as err:
                gap = gap or err.gap
        return found, gap

    def of(self, addresses: frozenset[str]) -> tuple[dict[str, int], Gap | None]:
        """(messages to services that anybody can use, by domain; why there may be more)."""
        found, gap = self._read
        total: Counter[str] = Counter()
        for address in addresses:
            total.update(found.get(address, Counter()))
        directory = self._addressing.directory
        return {d: n for d, n in sorted(total.items()) if classify(f"x@{d}", directory).is_consumer}, gap


@CONTROL.check(MICROSOFT_365)
def nobody_mails_themselves(person: Person, sent: SentHome) -> Result:
    """Nobody mailed a private address of their own again and again in the last ten days."""
    if person.is_guest:
        return not_applicable("is a guest")
    if not person.has_mailbox:
        return not_applicable("has no mailbox")
    services, gap = sent.of(person.addresses)
    count = sum(services.values())
    if count >= PATTERN:
        return failed(
            f"mailed an address of their own at {', '.join(services)} {count} times in ten days", messages=services
        )
    if gap is not None:
        raise Unreadable(gap)
    if count:
        return review(
            f"mailed an address of their own at {', '.join(services)} in the last ten days", messages=services
        )
    return passed("mailed no private address of their own in the last ten days")


@CONTROL.check(GOOGLE_WORKSPACE)
def nobody_mails_themselves_from_gmail(tenant: Tenant) -> Result:
    """Nobody mailed a private address of their own again and again."""
    return not_assessed(
        "Google shows single messages only in the log export of some editions, which is not read",
        reason=Reason.NOT_COLLECTED,
        source="reports.activity.gmail",
        remedy="look at Reporting, Email log search in the Admin console",
    )
