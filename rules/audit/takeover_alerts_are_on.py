"""Google account-takeover alerts are on.

Why it matters
    Google sees a password in a stolen list, or a sign-in from an odd place, before anybody in the clinic does.

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

CONTROL = Control("AUDIT-8", Severity.HIGH, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.13.1v1"],
    cis=["CIS GWS v1.3 6.2", "CIS GWS v1.3 6.5", "CIS GWS v1.3 6.6", "CIS GWS v1.3 6.7"],
    prowler=[
        "rules_government_backed_attacks_alert_configured",
        "rules_suspicious_programmatic_login_alert_configured",
        "rules_suspicious_login_alert_configured",
        "rules_leaked_password_alert_configured",
    ],
)
def sign_in_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about leaked passwords, suspicious sign-ins and attacks by governments are on and reach somebody."""
    return judge(
        policy, ("Leaked password", "Suspicious login", "Suspicious programmatic login", "Government-backed attacks")
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 6.3"],
    prowler=["rules_suspicious_activity_suspension_alert_configured"],
)
def suspension_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about accounts that Google has suspended are on and reach somebody."""
    return judge(
        policy,
        (
            "User suspended due to suspicious activity",
            "User suspended (Google identity alert)",
            "User suspended for spamming",
            "User suspended for spamming through relay",
            "Account suspension warning",
        ),
    )
