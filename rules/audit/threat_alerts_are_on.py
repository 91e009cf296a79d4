"""Google mail-threat, device and data-export alerts are on.

Why it matters
    A message that turned out to be a trap, a phone that was broken into, an export of all data: each is a day's head start, if somebody
    is told.

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

CONTROL = Control("AUDIT-10", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.13.1v1"],
    cis=["CIS GWS v1.3 6.8"],
    prowler=["rules_gmail_employee_spoofing_alert_configured"],
)
def mail_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about dangerous mail are on and reach somebody."""
    return judge(
        policy,
        (
            "Gmail potential employee spoofing",
            "User-reported phishing",
            "Phishing message detected post-delivery",
            "Phishing in inboxes due to bad whitelist",
            "Malware message detected post-delivery",
            "Suspicious message reported",
            "Spike in user-reported spam",
            "Rate limited recipient",
        ),
    )


@CONTROL.check(GOOGLE_WORKSPACE)
def device_and_export_alerts_are_on(tenant: Tenant, policy: GooglePolicy) -> list[Result]:
    """Alerts about phones, exports of all data and Google's own operations are on and reach somebody."""
    return judge(
        policy,
        ("Device compromised", "Suspicious device activity", "Domain data export initiated", "Google Operations"),
    )
