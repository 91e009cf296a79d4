"""Which policy of Exchange and Defender decides over which mailbox.

    for cover in AntiSpam(...): cover.settings, cover.mailboxes      one cover for each policy that decides over anybody

Source: Microsoft's page "order and precedence of email protection": the Strict preset, then the Standard preset, then custom rules
by ascending priority; whoever none of them covers has the default policy, or built-in protection for links and attachments.
Conditions of different kinds must all hold, values of one kind and exceptions need only one; a domain takes in its subdomains, and
is that of the primary address ("preset security policies", users, groups and domains).

What could not be read leaves it open which policy decides: every policy that may is judged, so that all of them passing is still a
pass, and a fault of a policy that only may decide is not held against anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.groups import Group
from connectors.microsoft365.sources.mailboxes import DistributionGroup, Mailbox
from connectors.microsoft365.sources.protection import (
    AntiPhishPolicy,
    AntiPhishRule,
    AtpProtectionRule,
    BuiltInRule,
    ContentFilterPolicy,
    ContentFilterRule,
    CoverRule,
    EopProtectionRule,
    MalwareFilterPolicy,
    MalwareFilterRule,
    SafeAttachmentPolicy,
    SafeAttachmentRule,
    SafeLinksPolicy,
    SafeLinksRule,
)
from connectors.record import Record, Unreadable, derived
from rules.data.service_plans import Capability
from rules.result import Result, failed, passed
from rules.tables import Table
from rules.view import View
from rules.views.addressing import Addressing
from rules.views.licences import Licences
from rules.views.membership import Membership
from rules.views.people import SERVICE_KINDS

P = TypeVar("P", bound=Record)
STRICT, STANDARD = "Strict Preset Security Policy", "Standard Preset Security Policy"
_PRESETS = {STRICT.casefold(): 0, STANDARD.casefold(): 1}
_SHOWN = 50  # mailboxes that a finding names; it always counts them all


# --- three answers: yes, no, not known -----------------------------------------------------------------------------------


def any3(answers: Iterable[bool | None]) -> bool | None:
    """True if one is, None if one may be, else False."""
    found: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            found = None
    return found


def all3(answers: Iterable[bool | None]) -> bool | None:
    """False if one is, None if one may be, else True."""
    found: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            found = None
    return found


# --- whom a rule covers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Who:
    """A mailbox as rules name it: by its addresses, its groups, and the domain of its primary address. In lower case."""

    id: str
    address: str
    addresses: frozenset[str]

    @property
    def domain(self) -> str:
        """The domain of the primary address."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Scope:
    """The conditions and exceptions of one rule; empty where it does not use a kind."""

    sent_to: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    except_sent_to: tuple[str, ...] = ()
    except_groups: tuple[str, ...] = ()
    except_domains: tuple[str, ...] = ()

    @property
    def is_everybody(self) -> bool:
        """Whether nothing narrows it."""
        return not any((self.sent_to, self.groups, self.domains, *self._exceptions))

    @property
    def _exceptions(self) -> tuple[tuple[str, ...], ...]:
        return self.except_sent_to, self.except_groups, self.except_domains


class Names(Protocol):
    """Tells whether a mailbox is who a rule names; None where that is not known."""

    def is_named(self, who: Who, name: str) -> bool | None:
        """By an address or another name."""

    def is_member(self, who: Who, group: str) -> bool | None:
        """By a group."""


def holds(scope: Scope, who: Who | None, names: Names) -> bool | None:
    """Whether a rule covers a mailbox; None if that is not known. `who` None stands for a mailbox that nobody could read."""
    if scope.is_everybody:
        return True
    if who is None:
        return None

    def met(sent_to: tuple[str, ...], groups: tuple[str, ...], domains: tuple[str, ...]) -> list[bool | None]:
        kinds: list[bool | None] = []
        if sent_to:
            kinds.append(any3(names.is_named(who, name) for name in sent_to))
        if groups:
            kinds.append(any3(names.is_member(who, group) for group in groups))
        if domains:
            kinds.append(any(within(who.domain, domain) for domain in domains))
        return kinds

    covered = all3(met(scope.sent_to, scope.groups, scope.domains))
    spared = any3(met(scope.except_sent_to, scope.except_groups, scope.except_domains))
    return all3([covered, None if spared is None else not spared])


