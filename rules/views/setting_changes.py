"""Settings that only Google's audit log tells: the last change of each, by unit and group.

    changes.last("GenAiAlphaSettingsProto alpha_enabled") -> {Place("Clinic", ""): Change("false", ...)}
    changes.of_everybody(...) -> Change | None      the last one for the whole clinic

The log names a unit by its name. It reaches back 180 days, so no change is no answer; a change that was deleted leaves the unit to
the one above, and the whole clinic to a default that nobody documents.
An incomplete log counts where it holds every change of the setting's application (an import of ScubaGoggles).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connectors.google_workspace.sources.activity import AdminActivity
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View
from rules.views.org_units import OrgUnits

DELETED = ("DELETE_APPLICATION_SETTING", "DELETE_GMAIL_SETTING")


class Place(NamedTuple):
    """Where a setting was changed, as the log names it."""

    unit: str
    group: str

    def __str__(self) -> str:
        return f"group {self.group} in {self.unit}" if self.group else self.unit


@dataclass(frozen=True)
class Change:
    """The last change of a setting at one place."""

    value: str | None  # None: the setting was deleted there, or the log does not tell the value
    when: datetime


class SettingChanges(View[None]):
    """The last changes of settings."""

    def __init__(self, log: Table[AdminActivity], units: OrgUnits) -> None:
        self._log, self._units = log, units

    @derived
    def _all(self) -> tuple[dict[str, dict[Place, Change]], dict[str, set[str]], dict[str, datetime]]:
        """(the last changes by setting and place, the applications that each setting belongs to, when it was changed last)."""
        found: dict[str, dict[Place, Change]] = {}
        times: dict[str, datetime] = {}
        applications: dict[str, set[str]] = {}
        for activity in self._log.known():
            for event in activity.events:
                setting, unit, group = (event.detail(name) for name in ("SETTING_NAME", "ORG_UNIT_NAME", "GROUP_EMAIL"))
                if setting is None or setting.value is None:
                    continue
                times[setting.value] = max(times.get(setting.value, activity.id.time), activity.id.time)
                if unit is None:
                    continue
                place = Place(unit.value or "", (group.value or "") if group is not None else "")
                value = event.detail("NEW_VALUE")
                gone = event.name in DELETED or value is None
                change = Change(None if gone or value is None else value.value, activity.id.time)
                if self._log.gap is not None:
                    home = event.detail("APPLICATION_NAME")
                    applications.setdefault(setting.value, set()).add((home.value if home is not None else None) or "")
                last = found.setdefault(setting.value, {})
                if place not in last or last[place].when < change.when:
                    last[place] = change
        return found, applications, times

    def last(self, *names: str) -> dict[Place, Change]:
        """The last change at each place of a setting that goes by any of these names; `Unreadable` if the log may lack one."""
        changes, applications, _ = self._all
        found: dict[Place, Change] = {}
        for name in names:
            if (gap := self._log.gap) is not None:
                homes = applications.get(name, set())
                if not homes or not all(map(self._log.holds_all_of, homes)):
                    raise Unreadable(gap)
            for place, change in changes.get(name, {}).items():
                if place not in found or found[place].when < change.when:
                    found[place] = change
        return found

    def touched(self, prefix: str) -> datetime | None:
        """When a setting of these first letters was changed last, None if never; `Unreadable` if the log may lack that."""
        times = [time for name, time in self._all[2].items() if name.startswith(prefix)]
        if not times and (gap := self._log.gap) is not None:
            raise Unreadable(gap)
        return max(times, default=None)

    def of_everybody(self, *names: str) -> Change | None:
        """The last change for the whole clinic, None if the log holds none."""
        root = self._units.root_name.casefold()
        return next((c for p, c in self.last(*names).items() if not p.group and p.unit.casefold() == root), None)
