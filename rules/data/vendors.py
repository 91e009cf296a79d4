"""Secure-mail services, mail gateways and health-record systems, by the domains they use.

A match says that mail passes the vendor, so that an agreement is needed; nothing more. Whether the vendor itself says that
it signs one is `baa`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read


class VendorKind(StrEnum):
    """What a vendor does."""

    SECURE_MAIL = "secure mail"
    GATEWAY = "mail gateway"
    EHR = "health records"
    SCHEDULING = "scheduling and telehealth"


class BaaClaim(StrEnum):
    """Whether a vendor says that it signs a business associate agreement."""

    YES = "yes"
    DEPENDS = "depends on the plan"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Vendor:
    """A company that handles mail or records for clinics."""

    name: str
    kind: VendorKind
    baa: BaaClaim
    checked_on: date
    sources: tuple[str, ...]
    domains: tuple[str, ...] = ()  # of its addresses and hosts; subdomains are meant too
    mx: tuple[str, ...] = ()  # ends of mail host names
    spf: tuple[str, ...] = ()  # ends of SPF include names
    verified: bool = True  # whether the vendor's position on agreements and its domains come from a solid source
    unverified_domains: tuple[str, ...] = ()  # those of `domains` that come from general knowledge

    def is_solid(self, domain: str) -> bool:
        """Whether a domain is known from a source to be this vendor's."""
        return self.owns(domain) and not _ends(domain, self.unverified_domains)

    def owns(self, domain: str) -> bool:
        """Whether a domain is the vendor's."""
        return _ends(domain, self.domains)


def _ends(name: str, ends: tuple[str, ...]) -> bool:
    return any(name == end or name.endswith("." + end) for end in ends)


@cache
def all_vendors() -> tuple[Vendor, ...]:
    """Every vendor in the table."""
    table = read("vendors")
    return tuple(
        Vendor(
            entry["name"],
            VendorKind(entry["kind"]),
            BaaClaim(entry["baa"]),
            entry.get("checked_on", table["as_of"]),
            tuple(entry["sources"]),
            tuple(entry.get("domains", ())) + tuple(entry.get("unverified_domains", ())),
            tuple(entry.get("mx", ())),
            tuple(entry.get("spf", ())),
            entry.get("verified", True),
            tuple(entry.get("unverified_domains", ())),
        )
        for entry in table["vendor"]
    )


@cache
def _by_domain() -> dict[str, Vendor]:
    return {domain: vendor for vendor in all_vendors() for domain in vendor.domains}


def find(domain: str) -> Vendor | None:
    """The vendor that owns a domain or a parent of it."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        if (vendor := _by_domain().get(".".join(labels[start:]))) is not None:
            return vendor
    return None


def of_spf(include: str) -> Vendor | None:
    """The vendor behind an SPF `include:` name."""
    name = include.casefold().rstrip(".")
    return next((v for v in all_vendors() if _ends(name, v.spf)), None)


def of_mx(host: str) -> Vendor | None:
    """The vendor behind a mail host."""
    name = host.casefold().rstrip(".")
    return next((v for v in all_vendors() if _ends(name, v.mx)), None)


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("vendors")
