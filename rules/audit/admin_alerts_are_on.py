"""Google admin-change alerts are on.

Why it matters
    A thief with an administrator's account makes a second one, and changes settings so that nobody notices.

How to fix it
    Google Workspace: Admin console, Rules, System defined: the named rules: on, alert center and mail to all super administrators.

Does not cover
    Whether somebody acts on the alerts (AUDIT-11).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE
from rules.audit.google_rules import judge
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.google_policy import GooglePolicy

CONTROL = Control("AUDIT-9", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.312(b)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.13.1v1"],
    cis=["CIS GWS v1.3 6.4"],
    prowler=["rules_admin_privilege_granted_alert_configured"],
)
def power_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about new administrators, their passwords and sign-in providers are on and reach somebody."""
    return judge(
        policy,
        (
            "User granted Admin privilege",
            "User's Admin privilege revoked",
            "Super admin password reset",
            "SSO profile added",
            "SSO profile updated",
        ),
    )


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 6.1"], prowler=["rules_password_changed_alert_configured"])
def password_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """The alert about passwords that an administrator changed is on and reaches somebody."""
    return judge(policy, ("User's password changed",))


@CONTROL.check(GOOGLE_WORKSPACE)
def setting_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about changed settings of mail, files, calendars and phones are on and reach somebody."""
    return judge(
        policy,
        ("Email settings changed", "Drive settings changed", "Calendar settings changed", "Mobile settings changed"),
    )