def within(domain: str, named: str) -> bool:
    """Whether a domain is a rule's domain, or lies below it."""
    named = named.strip().casefold()
    return domain == named or domain.endswith(f".{named}")


def scope_of(rule: CoverRule) -> Scope:
    """The conditions of a rule; `Unreadable` if one could not be read."""
    return Scope(
        tuple(rule.sent_to or ()),
        tuple(rule.sent_to_member_of or ()),
        tuple(rule.recipient_domain_is or ()),
        tuple(rule.except_if_sent_to or ()),
        tuple(rule.except_if_sent_to_member_of or ()),
        tuple(rule.except_if_recipient_domain_is or ()),
    )


# --- which policy wins ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """One policy that may decide, in its turn.

    `policy` None: it is not known which. `scope` None: it is not known whom it covers. `absent`: nothing protects whom it covers.
    """

    origin: str
    policy: str | None
    scope: Scope | None
    gap: Gap | None = None
    absent: bool = False


def winners(candidates: Sequence[Candidate], who: Who | None, names: Names) -> list[Candidate]:
    """The candidates any of which may decide over a mailbox; one alone decides for sure."""
    found = []
    for candidate in candidates:
        held = None if candidate.scope is None else holds(candidate.scope, who, names)
        if held is not False:
            found.append(candidate)
        if held:
            break
    return found


@dataclass
class Cover(Generic[P]):
    """One policy, and the mailboxes that it decides over."""

    id: str
    origin: str
    policy: P | None
    gap: Gap  # why it is not known whom it covers, or what it says
    absent: bool = False
    mailboxes: list[str] = field(default_factory=list)  # for sure, by primary address
    perhaps: list[str] = field(default_factory=list)  # if what could not be read says so
    others: bool | None = False  # whether it decides over mailboxes that could not be read; None: perhaps
    kind = "policy"

    @property
    def label(self) -> str:
        """Where the policy comes from, and how many mailboxes it decides over."""
        count = len(self.mailboxes)
        if self.perhaps or self.others is not False:
            return (
                f"{self.origin} (it is not known for which mailboxes)"
                if not count
                else f"{self.origin} ({count} mailboxes or more)"
            )
        return f"{self.origin} ({count} {'mailbox' if count == 1 else 'mailboxes'})"

    @property
    def settings(self) -> P:
        """What the policy says; `Unreadable` if it could not be read."""
        if self.policy is None:
            raise Unreadable(self.gap)
        return self.policy

    @property
    def decides(self) -> bool:
        """Whether it decides over anybody for sure."""
        return bool(self.mailboxes) or self.others is True

    def judged(self, faults: Sequence[str], good: str, **facts: Any) -> Result:
        """A pass, or a failure of a policy that decides over somebody; `Unreadable` where nobody may be covered by it."""
        if not faults:
            return passed(good, **facts, mailboxes=len(self.mailboxes))
        if not self.decides:
            raise Unreadable(self.gap)
        covers_ = sorted(self.mailboxes)[:_SHOWN]
        return failed("; ".join(faults), **facts, mailboxes=len(self.mailboxes), covers=covers_)


C = TypeVar("C", bound=Cover[Any])


def rule_candidate(rule: CoverRule, policy: str, origin: str, *, ordered: bool = True) -> Candidate | None:
    """The candidate that a rule makes; None for a rule that is switched off. `policy` names the field with the policy's name."""
    gap: Gap | None = None
    scope: Scope | None = None
    name: str | None = None
    try:
        name = getattr(rule, policy)
    except Unreadable as err:
        gap = err.gap
    try:
        if rule.state == "Disabled":
            return None
        scope = scope_of(rule) if ordered else None
    except Unreadable as err:
        gap = gap or err.gap
    return Candidate(origin, name, scope, gap)


