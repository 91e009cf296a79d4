"""No working mailbox is hidden from the address list without a reason.

Why it matters
    A mailbox that nobody sees is where an intruder, or somebody on the way out, collects mail.

How to fix it
    Microsoft 365: Set-Mailbox -HiddenFromAddressListsEnabled $false, or name the mailbox under approved_hidden in the configuration.

Does not cover
    Shared and room mailboxes, which are often hidden on purpose.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.views.openers import Openers
from rules.views.people import PERSONAL_KINDS, People

CONTROL = Control("LIFE-10", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(1)(ii)(D)", "164.308(a)(3)(ii)(C)"])


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no mailbox"))
def mailbox_is_listed(mailbox: Mailbox, people: People, openers: Openers, profile: Profile) -> Result:
    """Every working personal mailbox is in the address list, or hidden for a reason."""
    if mailbox.recipient_type_details not in PERSONAL_KINDS:
        return not_applicable("is no personal mailbox", hidden=mailbox.hidden_from_address_lists_enabled)
    person = people.by_id(mailbox.external_directory_object_id)
    if person is None:
        return not_assessed("the account behind it is not in the list of accounts", source="graph.users")
    if not person.can_sign_in:
        return not_applicable("its account is blocked")
    if not mailbox.hidden_from_address_lists_enabled:
        return passed("is in the address list")
    if profile.holds(profile.approved_hidden, mailbox.primary_smtp_address, mailbox.guid):
        return passed("is hidden, as the clinic has approved")
    if mailbox.forwarding_smtp_address or mailbox.forwarding_address:
        return failed("is hidden from the address list and forwards its mail", severity=Severity.HIGH)
    if _outsiders(mailbox, openers):
        return failed("is hidden from the address list and opened by somebody from outside", severity=Severity.HIGH)
    return failed("is hidden from the address list")


def _outsiders(mailbox: Mailbox, openers: Openers) -> bool:
    """Whether a guest may open it; not knowing makes the finding no smaller than it is."""
    try:
        return any(one.person is not None and one.person.is_guest for one in openers.of(mailbox))
    except Unreadable:
        return False
