"""Settings of Google that only the audit log shows: the last value an administrator gave, unit by unit.

    changes.last("OutOfDomainWarningProto disable_untrusted_recipient_warning", "/Staff") -> "false"

The log reaches back 180 days and knows units by name (Reports API, admin events). A setting without an event has an unknown value:
that nobody changed it lately says nothing of how it stands.
An incomplete log counts where it holds every change of the setting's application (an import of ScubaGoggles).
"""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import AdminActivity
from connectors.google_workspace.sources.customer import OrgUnit
from connectors.record import Unreadable
from rules.tables import Table
from rules.view import View
from rules.views.org_units import OrgUnits

INHERITED = "INHERIT_FROM_PARENT"


class AdminChanges(View[None]):
    """The changes of settings in the audit log."""

    def __init__(self, log: Table[AdminActivity], listed: Table[OrgUnit], units: OrgUnits) -> None:
        self._log, self._listed, self._units = log, listed, units
        self._read: dict[str, dict[str, str]] = {}

    def last(self, setting: str, path: str) -> str:
        """The value at a unit: its own last change, else that of the next unit above; `Unreadable` if there is none."""
        values = self._values(setting)
        for unit in self._names(path):
            if unit in values:
                return values[unit]
        raise Unreadable(
            Gap(
                "reports.activity.admin",
                Reason.UNREADABLE,
                "no setting shows this, and nobody changed it in the 180 days that the log tells of",
                "look at the setting in the Admin console",
            )
        )

    def _values(self, setting: str) -> dict[str, str]:
        """The last value by the unit's name in lower case; a unit that went back to its parent's value is left out."""
        newest: dict[str, tuple[float, str | None]] = {}
        applications: set[str] = set()
        for activity in self._log.known():
            for event in activity.events:
                named = event.detail("SETTING_NAME")
                if named is None or named.value != setting:
                    continue
                grouped = event.detail("GROUP_EMAIL")
                if grouped is not None and grouped.value:
                    raise Unreadable(
                        Gap(
                            "reports.activity.admin",
                            Reason.UNREADABLE,
                            "the setting was changed for a group, and who has that value cannot be told",
                            "look at the setting in the Admin console",
                        )
                    )
                if self._log.gap is not None:
                    applications.add(event.text("APPLICATION_NAME"))
                unit = event.text("ORG_UNIT_NAME").casefold()
                when = activity.id.time.timestamp()
                gone = event.name.startswith("DELETE")
                value = None if gone else event.text("NEW_VALUE")
                if unit not in newest or when > newest[unit][0]:
                    newest[unit] = when, None if value == INHERITED else value
        if (gap := self._log.gap) is not None and not (applications and all(map(self._log.holds_all_of, applications))):
            raise Unreadable(gap)
        return {unit: value for unit, (_, value) in newest.items() if value is not None}

    def _names(self, path: str) -> list[str]:
        """What the log may call a unit and those above it, the nearest first; `Unreadable` where two share a name."""
        names = [unit.name.casefold() for unit in self._listed]
        chain: list[str] = []
        at = path
        while at and at != "/":
            name = at.rpartition("/")[2].casefold()
            if names.count(name) > 1:
                raise Unreadable(
                    Gap(
                        "directory.orgunits:name",
                        Reason.UNREADABLE,
                        "two units share a name, and the log knows them by name alone",
                        "look at the setting in the Admin console",
                    )
                )
            chain += [name, at.casefold()]
            at = at.rpartition("/")[0]
        return [*chain, self._units.root_name.casefold(), "/"]
