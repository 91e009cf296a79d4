"""Replies and sender identities do not point to personal addresses.

Why it matters
    A private reply-to address sends every patient's answer to a private mailbox; the sender never sees that it left the clinic.

How to fix it
    Google Workspace: In the mailbox, Settings, Accounts, Send mail as: edit the address, clear the reply-to, or remove it.

Does not cover
    Reply-to addresses that programs or web forms put into single messages.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.mailboxes import SendAs
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.tables import Grouped
from rules.views.addressing import Addressing, names_of
from rules.views.forwards import shown, worst_first
from rules.views.people import Person

CONTROL = Control(
    "FWD-13", Severity.HIGH, level=Level.SHOULD, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"]
)


@CONTROL.check(GOOGLE_WORKSPACE)
def identities_are_the_clinics(person: Person, senders: Grouped[SendAs], addressing: Addressing) -> list[Result]:
    """No mailbox sends as, or asks for replies to, a personal address."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    results: list[Result] = []
    for sender in senders.of(person.id):
        for channel, says in (("reply-to address", "asks for replies to"), ("sender address", "can send as")):
            try:
                target = sender.reply_to_address if channel == "reply-to address" else sender.send_as_email
                if not target:
                    continue
                led = addressing.lead(target, person=names_of(person))
                about = {"channel": channel, "destination": shown(led)}
                facts: dict[str, Any] = {
                    "destination_class": led.cls.value,
                    "kind_of_address": led.reason,
                    "treated_as_alias": sender.treat_as_alias,
                }
                if led.is_consumer and sender.verification_status == "pending":
                    results.append(
                        review(f"{says} {shown(led)} ({led.reason}), once that is confirmed", about=about, **facts)
                    )
                elif led.is_consumer:
                    results.append(failed(f"{says} {shown(led)} ({led.reason})", about=about, **facts))
            except Unreadable as err:
                results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("sends and gets replies as the clinic")]
