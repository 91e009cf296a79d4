"""What a scan saw that belongs on a paper: people, accounts, shared mailboxes, connected apps, devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from auditor.paper.devices import devices
from connectors.record import Unreadable
from connectors.snapshot import Snapshot
from reports import wording
from rules import Assessment
from rules.assess import Resolver
from rules.attested.email_policy import staff
from rules.profile import Profile
from rules.view import Across, Now
from rules.views.people import People, Person

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Facts:
    """Rows for the tables of papers. Names are as other people chose them: whoever shows them escapes them."""

    key: str
    clinic: str
    day: str = "____________"  # of the scan
    people: Rows = ()  # everybody who signs: name, address
    accounts: Rows = ()  # name, address, kind
    mailboxes: Rows = ()
    apps: Rows = ()
    devices: Rows = ()
    providers: Rows = ()
    unseen: str = ""  # a sentence on what these lists may lack
    roster_note: str = ""  # where the list of people is from
    official: str = ""


def facts(key: str, clinic: str, assessment: Assessment, snapshot: Snapshot, profile: Profile, now: datetime) -> Facts:
    """What the newest scan saw; what could not be read is said, never left out silently."""
    resolver = Resolver(snapshot, profile, now)
    everybody: list[People] = [resolver.view(People, provider) for provider in resolver.providers]
    lacking: list[str] = []

    def read(what: str, rows: Callable[[], Iterable[tuple[str, ...]]]) -> Rows:
        found: dict[tuple[str, ...], None] = {}
        try:
            for row in rows():
                found[row] = None
        except Unreadable:
            lacking.append(what)
        return tuple(sorted(found, key=lambda row: tuple(cell.casefold() for cell in row)))

    people = read("the people", lambda: _staff(profile, everybody, now))
    accounts = read("the accounts", lambda: _accounts(everybody))
    mailboxes = read("the shared mailboxes", lambda: _shared(everybody))
    held = devices(resolver, lambda rows: read("the devices", rows))
    dark = {
        kind
        for outcome in assessment.controls
        if outcome.gaps
        for kind, family in (("the connected apps", "APP"), ("the devices", "DEV"))
        if outcome.control.id.startswith(family)
    }
    lacking = list(dict.fromkeys([*lacking, *sorted(dark)]))
    unseen = "Nothing is known to be missing, but no list from outside is ever whole."
    if lacking:
        unseen = f"Not everything could be read, so these lists may lack entries: {wording.listed(lacking, 9)}."
    return Facts(
        key=key,
        clinic=clinic,
        day=wording.day(assessment.finished),
        people=people,
        accounts=accounts,
        mailboxes=tuple(sorted({*mailboxes, *_named(assessment, "inbox")}, key=lambda row: row[0].casefold())),
        apps=_named(assessment, "app", "application", "vendor"),
        devices=held,
        providers=tuple(
            (wording.provider(p), "", assessment.tenant.ids.get(p, "")) for p in assessment.tenant.providers
        ),
        unseen=unseen,
        roster_note=(
            "The names are those of the roster in the configuration."
            if profile.staff_roster is not None
            else f"The names are those of the accounts seen on {wording.day(assessment.finished)}; add whoever is missing."
        )
        + (" The list of people could not be read to its end." if "the people" in lacking else ""),
    )


def _staff(profile: Profile, everybody: list[People], now: datetime) -> Iterator[tuple[str, ...]]:
    """The same people whom the control on the signed policy asks for."""
    known: dict[str, str] = {}
    for name, addresses in staff(profile, Across(everybody), Now(now)):
        known.setdefault(name, min(addresses, key=len, default=""))
    yield from known.items()


def _accounts(everybody: list[People]) -> Iterator[tuple[str, ...]]:
    """The same accounts that the control on the inventory asks for, with what they are."""
    for people in everybody:
        for person in people:
            if person.can_sign_in and not person.is_guest:
                yield person.name, person.address, _kind(person)


def _kind(person: Person) -> str:
    if person.is_break_glass:
        return "emergency"
    return "shared" if _is_shared(person) else "person"


def _is_shared(person: Person) -> bool:
    try:
        return person.is_shared
    except Unreadable:
        return False


def _shared(everybody: list[People]) -> Iterator[tuple[str, ...]]:
    for people in everybody:
        for person in people:
            if person.is_shared:
                yield (f"{person.name} <{person.address}>" if person.name else person.address,)


def _named(assessment: Assessment, *kinds: str) -> Rows:
    """What checks named of some kinds."""
    labels = {
        judgment.entity.label
        for outcome in assessment.controls
        for judgment in outcome.judgments
        if judgment.entity.kind in kinds
    }
    return tuple((label,) for label in sorted(labels, key=str.casefold))
