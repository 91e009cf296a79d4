"""A new forwarding rule raises an alarm.

Why it matters
    Forwards come back. The next one should reach a person within a day, not at the next yearly look.

How to fix it
    Microsoft 365: Defender portal, Policies, Alert policy: switch on "Creation of forwarding/redirect rule" and "Suspicious
    Email Forwarding Activity", with somebody who reads the mail. Or scan weekly with this program and set weekly_scan = true.
    Google Workspace: Admin console, Rules, "Email settings changed": active, with recipients. Or scan weekly with this program
    and set weekly_scan = true.

Does not cover
    Whether somebody acts on the alarm.
"""

from __future__ import annotations

from connectors.microsoft365.sources.compliance import ProtectionAlert
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.google_alerts import alerts
from rules.views.google_policy import GooglePolicy, PolicyCell

CONTROL = Control("AUDIT-7", Severity.HIGH, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)"])
CREATION, ACTIVITY = "Creation of forwarding/redirect rule", "Suspicious Email Forwarding Activity"
CHANGED = "Email settings changed"
WEEKLY = "the clinic states that this program scans it at least weekly, which finds new forwards"


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.4.1v1"])
def alarm_is_armed(tenant: Tenant, alerts: Table[ProtectionAlert], profile: Profile) -> Result:
    """The alarm for new forwards is on and reaches somebody."""
    if profile.weekly_scan:
        return passed(WEEKLY)
    armed: set[str] = set()
    silent: list[str] = []
    unread: Unreadable | None = None
    try:
        for alert in alerts:
            if alert.name in {CREATION, ACTIVITY} and not alert.disabled:
                if alert.notify_user:
                    armed.add(alert.name)
                else:
                    silent.append(alert.name)
    except Unreadable as err:
        unread = err
    if CREATION in armed and ACTIVITY in armed:
        return passed("the alarms for new forwards are on and reach somebody")
    if unread is not None:
        raise unread
    if ACTIVITY in armed:
        return review(
            "the alarm for suspicious forwarding is on; the one for each new forwarding rule is not, or is not in the plan"
        )
    if silent:
        return failed(f"nobody gets the alarm: {', '.join(sorted(silent))}")
    return failed("no alarm rings when somebody sets up a forward")


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.13.1v1"], none=not_applicable("no active person works in any unit")
)
def change_is_reported(cell: PolicyCell, policy: GooglePolicy, profile: Profile) -> Result:
    """The alert for changed mail settings is active and reaches somebody."""
    if profile.weekly_scan:
        return passed(WEEKLY)
    alert = alerts(policy).get(CHANGED.casefold())
    if alert is None:
        return failed("the alert for changed mail settings is not set up")
    action = alert.action.alert_center_action
    if alert.state == "ACTIVE" and action is not None and action.recipients:
        return passed("the alert for changed mail settings is active and reaches somebody")
    return failed("the alert for changed mail settings is off, or reaches nobody")