def preset_candidates(rules: Table[Any], policy: str) -> list[Candidate]:
    """Strict, then Standard; what is missing of the list comes first, because it may be either."""
    found: list[tuple[int, Candidate]] = []
    if rules.gap is not None:
        found.append((-1, Candidate("a preset policy that could not be read", None, None, rules.gap)))
    for rule in rules.known():
        try:
            name = rule.name
        except Unreadable as err:
            found.append((-1, Candidate("a preset policy that could not be read", None, None, err.gap)))
            continue
        if candidate := rule_candidate(rule, policy, name):
            found.append((_PRESETS.get(name.casefold(), 2), candidate))
    return [candidate for _, candidate in sorted(found, key=lambda item: item[0])]


def custom_candidates(rules: Table[Any], policy: str) -> list[Candidate]:
    """Custom rules by ascending priority. Where one has no order that could be read, none of them is sure to come first."""
    known = rules.known()
    orders: dict[int, int] = {}
    gap = rules.gap
    unordered: Gap | None = None
    for rule in known:
        try:
            orders[id(rule)] = rule.priority
        except Unreadable as err:
            unordered = err.gap
    found = [] if gap is None else [Candidate("a policy whose rule could not be read", None, None, gap)]
    for rule in sorted(known, key=lambda rule: orders.get(id(rule), 0)):
        try:
            origin = f"policy of the {rule.label}"
        except Unreadable:
            origin = "policy of a rule without a name"
        candidate = rule_candidate(rule, policy, origin, ordered=unordered is None)
        if candidate is not None:
            shown = candidate.policy or origin
            found.append(Candidate(shown, candidate.policy, candidate.scope, candidate.gap or unordered))
    return found


def default_candidate(policies: Table[Any]) -> Candidate:
    """The policy of everybody whom no rule covers."""
    gap = policies.gap
    for policy in policies.known():
        try:
            if policy.is_default:
                return Candidate("the default policy", policy.name, Scope())
        except Unreadable as err:
            gap = gap or err.gap
    gap = gap or Gap(policies.source, Reason.UNREADABLE, "no policy is marked as the default", "scan again")
    return Candidate("the default policy", None, Scope(), gap)


def builtin_candidates(rules: Table[BuiltInRule], policy: str) -> list[Candidate]:
    """Built-in protection, and nothing for those who are left out of it."""
    found = []
    for rule in rules.known():
        try:
            scope = Scope(
                except_sent_to=tuple(rule.except_if_sent_to or ()),
                except_groups=tuple(rule.except_if_sent_to_member_of or ()),
                except_domains=tuple(rule.except_if_recipient_domain_is or ()),
            )
            found.append(Candidate("built-in protection", getattr(rule, policy), scope))
        except Unreadable as err:
            found.append(Candidate("built-in protection", None, None, err.gap))
    if rules.gap is not None or not found:
        gap = rules.gap or Gap(rules.source, Reason.UNREADABLE, "built-in protection is not listed", "scan again")
        return [*found, Candidate("built-in protection", None, Scope(), gap)]
    return [*found, Candidate("no policy at all", None, Scope(), absent=True)]


