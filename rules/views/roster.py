"""The clinic's roster against its accounts.

for member in roster: ...           everybody who works here now
roster.names(person) -> list[str]   who on the roster has an account
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gap import Gap, Reason
from connectors.record import Unreadable, derived
from rules.profile import Profile, Staff
from rules.view import Now, View
from rules.views.people import Person

NO_ROSTER = Gap(
    "config:staff",
    Reason.NEEDS_INPUT,
    "nobody has told who works here",
    "add the staff to the configuration, with the addresses of their accounts",
)


@dataclass(frozen=True)
class Member:
    """Somebody who works here."""

    staff: Staff
    kind: str = "staff"

    @property
    def id(self) -> str:
        return f"roster:{self.staff.name}"

    @property
    def label(self) -> str:
        return self.staff.name

    @property
    def addresses(self) -> frozenset[str]:
        """Their addresses in lower case."""
        return frozenset(address.casefold() for address in self.staff.addresses)


class Roster(View[Member]):
    """Everybody on the roster who has not left."""

    def __init__(self, profile: Profile, now: Now) -> None:
        self.profile, self.now = profile, now

    @derived
    def members(self) -> list[Member]:
        """Everybody who works here; `Unreadable` (needs input) without a roster."""
        if self.profile.staff_roster is None:
            raise Unreadable(NO_ROSTER)
        today = self.now.date()
        return [
            Member(staff) for staff in self.profile.staff_roster if staff.departed is None or staff.departed >= today
        ]

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)

    @derived
    def _by_address(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for member in self.members:
            for address in member.addresses:
                found.setdefault(address, []).append(member.label)
        return found

    @derived
    def _by_name(self) -> dict[str, str]:
        return {member.label.casefold(): member.label for member in self.members}

    def names(self, person: Person) -> list[str]:
        """Who on the roster has this account: by an address, else by the name."""
        found = {name for address in person.addresses for name in self._by_address.get(address, ())}
        if not found and person.name.casefold() in self._by_name:
            found = {self._by_name[person.name.casefold()]}
        return sorted(found)
