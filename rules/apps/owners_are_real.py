"""App owners are real, current and protected.

Why it matters
    The owner of an app may give it a new secret, and then act as the app. An owner who left, or whose password alone opens the account,
    is a way into everything the app can open.

How to fix it
    Microsoft 365: Entra admin center, App registrations, the app, Owners: name somebody who works here and has a second factor; remove
    guests and those who left.

Does not cover
    Apps of other companies: nobody in the clinic can change those, and APP-8 asks whether they are known.
"""

from __future__ import annotations

from connectors.microsoft365.sources.people import User, UserRegistrationDetails
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Keyed
from rules.views.connected_apps import ConnectedApp
from rules.views.registrations import Registrations

CONTROL = Control("APP-16", Severity.LOW, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"], level=Level.SHOULD)
PEOPLE = "#microsoft.graph.user"


@CONTROL.check(MICROSOFT_365, none=passed("no app with access to clinic data was let in"))
def owners_are_protected(
    app: ConnectedApp,
    registrations: Registrations,
    users: Keyed[User],
    registered: Keyed[UserRegistrationDetails],
    profile: Profile,
) -> Result:
    """Whoever owns an app with access to clinic data works here and has a second factor."""
    registration = registrations.of(app.id)
    if registration is None:
        return not_applicable("belongs to another company")
    if not app.opens:
        return not_applicable("opens nothing that patient data lies in")
    owners = [owner for owner in registration.owners if owner.type == PEOPLE]
    if not owners:
        if app.is_approved(profile):
            return passed("the clinic answers for it")
        return failed("can open clinic data, and nobody owns it", about={"client": app.id})
    faults = {}
    for owner in owners:
        if (fault := _fault(owner.id, users, registered)) is not None:
            user = users.get(owner.id)
            faults[user.user_principal_name if user is not None else owner.id] = fault
    if faults:
        said = "; ".join(f"{who} {fault}" for who, fault in sorted(faults.items()))
        return failed(f"is owned by somebody who should not be: {said}", about={"owners": ", ".join(sorted(faults))})
    return passed("is owned by people who work here and have a second factor", owners=len(owners))


def _fault(owner: str, users: Keyed[User], registered: Keyed[UserRegistrationDetails]) -> str | None:
    user = users.get(owner)
    if user is None:
        return "is not in the directory any more"
    if user.user_type == "Guest":
        return "is a guest"
    if not user.account_enabled:
        return "cannot sign in any more"
    row = registered.get(owner)
    if row is None or not row.is_mfa_registered:
        return "has no second factor"
    return None
