"""What a check says about one entity, and how results add up to a control's verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from connectors.gap import Gap, Reason


class Severity(StrEnum):
    """How much harm a failing control can do to patients and the clinic."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """What was found. Absence of data is never one of the first three."""

    FAIL = "fail"
    REVIEW = "review"  # a person must judge; the message says what to look at
    PASS = "pass"  # noqa: S105
    NOT_ASSESSED = "not_assessed"  # something needed could not be read; the gap says what
    NOT_APPLICABLE = "not_applicable"  # the question does not arise here; the message says why


class Result(msgspec.Struct, frozen=True):
    """A verdict on one entity.

    `message` is a sentence that reads on after the entity's name. `facts` are JSON values shown beside it.
    `about` are the facts that make this finding this one and no other (a forward's destination): a waiver binds to them,
    and a finding whose `about` changes is a new finding.
    """

    verdict: Verdict
    message: str = ""
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    about: Mapping[str, str] = msgspec.field(default_factory=dict)
    severity: Severity | None = None
    gap: Gap | None = None


def passed(message: str = "", **facts: Any) -> Result:
    """The entity meets the criterion."""
    return Result(Verdict.PASS, message, facts)


def failed(
    message: str, *, about: Mapping[str, str] | None = None, severity: Severity | None = None, **facts: Any
) -> Result:
    """The entity breaks the criterion. `severity` overrides the control's for this finding."""
    return Result(Verdict.FAIL, message, facts, dict(about or {}), severity)


def review(
    message: str, *, about: Mapping[str, str] | None = None, severity: Severity | None = None, **facts: Any
) -> Result:
    """A person must judge; the message says what to look at."""
    return Result(Verdict.REVIEW, message, facts, dict(about or {}), severity)


def not_applicable(message: str, **facts: Any) -> Result:
    """The question does not arise for this entity."""
    return Result(Verdict.NOT_APPLICABLE, message, facts)


def not_assessed(
    message: str, *, reason: Reason = Reason.UNREADABLE, source: str = "", remedy: str = "", **facts: Any
) -> Result:
    """What was read does not decide it. For a field or source that could not be read, let `Unreadable` pass through instead."""
    return Result(Verdict.NOT_ASSESSED, message, facts, gap=Gap(source, reason, message, remedy))


def needs_input(message: str, remedy: str, source: str = "config") -> Result:
    """Only a person can say."""
    return not_assessed(message, reason=Reason.NEEDS_INPUT, source=source, remedy=remedy)


_ORDER = [Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED, Verdict.PASS]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """A group's verdict: fail, else review, else not assessed, else pass; not applicable only if nothing else is there."""
    seen = set(verdicts)
    return next((v for v in _ORDER if v in seen), Verdict.NOT_APPLICABLE)
