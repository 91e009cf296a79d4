"""Applications that were registered in the tenant itself, by their application id.

registrations.of(app_id) -> Application | None
"""

from __future__ import annotations

from connectors.microsoft365.sources.registrations import Application
from connectors.record import derived
from rules.tables import Table
from rules.view import View


class Registrations(View[None]):
    """The tenant's own applications."""

    def __init__(self, applications: Table[Application]) -> None:
        self._applications = applications

    @derived
    def _by_app(self) -> dict[str, Application]:
        return {application.app_id.casefold(): application for application in self._applications}

    def of(self, app_id: str) -> Application | None:
        """The registration of an app; None if it was registered elsewhere, `Unreadable` if the list is incomplete."""
        return self._by_app.get(app_id.casefold())
