"""Directory settings by name: what somebody changed, as text; settings that nobody changed are not listed.

settings.value(CONSENT, "EnableAdminConsentRequests") -> "true" | None
"""

from __future__ import annotations

from connectors.microsoft365.sources.signin import DirectorySetting
from connectors.record import derived
from rules.tables import Table
from rules.view import View

CONSENT = "dffd5d46-495d-40a9-8e21-954ff55e198a"
"""Template of the consent settings (Graph, groupSettingTemplate: the same in every tenant)."""


class DirectorySettings(View[None]):
    """The values of all settings that somebody changed."""

    def __init__(self, settings: Table[DirectorySetting]) -> None:
        self._settings = settings

    @derived
    def _values(self) -> dict[tuple[str, str], str]:
        return {
            (setting.template_id.casefold(), one.name.casefold()): (one.value or "").casefold()
            for setting in self._settings
            for one in setting.values
        }

    def value(self, template: str, name: str) -> str | None:
        """A value in lower case; None where nobody changed that group of settings; `Unreadable` if they were not all read."""
        return self._values.get((template.casefold(), name.casefold()))
