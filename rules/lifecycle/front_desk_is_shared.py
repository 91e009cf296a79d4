"""The front-desk inbox is a shared inbox, not a shared password.

Why it matters
    A password that four people know belongs to nobody: no second factor, nobody to ask who read or deleted what, and it stays with
    everybody who ever left.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Users, the account: convert the mailbox into a shared one, and let people open it from
    their own accounts.
    Google Workspace: Make a group with the address, switch Collaborative inbox on; or give people delegated access and put the
    account's password away.

Does not cover
    Inboxes whose address does not say so: name them as front_desk in the configuration.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.google_workspace.sources.mailboxes import Delegate
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import Grouped
from rules.view import Now, age
from rules.views.front_desk import Inbox
from rules.views.people import PERSONAL_KINDS, SHARED_KINDS, MicrosoftPerson

CONTROL = Control("LIFE-4", Severity.HIGH, cites=["164.312(a)(2)(i)", "164.308(a)(4)(ii)(B)", "164.312(b)"])
NONE = not_applicable("no address looks like a shared inbox, and the clinic has named none")
QUIET = timedelta(days=30)


def _unknown(inbox: Inbox) -> Result:
    if inbox.gap is not None:
        raise Unreadable(inbox.gap)
    return needs_input(
        "nobody at this provider has this address",
        "correct front_desk in the configuration",
        source="config:front_desk",
    )


@CONTROL.check(MICROSOFT_365, none=NONE)
def inbox_has_no_password(inbox: Inbox) -> Result:
    """Each front-desk address is a shared mailbox or a group, which people open with their own accounts."""
    if inbox.group is not None:
        return passed("is a group")
    person = inbox.person
    if person is None:
        return _unknown(inbox)
    assert isinstance(person, MicrosoftPerson)
    kind = person.mailbox_kind
    if kind in SHARED_KINDS:
        return passed("is a shared mailbox")
    if person.can_sign_in:
        return failed("is an ordinary account with a password of its own", mailbox=kind or "none")
    if kind in PERSONAL_KINDS:
        return review("is an ordinary mailbox whose account is blocked: make it a shared one")
    return not_applicable("cannot be signed in to, and has no mailbox")


@CONTROL.check(GOOGLE_WORKSPACE, none=NONE)
def inbox_is_a_group_or_delegated(inbox: Inbox, delegates: Grouped[Delegate], now: Now) -> Result:
    """Each front-desk address is a group, or an account that people open as delegates and nobody signs in to."""
    if inbox.group is not None:
        return passed("is a group")
    person = inbox.person
    if person is None:
        return _unknown(inbox)
    if not person.can_sign_in:
        return not_applicable("is a suspended or archived account")
    held = [one for one in delegates.of(person.id) if one.verification_status == "accepted"]
    if not held:
        return failed("is an ordinary account with a password of its own, and no delegates")
    last = person.last_sign_in
    if last is not None and age(now, last) <= QUIET:
        return failed(
            f"has delegates, and somebody still signs in to it with its own password (on {last.date().isoformat()})",
            delegates=len(held),
        )
    return passed("is opened by delegates from their own accounts", delegates=len(held))
