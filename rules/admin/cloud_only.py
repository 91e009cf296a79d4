"""Admin accounts live in the cloud only.

Why it matters
    An administrator's account that comes from a server in the back room falls with that server: who breaks into the one has the other.

How to fix it
    Microsoft 365: Create an account in the cloud only, give it the role, and take the role from the synchronized account.
    Google Workspace: Admin console, Security, SSO with third-party IdP, Manage SSO profile assignments: "None" for the unit or group of
    the administrators.

Does not cover
    How safe the other sign-in provider is.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.people import MicrosoftPerson, Person
from rules.views.privileged import ORDINARY, privileged_roles
from rules.views.signin import GoogleSignIn

CONTROL = Control("ADMIN-3", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)", "164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.7.3v1"],
    cis=["CIS M365 v7.0.0 1.1.1", "CIS M365 v6.0.0 1.1.1"],
    prowler=["entra_admin_users_cloud_only"],
)
def admin_is_not_synchronized(person: Person) -> Result:
    """Nobody with a privileged role has an account that comes from a local directory."""
    assert isinstance(person, MicrosoftPerson)
    roles = privileged_roles(person)
    if not roles:
        return ORDINARY
    if person.record.on_premises_immutable_id is not None or person.is_synchronized:
        return failed("holds a privileged role with an account that comes from a local directory", roles=roles)
    return passed("is an account in the cloud only", roles=roles)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.6.1v1"])
def admin_signs_in_at_google(person: Person, sign_in: GoogleSignIn) -> Result:
    """No administrator is assigned to another sign-in provider."""
    if not person.can_sign_in or not person.is_admin:
        return not_applicable("is no working administrator")
    elsewhere = sign_in.assigned(person)
    if elsewhere is not None:
        return failed(f"is an administrator who is assigned to {elsewhere}", roles=person.known_roles)
    return passed("signs in at Google itself", roles=person.known_roles)
