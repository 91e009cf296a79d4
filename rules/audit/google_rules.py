"""Google's own alert rules by name: whether each is on and who is told."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.google_workspace.sources.settings import SystemAlert
from rules.result import Result, failed, not_assessed, passed
from rules.views.google_alerts import alerts
from rules.views.google_policy import GooglePolicy


def judge(policy: GooglePolicy, names: Iterable[str]) -> list[Result]:
    """One result a rule."""
    known = alerts(policy)
    return [_one(name, known.get(name.casefold())) for name in names]


def _one(name: str, alert: SystemAlert | None) -> Result:
    about = {"rule": name}
    if alert is None:
        return not_assessed(
            f"Google lists no alert rule called {name}",
            source="policy.policies:rule.system_defined_alerts",
            remedy="look at Rules, System defined in the Admin console",
        )
    if alert.state != "ACTIVE":
        return failed(f"the alert is off: {name}", about=about)
    action = alert.action.alert_center_action
    if action is None or action.alert_center_config is None:
        return failed(f"the alert is on but never raised: {name}", about=about)
    if not action.recipients:
        return failed(f"the alert is on, but nobody gets a mail: {name}", about=about)
    return passed(f"the alert is on and somebody gets a mail: {name}")
