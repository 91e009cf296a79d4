"""Distribution lists and groups hold no personal addresses.

Why it matters
    A private address in a clinic list gets every message that is sent to it. Nobody thinks of it as a forward, and it outlives
    the job.

How to fix it
    Microsoft 365: Exchange admin center or Teams: open the group, Members, remove the address.
    Google Workspace: Admin console, Directory, Groups, the group, Members: remove the address.

Does not cover
    Who may read a group's archive (SHARE-33) and guests in general (SHARE-38).
"""

from __future__ import annotations

from typing import Any

from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, failed, passed, review
from rules.views.addressing import Addressing, MailGroup
from rules.views.forwards import shown, worst_first

CONTROL = Control("FWD-9", Severity.HIGH, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.514(d)(2)"])


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=passed("there are no groups that mail can go to"))
def members_are_inside(group: MailGroup, addressing: Addressing) -> list[Result]:
    """No group or list that mail goes to has a member with a personal or unknown outside address."""
    results: list[Result] = []
    members = group.members()
    count = 0
    while True:
        try:
            member = next(members)
        except StopIteration:
            break
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
            break
        count += 1
        try:
            led = addressing.lead(member.address)
        except Unreadable as err:
            results.append(
                Result(Verdict.NOT_ASSESSED, f"a member's address cannot be told: {err.gap.detail}", gap=err.gap)
            )
            continue
        about = {"channel": "group member", "destination": shown(led)}
        facts: dict[str, Any] = {"destination_class": led.cls.value, "kind_of_address": led.reason}
        if led.is_consumer:
            results.append(
                failed(f"sends its mail to {shown(led)} ({led.reason}), who is a member", about=about, **facts)
            )
        elif not led.is_internal and not led.is_approved:
            results.append(
                review(f"sends its mail to {shown(led)} ({led.reason}), who is a member", about=about, **facts)
            )
    return worst_first(results) or [passed("has no personal addresses among its members", members=count)]
