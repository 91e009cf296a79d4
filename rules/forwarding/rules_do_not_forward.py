"""No inbox rule or Gmail filter sends mail outside.

Why it matters
    A rule inside one mailbox forwards what it likes, to whom it likes, and nobody but its owner ever sees it. It is also the
    first thing a thief sets up after stealing a password.

How to fix it
    Microsoft 365: Open the mailbox in Outlook on the web, Settings, Mail, Rules: delete the rule. If the person did not make
    it, reset the password and end all sessions first.
    Google Workspace: In the mailbox, Settings, Filters and Blocked Addresses: delete the filter. If the person did not make it,
    reset the password and end all sessions first.

Does not cover
    Hidden rules of Microsoft 365, which Outlook and Graph do not show, unless the scan is allowed to read them (hidden_rules in the
    configuration); rules that run only in a program on a person's own computer; flows of Power Automate; rules on other folders
    than the inbox.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.google_workspace.sources.mailboxes import Filter
from connectors.microsoft365.sources.mailboxes import MessageRule
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, not_applicable, passed, review
from rules.tables import Grouped
from rules.views.addressing import Addressing, MailGroups, names_of
from rules.views.forwards import OutwardSwitch, Path, paths_judged, rule_paths, worst_first
from rules.views.hidden_rules import HiddenRules
from rules.views.people import Person

CONTROL = Control(
    "FWD-4", Severity.CRITICAL, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.308(a)(6)(ii)"]
)


@CONTROL.check(MICROSOFT_365)
def inbox_rules_stay_inside(
    person: Person,
    rules: Grouped[MessageRule],
    hidden: HiddenRules,
    addressing: Addressing,
    groups: MailGroups,
    switch: OutwardSwitch,
) -> list[Result]:
    """No rule in an inbox sends mail to an outside address."""
    if person.is_guest:
        return [not_applicable("is a guest, whose mailbox is elsewhere")]
    if not person.has_mailbox:
        return [not_applicable("has no mailbox")]
    own = None if person.is_shared else names_of(person)
    results: list[Result] = []
    count = 0
    for rule in rules.of(person.id):
        try:
            if not rule.is_enabled:
                continue
            count += 1
            found = paths_judged(rule_paths(rule), addressing, person=own, blocked=switch.stops, groups=groups)
            if not found and rule.has_error:
                found = [review("has a rule that is broken; look at what it was meant to do")]
            results += found
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    known = {tuple(one.about.items()) for one in results}
    results += [
        one
        for one in hidden.judged(person, addressing, names=own, blocked=switch.stops, groups=groups)
        if tuple(one.about.items()) not in known or not one.about
    ]
    return worst_first(results) or [
        passed("no rule sends mail elsewhere", rules_switched_on=count, hidden_rules=hidden.state)
    ]


@CONTROL.check(GOOGLE_WORKSPACE)
def filters_stay_inside(
    person: Person, filters: Grouped[Filter], addressing: Addressing, groups: MailGroups
) -> list[Result]:
    """No Gmail filter sends mail to an outside address."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    results: list[Result] = []
    held = filters.of(person.id)
    for one in held:
        try:
            results += paths_judged(_paths(one), addressing, person=names_of(person), groups=groups)
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("no filter sends mail elsewhere", filters=len(held))]


def _paths(one: Filter) -> Iterator[Path]:
    action = one.action
    if action.forward:
        hides = bool({"INBOX", "UNREAD"} & set(action.remove_label_ids)) or "TRASH" in action.add_label_ids
        yield Path(
            "Gmail filter",
            action.forward,
            "has a filter that sends mail to",
            keeps_copy="TRASH" not in action.add_label_ids,
            hides=hides,
        )
