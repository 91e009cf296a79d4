"""What an assessment says, reduced to what history compares: a verdict for each finding's identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

import rules
from connectors.gap import Reason
from rules import Assessment
from rules.assess import CheckOutcome, Judgment
from rules.result import Severity, Verdict, worst

FINDINGS = (Verdict.FAIL, Verdict.REVIEW)
Place = tuple[str, str, str]
"""A check at a provider: (control, check, provider)."""


class Stand(msgspec.Struct, frozen=True):
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
    identity: str = ""
    """The same for the same finding in every run of a tenant: a hash of control, check, provider, entity and the facts that matter."""

    def __post_init__(self) -> None:
        parts = [self.control, self.check, self.provider, self.kind, self.entity, sorted(self.about.items())]
        identity = hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
        msgspec.structs.force_setattr(self, "identity", identity)

    @property
    def place(self) -> Place:
        return self.control, self.check, self.provider

    @property
    def is_finding(self) -> bool:
        return self.verdict in FINDINGS


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


def standing(assessment: Assessment, *, whole: Collection[str] | None = None) -> Standing:
    """Reduce an assessment: every verdict of the controls in `whole` (None: of all), of the others findings only.

    A big clinic has hundreds of thousands of verdicts and a few thousand findings, and most runs move a handful of controls.
    """
    found = Standing()
    for outcome in assessment.controls:
        control = outcome.control.id
        found.controls[control] = outcome.verdict
        gaps = [Verdict.NOT_ASSESSED for check in outcome.checks if check.gaps]
        found.raw[control] = worst([*{j.verdict for check in outcome.checks for j in check.judgments}, *gaps])
        found.severities[control] = outcome.severity
        for check in outcome.checks:
            place = (control, check.check.name, str(check.provider))
            found.places.add(place)
            if whole is None or control in whole:
                _look_around(found, place, check)
                judgments: Iterable[Judgment] = check.judgments
            else:
                judgments = (j for j in check.judgments if j.verdict in FINDINGS)
            for judgment in judgments:
                _add(found, _stand(place, judgment, outcome.control.severity))
    return found


def _look_around(found: Standing, place: Place, check: CheckOutcome) -> None:
    """Note what a check could not see."""
    known = {judgment.result.gap for judgment in check.judgments}
    listing = [gap for gap in check.gaps if gap not in known]
    if listing:
        found.partial[place] = all(gap.reason is Reason.NEEDS_INPUT for gap in listing)
    for judgment in check.judgments:
        gap = judgment.result.gap
        if gap is not None and judgment.verdict is Verdict.NOT_ASSESSED:
            seat = (place, judgment.entity.kind, judgment.entity.id)
            found.blind[seat] = found.blind.get(seat, True) and gap.reason is Reason.NEEDS_INPUT


def _stand(place: Place, judgment: Judgment, severity: Severity) -> Stand:
    result, gap = judgment.result, judgment.result.gap
    return Stand(
        *place,
        kind=judgment.entity.kind,
        entity=judgment.entity.id,
        about={key: str(value) for key, value in result.about.items()},
        label=judgment.entity.label,
        verdict=result.verdict,
        message=result.message,
        severity=result.severity or severity,
        waived_until=judgment.waiver.until if judgment.waiver else None,
        needs_input=gap is not None and gap.reason is Reason.NEEDS_INPUT,
    )


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
