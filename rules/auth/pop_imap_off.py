"""POP and IMAP are off for every mailbox.

Why it matters
    POP and IMAP copy whole mailboxes to any device that knows the password. A stolen laptop then holds years of patient mail.

How to fix it
    Microsoft 365: Exchange admin center, the mailbox, Manage email apps: POP and IMAP off; for new mailboxes Set-CASMailboxPlan.
    Google Workspace: Admin console, Apps, Gmail, End User Access: POP and IMAP access off.

Does not cover
    Copies that were made before. Who really used POP or IMAP in Microsoft 365 where the tenant hides names in its usage reports.
"""

from __future__ import annotations

from contextlib import suppress

from connectors.google_workspace.sources.activity import UserUsage
from connectors.google_workspace.sources.mailboxes import Imap, Pop
from connectors.google_workspace.sources.people import NEVER
from connectors.google_workspace.sources.settings import GmailImap, GmailPop
from connectors.microsoft365.sources.mailboxes import CasMailbox, CasMailboxPlan
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Grouped, Keyed
from rules.views.google_policy import PolicyCell
from rules.views.people import People, Person
from rules.views.usage import MailPrograms

CONTROL = Control("AUTH-4", Severity.HIGH, cites=["164.312(d)", "164.312(a)(1)", "164.308(a)(4)(ii)(B)"])


def _open(pop: bool, imap: bool) -> str:
    return " and ".join(name for name, on in (("POP", pop), ("IMAP", imap)) if on)


@CONTROL.check(MICROSOFT_365)
def mailbox_is_closed(mailbox: CasMailbox, people: People, programs: MailPrograms) -> Result:
    """No mailbox can be read by POP or IMAP."""
    found = _open(mailbox.pop_enabled, mailbox.imap_enabled)
    if not found:
        return passed("cannot be read by POP or IMAP")
    if used := programs.of(_signs_in_as(mailbox, people)):
        return failed(
            f"can be read by {found}, and was in the last 30 days", severity=Severity.CRITICAL, used=" and ".join(used)
        )
    return failed(f"can be read by {found}")


def _signs_in_as(mailbox: CasMailbox, people: People) -> str:
    """The sign-in name behind a mailbox; its address where that is not known, which is mostly the same."""
    with suppress(Unreadable):
        owner = people.by_id(mailbox.external_directory_object_id or "")
        if owner is not None:
            return owner.address
    return str(mailbox.primary_smtp_address)


@CONTROL.check(
    MICROSOFT_365,
    none=not_assessed(
        "Exchange lists no mailbox plan, though it always keeps one", source="exchange.cas_mailbox_plans"
    ),
)
def new_mailboxes_start_closed(plan: CasMailboxPlan) -> Result:
    """Mailboxes that are made from now on cannot be read by POP or IMAP."""
    found = _open(plan.pop_enabled, plan.imap_enabled)
    return failed(f"open {found} from the start") if found else passed("start without POP and IMAP")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.9.1v1"],
    cis=["CIS GWS v1.3 3.1.3.5.1"],
    prowler=["gmail_pop_imap_access_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def unit_is_closed(
    cell: PolicyCell, profile: Profile, imap: Grouped[Imap], pop: Grouped[Pop], usage: Keyed[UserUsage]
) -> Result:
    """People in every unit and group cannot read their mail by POP or IMAP."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    found, origins = _allowed(cell)
    if not found:
        return passed("cannot read mail by POP or IMAP", people=len(cell.names), settings=origins)
    used = sorted(person.address for person in cell.people if _uses(person, imap, pop, usage))
    if profile.holds(profile.imap_exceptions, cell.unit):
        return review(
            f"may read mail by {found}, as a named exception", people=cell.names, used_by=used, settings=origins
        )
    return failed(f"people here may read mail by {found}", people=cell.names, used_by=used, settings=origins)


def _allowed(cell: PolicyCell) -> tuple[str, dict[str, str]]:
    """(which of the two are open, in words; where each known setting comes from).

    What is known to be open is open whatever the other setting is; `Unreadable` if none is, and one could not be read.
    """

    def pop() -> tuple[bool, str]:
        return cell.setting(GmailPop).enable_pop_access, str(cell.origin(GmailPop, "enable_pop_access"))

    def imap() -> tuple[bool, str]:
        return cell.setting(GmailImap).enable_imap_access, str(cell.origin(GmailImap, "enable_imap_access"))

    is_open: dict[str, bool] = {}
    origins: dict[str, str] = {}
    unread: Unreadable | None = None
    for name, look in (("POP", pop), ("IMAP", imap)):
        try:
            is_open[name], origins[name] = look()
        except Unreadable as err:
            unread = unread or err
    found = _open(is_open.get("POP", False), is_open.get("IMAP", False))
    if unread is not None and not found:
        raise unread
    return found, origins


def _uses(person: Person, imap: Grouped[Imap], pop: Grouped[Pop], usage: Keyed[UserUsage]) -> bool:
    """Whether something shows that the person uses POP or IMAP. It only adds names to a finding: what cannot be read adds none."""

    def counted() -> bool:
        report = usage.get(person.id)
        times = [] if report is None else [report.counter(f"gmail:timestamp_last_{name}") for name in ("imap", "pop")]
        return any(t is not None and t.datetime_value is not None and t.datetime_value > NEVER for t in times)

    def switched() -> bool:
        return any(one.enabled for one in imap.of(person.id))

    def fetched() -> bool:
        return any(one.access_window in {"fromNowOn", "allMail"} for one in pop.of(person.id))

    for look in (switched, fetched, counted):
        try:
            if look():
                return True
        except Unreadable:
            continue
    return False
