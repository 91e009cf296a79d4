r"""Calendar details are not delegated to outside people.

Why it matters
    In a clinic's calendar the entries are patients. Shared with a private account, the whole schedule lies on a private phone, and
    stays there when its owner leaves.

How to fix it
    Microsoft 365: Outlook, Calendar, Sharing and permissions: remove the person; or Remove-MailboxFolderPermission <mailbox>:\Calendar
    -User <address>.
    Google Workspace: Calendar, the calendar, Settings and sharing, Shared with: remove the person.

Does not cover
    Calendars that anybody can see (SHARE-23), what colleagues see (SHARE-24), and calendars beside a mailbox's own in Microsoft 365.
"""

from __future__ import annotations

import re

from connectors.google_workspace.sources.calendars import CalendarRule, OwnedCalendar
from connectors.microsoft365.sources.calendars import CalendarPermission
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.sharing.calendar_rights import has_calendar
from rules.tables import Grouped
from rules.views.addressing import Addressing
from rules.views.destinations import Destination, classify
from rules.views.forwards import shown, worst_first

CONTROL = Control("FWD-18", Severity.MEDIUM, cites=["164.502(a)", "164.312(a)(1)", "164.514(d)(2)"], level=Level.SHOULD)
TIMES = {"None", "AvailabilityOnly"}
READING = {"reader", "writer", "writerWithoutPrivateAccess", "owner"}
GONE = re.compile(r"^(NT User:)?S-1-", re.IGNORECASE)
"""How Exchange shows somebody whose account was deleted."""


def _outside(address: str, addressing: Addressing) -> Destination | None:
    """Where an outside address leads; None for one of the clinic. `Unreadable` if that cannot be told."""
    return None if classify(address, addressing.directory).is_internal else addressing.lead(address)


def _judge(found: Destination, rights: list[str]) -> Result:
    about, kind = {"destination": shown(found)}, found.cls.value
    if found.is_consumer:
        return failed(
            f"shows its details to {shown(found)} ({found.reason})", about=about, rights=rights, destination_class=kind
        )
    return review(
        f"shows its details to {shown(found)} ({found.reason}): is that meant?",
        about=about,
        rights=rights,
        destination_class=kind,
    )


def _each(shares: list[tuple[str, list[str]]], addressing: Addressing) -> list[Result]:
    """The outsiders among those who see details, the worst first."""
    results: list[Result] = []
    for address, rights in shares:
        try:
            if (found := _outside(address, addressing)) is not None:
                results.append(_judge(found, rights))
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("shows its details to nobody outside")]


@CONTROL.check(MICROSOFT_365, none=not_applicable("there are no mailboxes"))
def mailbox_calendar_stays(
    mailbox: Mailbox, permissions: Grouped[CalendarPermission], addressing: Addressing
) -> list[Result]:
    """No outsider sees more of a mailbox's calendar than when somebody is busy."""
    if not has_calendar(mailbox):
        return [not_applicable("has no calendar of its own")]
    shares = [
        (one.single, sorted(one.access_rights))
        for one in permissions.of(mailbox.key)
        if one.single and set(one.access_rights) - TIMES and not GONE.match(one.single)
    ]
    return _each(shares, addressing)


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("nobody has a calendar"))
def calendar_stays(calendar: OwnedCalendar, rules: Grouped[CalendarRule], addressing: Addressing) -> list[Result]:
    """No outsider sees more of a calendar than when somebody is busy."""
    # A calendar beside somebody's own stands in its own list, by the address that is its id.
    shares = [
        (rule.scope.value or "", [str(rule.role)])
        for rule in rules.of(calendar.id)
        if rule.scope.type in {"user", "group"} and rule.role in READING and rule.scope.value != calendar.id
    ]
    return _each(shares, addressing)
