"""Settings of the Entra directory that stand in no policy: forbidden passwords and lockout.

settings.passwords -> PasswordRules | None       None: nobody changed them, so that Microsoft's defaults hold
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.signin import DirectorySetting
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View

PASSWORD_RULES = "5cf42378-d67d-4f36-ba46-e8b86229381d"  # noqa: S105 - a template's id
VALUES = "graph.group_settings:values."


@dataclass(frozen=True)
class PasswordRules:
    """The password rules that somebody set. Microsoft writes every value as text."""

    record: DirectorySetting

    def text(self, name: str) -> str:
        """One value; `Unreadable` if the setting does not carry it."""
        found = self.record.value(name)
        if found is None:
            raise Unreadable(Gap(VALUES + name, Reason.UNREADABLE, f"the setting does not tell {name}"))
        return found

    def on(self, name: str) -> bool:
        """One value that is "True" or "False"."""
        found = self.text(name).casefold()
        if found not in {"true", "false"}:
            raise Unreadable(Gap(VALUES + name, Reason.UNREADABLE, f"{name} is neither true nor false"))
        return found == "true"

    def number(self, name: str, default: int) -> int:
        """One value that is a number; the documented default where it is left out or empty."""
        found = (self.record.value(name) or "").strip()
        if not found:
            return default
        if not found.isdigit():
            raise Unreadable(Gap(VALUES + name, Reason.UNREADABLE, f"{name} is not a number"))
        return int(found)


class PasswordSettings(View[None]):
    """The password rules of the directory, if somebody changed them."""

    def __init__(self, settings: Table[DirectorySetting]) -> None:
        self.settings = settings

    @derived
    def passwords(self) -> PasswordRules | None:
        """The password rules; None if the complete list holds none."""
        for setting in self.settings:
            if setting.template_id == PASSWORD_RULES:
                return PasswordRules(setting)
        return None
