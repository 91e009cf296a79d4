"""How to reach one clinic's Microsoft 365, and as whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from connectors.transport import is_loopback

Profile = Literal["graph-only", "standard", "full"]
PROFILES: tuple[Profile, ...] = ("graph-only", "standard", "full")
"""Permission profiles, least first; each reads what the one before it reads, and more."""
SWITCHES: Mapping[str, str] = {
    "exchange.inbox_rules_hidden": "hidden_rules",
    "exchange.mailbox_calendar_folder": "mailbox_calendars",
    "exchange.mailbox_folder_permissions": "mailbox_calendars",
    "exchange.mailbox_permissions": "mailbox_permissions",
}
"""What takes an Exchange call for every mailbox, and the switch of `Connection` that leaves it out."""


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
    sharepoint_suffix: str
    powerbi: str
    powerplatform: str
    powerbi_audience: str
    powerplatform_audience: str
    teams: str = "https://api.interfaces.records.teams.microsoft.com"
    teams_audience: str = "48ac35b8-9aa8-4d74-927d-1f4a14a0b239"


CLOUDS: Mapping[str, Cloud] = {
    "commercial": Cloud(
        "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://outlook.office365.com",
        "https://ps.compliance.protection.outlook.com", ".outlook.office365.com", ".ps.compliance.protection.outlook.com",
        ".sharepoint.com", "https://api.powerbi.com", "https://api.bap.microsoft.com",
        "https://analysis.windows.net/powerbi/api", "https://service.powerapps.com/",
    ),
    "gcchigh": Cloud(
        "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://outlook.office365.us",
        "https://ps.compliance.protection.office365.us", ".outlook.office365.us", ".ps.compliance.protection.office365.us",
        ".sharepoint.us", "https://api.high.powerbigov.us", "https://high.api.bap.microsoft.us",
        "https://high.analysis.usgovcloudapi.net/powerbi/api", "https://high.service.powerapps.us/",
    ),
    "dod": Cloud(
        "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://outlook-dod.office365.us",
        "https://ps.compliance.protection.office365.us", ".outlook-dod.office365.us", ".ps.compliance.protection.office365.us",
        ".sharepoint-mil.us", "https://app.mil.powerbigov.us", "https://api.appsplatform.us",
        "https://mil.analysis.usgovcloudapi.net/powerbi/api", "https://service.apps.appsplatform.us/",
    ),
}  # fmt: skip
CLOUDS = {
    **CLOUDS,
    "gcc": replace(
        CLOUDS["commercial"],
        powerbi="https://api.powerbigov.us",
        powerplatform="https://gov.api.bap.microsoft.us",
        powerbi_audience="https://analysis.usgovcloudapi.net/powerbi/api",
        powerplatform_audience="https://gov.service.powerapps.us/",
    ),
}
"""Audiences of the Power Platform end in a slash of their own, so their scopes hold two (microsoft365.md 1.2)."""


@dataclass(frozen=True)
class Connection:
    """One clinic's Microsoft 365.

    `endpoints` sends requests elsewhere (`login`, `graph`, `exchange`, `compliance`, `sharepoint`, ...); loopback only, for the
    simulator. `mailbox_permissions`, `mailbox_calendars` and `hidden_rules` switch the sources that cost an Exchange call per
    mailbox; the last needs a role besides Global Reader, and is off unless it is asked for.
    `sharepoint_name` is the first label of the tenant's SharePoint address, for tenants that were renamed; others are found by
    their first .onmicrosoft.com name.
    `paced` keeps the distance between requests that Microsoft's quotas ask for; None means whenever Microsoft itself is asked.
    """

    tenant_id: str
    client_id: str
    credential: Credential
    cloud: str = "commercial"
    profile: Profile = "standard"
    mailbox_permissions: bool = True
    endpoints: Mapping[str, str] = field(default_factory=dict)
    ca_file: str | None = None
    sharepoint_name: str = ""
    paced: bool | None = None
    mailbox_calendars: bool = True
    hidden_rules: bool = False

    def __post_init__(self) -> None:
        for name, address in self.endpoints.items():
            if not is_loopback(urlsplit(address).hostname or ""):
                raise ValueError(f"the endpoint {name} may be replaced by a loopback address only")

    @property
    def hosts(self) -> Cloud:
        return CLOUDS[self.cloud]

    def switched_off(self, source: str) -> str:
        """The switch by which somebody has switched a source off; empty if nobody has."""
        switch = SWITCHES.get(source, "")
        return "" if switch and getattr(self, switch) else switch

    @property
    def local(self) -> bool:
        """Whether this is a simulated tenant."""
        return bool(self.endpoints)

    @property
    def keeps_pace(self) -> bool:
        """Whether requests keep the distance that Microsoft's quotas ask for."""
        return not self.local if self.paced is None else self.paced

    def base(self, service: str) -> str:
        """The base address of login, graph, exchange, compliance, teams, powerbi or powerplatform."""
        return self.endpoints.get(service) or str(getattr(self.hosts, service))

    def scope(self, resource: str) -> str:
        """The scope to ask a token for: of a service by name, or of an audience given as an address."""
        audience = getattr(self.hosts, f"{resource}_audience", None) or getattr(self.hosts, resource, resource)
        return f"{audience}/.default"
