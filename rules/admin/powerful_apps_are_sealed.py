"""Apps with admin power have no loose secrets or owners.

Why it matters
    An application with an administrator's power and a password is an administrator without a second factor. Whoever owns it can give
    it another password.

How to fix it
    Microsoft 365: Entra admin center, App registrations, the application, Certificates & secrets: use a certificate and delete the
    client secrets; Owners: remove everybody. Applications of Microsoft that carry a secret added here: delete it, and find out who did it.

Does not cover
    Whether the application needs the power; see APP-2.
"""

from __future__ import annotations

from connectors.microsoft365.sources.apps import ServicePrincipal
from connectors.microsoft365.sources.governance import PrincipalSecrets
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Keyed
from rules.views.powerful_apps import PowerfulApp

CONTROL = Control(
    "ADMIN-12",
    Severity.MEDIUM,
    level=Level.SHOULD,
    cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)", "164.312(d)"],
)
NONE = not_applicable("no application has an administrator's power")
MICROSOFT = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants that Microsoft's own applications come from."""


@CONTROL.check(MICROSOFT_365, none=NONE, prowler=["entra_service_principal_no_secrets_for_permanent_tier0_roles"])
def app_has_no_secret(app: PowerfulApp) -> Result:
    """No application with an administrator's power has a password."""
    if app.secrets:
        return failed("has an administrator's power and signs in with a password", power=app.why, passwords=app.secrets)
    return passed("has an administrator's power and no password", power=app.why)


@CONTROL.check(MICROSOFT_365, none=NONE, prowler=["entra_service_principal_privileged_role_no_owners"])
def app_has_no_owner(app: PowerfulApp) -> Result:
    """No application with an administrator's power has an owner."""
    if app.owners:
        return failed("has an administrator's power, and whoever owns it has it too", power=app.why, owners=app.owners)
    return passed("has an administrator's power and no owner", power=app.why)


@CONTROL.check(MICROSOFT_365, none=passed("no application of Microsoft carries a secret that was added here"))
def microsoft_app_is_untouched(app: ServicePrincipal, secrets: Keyed[PrincipalSecrets]) -> list[Result]:
    """No application of Microsoft carries a secret that was added in this tenant."""
    if app.app_owner_organization_id not in MICROSOFT:
        return []
    found = secrets.get(app.id)
    if found is None:
        return [not_assessed("is not in the list of secrets", source="graph.service_principal_secrets")]
    if found.password_credentials or found.key_credentials:
        return [failed("is Microsoft's own, and somebody added a secret to it here: a usual trace of a break-in")]
    return []
