"""The directory's settings for Microsoft 365 groups, with Microsoft's defaults where nobody changed them."""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.signin import DirectorySetting
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View

TEMPLATE = "62375ab9-6b52-47ed-826b-58e47e0e304b"  # Group.Unified
DEFAULTS = {
    "AllowGuestsToAccessGroups": True,
    "AllowGuestsToBeGroupOwner": False,
    "AllowToAddGuests": True,
    "EnableGroupCreation": True,
}
"""What holds while nobody has made the setting, or its text is empty (Microsoft Entra: cmdlets for group settings)."""


class UnifiedGroups(View[None]):
    """What Microsoft 365 groups may do."""

    def __init__(self, settings: Table[DirectorySetting]) -> None:
        self._settings = settings

    @derived
    def _setting(self) -> DirectorySetting | None:
        """The changed setting; None if the whole list holds none."""
        return next((one for one in self._settings if one.template_id == TEMPLATE), None)

    def text(self, name: str) -> str:
        """A value as text; empty where nobody changed the setting."""
        return (self._setting.value(name) or "") if self._setting is not None else ""

    def on(self, name: str) -> bool:
        """Whether a switch is on; `Unreadable` if its text is neither true nor false."""
        text = self.text(name).strip().casefold()
        if not text:
            return DEFAULTS[name]
        if text not in {"true", "false"}:
            raise Unreadable(Gap("graph.group_settings:values", Reason.UNREADABLE, f"{name} is neither true nor false"))
        return text == "true"
