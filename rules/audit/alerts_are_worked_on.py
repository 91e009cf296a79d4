"""Alerts do not sit unread.

Why it matters
    In most large breaches an alert had been raised weeks before. It lay in a list that nobody opened.

How to fix it
    Microsoft 365: Defender portal, Incidents & alerts: take up what is named, and close it with what you found. Entra, Protection, Risky
    users: confirm or dismiss.
    Google Workspace: Admin console, Security, Alert center: take up what is named, and close it.

Does not cover
    What was done about the alerts. Alerts of low severity.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.google_workspace.sources.alerts import Alert
from connectors.microsoft365.sources.incidents import SecurityAlert
from connectors.microsoft365.sources.signin import RiskyUser
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Table
from rules.view import Now, Tenant, age
from rules.views.licences import Licences

CONTROL = Control(
    "AUDIT-11",
    Severity.HIGH,
    cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"],
    level=Level.SHOULD,
)
PATIENCE = timedelta(days=7)
AT_RISK = {"atRisk", "confirmedCompromised"}


@CONTROL.check(MICROSOFT_365, none=passed("no alert waits to be taken up"))
def microsoft_alert_is_fresh(alert: SecurityAlert, now: Now) -> Result:
    """The alert is being worked on, or is younger than a week."""
    if alert.status != "new":
        return passed("is being worked on, or done")
    if alert.severity in {"low", "informational"}:
        return not_applicable("is of low severity")
    if alert.severity == "unknown":
        return not_assessed("its severity is not known", source="graph.security_alerts:severity")
    days = age(now, alert.created_date_time).days
    if age(now, alert.created_date_time) > PATIENCE:
        return failed(f"has waited for {days} days", severity_of_alert=alert.severity, from_=alert.service_source)
    return passed("is younger than a week")


@CONTROL.check(MICROSOFT_365)
def people_at_risk_are_looked_after(
    tenant: Tenant, licences: Licences, risky: Table[RiskyUser], now: Now
) -> list[Result]:
    """Nobody has been called at risk for longer than a week."""
    if not licences.has(Capability.ENTRA_P2):
        return [not_applicable("no plan of the clinic tells who is at risk (Entra ID P2)")]
    results = []
    for person in risky:
        since = person.risk_last_updated_date_time
        if person.risk_state not in AT_RISK:
            continue
        if since is None or age(now, since) > PATIENCE:
            who = person.user_principal_name or person.id
            results.append(failed(f"{who} has been called at risk for longer than a week", about={"person": person.id}))
    return results or [passed("nobody has been called at risk for longer than a week")]


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("the alert center holds no alert"))
def google_alert_is_fresh(alert: Alert, now: Now) -> Result:
    """The alert is being worked on, or is younger than a week."""
    if alert.deleted or alert.metadata.status != "NOT_STARTED":
        return passed("is being worked on, or done")
    if alert.metadata.severity == "LOW":
        return not_applicable("is of low severity")
    if not alert.metadata.severity:
        return not_assessed("Google could not tell how severe it is", source="alerts.alerts:metadata.severity")
    days = age(now, alert.create_time).days
    if age(now, alert.create_time) > PATIENCE:
        return failed(f"has waited for {days} days", severity_of_alert=alert.metadata.severity)
    return passed("is younger than a week")
