"""What Microsoft's own guards have noticed and nobody has taken up."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


@source(
    "graph.security_alerts", MICROSOFT_365,
    Graph(lambda g: g.security.alerts_v2, {"filter": "status eq 'new'"}, select=False),
    permission="SecurityAlert.Read.All", lane="graph", page_size=100, tier="graph-only",
)  # fmt: skip
class SecurityAlert(Record):
    """An alert that nobody has taken up. What it says is dropped, for it may name patients."""

    kind = "alert"

    id: str
    status: Literal["unknown", "new", "inProgress", "resolved"]
    severity: Literal["unknown", "informational", "low", "medium", "high"]
    created_date_time: datetime
    service_source: str | None

    @property
    def label(self) -> str:
        return f"alert {self.id}"
