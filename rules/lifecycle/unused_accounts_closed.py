"""Accounts nobody uses are closed.

Why it matters
    Nobody notices when an unused account is taken over.

How to fix it
    Microsoft 365: Block the account, wait 30 days, then remove it.
    Google Workspace: Suspend the account, wait 30 days, then remove it.

Does not cover
    Shared and room mailboxes (LIFE-3), guests, sealed emergency accounts and service accounts that the clinic named.
    Microsoft tells the last sign-in only to tenants with Entra ID P1. For others its usage report tells when an account last used
    mail, files or Teams; who only signs in to other programs does not show in it. A tenant that hides names in reports learns nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.microsoft365.sources.usage import PERIOD
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Now, age
from rules.views.conditional_access import is_synchronization
from rules.views.people import Person
from rules.views.usage import LastUses

CONTROL = Control(
    "LIFE-2",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)", "164.308(a)(1)(ii)(D)"],
)
DORMANT, WARNING, NEW = timedelta(days=90), timedelta(days=45), timedelta(days=30)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def account_is_used(person: Person, profile: Profile, now: Now, uses: LastUses) -> Result:
    """Each working account was used in the last 90 days."""
    if not person.can_sign_in or person.is_guest:
        return not_applicable("cannot sign in, or is a guest")
    if person.is_break_glass or profile.holds(profile.approved_service_accounts, person.id, person.address):
        return not_applicable("is a sealed emergency account or a named service account")
    if is_synchronization(person):
        return not_applicable("only synchronizes the directory")
    use = uses.of(person)
    last = use.when
    if last is not None and age(now, last) <= WARNING:
        return passed("is used", last=last.date().isoformat())
    if person.is_shared:
        return not_applicable("stands behind a shared or room mailbox; see LIFE-3")
    if last is None:
        created = person.created
        if created is not None and age(now, created) <= NEW:
            return passed("is new")
        return failed("has never been used" if use.reported is None else f"has not been used in {PERIOD} days")
    facts: dict[str, Any] = {"last": last.date().isoformat()}
    if use.reported is not None:
        facts["report_of"] = use.reported.date().isoformat()
    if age(use.reported or now, last) > DORMANT:  # what came after the report is not known
        return failed(f"was last used on {last.date().isoformat()}", **facts)
    return review(f"was last used on {last.date().isoformat()}", **facts)
