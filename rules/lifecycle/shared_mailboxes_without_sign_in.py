"""Shared mailboxes cannot be signed in to directly.

Why it matters
    A password for a shared mailbox is known to many and belongs to nobody: no second factor, and no way to tell who read what.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Users, the shared mailbox's account: Block sign-in. People open it with their own account.

Does not cover
    Accounts of Teams phones and rooms that hold a license of another kind than Microsoft's for resource accounts.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.lifecycle.phone_accounts import answers_calls
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.views.people import PERSONAL_KINDS, SERVICE_KINDS, SHARED_KINDS, People, Person

CONTROL = Control("LIFE-3", Severity.HIGH, cites=["164.312(a)(2)(i)", "164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    none=not_applicable("there is no shared mailbox"),
    cis=["CIS M365 v7.0.0 1.2.2", "CIS M365 v6.0.0 1.2.2"],
    prowler=["exchange_shared_mailbox_sign_in_disabled"],
)
def nobody_signs_in(mailbox: Mailbox, people: People) -> Result:
    """The account behind each shared, room and equipment mailbox is blocked."""
    kind = mailbox.recipient_type_details
    if kind in PERSONAL_KINDS:
        return not_applicable("belongs to one person")
    if kind in SERVICE_KINDS:
        return not_applicable("belongs to a group or to Exchange itself")
    if kind not in SHARED_KINDS:
        return not_assessed(
            f"is a mailbox of a kind that nobody has documented: {kind}",
            source="exchange.mailboxes:RecipientTypeDetails",
            remedy="look at the mailbox in the Exchange admin center",
        )
    account = people.by_id(mailbox.external_directory_object_id)
    if account is None:
        return not_assessed("the account behind it is not in the list of accounts", source="graph.users")
    if account.can_sign_in:
        return failed("can be signed in to directly")
    return passed("cannot be signed in to directly")


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no account for Teams phones"))
def teams_account_is_blocked(person: Person) -> list[Result]:
    """The account behind each Teams auto attendant and call queue is blocked."""
    if not answers_calls(person):
        return []
    if person.can_sign_in:
        return [failed("can be signed in to directly")]
    return [passed("cannot be signed in to directly")]
