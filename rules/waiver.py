"""Waivers: accepted findings, bound to who and what they accept, until a date. The original verdict stays visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.result import Verdict


class WaiverKind(StrEnum):
    """What a waiver states."""

    ACCEPTED_RISK = "accepted-risk"
    ALTERNATIVE = "documented-alternative"  # for an addressable specification, 45 CFR 164.306(d)(3); needs its evidence


@dataclass(frozen=True)
class Waiver:
    """One accepted finding.

    It covers a finding only while control, entity and facts are the same, while the finding is no worse than what was accepted,
    and until its day has passed.
    """

    control: str
    entity: str  # the provider's immutable id
    reason: str
    approver: str
    until: date
    about: Mapping[str, str] = field(default_factory=dict)
    kind: WaiverKind = WaiverKind.ACCEPTED_RISK
    evidence: str = ""
    check: str = ""  # one statement of the control; empty: whichever of them finds this entity and these facts
    verdict: Verdict = Verdict.FAIL  # the worst that is accepted; REVIEW: not once it is a clear fault

    def matches(self, control: str, entity: str, about: Mapping[str, str], check: str = "") -> bool:
        """Whether this waiver speaks of this finding, whatever the date. A finding without `check` is of no certain statement."""
        return (
            self.control == control
            and self.entity == entity
            and dict(self.about) == dict(about)
            and (not self.check or not check or self.check == check)
        )

    def holds(self, on: date) -> bool:
        """Whether the waiver is in force on that day (its last day included)."""
        return on <= self.until

    def covers(self, verdict: Verdict) -> bool:
        """Whether a finding with this verdict is no worse than what was accepted."""
        return verdict is Verdict.REVIEW or self.verdict is Verdict.FAIL
