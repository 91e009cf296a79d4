"""POP and IMAP are off for every mailbox.

Why it matters
    A phone or home computer that reads mail by POP or IMAP keeps a copy of every message, outside anything the clinic can lock or
    wipe. When it is lost, the whole mailbox is lost with it.

How to fix it
    Microsoft 365: Set-CASMailbox -PopEnabled $false -ImapEnabled $false for each mailbox, and Set-CASMailboxPlan for new ones.
    Google Workspace: Admin console, Apps, Gmail, End User Access, POP and IMAP access: off.

Does not cover
    Whether somebody really used POP or IMAP in Microsoft 365: its usage report is not read.
"""

from __future__ import annotations

from connectors.google_workspace.sources.activity import UserUsage
from connectors.google_workspace.sources.mailboxes import Imap, Pop
from connectors.google_workspace.sources.settings import GmailImap, GmailPop
from connectors.microsoft365.sources.mailboxes import CasMailbox, CasMailboxPlan
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Grouped, Keyed
from rules.views.google_policy import PolicyCell
from rules.views.people import Person

CONTROL = Control("AUTH-4", Severity.HIGH, cites=["164.312(d)", "164.312(a)(1)", "164.308(a)(4)(ii)(B)"])
EPOCH_YEAR = 1970


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no mailbox"))
def mailbox_is_closed(mailbox: CasMailbox) -> Result:
    """POP and IMAP are off for each mailbox."""
    return _judge(mailbox)


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no plan for new mailboxes"))
def new_mailboxes_start_closed(plan: CasMailboxPlan) -> Result:
    """POP and IMAP are off for mailboxes that are made from now on."""
    return _judge(plan)


def _judge(settings: CasMailbox | CasMailboxPlan) -> Result:
    on = [name for name, open_ in (("POP", settings.pop_enabled), ("IMAP", settings.imap_enabled)) if open_]
    if on:
        return failed(f"{' and '.join(on)} can be used", switched_on=on)
    return passed("POP and IMAP are off")


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
    """POP and IMAP are off in every unit and group that has Gmail."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    settings = {
        "IMAP": (GmailImap, "enable_imap_access", cell.setting(GmailImap).enable_imap_access),
        "POP": (GmailPop, "enable_pop_access", cell.setting(GmailPop).enable_pop_access),
    }
    on = [name for name, (_, _, allowed) in settings.items() if allowed]
    origins = {name: str(cell.origin(cls, field)) for name, (cls, field, _) in settings.items()}
    if not on:
        return passed("POP and IMAP are off here", settings=origins)
    used = sorted(person.address for person in cell.people if _uses(person, imap, pop, usage))
    if profile.holds(profile.imap_exceptions, cell.unit):
        return review(
            f"{' and '.join(on)} can be used here; the clinic named this unit as an exception",
            switched_on=on,
            used_by=used,
            settings=origins,
        )
    return failed(f"{' and '.join(on)} can be used here", switched_on=on, used_by=used, settings=origins)


def _uses(person: Person, imap: Grouped[Imap], pop: Grouped[Pop], usage: Keyed[UserUsage]) -> bool:
    """Whether something shows that the person uses POP or IMAP; what cannot be read names nobody."""

    def switched() -> bool:
        return any(one.enabled for one in imap.of(person.id))

    def fetched() -> bool:
        return any(one.access_window in {"fromNowOn", "allMail"} for one in pop.of(person.id))

    def counted() -> bool:
        report = usage.get(person.id)
        times = [] if report is None else [report.counter(f"gmail:timestamp_last_{name}") for name in ("imap", "pop")]
        return any(t is not None and t.datetime_value is not None and t.datetime_value.year > EPOCH_YEAR for t in times)

    for look in (switched, fetched, counted):
        try:
            if look():
                return True
        except Unreadable:
            continue
    return False
