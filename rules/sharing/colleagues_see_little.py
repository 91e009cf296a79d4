r"""Colleagues see only what they need in each other's calendars.

Why it matters
    In a therapist's calendar every entry is a patient. The front desk needs to see when there is room, not who comes.

How to fix it
    Microsoft 365: Set-MailboxFolderPermission <mailbox>:\Calendar -User Default -AccessRights AvailabilityOnly.
    Google Workspace: Admin console, Apps, Calendar, Sharing settings, Internal sharing options: only free and busy times; the
    calendar, Settings and sharing, for calendars that are open already. List therapists as therapists.

Does not cover
    Rights that were given to single colleagues.
"""

from __future__ import annotations

from connectors.google_workspace.sources.calendars import CalendarRule, OwnedCalendar
from connectors.microsoft365.sources.calendars import CalendarPermission
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.sharing.calendar_rights import has_calendar
from rules.tables import Grouped
from rules.views.owned_domains import OwnedDomains

CONTROL = Control(
    "SHARE-24", Severity.MEDIUM, cites=["164.502(b)", "164.514(d)(2)", "164.308(a)(4)(ii)(B)"], level=Level.SHOULD
)
LITTLE = {"None", "AvailabilityOnly", "LimitedDetails"}
READING = {"reader"}
WRITING = {"writer", "writerWithoutPrivateAccess", "owner"}


@CONTROL.check(MICROSOFT_365, none=not_applicable("there are no mailboxes"))
def colleagues_see_times(mailbox: Mailbox, permissions: Grouped[CalendarPermission], profile: Profile) -> Result:
    """By default colleagues see little more than the times when somebody is busy."""
    if not has_calendar(mailbox):
        return not_applicable("has no calendar of its own")
    rights = next((p.access_rights for p in permissions.of(mailbox.key) if p.user == "Default"), None)
    if rights is None:
        return not_assessed(
            "Exchange does not say what colleagues may do", source="exchange.mailbox_folder_permissions"
        )
    if set(rights) <= LITTLE:
        return passed("shows colleagues little", rights=sorted(rights))
    if profile.holds(profile.therapists, mailbox.primary_smtp_address, mailbox.key):
        return failed("is a therapist's, and colleagues see its appointments", rights=sorted(rights))
    return review("shows colleagues the appointments in its calendar", rights=sorted(rights))


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.1.1.2", "CIS GWS v1.3 3.1.1.2.2"],
    none=not_applicable("nobody has a calendar"),
)
def domain_sees_times(
    calendar: OwnedCalendar, rules: Grouped[CalendarRule], domains: OwnedDomains, profile: Profile
) -> Result:
    """By default everybody at the clinic sees no more than the times when somebody is busy."""
    roles = {
        rule.role
        for rule in rules.of(calendar.id)
        if rule.scope.type == "domain" and domains.owns(rule.scope.value or "")
    }
    if roles & WRITING:
        return failed("can be changed by everybody at the clinic", roles=sorted(roles))
    if not roles & READING:
        return passed("shows everybody at the clinic the times when it is busy at most", roles=sorted(roles))
    if profile.holds(profile.therapists, calendar.id):
        return failed("is a therapist's, and everybody at the clinic sees its appointments")
    return review("shows its appointments to everybody at the clinic")
