"""People who left have no working account.

Why it matters
    A working account of somebody who left is an open door with nobody behind it to notice.

How to fix it
    Microsoft 365: Block the sign-in, end all sessions, turn the mailbox into a shared one, take the licence away.
    Google Workspace: Suspend or archive the account and remove its tokens.

Does not cover
    People who are not on the roster.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.forwarding.only_staff_open_others_mailboxes import departed
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.view import Now
from rules.views.people import Person

CONTROL = Control(
    "LIFE-1", Severity.CRITICAL, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)", "164.312(a)(2)(i)"]
)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def leaver_is_closed(person: Person, profile: Profile, now: Now) -> Result:
    """Everybody whom the roster says has left is blocked and holds no licence beyond the clinic's own time."""
    if profile.staff_roster is None:
        return needs_input(
            "nobody has told who works here", "add [[tenant.clinic.staff]] with the date on which people left"
        )
    if not departed(person, profile, now):
        return not_applicable("has not left, as far as the roster says")
    if person.can_sign_in:
        return failed("has left, and the account still works")
    if person.is_licensed and _days(person, profile, now) > profile.licence_grace_days:
        return review("has left and is blocked, but still holds a licence")
    return passed("has left and is blocked")


def _days(person: Person, profile: Profile, now: Now) -> int:
    """Days since the person left."""
    found = [
        (now.date() - staff.departed).days
        for staff in profile.staff_roster or ()
        if staff.departed is not None
        and (
            {a.casefold() for a in staff.addresses} & person.addresses
            or staff.name.casefold() == person.name.casefold()
        )
    ]
    return max(found, default=0)
