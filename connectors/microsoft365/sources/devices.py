"""Phones, tablets and computers that hold clinic data."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


@source(
    "graph.managed_devices", MICROSOFT_365, Graph(lambda g: g.device_management.managed_devices),
    permission="DeviceManagementManagedDevices.Read.All", licence="intune", lane="graph-intune", page_size=999, tier="graph-only",
)  # fmt: skip
class ManagedDevice(Record):
    """A device that Intune manages."""

    kind = "device"

    id: str
    user_id: str | None
    user_principal_name: str | None
    operating_system: str | None
    os_version: str | None
    compliance_state: Literal[
        "unknown", "compliant", "noncompliant", "conflict", "error", "inGracePeriod", "configManager"
    ]
    is_encrypted: bool
    jail_broken: Literal["True", "False", "Unknown"]
    managed_device_owner_type: str
    last_sync_date_time: datetime | None
    azure_a_d_device_id: str | None
    model: str | None

    @property
    def label(self) -> str:
        return f"{self.model or self.operating_system or 'device'} of {self.user_principal_name or 'nobody'}"


@source(
    "graph.devices", MICROSOFT_365, Graph(lambda g: g.devices),
    permission="Device.Read.All", lane="graph-identity", page_size=999, tier="graph-only",
)  # fmt: skip
class DirectoryDevice(Record):
    """A device that Entra knows, managed or not."""

    kind = "device"

    id: str
    device_id: str | None
    display_name: str | None
    operating_system: str | None
    account_enabled: bool
    is_managed: bool | None  # null: not managed (Graph, device)
    approximate_last_sign_in_date_time: datetime | None

    @property
    def label(self) -> str:
        return str(self.display_name or self.operating_system or self.id)


class DeviceMembership(Record):
    """Who is meant: everybody, nobody, or those who are listed."""

    odata_type: Literal[
        "#microsoft.graph.allDeviceRegistrationMembership",
        "#microsoft.graph.noDeviceRegistrationMembership",
        "#microsoft.graph.enumeratedDeviceRegistrationMembership",
    ] = named("@odata.type")


class LocalAdmins(Record):
    """Who becomes an administrator of a computer that joins."""

    enable_global_admins: bool
    registering_users: DeviceMembership


class JoinPolicy(Record):
    """Who may join computers to the tenant."""

    allowed_to_join: DeviceMembership
    local_admins: LocalAdmins


class LocalAdminPassword(Record):
    """Whether each computer's own administrator has a password of its own (LAPS)."""

    is_enabled: bool


@source(
    "graph.device_registration_policy", MICROSOFT_365,
    Graph(lambda g: g.policies.device_registration_policy, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class DeviceRegistrationPolicy(Record):
    """Who may join computers to the tenant, how many, and who rules them afterwards."""

    id: str
    multi_factor_auth_configuration: Literal["notRequired", "required"]
    user_device_quota: int
    azure_a_d_join: JoinPolicy
    local_admin_password: LocalAdminPassword


@source(
    "exchange.mobile_devices", MICROSOFT_365, Cmdlet("Get-MobileDevice", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class MobileDevice(Record, case="pascal", key="guid"):
    """A phone or tablet that syncs clinic mail."""

    kind = "device"

    guid: str
    device_id: str
    device_type: str | None
    device_model: str | None
    device_o_s: str | None
    client_type: str | None  # EAS, Outlook, REST ...
    device_access_state: str  # Allowed, Blocked, Quarantined, DeviceDiscovery ...
    user_display_name: str | None
    first_sync_time: datetime | None
    is_managed: bool | None = None  # left out by older service versions
    is_compliant: bool | None = None  # left out by older service versions

    @property
    def label(self) -> str:
        return f"{self.device_model or self.device_type or 'device'} {self.device_id}"


@source(
    "exchange.mobile_device_mailbox_policies", MICROSOFT_365, Cmdlet("Get-MobileDeviceMailboxPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class MobileDevicePolicy(Record, case="pascal", key="name"):
    """What Exchange demands of a phone before it gets mail."""

    kind = "policy"

    name: str
    is_default: bool
    password_enabled: bool
    min_password_length: int | None  # null: any length (Set-MobileDeviceMailboxPolicy)
    max_inactivity_time_lock: str  # hh:mm:ss, or Unlimited
    require_device_encryption: bool
    allow_non_provisionable_devices: bool

    @property
    def label(self) -> str:
        return str(self.name)
