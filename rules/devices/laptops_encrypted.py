"""Laptops that hold clinic data are encrypted.

Why it matters
    A stolen laptop with an encrypted disk is no breach that must be reported; the same laptop without it was the first small-practice
    settlement of the Office for Civil Rights.

How to fix it
    Microsoft 365: Intune, Endpoint security, Disk encryption: BitLocker and FileVault, for everybody. For computers that are not
    enrolled, put a statement of the kind device_encryption into the evidence folder, with their names under device. Entra, Devices,
    Device settings: people do not read the recovery keys of their own devices.
    Google Workspace: Admin console, Devices, Endpoints: endpoint verification on every computer; switch on BitLocker or FileVault
    where it shows none.

Does not cover
    USB sticks and outside disks, and computers that never signed in with a clinic account.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from connectors.google_workspace.sources.devices import EndpointDevice
from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.microsoft365.sources.devices import DirectoryDevice, ManagedDevice
from connectors.microsoft365.sources.intune import (
    CompliancePolicy,
    ConfigurationPolicy,
    DeviceConfiguration,
)
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, needs_input, not_applicable, not_assessed, passed
from rules.tables import One, Table
from rules.view import Now, Tenant, age
from rules.views.alternatives import first_met
from rules.views.attestations import Attestations
from rules.views.device_policies import LABELS, MAC, WINDOWS, DevicePolicies, kind, platform_of

CONTROL = Control("DEV-8", Severity.HIGH, cites=["164.312(a)(2)(iv)", "164.310(d)(1)", "164.402"])
COMPUTERS = (WINDOWS, MAC)
GOOGLE_COMPUTERS = {"WINDOWS", "MAC_OS", "LINUX", "CHROME_OS", "GOOGLEBOOK"}
IN_USE = timedelta(days=180)
STATE_IT = "put a statement of the kind device_encryption into the evidence folder, with the names of the computers"
SETTINGS_NAME = {WINDOWS: "windows", MAC: "macos"}


@CONTROL.check(MICROSOFT_365, none=not_applicable("Intune manages no device"))
def managed_computer_is_encrypted(device: ManagedDevice) -> Result:
    """Every managed computer is encrypted."""
    if platform_of(device.operating_system) not in COMPUTERS:
        return not_applicable("is no computer")
    if device.is_encrypted:
        return passed("is encrypted", person=device.user_principal_name)
    if device.last_sync_date_time is None:
        # Intune also says false as long as a device has not reported (Graph, managedDevice).
        return not_assessed("has not reported yet", source="graph.managed_devices:lastSyncDateTime")
    return failed("is not encrypted", person=device.user_principal_name)


@CONTROL.check(MICROSOFT_365)
def encryption_is_demanded(
    tenant: Tenant,
    managed: Table[ManagedDevice],
    compliance: Table[CompliancePolicy],
    profiles: Table[DeviceConfiguration],
    catalogue: Table[ConfigurationPolicy],
    policies: DevicePolicies,
) -> list[Result]:
    """An assigned policy encrypts the computers of every kind that Intune manages."""
    used = sorted({platform_of(device.operating_system) for device in managed} & set(COMPUTERS))
    results = []
    for platform in used:
        ways = _ways(platform, compliance, profiles, catalogue, policies)
        found = first_met(ways)
        results.append(
            passed(f"{LABELS[platform]} are made to encrypt", policy=found)
            if found
            else failed(f"no assigned policy makes {LABELS[platform]} encrypt", about={"platform": platform})
        )
    return results or [not_applicable("Intune manages no computer")]


def _ways(
    platform: str,
    compliance: Table[CompliancePolicy],
    profiles: Table[DeviceConfiguration],
    catalogue: Table[ConfigurationPolicy],
    policies: DevicePolicies,
) -> list[Callable[[], str | None]]:
    def encrypts(one: DeviceConfiguration) -> bool:
        return (
            kind(one.odata_type) == "windows10EndpointProtectionConfiguration"
            and platform == WINDOWS
            and bool(one.assignments)
            and bool(one.bit_locker_encrypt_device)
        )

    def profile() -> str | None:
        return next((str(one.display_name) for one in profiles if encrypts(one)), None)

    def is_disk_encryption(one: ConfigurationPolicy) -> bool:
        return (
            one.template_reference.template_family == "endpointSecurityDiskEncryption"
            and bool(one.is_assigned)
            and SETTINGS_NAME[platform] in one.platforms.casefold()
        )

    def newer() -> str | None:
        return next((str(one.name) for one in catalogue if is_disk_encryption(one)), None)

    def healthy() -> str | None:
        found = policies.compliance(platform, lambda policy: policy.storage_require_encryption)
        return found.policies[0] if found.whole else None

    return [profile, newer, healthy]


@CONTROL.check(
    MICROSOFT_365,
    none=needs_input("Entra knows no computer; whether the clinic's computers are encrypted is not told", STATE_IT),
)
def other_computer_is_stated(device: DirectoryDevice, attestations: Attestations, now: Now) -> Result:
    """Every computer that signs in without being managed is stated to be encrypted."""
    if platform_of(device.operating_system) not in COMPUTERS:
        return not_applicable("is no computer")
    if not device.account_enabled:
        return not_applicable("is switched off in Entra")
    seen = device.approximate_last_sign_in_date_time
    if seen is not None and age(now, seen) > IN_USE:
        return not_applicable("has not signed in for 180 days")
    if device.is_managed:
        return passed("is managed")
    statement = attestations.newest("device_encryption")
    if fault := attestations.fault(statement):
        return fault
    named = {name.casefold() for name in statement.device}
    if named & {str(name).casefold() for name in (device.device_id, device.display_name, device.id) if name}:
        return passed("is stated to be encrypted", statement=statement.id)
    return failed("is neither managed nor among the computers that are stated to be encrypted")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.6", "CIS M365 v6.0.0 5.1.4.6"],
    prowler=["entra_policy_default_user_cannot_read_bitlocker_keys"],
)
def keys_are_not_for_everybody(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """People cannot read the recovery keys of their own computers."""
    if policy.value.default_user_role_permissions.allowed_to_read_bitlocker_keys_for_owned_device:
        return failed("whoever signs in as somebody can read the recovery keys of their computers")
    return passed("recovery keys are for administrators only")


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("Google knows no device"))
def google_computer_is_encrypted(device: EndpointDevice) -> Result:
    """Every computer that Google knows is encrypted."""
    if device.device_type not in GOOGLE_COMPUTERS:
        return not_applicable("is no computer")
    if device.management_state in {"BLOCKED", "WIPED", "WIPING", "UNPROVISIONED"}:
        return not_applicable("Google keeps it out")
    match device.encryption_state:
        case "ENCRYPTED":
            return passed("is encrypted")
        case "NOT_ENCRYPTED":
            return failed("is not encrypted")
        case _:
            return not_assessed(
                "whether it is encrypted is not told", source="identity.devices:encryptionState", remedy=STATE_IT
            )


@CONTROL.check(GOOGLE_WORKSPACE)
def computers_are_seen(tenant: Tenant, devices: Table[EndpointDevice]) -> Result:
    """Endpoint verification shows the clinic's computers."""
    computers = sum(device.device_type in GOOGLE_COMPUTERS for device in devices)
    if computers:
        return passed("endpoint verification runs on computers", computers=computers)
    return needs_input(
        "Google knows no computer; it lists those on which endpoint verification runs",
        "install endpoint verification on the clinic's computers",
        "identity.devices",
    )
