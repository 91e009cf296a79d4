"""Intune's policies: what a device must be like, and for whom that holds."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


class Target(Record):
    """For whom one assignment is, by its kind; the group where it names one."""

    odata_type: str = named("@odata.type")
    group_id: str | None = None  # only targets that are a group have one (groupAssignmentTarget)


class Assignment(Record):
    """That a policy was given to somebody. A policy without any protects nobody."""

    target: Target


class DeviceSettings(Record):
    """Intune's settings for the whole tenant."""

    secure_by_default: bool


@source(
    "graph.intune_settings", MICROSOFT_365, Graph(lambda g: g.device_management, single=True),
    permission="DeviceManagementServiceConfig.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class IntuneSettings(Record):
    """Whether Intune takes a device that no policy checks for a healthy one."""

    id: str
    settings: DeviceSettings


@source(
    "graph.device_compliance_policies", MICROSOFT_365,
    Graph(lambda g: g.device_management.device_compliance_policies, {"expand": ["assignments"]}, select=False),
    permission="DeviceManagementConfiguration.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class CompliancePolicy(Record):
    """What a device of one platform must be like to count as healthy. Each platform's kind has its own fields."""

    kind = "policy"

    id: str
    display_name: str
    odata_type: str = named("@odata.type")
    assignments: list[Assignment]
    passcode_required: bool  # iOS
    password_required: bool  # Android, Windows, macOS
    storage_require_encryption: bool  # Android, Windows, macOS
    bit_locker_enabled: bool  # Windows
    security_block_jailbroken_devices: bool  # iOS, Android

    @property
    def label(self) -> str:
        return str(self.display_name)


class AppProtection(Record):
    """What an app on a phone must do with clinic data, whoever owns the phone."""

    kind = "policy"

    id: str
    display_name: str
    assignments: list[Assignment]
    pin_required: bool
    allowed_outbound_data_transfer_destinations: Literal["allApps", "managedApps", "none"]
    period_offline_before_wipe_is_enforced: str  # ISO 8601: P90D; PT0S where nothing is wiped
    device_compliance_required: bool  # keeps out phones whose protection was broken open

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "graph.app_protection_ios", MICROSOFT_365,
    Graph(lambda g: g.device_app_management.ios_managed_app_protections, {"expand": ["assignments"]}, select=False),
    permission="DeviceManagementApps.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class IosAppProtection(AppProtection):
    """What Outlook and other apps on an iPhone or iPad must do with clinic data."""

    app_data_encryption_type: Literal[
        "useDeviceSettings", "afterDeviceRestart", "whenDeviceLockedExceptOpenFiles", "whenDeviceLocked"
    ]


@source(
    "graph.app_protection_android", MICROSOFT_365,
    Graph(lambda g: g.device_app_management.android_managed_app_protections, {"expand": ["assignments"]}, select=False),
    permission="DeviceManagementApps.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class AndroidAppProtection(AppProtection):
    """What Outlook and other apps on an Android phone must do with clinic data."""

    encrypt_app_data: bool


class PlatformRestriction(Record):
    """Whether devices of one platform may be enrolled, and whether private ones may."""

    platform_blocked: bool
    personal_device_enrollment_blocked: bool


@source(
    "graph.enrollment_configurations", MICROSOFT_365,
    Graph(lambda g: g.device_management.device_enrollment_configurations, select=False),
    permission="DeviceManagementServiceConfig.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class EnrollmentConfiguration(Record):
    """Who may enrol which devices. Only the kind that restricts platforms has the restrictions."""

    kind = "policy"

    id: str
    display_name: str
    odata_type: str = named("@odata.type")
    priority: int  # 0: the default, which applies to everybody without another one
    ios_restriction: PlatformRestriction
    android_restriction: PlatformRestriction
    windows_restriction: PlatformRestriction
    mac_o_s_restriction: PlatformRestriction = named("macOSRestriction")

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "graph.device_configurations", MICROSOFT_365,
    Graph(lambda g: g.device_management.device_configurations, {"expand": ["assignments"]}, select=False),
    permission="DeviceManagementConfiguration.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class DeviceConfiguration(Record):
    """A profile of settings for devices, in Intune's older form."""

    kind = "policy"

    id: str
    display_name: str
    odata_type: str = named("@odata.type")
    assignments: list[Assignment]
    bit_locker_encrypt_device: bool  # windows10EndpointProtectionConfiguration only

    @property
    def label(self) -> str:
        return str(self.display_name)


class TemplateReference(Record):
    """The template that a profile was made from."""

    template_family: str


@source(
    "graph.configuration_policies", MICROSOFT_365,
    Graph(
        lambda g: g.device_management,
        select=False,
        beta="disk encryption and antivirus are profiles of the settings catalogue, which v1.0 does not have",
        suffix="/configurationPolicies",
    ),
    permission="DeviceManagementConfiguration.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class ConfigurationPolicy(Record):
    """A profile of settings for devices, in Intune's newer form: disk encryption, antivirus. Its settings are not kept."""

    kind = "policy"

    id: str
    name: str
    platforms: str  # comma-separated flags: windows10, macOS, iOS, android
    is_assigned: bool
    template_reference: TemplateReference

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "graph.device_cleanup_rules", MICROSOFT_365,
    Graph(
        lambda g: g.device_management,
        select=False,
        beta="v1.0 does not have the rules that remove devices nobody uses",
        suffix="/managedDeviceCleanupRules",
    ),
    permission="DeviceManagementManagedDevices.Read.All", licence="intune", lane="graph-intune", tier="graph-only",
)  # fmt: skip
class CleanupRule(Record):
    """That Intune removes devices which have not been seen for some days."""

    kind = "rule"

    id: str
    display_name: str
    device_inactivity_before_retirement_in_days: int

    @property
    def label(self) -> str:
        return str(self.display_name)
