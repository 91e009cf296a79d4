"""Forwards: every path by which mail leaves a mailbox, with where it goes and what it hides.

Checks ask for the paths of one mailbox and judge each with `judged`, so that all channels say the same thing the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.mailboxes import InboxRule, Mailbox, MessageRule, RuleRecipient
from connectors.microsoft365.sources.mailflow import OutboundSpamPolicy, OutboundSpamRule, RemoteDomain
from connectors.record import Unreadable, derived
from rules.result import Result, Severity, Verdict, failed, passed, review
from rules.tables import Table
from rules.view import View
from rules.views.addressing import Addressing, MailGroup, MailGroups
from rules.views.destinations import Destination, DestinationClass, PersonNames


@dataclass(frozen=True)
class Path:
    """One way out. `says` completes "the mailbox ..."; `target` is the address or name as the provider gives it."""

    channel: str
    target: str
    says: str
    keeps_copy: bool | None = None
    hides: bool = False


class OutwardSwitch(View[None]):
    """Whether the clinic's own switches would stop an automatic forward today (FWD-1 and FWD-2)."""

    def __init__(
        self, policies: Table[OutboundSpamPolicy], rules: Table[OutboundSpamRule], remote: Table[RemoteDomain]
    ) -> None:
        self._policies, self._rules, self._remote = policies, rules, remote

    @derived
    def stops(self) -> bool | None:
        """True if every policy or the domain for all says no; None if that could not be read."""
        try:
            if all(policy.auto_forwarding_mode == "Off" for policy in self._policies):
                return True
            return not any(domain.auto_forward_enabled for domain in self._remote)
        except Unreadable:
            return None


def judged(
    path: Path,
    destination: Destination,
    *,
    blocked: bool | None = None,
    groups: MailGroups | None = None,
    addressing: Addressing | None = None,
) -> Result:
    """What one path means: stays inside, goes to a partner, leaves to a personal mailbox ..."""
    facts: dict[str, Any] = {
        "destination_class": destination.cls.value,
        "kind_of_address": destination.reason,
        "marks": sorted(mark.value for mark in destination.marks),
        "keeps_a_copy": path.keeps_copy,
        "hides_it": path.hides,
        "blocked_today": blocked,
    }
    about = {"channel": path.channel, "destination": shown(destination)}
    where = f"{shown(destination)} ({destination.reason})"
    hidden = "; it also hides the mail from the inbox, a usual trace of a break-in" if path.hides else ""
    if destination.is_internal:
        inner = groups.by_address.get(destination.address.mailbox) if groups is not None else None
        if inner is not None and addressing is not None:
            outside = beyond(inner, addressing)
            if outside:
                return review(
                    f"{path.says} the group {inner.label}, which has outside members: {', '.join(outside[:3])}",
                    about=about,
                    **facts,
                )
        return passed(f"{path.says} {where}", **{**about, **facts})
    if destination.is_consumer:
        now = " (stopped today by the clinic's own switch)" if blocked else ""
        return failed(f"{path.says} {where}{now}{hidden}", about=about, severity=Severity.CRITICAL, **facts)
    if destination.is_approved and not destination.is_lookalike:
        meant = "" if destination.approved else ", which the clinic approves of"
        return review(f"{path.says} {where}{meant}{hidden}", about=about, **facts)
    severity = Severity.CRITICAL if path.hides or destination.is_lookalike else Severity.HIGH
    if destination.is_known_vendor:
        return failed(
            f"{path.says} {where}; no agreement with it is on file{hidden}", about=about, severity=severity, **facts
        )
    return failed(f"{path.says} {where}{hidden}", about=about, severity=severity, **facts)


def shown(destination: Destination) -> str:
    """The final address as text."""
    return destination.address.key or destination.address.raw


def beyond(group: MailGroup, addressing: Addressing) -> list[str]:
    """The members of a group who are outside; `Unreadable` if there may be more members than could be read, and none is."""
    found = []
    try:
        for member in group.members():
            led = addressing.lead(member.address)
            if not led.is_internal:
                found.append(shown(led))
    except Unreadable:
        if not found:
            raise
    return found


