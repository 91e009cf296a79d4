"""Where mail goes: what kind of mailbox an address outside (or inside) the clinic is.

    classify("smtp:jane.doe@gmail.com", directory, person=PersonNames("Jane Doe")) ->
        Destination(cls=PERSONAL, reason="the person's own Gmail mailbox")

An address that cannot be followed to its end is `UNREADABLE`, never the clinic's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from rules.data import consumer_domains, vendors
from rules.data.consumer_domains import ConsumerDomain, MailKind
from rules.data.vendors import Vendor, VendorKind
from rules.views import lookalikes
from rules.views.addresses import Address, AddressKind, ascii_domain, parse, printable, shown_domain
from rules.views.names import PersonNames, is_own_mailbox

__all__ = ["Destination", "DestinationClass", "Directory", "Mark", "PersonNames", "classify"]


class DestinationClass(StrEnum):
    """What kind of mailbox an address is."""

    OWN_DOMAIN = "own domain"
    SAME_OWNER = "same owner"  # another tenant of the clinic's owner, as the operator states
    PARTNER_WITH_BAA = "partner with an agreement"
    SECURE_MAIL_VENDOR = "secure-mail vendor"
    EHR_VENDOR = "health-record vendor"
    PERSONAL = "own personal mailbox"  # of the very person whose mail goes there
    CONSUMER = "consumer mail"
    ISP = "internet provider mail"
    VANITY = "free mail under another name"
    RELAY = "relay or disposable mail"
    OTHER_OUTSIDE = "other outside address"
    UNREADABLE = "unreadable"


class Mark(StrEnum):
    """Something to know about a destination besides its class."""

    LOOKALIKE = "lookalike"  # the outside domain imitates the clinic's own or a well-known mail service's


@dataclass(frozen=True)
class Directory:
    """What the clinic's tenants say about addresses. Domains and addresses may be in any form; they are normalized here."""

    own_domains: frozenset[str] = frozenset()  # verified and accepted domains and aliases, onmicrosoft.com among them
    match_subdomains: frozenset[str] = frozenset()  # own domains that take in their subdomains (Exchange)
    same_owner_domains: frozenset[str] = frozenset()
    partners: Mapping[str, bool] = field(default_factory=dict)  # domain -> whether a valid agreement is on file
    approved_external_domains: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()  # addresses of the clinic's mailboxes, whatever their domain
    x500: Mapping[str, str] = field(default_factory=dict)  # legacyExchangeDN or X500 proxy -> SMTP address
    resolutions: Mapping[str, str] = field(
        default_factory=dict
    )  # a contact's name, id, alias, or address -> its target

    @cached_property
    def own(self) -> frozenset[str]:
        """Own domains, normalized."""
        return _domains(self.own_domains) | _domains(self.match_subdomains)

    @cached_property
    def with_subdomains(self) -> frozenset[str]:
        """Own domains that take in their subdomains, normalized."""
        return _domains(self.match_subdomains)

    @cached_property
    def same_owner(self) -> frozenset[str]:
        """Domains of the same owner's other tenants, normalized."""
        return _domains(self.same_owner_domains)

    @cached_property
    def approved(self) -> frozenset[str]:
        """Outside domains that the clinic approves of, normalized."""
        return _domains(self.approved_external_domains)

    @cached_property
    def agreements(self) -> dict[str, bool]:
        """Partners' domains, normalized. Where one is stated twice, a missing agreement counts."""
        found: dict[str, bool] = {}
        for name, valid in self.partners.items():
            if domain := ascii_domain(name):
                found[domain] = valid and found.get(domain, True)
        return found

    @cached_property
    def own_mailboxes(self) -> frozenset[str]:
        """The clinic's own addresses, normalized. Guests and anybody's mail services are no proof, whoever listed them."""
        addresses = [a for a in map(parse, self.own_addresses) if a.is_smtp and not a.is_guest]
        return frozenset(a.mailbox for a in addresses if consumer_domains.find(a.domain) is None)

    @cached_property
    def by_x500(self) -> dict[str, str]:
        """SMTP addresses by normalized X.500 name."""
        return {address.key: target for name, target in self.x500.items() if (address := _x500(name)) is not None}

    @cached_property
    def targets(self) -> dict[str, str]:
        """Where contacts and mail users lead, by normalized name or address."""
        return {parse(name).key: target for name, target in self.resolutions.items() if name.strip()}

    def target(self, address: Address) -> str | None:
        """Where a contact leads; mail to its address with a +tag goes the same way."""
        return self.targets.get(address.key, self.targets.get(address.mailbox))

    @cached_property
    def _resemblances(self) -> dict[str, str]:
        return {}

    def owns(self, domain: str) -> bool:
        """Whether a domain is the clinic's; a subdomain only where the provider is set to take it in."""
        return domain in self.own or any(domain.endswith("." + parent) for parent in self.with_subdomains)

    def imitated_by(self, domain: str) -> str:
        """What an outside domain resembles, in words ("your own domain brightwater.example"); "" if nothing."""
        if domain not in self._resemblances:
            self._resemblances[domain] = lookalikes.resembles(domain, self.own | self.same_owner)
        return self._resemblances[domain]


