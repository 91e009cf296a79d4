"""The domains that are the clinic's own: what "inside" means for an address.

    owned.owns("brightwater.example") -> bool      (of an address's domain, without regard to case)

A subdomain of an owned domain is inside only if it is listed itself. `Across[OwnedDomains]` asks both providers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.google_workspace.sources.customer import Domain as GoogleDomain
from connectors.google_workspace.sources.customer import DomainAlias
from connectors.microsoft365.sources.tenant import Domain
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.tables import Table
from rules.view import View


@dataclass(frozen=True)
class OwnedDomain:
    """A verified domain of the clinic at one provider."""

    id: str  # the domain in lower case
    provider: Provider
    is_default: bool
    is_service: bool  # given by the provider (onmicrosoft.com, test-google-a.com): nobody prints it on a card
    is_federated: bool = False  # people of it sign in at another identity provider
    alias_of: str = ""
    kind: str = "domain"

    @property
    def label(self) -> str:
        """The domain."""
        return self.id


class OwnedDomains(View[OwnedDomain], ABC):
    """The verified domains of one provider."""

    @abstractmethod
    def __iter__(self) -> Iterator[OwnedDomain]:
        """All verified domains, then `Unreadable` if the list is incomplete."""

    @derived
    def known(self) -> dict[str, OwnedDomain]:
        """The domains that could be read, complete or not."""
        found: dict[str, OwnedDomain] = {}
        try:
            for domain in self:
                found[domain.id] = domain
        except Unreadable:
            pass
        return found

    @derived
    def names(self) -> frozenset[str]:
        """All owned domains; `Unreadable` if the list is incomplete."""
        return frozenset(domain.id for domain in self)

    def owns(self, domain: str) -> bool:
        """Whether a domain is the clinic's; `Unreadable` if it is not listed and the list is incomplete."""
        wanted = domain.casefold().rstrip(".")
        return wanted in self.known or wanted in self.names

    def owns_address(self, address: str) -> bool:
        """Whether an address lies in an owned domain."""
        return self.owns(address.rpartition("@")[2])


class MicrosoftDomains(OwnedDomains, provider=MICROSOFT_365):
    """Verified domains of the Entra tenant."""

    def __init__(self, domains: Table[Domain]) -> None:
        self.domains = domains

    def __iter__(self) -> Iterator[OwnedDomain]:
        unread: Unreadable | None = None
        for domain in self.domains.known():
            try:
                if domain.is_verified:
                    yield OwnedDomain(
                        domain.id.casefold(),
                        MICROSOFT_365,
                        domain.is_default,
                        domain.id.casefold().endswith((".onmicrosoft.com", ".onmicrosoft.us")),
                        domain.authentication_type == "Federated",
                    )
            except Unreadable as err:
                unread = err
        if unread is not None:
            raise Unreadable(unread.gap)
        if self.domains.gap is not None:
            raise Unreadable(self.domains.gap)


class GoogleDomains(OwnedDomains, provider=GOOGLE_WORKSPACE):
    """Verified domains and domain aliases of the Google customer."""

    def __init__(self, domains: Table[GoogleDomain], aliases: Table[DomainAlias]) -> None:
        self.domains, self.aliases = domains, aliases

    def __iter__(self) -> Iterator[OwnedDomain]:
        gaps = [gap for gap in (self.domains.gap, self.aliases.gap) if gap is not None]
        for domain in self.domains.known():
            try:
                if domain.verified:
                    yield OwnedDomain(domain.domain_name.casefold(), GOOGLE_WORKSPACE, domain.is_primary, False)
            except Unreadable as err:
                gaps.insert(0, err.gap)
        for alias in self.aliases.known():
            try:
                if alias.verified:
                    name = alias.domain_alias_name.casefold()
                    yield OwnedDomain(
                        name,
                        GOOGLE_WORKSPACE,
                        False,
                        name.endswith(".test-google-a.com"),
                        alias_of=alias.parent_domain_name.casefold(),
                    )
            except Unreadable as err:
                gaps.insert(0, err.gap)
        if gaps:
            raise Unreadable(gaps[0])
