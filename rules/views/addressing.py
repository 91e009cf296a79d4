"""What an address or a recipient's name leads to, at each provider: the directory that destinations are classed by.

    addressing.lead("Billing Contact", person=names) -> Destination

Raises `Unreadable` where the clinic's own lists are too incomplete to tell inside from outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime

from connectors.evidence.sources import Statement
from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.groups import Group as GoogleGroup
from connectors.google_workspace.sources.groups import GroupMember as GoogleMember
from connectors.microsoft365.sources.groups import Group, GroupMember
from connectors.microsoft365.sources.mailboxes import (
    DistributionGroup,
    DistributionGroupMember,
    Mailbox,
    MailContact,
    MailUser,
    Recipient,
)
from connectors.microsoft365.sources.mailflow import AcceptedDomain
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.profile import Profile
from rules.tables import Grouped, Table
from rules.view import Now, View
from rules.views.addresses import parse
from rules.views.destinations import Destination, DestinationClass, Directory, PersonNames, classify
from rules.views.owned_domains import OwnedDomains
from rules.views.people import People, Person


def seen(rows: Iterable[object]) -> Iterator[object]:
    """What is there of a list that may be incomplete."""
    try:
        yield from rows
    except Unreadable:
        return


def names_of(person: Person | None) -> PersonNames | None:
    """The person's names, to know their own personal mailbox by."""
    if person is None:
        return None
    try:
        return PersonNames(person.name, addresses=person.addresses)
    except Unreadable:
        return None


def agreements(statements: Iterable[Statement], now: datetime) -> dict[str, bool]:
    """Vendors' domains, each with whether a signed agreement is on file and not past its review."""
    found: dict[str, bool] = {}
    for statement in statements:
        try:
            if statement.topic != "vendor_baas" or statement.file_state in {"missing", "altered"}:
                continue
            for vendor in statement.vendor:
                valid = vendor.signed_on is not None and (vendor.review_on is None or vendor.review_on >= now)
                found.update(dict.fromkeys(vendor.domains, valid))
        except Unreadable:
            continue
    return found


class Addressing(View[None], ABC):
    """Where addresses lead."""

    @property
    @abstractmethod
    def directory(self) -> Directory:
        """What could be read of the clinic's own addresses, contacts and partners."""

    @abstractmethod
    def certain(self, address: str) -> None:
        """Raise `Unreadable` unless an address of an own domain is known to end in a mailbox or group of the clinic."""

    @property
    @abstractmethod
    def domains_gap(self) -> Gap | None:
        """Why the own domains may be incomplete."""

    @property
    @abstractmethod
    def names_gap(self) -> Gap | None:
        """Why names of recipients may be missing."""

    def lead(self, address: str, *, person: PersonNames | None = None) -> Destination:
        """Where mail to this address or name ends."""
        found = classify(address, self.directory, person=person)
        if not found.is_readable:
            gap = self.names_gap
            raise Unreadable(
                gap
                or Gap(
                    "",
                    Reason.UNREADABLE,
                    "a recipient cannot be followed to an address",
                    "look at it in the admin center",
                )
            )
        if found.is_internal:
            self.certain(found.address.mailbox)
        elif self.domains_gap is not None and not found.is_consumer:
            raise Unreadable(self.domains_gap)
        return found


