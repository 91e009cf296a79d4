"""Shared mailboxes cannot be signed in to directly.

Why it matters
    A password for a shared mailbox is known to many and belongs to nobody: no second factor, and no way to tell who read what.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Users, the shared mailbox's account: Block sign-in. People open it with their own account.

Does not cover
    Accounts of Teams phones and rooms without a mailbox.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.views.people import SHARED_KINDS, People

CONTROL = Control("LIFE-3", Severity.HIGH, cites=["164.312(a)(2)(i)", "164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.2.2", "CIS M365 v6.0.0 1.2.2"],
    prowler=["exchange_shared_mailbox_sign_in_disabled"],
)
def nobody_signs_in(mailbox: Mailbox, people: People) -> Result:
    """The account behind each shared, room and equipment mailbox is blocked."""
    if mailbox.recipient_type_details not in SHARED_KINDS:
        return not_applicable("belongs to one person")
    account = people.by_id(mailbox.external_directory_object_id)
    if account is None:
        return not_assessed("the account behind it is not in the list of accounts", source="graph.users")
    if account.can_sign_in:
        return failed("can be signed in to directly")
    return passed("cannot be signed in to directly")