def mailbox_paths(mailbox: Mailbox) -> Iterator[Path]:
    """What an administrator or the owner set on the mailbox itself."""
    copy = mailbox.deliver_to_mailbox_and_forward
    how = "copies every message to" if copy else "sends every message on, without keeping it, to"
    if mailbox.forwarding_smtp_address:
        yield Path("mailbox forwarding", mailbox.forwarding_smtp_address, how, copy)
    if mailbox.forwarding_address:
        yield Path("mailbox forwarding to a contact", mailbox.forwarding_address, how, copy)


def rule_paths(rule: MessageRule) -> Iterator[Path]:
    """Where an inbox rule sends mail. `Unreadable` for a rule whose actions only its owner's program knows."""
    actions = rule.actions
    if actions is None:
        if not rule.has_error:
            raise opaque()
        return
    hides = bool(actions.delete or actions.permanent_delete or (actions.move_to_folder and actions.mark_as_read))
    sends = (
        ("inbox rule: forward", "has a rule that forwards mail to", actions.forward_to),
        (
            "inbox rule: forward as attachment",
            "has a rule that forwards mail as an attachment to",
            actions.forward_as_attachment_to,
        ),
        ("inbox rule: redirect", "has a rule that redirects mail to", actions.redirect_to),
    )
    found = [
        Path(channel, _address(to), says, keeps_copy=not hides, hides=hides)
        for channel, says, many in sends
        for to in many
    ]
    if (
        not found
        and rule.is_read_only
        and not any((actions.delete, actions.permanent_delete, actions.mark_as_read, actions.move_to_folder))
    ):
        raise opaque()
    yield from found


def hidden_rule_paths(rule: InboxRule) -> Iterator[Path]:
    """Where a rule sends mail, as Exchange tells it."""
    hides = rule.delete_message
    sends = (
        ("inbox rule: forward", "has a hidden rule that forwards mail to", rule.forward_to),
        ("inbox rule: forward as attachment", "has a hidden rule that forwards mail as an attachment to",
         rule.forward_as_attachment_to),
        ("inbox rule: redirect", "has a hidden rule that redirects mail to", rule.redirect_to),
    )  # fmt: skip
    for channel, says, many in sends:
        for to in many or ():
            yield Path(channel, to, says, keeps_copy=not hides, hides=hides)


def opaque() -> Unreadable:
    """A rule that only Outlook on a desktop can show."""
    return Unreadable(
        Gap(
            "graph.message_rules", Reason.UNREADABLE, "the mailbox has a rule that only Outlook on the person's own computer can show",
            "open the mailbox in Outlook on that computer and look at its rules",
        )
    )  # fmt: skip


def _address(recipient: RuleRecipient) -> str:
    email = recipient.email_address
    if not email.address:
        raise Unreadable(
            Gap(
                "graph.message_rules:actions",
                Reason.UNREADABLE,
                "a rule sends mail to a name without an address",
                "look at the mailbox's rules",
            )
        )
    return email.address


def worst_first(results: list[Result]) -> list[Result]:
    """Results with the most severe first, for one mailbox."""
    order = [Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED, Verdict.PASS, Verdict.NOT_APPLICABLE]
    return sorted(results, key=lambda result: order.index(result.verdict))


def paths_judged(
    paths: Iterator[Path],
    addressing: Addressing,
    *,
    person: PersonNames | None = None,
    blocked: bool | None = None,
    groups: MailGroups | None = None,
) -> list[Result]:
    """Judge all paths of one mailbox; what cannot be read becomes a result of its own beside the others."""
    results: list[Result] = []
    while True:
        try:
            path = next(paths)
        except StopIteration:
            return results
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
            return results
        try:
            led = addressing.lead(path.target, person=person)
            results.append(judged(path, led, blocked=blocked, groups=groups, addressing=addressing))
        except Unreadable as err:
            facts: dict[str, Any] = {
                "channel": path.channel,
                "destination": path.target,
                "destination_class": DestinationClass.UNREADABLE.value,
            }
            message = f"{path.says} an address that cannot be told: {err.gap.detail}"
            results.append(Result(Verdict.NOT_ASSESSED, message, facts, gap=err.gap))


__all__ = [
    "OutwardSwitch",
    "Path",
    "beyond",
    "judged",
    "mailbox_paths",
    "paths_judged",
    "rule_paths",
    "shown",
    "worst_first",
]
