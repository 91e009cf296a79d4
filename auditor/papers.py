"""The clinic's statements as they lie in the evidence folder today: which are asked for, which count, and until when.

Nothing here knows how long a kind of statement stays good. The checks that ask for it are judged for days to come, and the day
before they stop passing is the last on which it counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from connectors.evidence.connector import statements
from connectors.gap import Gap, Reason
from connectors.snapshot import Line, Snapshot, SourceState
from connectors.source import EVIDENCE, Provider
from reports.escape import visible
from rules.asks import STATEMENTS, asks
from rules.assess import CheckOutcome, Resolver, questions, run_check
from rules.control import Check, controls, natural
from rules.profile import Profile
from rules.result import Verdict
from rules.views.attestations import TOPICS

FAR = 3 * 366  # days that are looked ahead
Asked = tuple[Check, Provider]


class Today(Snapshot):
    """A snapshot with the statements that lie in the evidence folder now, instead of those of the scan."""

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        records, self.bad = statements(folder)
        self.records = records
        gap = (
            Gap(STATEMENTS, Reason.UNREADABLE, "; ".join(self.bad), "mend the files that are named")
            if self.bad
            else None
        )
        state = SourceState(str(EVIDENCE), count=len(records), pages=1, gap=gap)
        sources = dict(snapshot.manifest.sources) | {STATEMENTS: state}
        super().__init__(msgspec.structs.replace(snapshot.manifest, sources=sources))
        self._before = snapshot

    def lines(self, source: str) -> Iterator[Line]:
        """The lines of the scan; of statements, those of today."""
        return (Line(r=record) for record in self.records) if source == STATEMENTS else self._before.lines(source)


def kinds_by_control(providers: Collection[str]) -> dict[str, list[str]]:
    """Every kind of statement that some control asks for in a tenant of these providers, with the controls."""
    found: dict[str, dict[str, None]] = {}
    for control in controls().values():
        for check in control.checks:
            for provider in check.providers:
                if provider.value in providers or provider is EVIDENCE:
                    for kind in asks(check, provider):
                        found.setdefault(kind, {})[control.id] = None
    return {kind: sorted(ids, key=natural) for kind, ids in sorted(found.items())}


@dataclass(frozen=True)
class Waiting:
    """A control that a statement does not satisfy yet, with what it says."""

    control: str
    verdict: Verdict
    message: str


@dataclass
class Paper:
    """One kind of statement."""

    kind: str
    controls: list[str]
    statements: list[Mapping[str, Any]] = field(default_factory=list)  # on file, the newest first
    waiting: list[Waiting] = field(default_factory=list)
    passing: bool = False  # some control is satisfied with it
    until: date | None = (
        None  # the last day on which nothing has stopped counting; None: no end in sight, or it does not count
    )

    lapsed: date | None = None  # the last day on which it counted, if that has passed

    @property
    def ends(self) -> date | None:
        """The first day on which something of it stops, or stopped, counting."""
        return min((day for day in (self.lapsed, self.until) if day is not None), default=None)

    @property
    def words(self) -> str:
        """What it is about, in words."""
        return TOPICS.get(self.kind, self.kind.replace("_", " "))

    @property
    def state(self) -> str:
        """In a word."""
        if not self.statements:
            return "nothing on file"
        if self.lapsed is not None:
            return "lapsed"
        if self.waiting:
            return "in part" if self.passing else "does not count"
        return "counts" if self.passing else "on file"

    def to_dict(self) -> dict[str, Any]:
        """Its JSON contract."""
        return {
            "kind": self.kind,
            "about": self.words,
            "state": self.state,
            "until": self.ends.isoformat() if self.ends else None,
            "controls": self.controls,
            "waiting": [{"control": w.control, "verdict": w.verdict.value, "message": w.message} for w in self.waiting],
            "statements": [
                {
                    "id": s["id"],
                    "by": s["by"],
                    "signed_on": s["signed_on"],
                    "valid_until": s.get("valid_until"),
                    "file": s["file_state"],
                }
                for s in self.statements
            ],
        }


def papers(snapshot: Snapshot, profile: Profile, now: datetime) -> dict[str, Paper]:
    """Every kind that some control asks for in this tenant, with what is on file and until when it counts."""
    resolver = Resolver(snapshot, profile, now)
    asked = [q for control in controls().values() for q in questions(control, resolver) if asks(*q)]
    outcomes = {_key(q): run_check(*q, resolver) for q in asked}
    found = {kind: Paper(kind, ids) for kind, ids in kinds_by_control([p.value for p in resolver.providers]).items()}
    for line in snapshot.lines(STATEMENTS):
        if line.r is not None and line.r["topic"] in found:
            found[line.r["topic"]].statements.append(line.r)
    for paper in found.values():
        paper.statements.sort(key=lambda s: (s["signed_on"], s["id"]), reverse=True)
    for q in asked:
        _wait(q, outcomes[_key(q)], found)
    passing = [q for q in asked if outcomes[_key(q)].verdict is Verdict.PASS]
    ends = last_days([q for q in passing if any(found[k].statements for k in asks(*q))], resolver, now.date(), FAR)
    for q, (day, outcome) in ends:
        for kind in _blamed(q, outcome, found):
            paper = found[kind]
            paper.until = min(paper.until or day, day)
    for q in asked:
        if outcomes[_key(q)].verdict in {Verdict.FAIL, Verdict.REVIEW}:
            _look_back(q, resolver, found)
    return found


def _look_back(asked: Asked, resolver: Resolver, found: Mapping[str, Paper]) -> None:
    """Whether a check that does not pass now passed once its newest statement was made, and until when."""
    today = resolver.now.date()
    newest = [found[kind].statements[0] for kind in asks(*asked) if found[kind].statements]
    days = {max(given) for statement in newest if (given := [day for day in _days(statement) if day < today])}
    days |= {date.fromisoformat(str(statement["signed_on"])[:10]) for statement in newest}
    for start in sorted(day for day in days if day < today):
        then = resolver.at(datetime.combine(start, time.max, resolver.now.tzinfo))
        if run_check(*asked, then).verdict is Verdict.PASS:
            for _, (day, outcome) in last_days([asked], resolver, start, (today - start).days):
                for kind in _blamed(asked, outcome, found):
                    found[kind].lapsed = min(found[kind].lapsed or day, day)
            return


def _days(statement: Mapping[str, Any]) -> list[date]:
    """When things were done, as the statement says: signatures, training, rehearsals, restored files."""
    rows = [row for value in statement.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    return [date.fromisoformat(str(row["on"])[:10]) for row in rows if row.get("on")]


def _key(asked: Asked) -> tuple[str, str, Provider]:
    return asked[0].control.id, asked[0].name, asked[1]


def _wait(asked: Asked, outcome: CheckOutcome, found: Mapping[str, Paper]) -> None:
    check, provider = asked
    kinds = asks(check, provider)
    if outcome.verdict is Verdict.PASS:
        for kind in kinds:
            found[kind].passing = found[kind].passing or bool(found[kind].statements)
        return
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        return
    message = next((j.result.message for j in outcome.judgments if j.verdict is outcome.verdict), "")
    message = message or next((gap.detail for gap in outcome.gaps), "")
    missing = [kind for kind in kinds if not found[kind].statements]
    for kind in missing or kinds:
        entry = Waiting(check.control.id, outcome.verdict, visible(message))
        if all(w.control != entry.control for w in found[kind].waiting):
            found[kind].waiting.append(entry)


def _blamed(asked: Asked, outcome: CheckOutcome, found: Mapping[str, Paper]) -> list[str]:
    """Which kinds a check stopped passing for: those of the statements that its results name, else all that it asks for."""
    kinds = [kind for kind in asks(*asked) if found[kind].statements]
    named = {j.result.about.get("statement") for j in outcome.judgments if j.verdict is not Verdict.PASS}
    meant = [kind for kind in kinds if named & {s["id"] for s in found[kind].statements}]
    return meant or kinds


def last_days(
    passing: Iterable[Asked], resolver: Resolver, today: date, days: int
) -> list[tuple[Asked, tuple[date, CheckOutcome]]]:
    """The last day on which checks that pass now still pass, for those that stop within so many days."""
    ends: list[tuple[Asked, tuple[date, CheckOutcome]]] = []

    def judged(some: list[Asked], ahead: int) -> list[tuple[Asked, CheckOutcome]]:
        then = resolver.at(datetime.combine(today + timedelta(days=ahead), time.max, resolver.now.tzinfo))
        return [(asked, run_check(*asked, then)) for asked in some]

    def halve(some: list[tuple[Asked, CheckOutcome]], low: int, high: int) -> None:
        """All of them pass at the end of day `low` (-1: pass now), and none at the end of day `high`."""
        if not some:
            return
        if high - low == 1:
            ends.extend((asked, (today + timedelta(days=max(low, 0)), outcome)) for asked, outcome in some)
            return
        middle = (low + high) // 2
        there = judged([asked for asked, _ in some], middle)
        stopped = [pair for pair in there if pair[1].verdict is not Verdict.PASS]
        gone = {_key(asked) for asked, _ in stopped}
        halve([pair for pair in some if _key(pair[0]) not in gone], middle, high)
        halve(stopped, low, middle)

    halve([pair for pair in judged(list(passing), days) if pair[1].verdict is not Verdict.PASS], -1, days)
    return ends


@dataclass(frozen=True)
class Lapse:
    """A kind of statement that stops counting soon."""

    kind: str
    words: str
    until: date


def lapsing(snapshot: Snapshot, profile: Profile, now: datetime, days: int) -> list[Lapse]:
    """What on file stops counting within so many days, the next first."""
    found = papers(snapshot, profile, now)
    last = now.date() + timedelta(days=days)
    soon = [Lapse(p.kind, p.words, p.until) for p in found.values() if p.until is not None and p.until <= last]
    return sorted(soon, key=lambda lapse: (lapse.until, lapse.kind))
