"""No personal address is registered as a Gmail forwarding target.

Why it matters
    An address that is registered and confirmed needs one click to receive every message. It is a loaded forward.

How to fix it
    Google Workspace: In the mailbox, Settings, Forwarding and POP/IMAP: remove the address.

Does not cover
    Forwards that are switched on (FWD-3) and filters (FWD-4).
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.mailboxes import ForwardingAddress
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, Verdict, failed, not_applicable, not_assessed, passed, review
from rules.tables import Grouped
from rules.views.addressing import Addressing, names_of
from rules.views.forwards import shown, worst_first
from rules.views.people import Person

CONTROL = Control(
    "FWD-5", Severity.HIGH, level=Level.SHOULD, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"]
)


@CONTROL.check(GOOGLE_WORKSPACE)
def no_outside_target(person: Person, targets: Grouped[ForwardingAddress], addressing: Addressing) -> list[Result]:
    """No mailbox has an outside address registered to forward to."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    results = []
    for target in targets.of(person.id):
        try:
            led = addressing.lead(target.forwarding_email, person=names_of(person))
            state = {"accepted": "confirmed", "pending": "waiting to be confirmed"}.get(target.verification_status)
            if state is None:
                results.append(
                    not_assessed(f"the state of {shown(led)} is not told", source="gmail.forwarding_addresses")
                )
                continue
            about = {"channel": "registered forwarding address", "destination": shown(led)}
            facts: dict[str, Any] = {"destination_class": led.cls.value, "kind_of_address": led.reason, "state": state}
            if led.is_consumer:
                results.append(
                    failed(f"has {shown(led)} registered to forward to ({led.reason}, {state})", about=about, **facts)
                )
            elif not led.is_internal:
                results.append(
                    review(f"has {shown(led)} registered to forward to ({led.reason}, {state})", about=about, **facts)
                )
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("has no outside address registered")]
