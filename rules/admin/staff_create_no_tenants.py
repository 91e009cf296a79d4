"""Staff cannot create new tenants.

Why it matters
    Whoever creates a tenant is its Global Administrator, outside everything the clinic has set up.

How to fix it
    Microsoft 365: Entra admin center, Users, User settings, Restrict non-admin users from creating tenants: Yes.

Does not cover
    Tenants that were created before.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("ADMIN-21", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.2.3", "CIS M365 v6.0.0 5.1.2.3"],
    prowler=["entra_policy_ensure_default_user_cannot_create_tenants"],
)
def nobody_creates_tenants(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """People without an administrator role cannot create tenants."""
    allowed = policy.value.default_user_role_permissions.allowed_to_create_tenants
    if allowed is None:
        return not_assessed(
            "Microsoft does not say",
            source="graph.authorization_policy:defaultUserRolePermissions.allowedToCreateTenants",
            remedy="look at User settings in the Entra admin center",
        )
    if allowed:
        return failed("everybody may create a tenant")
    return passed("people without an administrator role cannot create tenants")
