r"""No calendar is actually published on the internet.

Why it matters
    A published calendar shows who comes when to everybody who finds its address. Search engines find addresses.

How to fix it
    Microsoft 365: Set-MailboxCalendarFolder -Identity <mailbox>:\Calendar -PublishEnabled $false; Set-MailboxFolderPermission
    <mailbox>:\Calendar -User Anonymous -AccessRights None.
    Google Workspace: Calendar, the calendar, Settings and sharing: clear "Make available to public".

Does not cover
    Calendars of rooms in Google Workspace, calendars of suspended people, and in Microsoft 365 further calendars of a mailbox.
"""

from __future__ import annotations

from connectors.google_workspace.sources.calendars import CalendarRule, OwnedCalendar
from connectors.microsoft365.sources.calendars import CalendarFolder, CalendarPermission
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.sharing.calendar_rights import has_calendar
from rules.tables import Grouped

CONTROL = Control("SHARE-23", Severity.CRITICAL, cites=["164.502(a)", "164.312(a)(1)", "164.402", "164.530(c)(1)"])


@CONTROL.check(MICROSOFT_365, none=not_applicable("there are no mailboxes"))
def calendar_is_not_published(mailbox: Mailbox, folders: Grouped[CalendarFolder]) -> Result:
    """No mailbox publishes its calendar on the internet."""
    if not has_calendar(mailbox):
        return not_applicable("has no calendar of its own")
    found = folders.of(mailbox.key)
    if len(found) != 1:
        return not_assessed("Exchange does not answer with one calendar", source="exchange.mailbox_calendar_folder")
    calendar = found[0]
    if not calendar.publish_enabled:
        return passed("publishes no calendar")
    if calendar.searchable_url_enabled:
        return failed("publishes its calendar so that search engines find it", detail=calendar.detail_level)
    if calendar.detail_level == "AvailabilityOnly":
        return review("publishes the times when it is busy, and nothing more, on the internet")
    return failed("publishes its calendar with details on the internet", detail=calendar.detail_level)


@CONTROL.check(MICROSOFT_365, none=not_applicable("there are no mailboxes"))
def strangers_have_no_right(mailbox: Mailbox, permissions: Grouped[CalendarPermission]) -> Result:
    """Nobody without an account may see a mailbox's calendar."""
    if not has_calendar(mailbox):
        return not_applicable("has no calendar of its own")
    rights = next((p.access_rights for p in permissions.of(mailbox.key) if p.user == "Anonymous"), None)
    if rights is None:
        return not_assessed("Exchange does not say what strangers may do", source="exchange.mailbox_folder_permissions")
    if set(rights) <= {"None"}:
        return passed("shows strangers nothing")
    return failed("lets strangers see its calendar", rights=sorted(rights))


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("nobody has a calendar"))
def calendar_is_closed_to_the_public(calendar: OwnedCalendar, rules: Grouped[CalendarRule]) -> Result:
    """No calendar is open to everybody."""
    roles = {rule.role for rule in rules.of(calendar.id) if rule.scope.type == "default"}
    if roles - {"none", "freeBusyReader"}:
        return failed("shows its appointments to everybody", roles=sorted(roles))
    if "freeBusyReader" in roles:
        return review("shows the times when it is busy to everybody")
    return passed("is not open to everybody")
