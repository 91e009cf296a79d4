"""POP and IMAP are off for every mailbox.

Why it matters
    POP and IMAP copy whole mailboxes to any device that knows the password. A stolen laptop then holds years of patient mail.

How to fix it
    Microsoft 365: Exchange admin center, the mailbox, Manage email apps: POP and IMAP off; for new mailboxes Set-CASMailboxPlan.
    Google Workspace: Admin console, Apps, Gmail, End User Access: POP and IMAP access off.

Does not cover
    Copies that were made before.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailImap, GmailPop
from connectors.microsoft365.sources.mailboxes import CasMailbox, CasMailboxPlan
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-4", Severity.HIGH, cites=["164.312(d)", "164.312(a)(1)", "164.308(a)(4)(ii)(B)"])


def _open(pop: bool, imap: bool) -> str:
    return " and ".join(name for name, on in (("POP", pop), ("IMAP", imap)) if on)


@CONTROL.check(MICROSOFT_365)
def mailbox_is_closed(mailbox: CasMailbox) -> Result:
    """No mailbox can be read by POP or IMAP."""
    found = _open(mailbox.pop_enabled, mailbox.imap_enabled)
    return failed(f"can be read by {found}") if found else passed("cannot be read by POP or IMAP")


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
def unit_is_closed(cell: PolicyCell, profile: Profile) -> Result:
    """People in every unit and group cannot read their mail by POP or IMAP."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    pop, imap = cell.setting(GmailPop), cell.setting(GmailImap)
    found = _open(pop.enable_pop_access, imap.enable_imap_access)
    if not found:
        return passed("cannot read mail by POP or IMAP", people=len(cell.names))
    if profile.holds(profile.imap_exceptions, cell.unit):
        return review(f"may read mail by {found}, as a named exception", people=cell.names)
    return failed(f"people here may read mail by {found}", people=cell.names)