@dataclass(frozen=True)
class Destination:
    """Where one address leads."""

    address: Address  # the final one
    domain: str  # in ASCII; "" if unreadable
    cls: DestinationClass
    marks: frozenset[Mark] = frozenset()
    resolved_through: tuple[str, ...] = ()  # what was looked up on the way, first one first
    reason: str = ""  # a phrase that completes "mail goes to ...", for the owner
    approved: bool = False
    verified: bool = True  # False: the domain's nature comes from a broad public list or from general knowledge only

    @property
    def is_internal(self) -> bool:
        """Whether the mail stays in the clinic."""
        return self.cls is DestinationClass.OWN_DOMAIN

    @property
    def is_readable(self) -> bool:
        """Whether the address could be followed to its end; otherwise nothing may be concluded from it."""
        return self.cls is not DestinationClass.UNREADABLE

    @property
    def is_consumer(self) -> bool:
        """Whether anybody can have such a mailbox (the catalogue's CONSUMER)."""
        return self.cls in _CONSUMER

    @property
    def is_approved(self) -> bool:
        """Whether the clinic itself vouches for the outside domain (the catalogue's "approved").

        A whole consumer mail service cannot be approved: the clinic does not control who has a mailbox there.
        """
        return self.approved or self.cls in {DestinationClass.SAME_OWNER, DestinationClass.PARTNER_WITH_BAA}

    @property
    def is_known_vendor(self) -> bool:
        """Whether a secure-mail or health-record vendor receives the mail (the catalogue's "known vendor")."""
        return self.cls in {DestinationClass.SECURE_MAIL_VENDOR, DestinationClass.EHR_VENDOR}

    @property
    def is_lookalike(self) -> bool:
        """Whether the domain imitates the clinic's own or a well-known mail service's."""
        return Mark.LOOKALIKE in self.marks


def _x500(name: str) -> Address | None:
    address = parse(name)
    return address if address.kind is AddressKind.X500 else None


def _domains(names: Iterable[str]) -> frozenset[str]:
    return frozenset(domain for name in names if (domain := ascii_domain(name)))


_CONSUMER = frozenset(
    {
        DestinationClass.PERSONAL,
        DestinationClass.CONSUMER,
        DestinationClass.ISP,
        DestinationClass.VANITY,
        DestinationClass.RELAY,
    }
)
_KINDS = {
    MailKind.WEBMAIL: DestinationClass.CONSUMER,
    MailKind.ISP: DestinationClass.ISP,
    MailKind.VANITY: DestinationClass.VANITY,
    MailKind.RELAY: DestinationClass.RELAY,
    MailKind.DISPOSABLE: DestinationClass.RELAY,
}
_LONGEST_WAY = 2  # a contact may point to another one; Exchange follows no further in practice, and neither do we


def classify(address: str | Address | None, context: Directory, *, person: PersonNames | None = None) -> Destination:
    """What kind of mailbox an address, or the name of a contact, leads to. Never raises.

    `person` is the one whose mail goes there, if it is one person's.
    """
    first = address if isinstance(address, Address) else parse(address)
    final, through, dead_end = _follow(first, context)
    if dead_end:
        return Destination(final, "", DestinationClass.UNREADABLE, frozenset(), through, dead_end)
    domain = final.domain
    if final.mailbox in context.own_mailboxes or context.owns(domain):
        return Destination(final, domain, DestinationClass.OWN_DOMAIN, frozenset(), through, "a mailbox of the clinic")
    if domain in context.same_owner:
        reason = f"a mailbox of the same owner's other organization ({shown_domain(domain)})"
        return Destination(final, domain, DestinationClass.SAME_OWNER, frozenset(), through, reason)
    consumer = consumer_domains.find(domain)
    agreed = context.agreements.get(domain, False)
    if consumer is not None and not (agreed and consumer.attestable):
        cls, reason = _consumer(final, consumer, person)
        return Destination(final, domain, cls, frozenset(), through, reason, verified=consumer.verified)
    approved = domain in context.approved
    if agreed:
        reason = f"a partner with an agreement on file ({shown_domain(domain)})"
        return Destination(final, domain, DestinationClass.PARTNER_WITH_BAA, frozenset(), through, reason, approved)
    if (vendor := vendors.find(domain)) is not None:
        cls, reason = _vendor(vendor)
        solid = vendor.is_solid(domain)
        return Destination(final, domain, cls, frozenset(), through, reason, approved, solid)
    imitated = "" if approved or domain in context.agreements else context.imitated_by(domain)
    if imitated:
        reason = f"an outside address whose domain {shown_domain(domain)} resembles {imitated}"
        marks = frozenset({Mark.LOOKALIKE})
        return Destination(final, domain, DestinationClass.OTHER_OUTSIDE, marks, through, reason)
    reason = _outside(domain, context, approved=approved)
    return Destination(final, domain, DestinationClass.OTHER_OUTSIDE, frozenset(), through, reason, approved)


