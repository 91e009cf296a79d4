"""Mail domains with their public records, parsed: what receivers of the clinic's mail are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from connectors.dns.sources import Dkim, DkimKey, Dmarc, Mx, Spf
from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from connectors.source import Provider
from rules.profile import Profile
from rules.tables import Grouped
from rules.view import Tenant, View
from rules.views.owned_domains import OwnedDomains

T = TypeVar("T")


@dataclass(frozen=True)
class DmarcPolicy:
    """A DMARC record by its tags (RFC 7489 section 6.3): names in lower case, values as written."""

    tags: dict[str, str]
    valid: bool

    def get(self, name: str) -> str | None:
        """A tag's value in lower case; None if it is not there."""
        value = self.tags.get(name)
        return value.casefold() if value is not None else None


def parse_dmarc(text: str) -> DmarcPolicy:
    """Split a record at its semicolons. It is valid only if v=DMARC1 stands first and a known policy is given."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    pairs = [(name.strip().casefold(), value.strip()) for name, _, value in (part.partition("=") for part in parts)]
    tags: dict[str, str] = {}
    for name, value in pairs:
        tags.setdefault(name, value)
    first = bool(pairs) and pairs[0][0] == "v" and pairs[0][1].casefold() == "dmarc1"
    return DmarcPolicy(tags, first)


class MailDomain:
    """One domain that mail is sent from, or that patients write to."""

    kind = "domain"

    def __init__(self, name: str, provider: Provider, *, is_service: bool, stated: bool, records: MailDomains) -> None:
        self.id = self.label = name
        self.provider, self.is_service, self.stated = provider, is_service, stated
        self._records = records

    @property
    def spf(self) -> Spf:
        """The SPF look-up; `Unreadable` if nobody answered."""
        return _one(self._records.spf.of(self.id), "dns.spf")

    @property
    def dmarc(self) -> Dmarc:
        """The DMARC look-up; `Unreadable` if nobody answered."""
        return _one(self._records.dmarc.of(self.id), "dns.dmarc")

    @property
    def mx(self) -> Mx:
        """The mail servers; `Unreadable` if nobody answered."""
        return _one(self._records.mx.of(self.id), "dns.mx")

    @property
    def dkim(self) -> list[DkimKey]:
        """The keys that were looked for; `Unreadable` if nobody answered."""
        return _one(self._records.dkim.of(self.id), "dns.dkim").keys_found

    @property
    def has_mail(self) -> bool:
        """Whether the domain takes mail anywhere."""
        hosts = self.mx.hosts
        return any(host.host not in {"", "."} for host in hosts)


class MailDomains(View[MailDomain]):
    """Every verified domain of the provider, and those the clinic names as printed for patients."""

    def __init__(
        self,
        domains: OwnedDomains,
        tenant: Tenant,
        profile: Profile,
        spf: Grouped[Spf],
        dmarc: Grouped[Dmarc],
        mx: Grouped[Mx],
        dkim: Grouped[Dkim],
    ) -> None:
        self._domains, self._tenant, self._profile = domains, tenant, profile
        self.spf, self.dmarc, self.mx, self.dkim = spf, dmarc, mx, dkim

    def __iter__(self) -> Iterator[MailDomain]:
        seen = set()
        stated = {name.casefold() for name in self._profile.patient_facing_domains}
        for name in sorted(stated):
            seen.add(name)
            yield MailDomain(name, self._tenant.provider, is_service=False, stated=True, records=self)
        for domain in self._domains:
            if domain.id not in seen and not domain.id.endswith((".test-google-a.com", ".mail.onmicrosoft.com")):
                yield MailDomain(
                    domain.id, self._tenant.provider, is_service=domain.is_service, stated=False, records=self
                )


def _one(found: list[T], source: str) -> T:
    if not found:
        raise Unreadable(Gap(source, Reason.NOT_COLLECTED, "the domain was not looked up", "scan with DNS"))
    return found[0]
