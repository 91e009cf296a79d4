"""Where mail goes: what kind of mailbox an address outside (or inside) the clinic is.

    classify("smtp:jane.doe@gmail.com", directory, person=PersonNames("Jane Doe")) ->
        Destination(cls=PERSONAL, reason="the person's own Gmail mailbox")

An address that cannot be followed to its end is `UNREADABLE`, never the clinic's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property

from publicsuffixlist import PublicSuffixList

from rules.data import consumer_domains, vendors
from rules.data.consumer_domains import ConsumerDomain, MailKind
from rules.data.vendors import Vendor, VendorKind
from rules.views.addresses import Address, AddressKind, ascii_domain, parse, shown_domain, unicode_domain


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
class PersonNames:
    """What a person is called: used to recognize their own personal mailbox.

    Pass none for shared mailboxes. `addresses` are the person's clinic addresses, `personal_addresses` those known to be
    private (recovery addresses, "other mails").
    """

    display: str = ""
    given: str = ""
    surname: str = ""
    addresses: frozenset[str] = frozenset()
    personal_addresses: frozenset[str] = frozenset()


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
    )  # name, id, alias or address of a contact -> its target


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