def _follow(first: Address, context: Directory) -> tuple[Address, tuple[str, ...], str]:
    """The last address of a chain of contacts, what was looked up on the way, and why the chain leads nowhere, if so."""
    current, through, seen, hops = first, list[str](), {first.key}, 0
    while True:
        if current.kind is AddressKind.X500 and current.key in context.by_x500:
            target = parse(context.by_x500[current.key])  # another name of the same entry, no hop
        elif (named := context.target(current)) is not None:
            target = parse(named)
            if target.is_smtp and target.mailbox == current.mailbox:
                return current, tuple(through), ""
            hops += 1
        else:
            return current, tuple(through), _dead_end(current, through)
        through.append(printable(current.key))
        current = target
        if current.key in seen:
            return current, tuple(through), "a chain of contacts that leads back to itself"
        if hops > _LONGEST_WAY:
            return current, tuple(through), "a chain of contacts that is too long to follow"
        seen.add(current.key)


def _dead_end(address: Address, through: list[str]) -> str:
    if address.is_smtp:
        return ""
    if address.kind is AddressKind.X500:
        return "an entry of Exchange's directory that could not be looked up"
    if not address.raw.strip():
        return "a contact without an address" if through else "an empty address"
    return "a contact whose address cannot be read" if through else "an address that cannot be read"


def _consumer(address: Address, entry: ConsumerDomain, person: PersonNames | None) -> tuple[DestinationClass, str]:
    cls = _KINDS[entry.kind]
    name = f"{entry.service} " if entry.service else ""
    if cls is not DestinationClass.RELAY and person is not None and is_own_mailbox(address, person):
        return DestinationClass.PERSONAL, f"the person's own personal {name}mailbox"
    match entry.kind:
        case MailKind.ISP:
            return cls, f"{_article(name)} internet-provider mailbox, not a clinic account" if name else (
                "an internet-provider mailbox, not a clinic account"
            )
        case MailKind.VANITY:
            return cls, f"a free {name}mailbox behind the name {address.domain}"
        case MailKind.RELAY:
            return cls, f"a forwarding address ({entry.service}) that hides a personal mailbox"
        case MailKind.DISPOSABLE:
            return cls, f"a throw-away mailbox ({entry.service})"
        case MailKind.WEBMAIL if not entry.service:
            return (
                cls,
                f"probably a free personal mailbox ({shown_domain(address.domain)} is on a public list of free mail)",
            )
        case _:
            return cls, f"a personal {name}mailbox"


def _article(name: str) -> str:
    return f"an {name}".rstrip() if name[0] in "AEIO" else f"a {name}".rstrip()


def _vendor(vendor: Vendor) -> tuple[DestinationClass, str]:
    match vendor.kind:
        case VendorKind.SECURE_MAIL | VendorKind.GATEWAY:
            return (
                DestinationClass.SECURE_MAIL_VENDOR,
                f"the mail service {vendor.name}, which needs an agreement on file",
            )
        case _:
            return DestinationClass.EHR_VENDOR, f"the clinic system {vendor.name}, which needs an agreement on file"


def _outside(domain: str, context: Directory, *, approved: bool) -> str:
    shown = shown_domain(domain)
    if approved:
        return f"an outside address at {shown}, which the clinic has approved"
    if domain in context.agreements:
        return f"a partner without a valid agreement on file ({shown})"
    if any(domain.endswith("." + own) for own in context.own):
        return f"an address at {shown}, which the clinic's tenant does not list as its own"
    return f"an outside address at {shown}"
