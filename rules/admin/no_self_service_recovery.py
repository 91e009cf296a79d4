"""Admins cannot reset their own password by phone or email.

Why it matters
    Whoever has an administrator's phone number or private mailbox can then become that administrator.

How to fix it
    Microsoft 365: Update-MgPolicyAuthorizationPolicy -AllowedToUseSspr:$false
    Google Workspace: Admin console, Security, Authentication, Account recovery, Super admin account recovery: off.

Does not cover
    Recovery by people who are no administrators; see AUTH-22.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import SuperAdminRecovery
from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("ADMIN-16", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])


@CONTROL.check(MICROSOFT_365)
def reset_is_off(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Administrators cannot reset their own password by phone or email."""
    if policy.value.allowed_to_use_self_service_reset:
        return failed("administrators may reset their own password")
    return passed("administrators cannot reset their own password")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    none=not_applicable("no active person works in any unit"),
    scuba=["GWS.COMMONCONTROLS.8.1v1"],
    cis=["CIS GWS v1.3 4.1.2.1"],
    prowler=["security_super_admin_recovery_disabled"],
)
def recovery_is_off(cell: PolicyCell) -> Result:
    """Super administrators cannot recover their own account."""
    if cell.setting(SuperAdminRecovery).enable_account_recovery:
        return failed("a super administrator may recover the account by phone or email", people=cell.names)
    return passed("super administrators cannot recover their own account")
