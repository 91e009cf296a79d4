"""Phones and tablets that synchronize."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


@source(
    "directory.mobile_devices",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.mobiledevices().list,
        "devices",
        {"customerId": CUSTOMER, "projection": "FULL"},
        items="mobiledevices",
    ),
    permission="admin.directory.device.mobile.readonly",
    lane="mobile",
    page_size=100,
    tier="tenant",
)
class MobileDevice(Record, key="resource_id"):
    """A phone or tablet that synchronizes clinic data. Under basic management most marks are blank, which means unknown."""

    kind = "device"

    resource_id: str
    email: list[str]
    type: str
    os: str = ""  # left out when the device does not say
    model: str = ""  # left out when the device does not say
    status: str  # APPROVED, PENDING, BLOCKED, WIPED ...; the case differs
    encryption_status: str | None = None  # left out, or blank, under basic management: unknown
    device_password_status: str | None = None  # left out, or blank, under basic management: unknown
    device_compromised_status: str | None = None  # left out, or blank, under basic management: unknown
    first_sync: datetime
    last_sync: datetime

    @property
    def label(self) -> str:
        """Model and owner."""
        return " of ".join(filter(None, [self.model or self.type, ", ".join(self.email)]))


@source(
    "identity.devices",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.devices().list,
        "endpoints",
        {"customer": "customers/my_customer", "view": "USER_ASSIGNED_DEVICES"},
        items="devices",
        size="pageSize",
    ),
    permission="cloud-identity.devices.readonly",
    lane="identity",
    page_size=100,
    tier="tenant",
)
class EndpointDevice(Record, key="name"):
    """A computer, phone or tablet that people sign in on; computers only where endpoint verification runs on them."""

    kind = "device"

    name: str
    device_type: Literal["ANDROID", "IOS", "GOOGLE_SYNC", "WINDOWS", "MAC_OS", "LINUX", "CHROME_OS", "GOOGLEBOOK"]
    model: str = ""  # left out when the device does not say
    management_state: Literal["APPROVED", "BLOCKED", "PENDING", "UNPROVISIONED", "WIPING", "WIPED"]
    encryption_state: Literal["UNSUPPORTED_BY_DEVICE", "ENCRYPTED", "NOT_ENCRYPTED"]

    @property
    def label(self) -> str:
        """Model and number."""
        return f"{self.model or self.device_type} {self.name.removeprefix('devices/')}"
