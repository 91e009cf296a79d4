"""The environments that flows live in.

for environment in environments: ...       none at all where no plan of the clinic holds Power Apps or Power Automate
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.microsoft365.sources.power import PowerEnvironment
from connectors.record import derived
from rules.tables import Table
from rules.view import View
from rules.views.power_licences import PowerLicences


class FlowEnvironment:
    """A place where flows live."""

    kind = "environment"

    def __init__(self, record: PowerEnvironment) -> None:
        self.record = record

    @property
    def id(self) -> str:
        return str(self.record.name)

    @property
    def label(self) -> str:
        return str(self.record.label)

    @derived
    def is_default(self) -> bool:
        """Whether it is the environment that everybody works in."""
        return bool(self.record.properties.is_default)


class FlowEnvironments(View[FlowEnvironment]):
    """All environments, where the question of flows arises."""

    def __init__(self, environments: Table[PowerEnvironment], power: PowerLicences) -> None:
        self.environments, self.power = environments, power

    def __iter__(self) -> Iterator[FlowEnvironment]:
        if self.power.has_flows:
            yield from map(FlowEnvironment, self.environments)
