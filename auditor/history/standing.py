"""What an assessment says, reduced to what history compares: a verdict for each finding's identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import rules
from connectors.gap import Reason
from rules import Assessment
from rules.result import Severity, Verdict, worst

Place = tuple[str, str, str]
"""A check at a provider: (control, check, provider)."""


@dataclass(frozen=True)
class Stand:
    """One entity's verdict by one check."""

    control: str
    check: str
    provider: str
    kind: str
    entity: str
    about: Mapping[str, str]
    label: str
    verdict: Verdict
    message: str = ""
    severity: Severity = Severity.LOW
    waived_until: date | None = None
    needs_input: bool = False

    @property
    def place(self) -> Place:
        return self.control, self.check, self.provider

    @cached_property
    def identity(self) -> str:
        """The same for the same finding in every run of a tenant: control, check, provider, entity and the facts that matter."""
        parts = [self.control, self.check, self.provider, self.kind, self.entity, sorted(self.about.items())]
        return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()

    @property
    def is_finding(self) -> bool:
        return self.verdict in {Verdict.FAIL, Verdict.REVIEW}


@dataclass
class Standing:
    """All of an assessment that history compares."""

    stands: dict[str, Stand] = field(default_factory=dict)  # by identity
    controls: dict[str, Verdict] = field(default_factory=dict)
    raw: dict[str, Verdict] = field(default_factory=dict)  # controls as if nothing were waived
    severities: dict[str, Severity] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)  # checks that ran
    partial: dict[Place, bool] = field(default_factory=dict)
    """Checks whose list of entities was not whole, and whether nothing but a person's input was missing."""
    blind: dict[tuple[Place, str, str], bool] = field(default_factory=dict)
    """Entities of which a check could not say everything, and whether nothing but a person's input was missing."""

    def unseen(self, place: Place, kind: str, entity: str) -> bool | None:
        """Why a finding that is not here may be there all the same: None if it would have been seen, else whether only
        a person's input was missing.
        """
        found = self.blind.get((place, kind, entity))
        return found if found is not None else self.partial.get(place)

    def findings(self) -> list[Stand]:
        return [stand for stand in self.stands.values() if stand.is_finding]


def standing(assessment: Assessment) -> Standing:
    """Reduce an assessment."""
    found = Standing()
    for outcome in assessment.controls:
        found.controls[outcome.control.id] = outcome.verdict
        gaps = [Verdict.NOT_ASSESSED for check in outcome.checks if check.gaps]
        found.raw[outcome.control.id] = worst([*(j.verdict for j in outcome.judgments), *gaps])
        found.severities[outcome.control.id] = outcome.severity
        for check in outcome.checks:
            place = (outcome.control.id, check.check.name, str(check.provider))
            found.places.add(place)
            known = {judgment.result.gap for judgment in check.judgments}
            listing = [gap for gap in check.gaps if gap not in known]
            if listing:
                found.partial[place] = all(gap.reason is Reason.NEEDS_INPUT for gap in listing)
            for judgment in check.judgments:
                result, gap = judgment.result, judgment.result.gap
                if gap is not None and result.verdict is Verdict.NOT_ASSESSED:
                    seat = (place, judgment.entity.kind, judgment.entity.id)
                    found.blind[seat] = found.blind.get(seat, True) and gap.reason is Reason.NEEDS_INPUT
                _add(
                    found,
                    Stand(
                        *place,
                        kind=judgment.entity.kind,
                        entity=judgment.entity.id,
                        about={key: str(value) for key, value in result.about.items()},
                        label=judgment.entity.label,
                        verdict=result.verdict,
                        message=result.message,
                        severity=result.severity or outcome.control.severity,
                        waived_until=judgment.waiver.until if judgment.waiver else None,
                        needs_input=gap is not None and gap.reason is Reason.NEEDS_INPUT,
                    ),
                )
    return found


def _add(found: Standing, stand: Stand) -> None:
    other = found.stands.get(stand.identity)
    # Two results of one check on one entity that do not tell themselves apart count as their worst.
    if other is None or worst([stand.verdict, other.verdict]) is not other.verdict:
        found.stands[stand.identity] = stand


def rules_fingerprint() -> str:
    """A hash over everything that judges: the files of `rules`. The same for the same controls."""
    (home,) = map(Path, rules.__path__)
    digest = hashlib.sha256()
    for name, path in sorted((p.relative_to(home).as_posix(), p) for p in home.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
