"""How to reach one clinic's Microsoft 365, and as whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from connectors.transport import is_loopback

Profile = Literal["graph-only", "standard", "full"]
PROFILES: tuple[Profile, ...] = ("graph-only", "standard", "full")
"""Permission profiles, least first; each reads what the one before it reads, and more."""


@dataclass(frozen=True)
class Certificate:
    """A certificate with its private key, PEM or PKCS12: what Microsoft recommends."""

    path: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Secret:
    """A client secret, already resolved."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class DeviceCode:
    """An administrator signs in on another device; `show` gets the address and the code to type there."""

    show: Callable[[str, str], None]


@dataclass(frozen=True)
class ManagedIdentity:
    """The identity of the machine the auditor runs on."""


Credential = Certificate | Secret | DeviceCode | ManagedIdentity


@dataclass(frozen=True)
class Cloud:
    """The hosts of one Microsoft cloud (microsoft365.md 1.1 and 1.2)."""

    login: str
    graph: str
    exchange: str
    compliance: str
    exchange_suffix: str
    compliance_suffix: str


CLOUDS: Mapping[str, Cloud] = {
    "commercial": Cloud(
        "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://outlook.office365.com",
        "https://ps.compliance.protection.outlook.com", ".outlook.office365.com", ".ps.compliance.protection.outlook.com",
    ),
    "gcchigh": Cloud(
        "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://outlook.office365.us",
        "https://ps.compliance.protection.office365.us", ".outlook.office365.us", ".ps.compliance.protection.office365.us",
    ),
    "dod": Cloud(
        "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://outlook-dod.office365.us",
        "https://ps.compliance.protection.office365.us", ".outlook-dod.office365.us", ".ps.compliance.protection.office365.us",
    ),
}  # fmt: skip
CLOUDS = {**CLOUDS, "gcc": CLOUDS["commercial"]}


@dataclass(frozen=True)
class Connection:
    """One clinic's Microsoft 365.

    `endpoints` sends requests elsewhere (`login`, `graph`, `exchange`, `compliance`); loopback only, for the simulator.
    `mailbox_permissions` switches the one source that costs an Exchange call per mailbox.
    """

    tenant_id: str
    client_id: str
    credential: Credential
    cloud: str = "commercial"
    profile: Profile = "standard"
    mailbox_permissions: bool = True
    endpoints: Mapping[str, str] = field(default_factory=dict)
    ca_file: str | None = None

    def __post_init__(self) -> None:
        for name, address in self.endpoints.items():
            if not is_loopback(urlsplit(address).hostname or ""):
                raise ValueError(f"the endpoint {name} may be replaced by a loopback address only")

    @property
    def hosts(self) -> Cloud:
        return CLOUDS[self.cloud]

    @property
    def local(self) -> bool:
        """Whether this is a simulated tenant."""
        return bool(self.endpoints)

    def base(self, service: str) -> str:
        """The base address of login, graph, exchange or compliance."""
        return self.endpoints.get(service) or str(getattr(self.hosts, service))
