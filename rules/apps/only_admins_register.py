"""Only admins register apps.

Why it matters
    Whoever registers an app holds its secret. An app that a member of staff, or a thief with a password, registered keeps its way
    into the tenant after the password was changed.

How to fix it
    Microsoft 365: Entra admin center, Users, User settings: users can register applications: No.

Does not cover
    Apps that were registered before (APP-6, APP-16).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("APP-5", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.5.1v1"],
    cis=["CIS M365 v7.0.0 5.1.2.2", "CIS M365 v6.0.0 5.1.2.2"],
    prowler=["entra_thirdparty_integrated_apps_not_allowed"],
)
def staff_cannot_register(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Staff cannot register applications."""
    if policy.value.default_user_role_permissions.allowed_to_create_apps:
        return failed("everybody on staff can register an application")
    return passed("only administrators register applications")
