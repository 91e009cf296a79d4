"""How people read an assessment: findings by whom they concern, people with their second factor, ways out for mail, what is dark."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec

from reports import wording
from reports.actions import action_for
from reports.escape import visible
from rules.assess import Assessment, CheckOutcome, ControlOutcome, Judgment
from rules.control import controls
from rules.result import Severity, Verdict

_SEVERITIES = list(Severity)
MFA_FACTS = ("enforced_by", "registered", "strength", "exempt_because")


P = ParamSpec("P")
T = TypeVar("T")


def _once(read: Callable[Concatenate[Assessment, P], T]) -> Callable[Concatenate[Assessment, P], T]:
    """Keep what was read of an assessment with it: each section of each report reads the same few lists."""

    @wraps(read)
    def kept(assessment: Assessment, /, *args: P.args, **options: P.kwargs) -> T:
        known = assessment.__dict__.setdefault("_read", {})
        asked = read.__name__, args, *options.items()
        if asked not in known:
            known[asked] = read(assessment, *args, **options)
        return typing.cast("T", known[asked])

    return kept


class Finding(msgspec.Struct, frozen=True):
    """One thing to fix or to look at."""

    who: str
    kind: str
    message: str
    severity: Severity
    verdict: Verdict
    control: str
    title: str
    why: str
    fix: str
    provider: str
    destination: str | None
    until: str | None  # waived until
    facts: Mapping[str, Any]
    about: Mapping[str, str]
    entity: str

    @property
    def rank(self) -> tuple[int, str, str]:
        return _SEVERITIES.index(self.severity), self.control, self.who.casefold()


@_once
def findings(assessment: Assessment, *verdicts: Verdict, waived: bool = False) -> list[Finding]:
    """The findings with one of these verdicts, most severe first; only waived ones, or only open ones."""
    found: list[Finding] = []
    for outcome in assessment.controls:
        for check in outcome.checks:
            asked = [j for j in check.judgments if j.verdict in verdicts and (j.waiver is not None) is waived]
            if asked:
                found += _findings(outcome, check, asked)
    return sorted(found, key=lambda finding: finding.rank)


def _findings(outcome: ControlOutcome, check: CheckOutcome, judgments: Iterable[Judgment]) -> Iterator[Finding]:
    page, title, provider = outcome.control.page, outcome.control.title, str(check.provider)
    why = " ".join(page.get("Why it matters", "").split())
    fix = wording.steps(page.get("How to fix it", ""), provider)
    for judgment in judgments:
        result = judgment.result
        destination = result.about.get("destination") or result.facts.get("destination")
        yield Finding(
            who=visible(judgment.entity.label),
            kind=judgment.entity.kind,
            message=visible(result.message),
            severity=result.severity or outcome.control.severity,
            verdict=judgment.verdict,
            control=outcome.control.id,
            title=title,
            why=why,
            fix=fix,
            provider=provider,
            destination=visible(str(destination)) if destination else None,
            until=judgment.waiver.until.isoformat() if judgment.waiver else None,
            facts={key: value for key, value in result.facts.items() if key not in MFA_FACTS} if result.facts else {},
            about=result.about,
            entity=judgment.entity.id,
        )


@dataclass
class Grouped:
    """The findings of one control: one why, one how, many names."""

    control: str
    title: str
    why: str
    fix: dict[str, str]
    severity: Severity
    findings: list[Finding] = field(default_factory=list)


def by_control(found: list[Finding]) -> list[Grouped]:
    """Findings of one control together: the most severe first, and of these what matters most to patients."""
    groups: dict[str, Grouped] = {}
    for finding in found:
        group = groups.setdefault(
            finding.control, Grouped(finding.control, finding.title, finding.why, {}, finding.severity)
        )
        group.fix.setdefault(finding.provider, finding.fix)
        group.severity = min(group.severity, finding.severity, key=_SEVERITIES.index)
        group.findings.append(finding)
    known = controls()

    def rank(group: Grouped) -> tuple[int, int, str]:
        return _SEVERITIES.index(group.severity), action_for(known[group.control]).rank, group.control

    return sorted(groups.values(), key=rank)


@dataclass
class PersonLine:
    """What the report says of one person's second factor."""

    label: str
    provider: str
    enforced_by: list[str] = field(default_factory=list)
    registered: list[str] | None = None
    strength: str | None = None
    exempt_because: list[str] = field(default_factory=list)
    unknown_because: str | None = None
    verdict: Verdict = Verdict.NOT_APPLICABLE
    other: list[tuple[str, str, Verdict]] = field(default_factory=list)  # (control, message, verdict) of other findings

    @property
    def asked_by(self) -> str:
        """What asks for the second factor, in words."""
        if self.enforced_by:
            return ", ".join(self.enforced_by)
        return "unknown" if self.unknown_because and not self.exempt_because else "nothing that was seen"


