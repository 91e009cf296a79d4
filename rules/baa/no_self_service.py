"""Staff cannot buy or try products the BAA may not cover.

Why it matters
    A trial that somebody started on a clinic account holds patient data within days, and nobody knows under which terms.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Org settings, Self-service trials and purchases: do not allow each product;
    User owned apps and services: clear "Let users start trials on behalf of your organization".

Does not cover
    What was bought before.
"""

from __future__ import annotations

from connectors.microsoft365.sources.registrations import AppsAndServices
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control(
    "BAA-8",
    Severity.MEDIUM,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)"],
    level=Level.SHOULD,
)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.3.4", "CIS M365 v6.0.0 1.3.4"])
def no_trials(tenant: Tenant, apps: One[AppsAndServices]) -> Result:
    """Staff cannot start trials in the clinic's name."""
    if apps.value.settings.is_app_and_services_trial_enabled:
        return failed("everybody on staff can start trials in the clinic's name")
    return passed("staff cannot start trials")


@CONTROL.check(MICROSOFT_365)
def no_purchases(tenant: Tenant) -> Result:
    """Staff cannot buy products by themselves."""
    return needs_input(
        "Microsoft shows the switches for self-service purchases only to a signed-in administrator, not to a scan",
        "look at Org settings, Self-service trials and purchases in the Microsoft 365 admin center",
        "graph.self_service_purchase",
    )
