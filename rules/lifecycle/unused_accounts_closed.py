"""Accounts nobody uses are closed.

Why it matters
    Nobody notices when an unused account is taken over.

How to fix it
    Microsoft 365: Block the account, wait 30 days, then remove it.
    Google Workspace: Suspend the account, wait 30 days, then remove it.

Does not cover
    Shared and room mailboxes (LIFE-3), guests, sealed emergency accounts and service accounts that the clinic named.
    Microsoft tells the last sign-in only to tenants with Entra ID P1; for others this is not assessed.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Now, age
from rules.views.conditional_access import is_synchronization
from rules.views.people import Person

CONTROL = Control(
    "LIFE-2",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)", "164.308(a)(1)(ii)(D)"],
)
DORMANT, WARNING, NEW = timedelta(days=90), timedelta(days=45), timedelta(days=30)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def account_is_used(person: Person, profile: Profile, now: Now) -> Result:
    """Each working account was used in the last 90 days."""
    if not person.can_sign_in or person.is_guest:
        return not_applicable("cannot sign in, or is a guest")
    if person.is_break_glass or profile.holds(profile.approved_service_accounts, person.id, person.address):
        return not_applicable("is a sealed emergency account or a named service account")
    if is_synchronization(person):
        return not_applicable("only synchronizes the directory")
    last = person.last_sign_in
    if last is not None and age(now, last) <= WARNING:
        return passed("is used", last=last.date().isoformat())
    if person.is_shared:
        return not_applicable("stands behind a shared or room mailbox; see LIFE-3")
    if last is None:
        created = person.created
        if created is not None and age(now, created) <= NEW:
            return passed("is new")
        return failed("has never been used")
    if age(now, last) > DORMANT:
        return failed(f"was last used on {last.date().isoformat()}", last=last.date().isoformat())
    return review(f"was last used on {last.date().isoformat()}", last=last.date().isoformat())