@_once
def people(assessment: Assessment) -> list[PersonLine]:
    """Everybody that a check speaks of, with the second-factor facts joined over the MFA controls."""
    lines: dict[tuple[str, str], PersonLine] = {}
    ranks = [Verdict.NOT_APPLICABLE, Verdict.PASS, Verdict.NOT_ASSESSED, Verdict.REVIEW, Verdict.FAIL]
    for outcome in assessment.controls:
        is_mfa = outcome.control.id.startswith("MFA-")
        for check in outcome.checks:
            provider = str(check.provider)
            for judgment in check.judgments:
                if judgment.entity.kind != "person":
                    continue
                key = provider, judgment.entity.id
                if key not in lines:
                    facts = judgment.result.facts
                    if judgment.verdict is Verdict.NOT_APPLICABLE and not any(name in facts for name in MFA_FACTS):
                        continue
                    lines[key] = PersonLine(visible(judgment.entity.label), provider)
                if is_mfa:
                    _add(lines[key], judgment, ranks)
                elif judgment.verdict in {Verdict.FAIL, Verdict.REVIEW}:
                    lines[key].other.append((outcome.control.id, visible(judgment.result.message), judgment.verdict))
    return sorted(lines.values(), key=lambda line: (-ranks.index(line.verdict), line.label.casefold()))


def _add(line: PersonLine, judgment: Judgment, ranks: list[Verdict]) -> None:
    facts = judgment.result.facts
    line.enforced_by = line.enforced_by or _texts(facts.get("enforced_by"))
    line.exempt_because = line.exempt_because or _texts(facts.get("exempt_because"))
    if line.registered is None and "registered" in facts and facts["registered"] is not None:
        line.registered = [wording.factor(name) for name in _texts(facts["registered"])]
    line.strength = line.strength or (str(facts["strength"]) if facts.get("strength") else None)
    if judgment.verdict is Verdict.NOT_ASSESSED and line.unknown_because is None:
        line.unknown_because = visible(judgment.result.message)
    if judgment.waiver is None:
        line.verdict = max(line.verdict, judgment.verdict, key=ranks.index)


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [visible(str(item)) for item in value] if isinstance(value, list | tuple) else [visible(str(value))]


@dataclass(frozen=True)
class WayOut:
    """One path by which mail leaves, or would."""

    who: str
    channel: str
    destination: str
    destination_class: str
    verdict: Verdict
    message: str
    control: str
    waived: bool


@_once
def ways_out(assessment: Assessment) -> list[WayOut]:
    """Every path with a destination that a check speaks of, the worst first."""
    found = []
    order = [Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED, Verdict.PASS]
    for outcome in assessment.controls:
        for judgment in outcome.judgments:
            result = judgment.result
            if not result.facts and not result.about:
                continue
            both = {**result.facts, **result.about}
            if both.get("destination") and judgment.verdict in order:
                found.append(
                    WayOut(
                        visible(judgment.entity.label),
                        visible(str(both.get("channel", ""))),
                        visible(str(both["destination"])),
                        visible(str(both.get("destination_class", "unknown"))).replace("_", " ").replace("-", " "),
                        judgment.verdict,
                        visible(result.message),
                        outcome.control.id,
                        judgment.waiver is not None,
                    )
                )
    return sorted(found, key=lambda way: (order.index(way.verdict), way.who.casefold(), way.destination))


@dataclass
class Dark:
    """One reason why something was not seen, with everything it darkens."""

    reason: str
    detail: str
    remedy: str
    controls: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    names: list[str] = field(
        default_factory=list
    )  # the people or mailboxes concerned, where it is not the whole source


