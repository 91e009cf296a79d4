"""Power Platform and Power BI: who may make environments, where flows may send data, and what reports may be shown to whom.

Both are read only where the clinic has let the application in: Power Platform as a management application, Fabric through a security
group that its setting for read-only admin APIs names.
"""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Rest
from connectors.record import Record
from connectors.source import MICROSOFT_365, source

_PLATFORM = "management application (Power Platform)"


class PowerAppsSettings(Record, key="disable_share_with_everyone"):
    """What makers of apps may do."""

    disable_share_with_everyone: bool


class PlatformSettings(Record, key="power_apps"):
    """Settings by product."""

    power_apps: PowerAppsSettings


@source(
    "powerplatform.tenant_settings", MICROSOFT_365,
    Rest("powerplatform", "/providers/Microsoft.BusinessAppPlatform/listTenantSettings?api-version=2023-06-01", single=True, post=True),
    permission=_PLATFORM, lane="powerplatform", tier="full",
)  # fmt: skip
class PowerPlatformSettings(Record, key="disable_environment_creation_by_non_admin_users"):
    """Who may make environments and web sites in Power Platform."""

    disable_environment_creation_by_non_admin_users: bool
    disable_trial_environment_creation_by_non_admin_users: bool
    disable_portals_creation_by_non_admin_users: bool
    power_platform: PlatformSettings


class EnvironmentProperties(Record, key="is_default"):
    """Whether it is the environment that everybody works in."""

    is_default: bool = False  # left out of all but the default one


@source(
    "powerplatform.environments", MICROSOFT_365,
    Rest("powerplatform", "/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2023-06-01"),
    permission=_PLATFORM, lane="powerplatform", tier="full",
)  # fmt: skip
class PowerEnvironment(Record, key="name"):
    """A place in Power Platform where apps and flows live."""

    kind = "environment"

    name: str
    properties: EnvironmentProperties

    @property
    def label(self) -> str:
        return str(self.name)


class EnvironmentName(Record, key="name"):
    """An environment that a policy names."""

    name: str


class Connector(Record):
    """A service that flows can talk to."""

    id: str  # /providers/Microsoft.PowerApps/apis/shared_gmail


class ConnectorGroup(Record, key="classification"):
    """Services that may be used together: business data, other data, or none."""

    classification: Literal["Confidential", "General", "Blocked"]
    connectors: list[Connector]


@source(
    "powerplatform.dlp_policies", MICROSOFT_365,
    Rest("powerplatform", "/providers/PowerPlatform.Governance/v2/policies?api-version=2018-01-01"),
    permission=_PLATFORM, lane="powerplatform", tier="full",
)  # fmt: skip
class ConnectorPolicy(Record, key="name"):
    """A data policy: which services flows may bring together, and in which environments."""

    kind = "policy"

    name: str
    display_name: str
    environment_type: Literal["AllEnvironments", "OnlyEnvironments", "ExceptEnvironments", "SingleEnvironment"]
    environments: list[EnvironmentName] | None  # null: all
    default_connectors_classification: Literal["Confidential", "General", "Blocked"]
    connector_groups: list[ConnectorGroup]

    @property
    def label(self) -> str:
        return str(self.display_name)


class IsolationProperties(Record, key="is_disabled"):
    """Whether connections to other tenants are let through."""

    is_disabled: bool


@source(
    "powerplatform.tenant_isolation", MICROSOFT_365,
    Rest("powerplatform", "/providers/PowerPlatform.Governance/v1/tenants/{tenant}/tenantIsolationPolicy?api-version=2020-06-01", single=True),
    permission=_PLATFORM, lane="powerplatform", tier="full",
)  # fmt: skip
class TenantIsolation(Record, key="properties"):
    """Whether flows may connect to other tenants."""

    properties: IsolationProperties


class FabricGroup(Record, key="graph_id"):
    """A security group that a setting is limited to."""

    graph_id: str


@source(
    "powerbi.tenant_settings", MICROSOFT_365, Rest("powerbi", "/v1/admin/tenantsettings", items="tenantSettings"),
    permission="read-only admin APIs (Fabric)", lane="powerbi", tier="full",
)  # fmt: skip
class FabricSetting(Record, key="setting_name"):
    """A setting of Power BI, and the groups that it is limited to."""

    kind = "setting"

    setting_name: str
    enabled: bool
    enabled_security_groups: list[FabricGroup] = []  # left out where no group was chosen

    @property
    def label(self) -> str:
        return str(self.setting_name)