class MicrosoftAddressing(Addressing, provider=MICROSOFT_365):
    """Microsoft 365: accepted domains, recipients, contacts and mail users."""

    def __init__(
        self,
        domains: OwnedDomains,
        accepted: Table[AcceptedDomain],
        mailboxes: Table[Mailbox],
        recipients: Table[Recipient],
        contacts: Table[MailContact],
        mail_users: Table[MailUser],
        people: People,
        statements: Table[Statement],
        profile: Profile,
        now: Now,
    ) -> None:
        self._domains, self._accepted, self._mailboxes = domains, accepted, mailboxes
        self._recipients, self._contacts, self._mail_users = recipients, contacts, mail_users
        self._people, self._statements, self._profile, self._now = people, statements, profile, now

    @property
    def domains_gap(self) -> Gap | None:
        if self._accepted.gap is None:
            return None
        try:
            list(self._domains)
        except Unreadable as err:
            return err.gap
        return None

    @property
    def names_gap(self) -> Gap | None:
        return self._recipients.gap

    @derived
    def _readable(self) -> tuple[Directory, frozenset[str]]:
        own: set[str] = set()
        x500: dict[str, str] = {}
        leads: dict[str, str] = {}
        doubtful: set[str] = set()

        def add(name: str | None, target: str) -> None:
            if not name:
                return
            if leads.setdefault(name, target) != target:
                doubtful.add(name)

        for mailbox in seen(self._mailboxes):
            assert isinstance(mailbox, Mailbox)
            _each(lambda mailbox=mailbox: own.update(_smtp(mailbox.email_addresses), [mailbox.primary_smtp_address]))
            _each(lambda mailbox=mailbox: x500.update(_x500(mailbox.email_addresses, mailbox.primary_smtp_address)))
            _each(lambda mailbox=mailbox: x500.update({mailbox.legacy_exchange_d_n: mailbox.primary_smtp_address}))
        for person in self._people.known().values():
            _each(lambda person=person: own.update(person.addresses if not person.is_guest else ()))
        for recipient in seen(self._recipients):
            assert isinstance(recipient, Recipient)
            try:
                target = recipient.external_email_address or recipient.primary_smtp_address or ""
                for name in (
                    recipient.name,
                    recipient.alias,
                    recipient.display_name,
                    recipient.distinguished_name,
                    recipient.identity,
                    recipient.guid,
                ):
                    add(name, target)
                if recipient.external_email_address:
                    for address in [recipient.primary_smtp_address, *_smtp(recipient.email_addresses)]:
                        add(address, target)
                else:
                    own.update(_smtp(recipient.email_addresses))
                x500.update(_x500(recipient.email_addresses, target))
            except Unreadable:
                continue
        for contact in (*seen(self._contacts), *seen(self._mail_users)):
            assert isinstance(contact, MailContact | MailUser)
            try:
                led: str | None = contact.external_email_address
                if led:
                    for known in (contact.identity, contact.display_name, contact.guid, contact.primary_smtp_address):
                        add(known, led)
            except Unreadable:
                continue
        outside = {key for name in leads if "@" in name for key in [parse(name).mailbox]}
        directory = Directory(
            own_domains=frozenset([*self._domains.known, *_accepted_names(self._accepted)]),
            match_subdomains=frozenset(_accepted_names(self._accepted, matching=True)),
            same_owner_domains=self._profile.same_owner_domains,
            partners=agreements(seen(self._statements), self._now),  # type: ignore[arg-type]
            approved_external_domains=self._profile.approved_external_domains,
            own_addresses=frozenset(a for a in own if parse(a).mailbox not in outside),
            x500=x500,
            resolutions={
                name: target
                for name, target in leads.items()
                if name not in doubtful and parse(target).mailbox != parse(name).mailbox
            },
        )
        return directory, directory.own_mailboxes

    @property
    def directory(self) -> Directory:
        return self._readable[0]

    def certain(self, address: str) -> None:
        if parse(address).mailbox in self._readable[1]:
            return
        if self._recipients.gap is not None:
            raise Unreadable(self._recipients.gap)


class GoogleAddressing(Addressing, provider=GOOGLE_WORKSPACE):
    """Google Workspace: domains, aliases and people; every address of an own domain ends in the clinic."""

    def __init__(
        self, domains: OwnedDomains, people: People, statements: Table[Statement], profile: Profile, now: Now
    ) -> None:
        self._domains, self._people, self._statements, self._profile, self._now = (
            domains,
            people,
            statements,
            profile,
            now,
        )

    @property
    def domains_gap(self) -> Gap | None:
        try:
            list(self._domains)
        except Unreadable as err:
            return err.gap
        return None

    @property
    def names_gap(self) -> Gap | None:
        return None

    @derived
    def directory(self) -> Directory:
        """What could be read."""
        own: set[str] = set()
        for person in self._people.known().values():
            _each(lambda person=person: own.update(person.addresses if not person.is_guest else ()))
        return Directory(
            own_domains=frozenset(self._domains.known),
            same_owner_domains=self._profile.same_owner_domains,
            partners=agreements(seen(self._statements), self._now),  # type: ignore[arg-type]
            approved_external_domains=self._profile.approved_external_domains,
            own_addresses=frozenset(own),
        )

    def certain(self, address: str) -> None:
        """Google has no contacts that redirect: an address of an own domain is a person's or a group's of the clinic."""


def _each(work: object) -> None:
    try:
        work()  # type: ignore[operator]
    except Unreadable:
        return


def _smtp(proxies: Iterable[str]) -> list[str]:
    return [proxy[5:] for proxy in proxies if proxy[:5].casefold() == "smtp:"]


def _x500(proxies: Iterable[str], target: str) -> dict[str, str]:
    return {proxy[5:]: target for proxy in proxies if proxy[:5].casefold() == "x500:"}


def _accepted_names(accepted: Table[AcceptedDomain], *, matching: bool = False) -> list[str]:
    found = []
    for domain in accepted.known():
        try:
            if not matching or domain.match_sub_domains:
                found.append(domain.domain_name)
        except Unreadable:
            continue
    return found


class Member:
    """A member of a group who may be outside."""

    def __init__(self, label: str, address: str, reason: str = "") -> None:
        self.label, self.address, self.reason = label, address, reason


