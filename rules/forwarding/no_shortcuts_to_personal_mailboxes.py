"""No contact or mail user is a shortcut to a personal mailbox.

Why it matters
    A contact "Jane at home" in the address book looks like a colleague. Whoever picks it, or a list that holds it, mails patient data
    to a private account.

How to fix it
    Microsoft 365: Exchange admin center, Recipients, Contacts: remove the contact, or Remove-MailContact and Remove-MailUser; tell
    staff which address to use instead.

Does not cover
    Contacts in people's own address books.
"""

from __future__ import annotations

from connectors.gap import Gap
from connectors.microsoft365.sources.mailboxes import Mailbox, MailContact, MailUser
from connectors.record import Unreadable, derived
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.view import View
from rules.views.addresses import parse
from rules.views.addressing import Addressing, MailGroups
from rules.views.destinations import Destination
from rules.views.forwards import shown
from rules.views.names import PersonNames, is_own_mailbox
from rules.views.people import People

CONTROL = Control(
    "FWD-8", Severity.HIGH, level=Level.SHOULD, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"]
)


class Uses(View[None]):
    """Where outside addresses are used inside the clinic: in groups, and as targets of forwards."""

    def __init__(self, groups: MailGroups, mailboxes: Table[Mailbox], addressing: Addressing) -> None:
        self._groups, self._mailboxes, self._addressing = groups, mailboxes, addressing

    @derived
    def _read(self) -> tuple[dict[str, str], Gap | None]:
        """(how an address is used, by address in lower case; why there may be more)."""
        found: dict[str, str] = {}
        gap: Gap | None = None
        try:
            for group in self._groups:
                try:
                    for member in group.members():
                        found.setdefault(parse(member.address).mailbox, f"is a member of {group.label}")
                except Unreadable as err:
                    gap = gap or err.gap
        except Unreadable as err:
            gap = gap or err.gap
        directory = self._addressing.directory
        try:
            for mailbox in self._mailboxes:
                target = mailbox.forwarding_address
                if target:
                    found.setdefault(parse(directory.resolutions.get(target, target)).mailbox, "gets forwarded mail")
        except Unreadable as err:
            gap = gap or err.gap
        return found, gap

    def of(self, *addresses: str) -> str | None:
        """How an address is used; None if it is not; `Unreadable` if that is not known."""
        found, gap = self._read
        for address in addresses:
            if address and address in found:
                return found[address]
        if gap is not None:
            raise Unreadable(gap)
        return None


def _judge(name: str, led: Destination, own: str | None, uses: Uses, people: People, profile: Profile) -> Result:
    if not led.is_consumer:
        return passed("leads to no personal mailbox")
    about = {"destination": shown(led)}
    where = f"leads to {shown(led)} ({led.reason})"
    if _is_staff(name, led, people, profile):
        return failed(f"{where}, the personal mailbox of somebody at the clinic", about=about)
    if used := uses.of(led.address.mailbox, parse(own).mailbox if own else ""):
        return failed(f"{where} and {used}", about=about)
    return review(f"{where}; see why it is in the address book", about=about)


def _is_staff(name: str, led: Destination, people: People, profile: Profile) -> bool:
    wanted = " ".join(name.casefold().split())
    if wanted and any(" ".join(staff.name.casefold().split()) == wanted for staff in profile.staff_roster or ()):
        return True
    for person in people:
        if person.is_guest or not person.name:
            continue
        if " ".join(person.name.casefold().split()) == wanted or is_own_mailbox(led.address, PersonNames(person.name)):
            return True
    return False


@CONTROL.check(MICROSOFT_365, none=passed("there are no contacts"))
def contact_is_no_shortcut(
    contact: MailContact, addressing: Addressing, uses: Uses, people: People, profile: Profile
) -> Result:
    """No contact in the address book leads to a personal mailbox."""
    led = addressing.lead(contact.external_email_address)
    return _judge(contact.display_name, led, contact.primary_smtp_address, uses, people, profile)


@CONTROL.check(MICROSOFT_365, none=passed("there are no mail users"))
def mail_user_is_no_shortcut(
    user: MailUser, addressing: Addressing, uses: Uses, people: People, profile: Profile
) -> Result:
    """No account without a mailbox here leads to a personal mailbox."""
    if user.recipient_type_details == "GuestMailUser":
        return not_applicable("is a guest (SHARE-4)")
    if not user.external_email_address:
        return not_applicable("leads nowhere")
    led = addressing.lead(user.external_email_address)
    return _judge(user.display_name, led, user.primary_smtp_address, uses, people, profile)
