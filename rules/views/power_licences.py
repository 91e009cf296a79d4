"""Whether the clinic's plans hold Power Platform or Power BI at all.

power.has_flows, power.has_reports
"""

from __future__ import annotations

from connectors.microsoft365.sources.tenant import SubscribedSku
from connectors.record import derived
from rules.tables import Table
from rules.view import View

FLOWS = ("FLOW", "POWERAPPS", "POWER_PAGES", "POWERAUTOMATE", "CDS_")
REPORTS = ("BI_AZURE", "POWER_BI", "PBI_")


class PowerLicences(View[None]):
    """What Microsoft calls the parts of plans that hold these products."""

    def __init__(self, skus: Table[SubscribedSku]) -> None:
        self._skus = skus

    def _has(self, names: tuple[str, ...]) -> bool:
        return any(plan.service_plan_name.upper().startswith(names) for sku in self._skus for plan in sku.service_plans)

    @derived
    def has_flows(self) -> bool:
        """Whether any plan holds Power Apps or Power Automate."""
        return self._has(FLOWS)

    @derived
    def has_reports(self) -> bool:
        """Whether any plan holds Power BI."""
        return self._has(REPORTS)
