"""The old per-person switch for a second factor: for whom it is on."""

from __future__ import annotations

from connectors.microsoft365.sources.people import PerUserMfa
from connectors.record import Unreadable, derived
from rules.tables import Grouped
from rules.view import View
from rules.views.people import People, Person


class Switches(View[None]):
    """Everybody's switch; guests have none."""

    def __init__(self, people: People, states: Grouped[PerUserMfa]) -> None:
        self.people, self.states = people, states

    @derived
    def known_on(self) -> list[Person]:
        """Those for whom it is known to be enabled or enforced; there may be others."""
        found = []
        for person in self.people.known().values():
            try:
                if any(state.per_user_mfa_state != "disabled" for state in self.states.of(person.id)):
                    found.append(person)
            except Unreadable:
                continue  # `whole` says so
        return sorted(found, key=lambda person: person.id)

    @derived
    def whole(self) -> int:
        """How many switches of working accounts were read; `Unreadable` if one was not."""
        count = 0
        for person in self.people:
            if person.can_sign_in and not person.is_guest:
                count += sum(1 for state in self.states.of(person.id) if state.per_user_mfa_state)
        return count