class MailRecipients(View[Who]):
    """The clinic's mailboxes, and what they are called in rules."""

    def __init__(
        self,
        mailboxes: Table[Mailbox],
        groups: Table[Group],
        lists: Table[DistributionGroup],
        membership: Membership,
        addressing: Addressing,
    ) -> None:
        self._mailboxes, self._groups, self._lists = mailboxes, groups, lists
        self._membership, self._addressing = membership, addressing

    @derived
    def _read(self) -> tuple[list[Who], Gap | None]:
        found = []
        gap = self._mailboxes.gap
        for mailbox in self._mailboxes.known():
            try:
                if mailbox.recipient_type_details in SERVICE_KINDS:
                    continue
                address = mailbox.primary_smtp_address.casefold()
                proxies = [a.partition(":")[2] for a in mailbox.email_addresses if a[:5].casefold() == "smtp:"]
                addresses = frozenset(a.casefold() for a in [address, *proxies])
                found.append(Who(mailbox.external_directory_object_id, address, addresses))
            except Unreadable as err:
                gap = gap or err.gap
        return found, gap

    @property
    def known(self) -> list[Who]:
        """The mailboxes that could be read."""
        return self._read[0]

    @property
    def gap(self) -> Gap | None:
        """Why some may be missing."""
        return self._read[1]

    def __iter__(self) -> Iterator[Who]:
        """All mailboxes, then `Unreadable` if some may be missing."""
        found, gap = self._read
        yield from found
        if gap is not None:
            raise Unreadable(gap)

    @derived
    def _group_ids(self) -> dict[str, str]:
        """Ids of groups by every name that rules use, in lower case. A name of two groups stands for neither."""
        found: dict[str, str] = {}
        twice: set[str] = set()

        def add(name: str | None, group: str) -> None:
            if name and found.setdefault(name.casefold(), group) != group:
                twice.add(name.casefold())

        for group in self._groups.known():
            try:
                for name in (group.mail, group.id, group.display_name):
                    add(name, group.id)
            except Unreadable:
                continue
        for one in self._lists.known():
            try:
                if one.external_directory_object_id:
                    for name in (one.primary_smtp_address, one.guid, one.identity, one.display_name):
                        add(name, one.external_directory_object_id)
            except Unreadable:
                continue
        return {name: group for name, group in found.items() if name not in twice}

    def is_named(self, who: Who, name: str) -> bool | None:
        """By an address, or by another name that the directory leads to one."""
        wanted = name.strip().casefold().removeprefix("smtp:")
        if wanted in who.addresses or wanted == who.id.casefold():
            return True
        if "@" in wanted:
            return False
        led = self._addressing.directory.resolutions.get(name.strip())
        return None if led is None else led.casefold().removeprefix("smtp:") in who.addresses

    def is_member(self, who: Who, group: str) -> bool | None:
        """By a group that could be found, nested groups included."""
        found = self._group_ids.get(group.strip().casefold())
        if found is None:
            return None
        try:
            return self._membership.contains(found, who.id)
        except Unreadable:
            return None


def in_order(presets: Table[Any], rules: Table[Any], policies: Table[Any], policy: str) -> list[Candidate]:
    """All that may decide, first come first: presets, custom rules, the default; `policy` is the field of a rule that names it."""
    return [*preset_candidates(presets, policy), *custom_candidates(rules, policy), default_candidate(policies)]


def covers(cls: type[C], policies: Table[Any], candidates: Sequence[Candidate], recipients: MailRecipients) -> list[C]:
    """A cover for each policy that decides, or may decide, over anybody."""
    listed: dict[str, Any] = {}
    for policy in policies.known():
        try:
            listed[policy.name.casefold()] = policy
        except Unreadable:
            continue
    open_ = recipients.gap or next((c.gap for c in candidates if c.gap is not None), None)
    open_ = open_ or Gap(
        "exchange.mailboxes",
        Reason.UNREADABLE,
        "which mailboxes this policy decides over depends on a group or a name that could not be read",
        "look at the policy's users, groups and domains in the Defender portal",
    )
    found: dict[str, C] = {}

    def cover(candidate: Candidate) -> C:
        key = candidate.policy or candidate.origin
        if key not in found:
            policy = listed.get(candidate.policy.casefold()) if candidate.policy else None
            missing = candidate.gap or policies.gap
            if policy is None and missing is None:
                missing = Gap(
                    policies.source, Reason.UNREADABLE, f"the policy {key} is named but not listed", "scan again"
                )
            gap = missing if policy is None and missing is not None else open_
            found[key] = cls(key, candidate.origin, policy, gap, candidate.absent)
        return found[key]

    everybody: list[Who | None] = [*recipients.known]
    if recipients.gap is not None or not everybody:
        everybody.append(None)
    for who in everybody:
        chosen = winners(candidates, who, recipients)
        for candidate in chosen:
            one = cover(candidate)
            sure = len(chosen) == 1
            if who is None:
                one.others = True if sure or one.others is True else None
            else:
                (one.mailboxes if sure else one.perhaps).append(who.address)
    return list(found.values())


# --- the kinds of policies -----------------------------------------------------------------------------------------------


class AntiSpamCover(Cover[ContentFilterPolicy]):
    """A spam policy."""


class AntiSpam(View[AntiSpamCover]):
    """The spam policies that decide."""

    def __init__(
        self,
        policies: Table[ContentFilterPolicy],
        rules: Table[ContentFilterRule],
        presets: Table[EopProtectionRule],
        recipients: MailRecipients,
    ) -> None:
        self._policies, self._rules, self._presets, self._recipients = policies, rules, presets, recipients

    @derived
    def _covers(self) -> list[AntiSpamCover]:
        order = in_order(self._presets, self._rules, self._policies, "hosted_content_filter_policy")
        return covers(AntiSpamCover, self._policies, order, self._recipients)

    def __iter__(self) -> Iterator[AntiSpamCover]:
        yield from self._covers


