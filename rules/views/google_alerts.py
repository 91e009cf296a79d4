"""Google's own alert rules, as they stand.

alerts(policy)["email settings changed"] -> SystemAlert         by display name in lower case
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import SystemAlert
from connectors.record import Unreadable
from rules.views.google_policy import VALUE, GooglePolicy


def alerts(policy: GooglePolicy) -> dict[str, SystemAlert]:
    """The rules by name. Of several with one name, what an administrator set counts before what Google set."""
    known: dict[str, tuple[bool, float, SystemAlert]] = {}
    for rule in policy.rules(SystemAlert.setting):
        if rule.value is None:
            if rule.gap is not None:
                raise Unreadable(rule.gap)
            continue
        alert = SystemAlert(rule.value, VALUE)
        name = alert.display_name.casefold()
        if name not in known or (rule.admin, rule.order) > known[name][:2]:
            known[name] = rule.admin, rule.order, alert
    return {name: alert for name, (_, _, alert) in known.items()}
