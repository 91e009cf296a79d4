"""Named locations: which places the clinic trusts, and whether a policy leaves out no others."""

from __future__ import annotations

from connectors.microsoft365.sources.access import NamedLocation
from rules.tables import Keyed
from rules.view import View
from rules.views.conditional_access import AccessPolicy

WHOLE_INTERNET = frozenset({"0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"})
COUNTRIES = "#microsoft.graph.countryNamedLocation"
NETWORK = "#microsoft.graph.ipNamedLocation"


def is_whole_internet(location: NamedLocation) -> bool:
    """Whether a network location is everywhere."""
    return any(one.cidr_address in WHOLE_INTERNET for one in location.ip_ranges)


class Places(View[None]):
    """The named locations of the tenant."""

    def __init__(self, locations: Keyed[NamedLocation]) -> None:
        self.locations = locations

    def trusts(self, id: str) -> bool:  # noqa: A002
        """Whether a location (by id) is a network that the clinic trusts; one that was deleted is not."""
        if id == "AllTrusted":
            return not any(location.is_trusted and is_whole_internet(location) for location in self.locations)
        found = self.locations.get(id)
        return found is not None and found.type == NETWORK and bool(found.is_trusted) and not is_whole_internet(found)

    def exists(self, id: str) -> bool:  # noqa: A002
        """Whether a location (by id) is still there."""
        return id == "AllTrusted" or self.locations.get(id) is not None

    def is_country(self, id: str) -> bool:  # noqa: A002
        """Whether a location (by id) is a list of countries."""
        found = self.locations.get(id)
        return found is not None and found.type == COUNTRIES

    def all_but_trusted(self, policy: AccessPolicy) -> bool:
        """Whether a policy that is limited to places speaks of all but trusted ones."""
        where = policy.record.conditions.locations
        if where is None:
            return True
        return "All" in where.include_locations and all(self.trusts(place) for place in where.exclude_locations)
