"""Mailbox delegation by staff is off unless granted.

Why it matters
    With delegation on, anybody lets anybody into their mailbox with two clicks, and no administrator hears of it.

How to fix it
    Google Workspace: Admin console, Apps, Gmail, User settings, Mail delegation: off; on only for the unit of a shared front-desk
    inbox, whose address stands as front_desk in the configuration.

Does not cover
    Whether those who have access are staff (FWD-10).
"""

from __future__ import annotations

from connectors.google_workspace.sources.mailboxes import Delegate
from connectors.google_workspace.sources.settings import GmailDelegation
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Grouped
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "FWD-11", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(i)"]
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.1.1v1"],
    cis=["CIS GWS v1.3 3.1.3.1.1"],
    prowler=["gmail_mail_delegation_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def staff_cannot_delegate(cell: PolicyCell, delegates: Grouped[Delegate], profile: Profile) -> Result:
    """People cannot let others into their mailbox by themselves."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    origin = str(cell.origin(GmailDelegation, "enable_mail_delegation"))
    if not cell.setting(GmailDelegation).enable_mail_delegation:
        return passed("people cannot let others into their mailbox", people=len(cell.names), setting=origin)
    desk = [person for person in cell.people if profile.holds(profile.front_desk, person.address, *person.addresses)]
    if not desk:
        return failed("people may let others into their mailbox", people=cell.names, setting=origin)
    live: list[str] = []
    for person in cell.people:
        try:
            live += [f"{one.delegate_email} in {person.address}" for one in delegates.of(person.id)]
        except Unreadable:
            live.append(f"not read for {person.address}")
    return review(
        "people may let others into their mailbox, for the shared inbox of the front desk; look at who is let in",
        people=cell.names,
        delegates=sorted(live),
        setting=origin,
    )
