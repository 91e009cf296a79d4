"""Names out, structure in: every name and address of a clinic becomes a word that stays the same within one pack."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import msgspec

from connectors.gap import Gap
from connectors.snapshot import Snapshot, TenantInfo
from connectors.source import declared
from rules import Assessment
from rules.assess import CheckOutcome, ControlOutcome, Entity, Judgment
from rules.profile import Profile
from rules.waiver import Waiver

_NAMED = re.compile(
    r"name|mail|address|upn|login|domain|identity|alias|sender|recipient|contact|owner|by$|label", re.IGNORECASE
)
"""Keys of records whose texts may name somebody."""
_ADDRESS = re.compile(r"[\w.+%'#$&*/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_HOST = re.compile(r"\b[\w-]+(?:\.[\w-]+)+\b")
_PUBLIC = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com", "me.com",
        "mac.com", "aol.com", "onmicrosoft.com", "microsoft.com", "google.com", "googleapis.com",
    ]
)  # fmt: skip
"""Domains that say what kind of place mail goes to, and nothing about who."""
_SOURCES = frozenset(name.partition(".")[0] for name in declared())
_SHORTEST = 4


class Redactor:
    """Replaces the names it was told of. Two packs with other keys give other words, so they cannot be joined by them."""

    def __init__(self, names: Iterable[str], key: bytes) -> None:
        self._key = key
        self.names = {name.strip() for name in names if _is_name(name.strip())}

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        if not self.names:
            return None
        longest = sorted(self.names, key=lambda name: (-len(name), name))
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)", re.IGNORECASE)

    def word(self, text: str) -> str:
        """The word that stands for a name."""
        digest = hmac.new(self._key, text.casefold().encode(), hashlib.sha256).hexdigest()[:8]
        return f"redacted-{digest}"

    def text(self, text: str) -> str:
        """The text without names and addresses."""
        found = _HOST.sub(self._host, _ADDRESS.sub(self._address, text))
        if self._known is not None:
            found = self._known.sub(lambda match: self.word(match[0]), found)
        return found

    def _address(self, match: re.Match[str]) -> str:
        domain = match[0].rpartition("@")[2].casefold()
        return f"{self.word(match[0])}@{domain if domain in _PUBLIC else self.word(domain)}"

    def _host(self, match: re.Match[str]) -> str:
        """A domain. Names of sources ("graph.users") look like one and are kept."""
        labels = match[0].casefold().split(".")
        kept = not labels[-1].isalpha() or len(labels[-1]) < 2 or labels[0] in _SOURCES
        if kept or any(match[0].casefold().endswith(public) for public in _PUBLIC):
            return match[0]
        return self.word(match[0])

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it redacted, keys too: some tables are keyed by name."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value

    def assessment(self, given: Assessment) -> Assessment:
        """The whole assessment without names: entities are told apart by their words."""
        tenant = TenantInfo(
            self.word(given.tenant.key),
            self.word(given.tenant.name),
            given.tenant.providers,
            {name: self.word(id_) for name, id_ in given.tenant.ids.items()},
        )
        return replace(
            given,
            tenant=tenant,
            disclosures=tuple(self.text(line) for line in given.disclosures),
            controls=tuple(self._control(outcome) for outcome in given.controls),
            sources={
                name: state if state.gap is None else _with_gap(state, self._gap(state.gap))
                for name, state in given.sources.items()
            },
            unused_waivers=tuple(self.waiver(waiver) for waiver in given.unused_waivers),
            lapsed_waivers=tuple(self.waiver(waiver) for waiver in given.lapsed_waivers),
        )

    def _control(self, outcome: ControlOutcome) -> ControlOutcome:
        checks = tuple(
            CheckOutcome(
                check.check,
                check.provider,
                tuple(self._judgment(judgment) for judgment in check.judgments),
                tuple(self._gap(gap) for gap in check.gaps),
            )
            for check in outcome.checks
        )
        return ControlOutcome(outcome.control, checks, outcome.outside)

    def _judgment(self, judgment: Judgment) -> Judgment:
        entity, result = judgment.entity, judgment.result
        return Judgment(
            Entity(entity.kind, self.word(entity.id), f"{entity.kind} {self.word(entity.label)}"),
            msgspec.structs.replace(
                result,
                message=self.text(result.message),
                facts=self.value(result.facts),
                about=self.value(result.about),
                gap=self._gap(result.gap) if result.gap is not None else None,
            ),
            judgment.evidence,
            self.waiver(judgment.waiver) if judgment.waiver is not None else None,
        )

    def _gap(self, gap: Gap) -> Gap:
        return Gap(gap.source, gap.reason, self.text(gap.detail), self.text(gap.remedy))

    def waiver(self, waiver: Waiver) -> Waiver:
        """A waiver without names; its reason is somebody's own words and goes altogether."""
        return replace(
            waiver,
            entity=self.word(waiver.entity),
            approver=self.word(waiver.approver),
            reason="(redacted)",
            about=self.value(waiver.about),
            evidence=self.word(waiver.evidence) if waiver.evidence else "",
        )


def _with_gap(state: Any, gap: Gap) -> Any:
    import copy  # noqa: PLC0415

    changed = copy.copy(state)
    changed.gap = gap
    return changed


def _is_name(text: str) -> bool:
    """Whether a text is worth hiding: no code, no number, no single common word."""
    if len(text) < _SHORTEST or text.isdecimal() or text.casefold() in _PUBLIC:
        return False
    return any(c in text for c in " @.-'’") or not text.isascii() or any(c.isdigit() for c in text) or text.istitle()


def names_of(snapshots: Iterable[Snapshot], assessments: Iterable[Assessment], profile: Profile) -> set[str]:
    """Every name and address that a clinic's records, findings and statements hold."""
    found: set[str] = set()
    for snapshot in snapshots:
        found |= {snapshot.manifest.tenant.name, snapshot.manifest.tenant.key, *snapshot.manifest.tenant.ids.values()}
        for source in snapshot.sources:
            for line in snapshot.lines(source):
                if line.r is not None:
                    _walk(line.r, found, named=False)
    for assessment in assessments:
        found |= {assessment.tenant.name, assessment.tenant.key}
        for outcome in assessment.controls:
            for judgment in outcome.judgments:
                if judgment.entity.kind != "tenant":
                    found |= _parts(judgment.entity.label)
                _walk(dict(judgment.result.about), found, named=True)
                if judgment.waiver is not None:
                    found.add(judgment.waiver.approver)
    for person in profile.staff_roster or ():
        found |= {person.name, *person.addresses}
    for listed in (profile.break_glass, profile.front_desk, profile.contact_addresses, profile.patient_facing_domains):
        found |= set(listed)
    return found


def _parts(label: str) -> set[str]:
    name, _, rest = label.partition(" <")
    return {label, name, rest.removesuffix(">")} - {""}


def _walk(value: Any, found: set[str], *, named: bool) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _walk(inner, found, named=named or bool(_NAMED.search(str(key))))
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, found, named=named)
    elif isinstance(value, str) and named:
        found.add(value)
        found.update(_ADDRESS.findall(value))
        if _HOST.fullmatch(value):
            found.add(value)
