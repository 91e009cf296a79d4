"""Inbox rules that Outlook and Graph do not show: read only where the clinic asks for it, and said where it does not."""

from __future__ import annotations

from connectors.gap import Reason
from connectors.microsoft365.sources.mailboxes import InboxRule
from connectors.record import Unreadable
from rules.result import Result, Verdict
from rules.tables import Grouped
from rules.view import View
from rules.views.addressing import Addressing, MailGroups
from rules.views.destinations import PersonNames
from rules.views.forwards import hidden_rule_paths, paths_judged
from rules.views.people import Person


class HiddenRules(View[None]):
    """What Exchange shows of people's inbox rules, hidden ones included."""

    def __init__(self, rules: Grouped[InboxRule]) -> None:
        self._rules = rules

    @property
    def asked_for(self) -> bool:
        """Whether the scan was to read them: the catalogue lets a mailbox pass without, as long as that is said."""
        gap = self._rules.gap
        return gap is None or gap.reason is not Reason.NOT_COLLECTED

    @property
    def state(self) -> str:
        """What to say of them in evidence."""
        return "read" if self.asked_for else "not read: set hidden_rules = true"

    def judged(
        self,
        person: Person,
        addressing: Addressing,
        *,
        names: PersonNames | None,
        blocked: bool | None,
        groups: MailGroups,
    ) -> list[Result]:
        """Where the rules of one mailbox send mail; nothing where they were not asked for."""
        if not self.asked_for:
            return []
        results: list[Result] = []
        try:
            for rule in self._rules.of(person.id):
                if rule.enabled:
                    results += paths_judged(
                        hidden_rule_paths(rule), addressing, person=names, blocked=blocked, groups=groups
                    )
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
        return results
