"""Purview's checks of content: which patient identifiers they look for, and where.

checks.at("exchange_location") -> Found(on={...}, tested={...})      identifiers that policies for all of a place look for
checks.working(rule) -> bool                                          whether a rule is on, in a policy that is on
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.gap import Gap
from connectors.microsoft365.sources.compliance import DlpPolicy, DlpRule
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View
from rules.views.locations import everywhere

IDENTIFIERS = {
    "U.S. Social Security Number (SSN)": "Social Security numbers",
    "U.S. Individual Taxpayer Identification Number (ITIN)": "taxpayer numbers",
    "Credit Card Number": "card numbers",
}
"""Sensitive information types that show a patient or a payment, in words (CISA's baseline for Microsoft 365)."""

ON, TRIED = "Enable", frozenset({"TestWithNotifications", "TestWithoutNotifications"})


@dataclass
class Found:
    """Identifiers that are looked for at a place."""

    on: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)  # only in policies that are tried out
    gap: Gap | None = None

    @property
    def missing(self) -> list[str]:
        """What nothing looks for that is on, in words; `Unreadable` if what could not be read might."""
        lacking = [words for name, words in IDENTIFIERS.items() if name not in self.on]
        if lacking and self.gap is not None:
            raise Unreadable(self.gap)
        return lacking

    @property
    def only_tested(self) -> bool:
        """Whether trials would fill what is missing."""
        return not [name for name in IDENTIFIERS if name not in self.on | self.tested]


class ContentChecks(View[None]):
    """Data loss prevention policies with their rules."""

    def __init__(self, policies: Table[DlpPolicy], rules: Table[DlpRule]) -> None:
        self.policies, self.rules = policies, rules

    def at(self, place: str) -> Found:
        """What policies for all of a place (our name of the location's field) look for."""
        found = Found()
        try:
            for policy in self.policies:
                try:
                    if not policy.enabled or policy.mode not in {ON, *TRIED} or not everywhere(getattr(policy, place)):
                        continue
                    for rule in self.rules:
                        if rule.parent_policy_name == policy.name and not rule.disabled:
                            (found.on if policy.mode == ON else found.tested).update(identifiers(rule))
                except Unreadable as err:
                    found.gap = found.gap or err.gap
        except Unreadable as err:
            found.gap = found.gap or err.gap
        return found

    @derived
    def _on(self) -> set[str]:
        return {policy.name for policy in self.policies if policy.enabled and policy.mode == ON}

    def working(self, rule: DlpRule) -> bool:
        """Whether a rule is on, in a policy that is on and not only tried out."""
        return not rule.disabled and rule.parent_policy_name in self._on

    def active(self) -> Iterator[DlpRule]:
        """The rules that work, then `Unreadable` if some may be missing."""
        return (rule for rule in self.rules if self.working(rule))


def identifiers(rule: DlpRule) -> set[str]:
    """Which of the wanted identifiers a rule looks for."""
    spelled = {name.casefold(): name for name in IDENTIFIERS}
    return {spelled[kind.casefold()] for kind in rule.sensitive_types if kind.casefold() in spelled}