class MailGroup:
    """A group or list that mail can go to. `members` are those with an address; it raises where they cannot all be told."""

    kind = "group"

    def __init__(self, id: str, label: str, addresses: frozenset[str], members: Members) -> None:  # noqa: A002
        self.id, self.label, self.addresses = id, label, addresses
        self._members = members

    def members(self) -> Iterator[Member]:
        """The members that could be read, then `Unreadable` if there may be more."""
        return self._members()


class Members(ABC):
    """How a group's members are told."""

    @abstractmethod
    def __call__(self) -> Iterator[Member]: ...


class MailGroups(View[MailGroup], ABC):
    """Every group and list that mail can go to."""

    @derived
    def by_address(self) -> dict[str, MailGroup]:
        """The groups that could be read, by address in lower case."""
        found: dict[str, MailGroup] = {}
        try:
            for group in self:
                found.update(dict.fromkeys(group.addresses, group))
        except Unreadable:
            pass
        return found


class _GraphMembers(Members):
    def __init__(self, group: str, members: Grouped[GroupMember]) -> None:
        self._group, self._members = group, members

    def __call__(self) -> Iterator[Member]:
        for member in self._members.of(self._group):
            if member.type == "#microsoft.graph.group" or member.type.endswith(("device", "servicePrincipal")):
                continue  # nested groups are listed through: their members stand here too
            address = member.mail or (
                member.user_principal_name
                if member.user_type == "Guest" or "#EXT#" in (member.user_principal_name or "")
                else None
            )
            if address:
                yield Member(member.display_name or address, address)
            elif member.user_principal_name:
                yield Member(member.display_name or member.user_principal_name, member.user_principal_name)
            else:
                raise Unreadable(
                    Gap(
                        "graph.group_members:mail",
                        Reason.UNREADABLE,
                        "a member has no address",
                        "look at the group in Entra",
                    )
                )


class _ListMembers(Members):
    def __init__(self, group: str, members: Grouped[DistributionGroupMember]) -> None:
        self._group, self._members = group, members

    def __call__(self) -> Iterator[Member]:
        for member in self._members.of(self._group):
            address = member.external_email_address or member.primary_smtp_address
            if address:
                yield Member(member.display_name, address)
            elif not member.recipient_type_details.endswith("Group"):
                raise Unreadable(
                    Gap(
                        "exchange.distribution_group_members",
                        Reason.UNREADABLE,
                        "a member has no address",
                        "look at the list in the Exchange admin center",
                    )
                )


class MicrosoftMailGroups(MailGroups, provider=MICROSOFT_365):
    """Microsoft 365: teams and mail-enabled groups from Graph, lists with contacts from Exchange."""

    def __init__(
        self,
        groups: Table[Group],
        members: Grouped[GroupMember],
        lists: Table[DistributionGroup],
        list_members: Grouped[DistributionGroupMember],
    ) -> None:
        self._groups, self._members, self._lists, self._list_members = groups, members, lists, list_members

    def __iter__(self) -> Iterator[MailGroup]:
        for group in self._groups:
            if group.mail_enabled:
                addresses = frozenset([group.mail.casefold()] if group.mail else [])
                yield MailGroup(group.id, group.label, addresses, _GraphMembers(group.id, self._members))
        for one in self._lists:
            yield MailGroup(
                one.guid,
                one.label,
                frozenset([one.primary_smtp_address.casefold()]),
                _ListMembers(one.guid, self._list_members),
            )


class _GoogleMembers(Members):
    def __init__(self, group: str, members: Grouped[GoogleMember]) -> None:
        self._group, self._members = group, members

    def __call__(self) -> Iterator[Member]:
        hidden = False
        for member in self._members.of(self._group):
            if member.type == "CUSTOMER":
                continue  # everybody of the clinic
            if not member.email:
                hidden = True
                continue
            if member.type != "GROUP":
                yield Member(member.email, member.email)
        if hidden:
            raise Unreadable(
                Gap(
                    "directory.group_members",
                    Reason.UNREADABLE,
                    "a member has no address: an outside group",
                    "look at the group in the Admin console",
                )
            )


class GoogleMailGroups(MailGroups, provider=GOOGLE_WORKSPACE):
    """Google Workspace: groups with their nested members."""

    def __init__(self, groups: Table[GoogleGroup], members: Grouped[GoogleMember]) -> None:
        self._groups, self._members = groups, members

    def __iter__(self) -> Iterator[MailGroup]:
        for group in self._groups:
            addresses = frozenset(a.casefold() for a in (group.email, *group.aliases, *group.non_editable_aliases))
            yield MailGroup(group.id, group.email, addresses, _GoogleMembers(group.id, self._members))


__all__ = ["Addressing", "Destination", "DestinationClass", "MailGroup", "MailGroups", "agreements", "names_of"]
