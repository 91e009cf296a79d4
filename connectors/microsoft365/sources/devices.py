"""Phones, tablets and computers that hold clinic data."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.record import Record
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
    managed_device_owner_type: str
    last_sync_date_time: datetime | None
    azure_a_d_device_id: str | None
    model: str | None

    @property
    def label(self) -> str:
        return f"{self.model or self.operating_system or 'device'} of {self.user_principal_name or 'nobody'}"


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