class AntiPhishCover(Cover[AntiPhishPolicy]):
    """A policy against fakes."""


class AntiPhish(View[AntiPhishCover]):
    """The policies against fakes that decide."""

    def __init__(
        self,
        policies: Table[AntiPhishPolicy],
        rules: Table[AntiPhishRule],
        presets: Table[EopProtectionRule],
        recipients: MailRecipients,
    ) -> None:
        self._policies, self._rules, self._presets, self._recipients = policies, rules, presets, recipients

    @derived
    def _covers(self) -> list[AntiPhishCover]:
        order = in_order(self._presets, self._rules, self._policies, "anti_phish_policy")
        return covers(AntiPhishCover, self._policies, order, self._recipients)

    def __iter__(self) -> Iterator[AntiPhishCover]:
        yield from self._covers


class MalwareCover(Cover[MalwareFilterPolicy]):
    """A malware policy."""


class Malware(View[MalwareCover]):
    """The malware policies that decide."""

    def __init__(
        self,
        policies: Table[MalwareFilterPolicy],
        rules: Table[MalwareFilterRule],
        presets: Table[EopProtectionRule],
        recipients: MailRecipients,
    ) -> None:
        self._policies, self._rules, self._presets, self._recipients = policies, rules, presets, recipients

    @derived
    def _covers(self) -> list[MalwareCover]:
        order = in_order(self._presets, self._rules, self._policies, "malware_filter_policy")
        return covers(MalwareCover, self._policies, order, self._recipients)

    def __iter__(self) -> Iterator[MalwareCover]:
        yield from self._covers


class SafeLinksCover(Cover[SafeLinksPolicy]):
    """A policy for links."""


class SafeLinks(View[SafeLinksCover]):
    """The policies for links that decide; none where the clinic does not own Defender for Office 365."""

    def __init__(
        self,
        policies: Table[SafeLinksPolicy],
        rules: Table[SafeLinksRule],
        presets: Table[AtpProtectionRule],
        builtin: Table[BuiltInRule],
        recipients: MailRecipients,
        licences: Licences,
    ) -> None:
        self._policies, self._rules, self._presets, self._builtin = policies, rules, presets, builtin
        self._recipients, self._licences = recipients, licences

    @derived
    def _covers(self) -> list[SafeLinksCover]:
        if not self._licences.has(Capability.DEFENDER_P1):
            return []
        name = "safe_links_policy"
        order = [*preset_candidates(self._presets, name), *custom_candidates(self._rules, name)]
        order += builtin_candidates(self._builtin, name)
        return covers(SafeLinksCover, self._policies, order, self._recipients)

    def __iter__(self) -> Iterator[SafeLinksCover]:
        yield from self._covers


class SafeAttachmentsCover(Cover[SafeAttachmentPolicy]):
    """A policy for attachments."""


class SafeAttachments(View[SafeAttachmentsCover]):
    """The policies for attachments that decide; none where the clinic does not own Defender for Office 365."""

    def __init__(
        self,
        policies: Table[SafeAttachmentPolicy],
        rules: Table[SafeAttachmentRule],
        presets: Table[AtpProtectionRule],
        builtin: Table[BuiltInRule],
        recipients: MailRecipients,
        licences: Licences,
    ) -> None:
        self._policies, self._rules, self._presets, self._builtin = policies, rules, presets, builtin
        self._recipients, self._licences = recipients, licences

    @derived
    def _covers(self) -> list[SafeAttachmentsCover]:
        if not self._licences.has(Capability.DEFENDER_P1):
            return []
        name = "safe_attachment_policy"
        order = [*preset_candidates(self._presets, name), *custom_candidates(self._rules, name)]
        order += builtin_candidates(self._builtin, name)
        return covers(SafeAttachmentsCover, self._policies, order, self._recipients)

    def __iter__(self) -> Iterator[SafeAttachmentsCover]:
        yield from self._covers
