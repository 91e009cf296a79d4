"""No disabled, departed or dormant account keeps an admin role.

Why it matters
    A role that nobody uses is watched by nobody. The former manager's account is a thief's favorite.

How to fix it
    Microsoft 365: Entra admin center, Roles and administrators: remove the assignment the day a person leaves.
    Google Workspace: Admin console, Account, Admin roles: remove the assignment the day a person leaves.

Does not cover
    Applications that hold roles. Without a staff roster in the configuration, nobody is known to have left; see LIFE-1.
    Microsoft tells the last sign-in only to tenants with Entra ID P1.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.view import Now, age
from rules.views.conditional_access import is_synchronization
from rules.views.leavers import departed
from rules.views.people import Person

CONTROL = Control("ADMIN-10", Severity.HIGH, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"])
DORMANT, NEW = timedelta(days=90), timedelta(days=30)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def admin_is_active(person: Person, profile: Profile, now: Now) -> Result:
    """Everybody with an administrator role works here and signs in."""
    if not person.is_admin:
        return not_applicable("holds no administrator role")
    if is_synchronization(person):
        return not_applicable("only synchronizes the directory")
    roles = person.known_roles
    if not person.can_sign_in:
        return failed("is blocked, and still holds an administrator role", roles=roles)
    if departed(person, profile, now):
        return failed("has left, and still holds an administrator role", roles=roles)
    if person.is_break_glass:
        return passed("is a sealed emergency account", roles=roles)
    try:
        last = person.last_sign_in
    except Unreadable as err:
        return Result(Verdict.NOT_ASSESSED, "when it last signed in could not be read", {"roles": roles}, gap=err.gap)
    if last is None:
        created = person.created
        if created is not None and age(now, created) <= NEW:
            return review("is new and has not signed in so far, and holds an administrator role", roles=roles)
        return failed("has never signed in, and holds an administrator role", roles=roles)
    if age(now, last) > DORMANT:
        return failed(
            f"has not signed in since {last.date().isoformat()}, and holds an administrator role", roles=roles
        )
    return passed("signs in", roles=roles, last=last.date().isoformat())