@_once
def dark(assessment: Assessment) -> list[Dark]:
    """What was not seen: each remedy once, with all the controls that wait for it."""
    found: dict[tuple[str, str], Dark] = {}
    names: dict[tuple[str, str], dict[str, None]] = {}
    for outcome in assessment.controls:
        for check in outcome.checks:
            for gap in check.gaps:
                text = gap.remedy or gap.detail
                entry = found.setdefault(
                    (str(gap.reason), text), Dark(str(gap.reason), visible(gap.detail), visible(gap.remedy))
                )
                entry.controls[outcome.control.id] = outcome.control.title
                source = gap.source.partition(":")[0]
                if source and source not in entry.sources:
                    entry.sources.append(source)
            for judgment in check.judgments:
                gap_ = judgment.result.gap
                if judgment.verdict is Verdict.NOT_ASSESSED and gap_ is not None and judgment.entity.kind != "tenant":
                    place = (str(gap_.reason), gap_.remedy or gap_.detail)
                    names.setdefault(place, {})[visible(judgment.entity.label)] = None
    for place, concerned in names.items():
        found[place].names = list(concerned)
    order = list(wording.REASONS)
    return sorted(
        found.values(), key=lambda d: (order.index(d.reason) if d.reason in order else 99, -len(d.controls), d.remedy)
    )


def unseen(assessment: Assessment) -> str:
    """One sentence: what was not seen."""
    not_assessed = [outcome for outcome in assessment.controls if outcome.verdict is Verdict.NOT_ASSESSED]
    partly = [o for o in assessment.controls if o.verdict is not Verdict.NOT_ASSESSED and o.gaps]
    if not not_assessed and not partly:
        return "Everything that the checks look at was seen."
    reasons = list(dict.fromkeys(wording.REASONS.get(d.reason, d.reason).lower() for d in dark(assessment)))
    text = f"{wording.count(len(not_assessed), 'question')} of {len(assessment.controls)} could not be answered"
    if partly:
        text += f", and {wording.count(len(partly), 'other')} only in part"
    return f"{text} ({wording.listed(reasons, 5)})."


@dataclass(frozen=True)
class Mailboxes:
    """How many mailboxes of a provider were read one by one, and how, with who was left out."""

    provider: str
    read: int
    total: int
    note: str

    def __str__(self) -> str:
        return f"{self.read:,} of {wording.count(self.total, 'mailbox', 'mailboxes')} read"


def mailboxes(assessment: Assessment) -> list[Mailboxes]:
    """Each provider's mailboxes, where any were to be read; the setting that lacks most counts."""
    found = []
    for prefix in ("graph.message_rules", "gmail."):
        states = [s for name, s in assessment.sources.items() if name.startswith(prefix) and s.parents]
        if states:
            least = min(states, key=lambda state: state.parents_read or 0)
            note = next((state.note for state in states if state.note), "")
            provider = wording.provider(least.provider)
            found.append(Mailboxes(provider, least.parents_read or 0, least.parents or 0, visible(note)))
    return found


def coverage(assessment: Assessment) -> list[str]:
    """How many mailboxes were read one by one, at each provider, and who was left out."""
    quick = ["This was a quick scan: mailboxes and people were not asked one by one."] if assessment.quick else []
    return quick + [
        f"{m.provider}: settings of {m}" + (f" ({m.note})." if m.note else ".") for m in mailboxes(assessment)
    ]


def headline(assessment: Assessment) -> str:
    """One sentence that answers: are we all right?"""
    open_ = findings(assessment, Verdict.FAIL)
    groups = by_control(open_)
    critical = [group for group in groups if group.severity is Severity.CRITICAL]
    if not assessment.controls:
        return "Nothing was judged."
    if critical:
        return f"No: {wording.count(len(critical), 'thing')} to fix first, {wording.count(len(groups), 'thing')} to fix in all."
    if groups:
        return f"Not quite: nothing critical was seen, {wording.count(len(groups), 'thing')} to fix."
    if any(outcome.verdict is Verdict.NOT_ASSESSED for outcome in assessment.controls):
        return "Nothing to fix in what was seen, but not everything was seen."
    return "Yes: nothing to fix was seen."


def tally(assessment: Assessment) -> str:
    """All piles on one line."""
    summary = assessment.summary
    untils = sorted(
        {j.waiver.until.isoformat() for outcome in assessment.controls for j in outcome.judgments if j.waiver}
    )
    parts = [f"{summary['fail']} to fix"]
    if summary["review"]:
        parts.append(f"{summary['review']} to look at")
    parts += [f"{summary['pass']} fine", f"{summary['not_assessed']} not assessed"]
    if summary["not_applicable"]:
        parts.append(f"{summary['not_applicable']} not applicable")
    if summary["waived"]:
        parts.append(f"{summary['waived']} waived{', the first' if len(untils) > 1 else ''} until {untils[0]}")
    return ", ".join(parts)
