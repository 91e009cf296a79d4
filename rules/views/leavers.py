"""People who left, as the clinic's roster says, with the accounts that are still theirs.

    for leaver in leavers: ...        one for each account, and one without account for somebody who has none any more

An account is matched by any of its addresses, or by its name unless a roster entry of somebody who still works here claims it.
A last day lasts until midnight at the clinic. Providers tell universal time, so a day counts as over when it is over everywhere
in the United States.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from rules.profile import Profile, Staff
from rules.view import Now, View
from rules.views.people import People, Person

WESTERNMOST = timedelta(hours=11)
"""How far American Samoa is behind universal time: no clinic's day ends later."""


def earliest_day(moment: datetime) -> date:
    """The earlier of the days that a moment may lie in, seen from somewhere in the United States."""
    return (moment - WESTERNMOST).date()


@dataclass(frozen=True)
class Leaver:
    """Somebody who left, and one account of theirs."""

    staff: Staff
    left: date
    person: Person | None
    kind: str = "person"

    @property
    def id(self) -> str:
        """The account's id; the roster's name for somebody without account."""
        return self.person.id if self.person is not None else f"roster:{self.staff.name}"

    @property
    def label(self) -> str:
        return self.person.label if self.person is not None else self.staff.name

    def days(self, today: date) -> int:
        """Days since the person left."""
        return (today - self.left).days


class Leavers(View[Leaver]):
    """Everybody on the roster whose last day has passed."""

    def __init__(self, people: People, profile: Profile, now: Now) -> None:
        self.people, self.profile, self.now = people, profile, now

    def __iter__(self) -> Iterator[Leaver]:
        """Leavers by account, then `Unreadable` if there is no roster or accounts may be missing."""
        roster = self.profile.staff_roster
        if roster is None:
            raise Unreadable(
                Gap(
                    "config",
                    Reason.NEEDS_INPUT,
                    "nobody has told who works here and who has left",
                    "add the staff to the configuration, with the last day of those who left",
                )
            )
        gone, here = _sorted(roster, self.now)
        if not gone:
            return
        found: set[str] = set()
        unread: Unreadable | None = None
        try:
            for person in self.people:
                try:
                    if person.addresses & here:
                        continue
                    for staff, left in gone:
                        if _is(person, staff):
                            found.add(staff.name)
                            yield Leaver(staff, left, person)
                            break
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        if unread is not None:
            raise unread
        for staff, left in gone:
            if staff.name not in found:
                yield Leaver(staff, left, None)


def departed(person: Person, profile: Profile, now: datetime) -> bool:
    """Whether the roster says that whoever has this account left, and that nobody who works here has it."""
    gone, here = _sorted(profile.staff_roster or (), now)
    return bool(gone) and not person.addresses & here and any(_is(person, staff) for staff, _ in gone)


def _sorted(roster: Iterable[Staff], now: datetime) -> tuple[list[tuple[Staff, date]], set[str]]:
    """(those who left, with their last day; the addresses of those who work here)."""
    today = earliest_day(now)
    gone: list[tuple[Staff, date]] = []
    here: set[str] = set()
    for staff in roster:
        if staff.departed is not None and staff.departed < today:
            gone.append((staff, staff.departed))
        else:
            here.update(address.casefold() for address in staff.addresses)
    return gone, here


def _is(person: Person, staff: Staff) -> bool:
    theirs = {address.casefold() for address in staff.addresses}
    return bool(theirs & person.addresses) or (bool(staff.name) and person.name.casefold() == staff.name.casefold())
