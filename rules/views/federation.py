"""Domains whose people sign in at another identity provider: at which, and whose second factor counts.

    federations.of("brightwater.example") -> DomainFederation | None

A subdomain without a configuration of its own has that of the domain above it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from connectors.microsoft365.sources.signin import DomainFederation
from connectors.record import Unreadable
from rules.tables import Grouped
from rules.view import View

RESELLERS = {"secureserver.net": "GoDaddy", "godaddy.com": "GoDaddy"}
"""Web hosts that sell Microsoft 365 and put their own sign-in page before it, by the host in the issuer."""


class Federations(View[None]):
    """The configurations of federated domains."""

    def __init__(self, configurations: Grouped[DomainFederation]) -> None:
        self.configurations = configurations

    def of(self, domain: str) -> DomainFederation | None:
        """The configuration of a federated domain; None if Microsoft shows none, `Unreadable` if it was not read."""
        name = domain
        missing: Unreadable | None = None
        while name:
            try:
                found = self.configurations.of(name)
            except Unreadable as err:
                missing, found = missing or err, []
            if found:
                return found[0]
            name = name.partition(".")[2]
        if missing is not None and domain not in self.configurations.known():
            raise missing
        return None


def host(uri: str) -> str:
    """The host in an issuer ("http://sts.brightwater.example/adfs/services/trust"); the text itself where there is none."""
    return (urlsplit(uri).hostname or uri).casefold()


def reseller(uri: str) -> str | None:
    """The web host behind an issuer, if it is one of those that resell Microsoft 365."""
    name = host(uri)
    return next((who for ending, who in RESELLERS.items() if name == ending or name.endswith("." + ending)), None)
