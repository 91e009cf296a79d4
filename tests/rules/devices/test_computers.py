"""DEV-7 to DEV-11 and DEV-13: synchronizing, encryption, health, joining and updates, with hand-made records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.snapshot import Line, Snapshot
from rules.data.os_support import Support, support
from tests.rules.devices.records import EVERYBODY, clinic, compliance, known, managed
from tests.rules.identity import Row, google, google_user, microsoft, results, setting, sku, user, verdict, verdicts

INTUNE = {
    "servicePlanId": "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "servicePlanName": "INTUNE_A",
    "provisioningStatus": "Success", "appliesTo": "User",
}  # fmt: skip


def licensed(*plans: Row) -> Row:
    owned = sku()
    return owned | {"servicePlans": [*owned["servicePlans"], *plans]}


def found(control: str, check: str, **sources: Any) -> set[str]:
    held = microsoft([user("ann")], clinic(**{"subscribed_skus": [licensed(INTUNE)]} | sources))
    return {verdict for _, verdict, _ in results(held, control, check)}


# --- DEV-8 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"isEncrypted": False}, "fail"),
        ({"isEncrypted": False, "lastSyncDateTime": None}, "not_assessed"),
        ({"isEncrypted": None}, "not_assessed"),
        ({"operatingSystem": "iOS", "isEncrypted": False}, "not_applicable"),
    ],
)
def test_managed_computers(change: Row, expected: str) -> None:
    assert found("DEV-8", "managed_computer_is_encrypted", managed_devices=[managed("m", **change)]) == {expected}


def bitlocker(**fields: Any) -> Row:
    return {
        "id": "b", "displayName": "BitLocker", "assignments": EVERYBODY, "bitLockerEncryptDevice": True,
        "@odata.type": "#microsoft.graph.windows10EndpointProtectionConfiguration",
    } | fields  # fmt: skip


def profile(family: str, platforms: str = "windows10", *, assigned: bool = True) -> Row:
    return {
        "id": family, "name": family, "platforms": platforms, "isAssigned": assigned,
        "templateReference": {"templateFamily": family},
    }  # fmt: skip


def test_a_policy_encrypts() -> None:
    one = {"managed_devices": [managed("m")]}
    check = "encryption_is_demanded"
    assert found("DEV-8", check) == {"not_applicable"}
    assert found("DEV-8", check, **one) == {"fail"}
    assert found("DEV-8", check, **one, device_configurations=[bitlocker()]) == {"pass"}
    assert found("DEV-8", check, **one, device_configurations=[bitlocker(assignments=[])]) == {"fail"}
    assert found("DEV-8", check, **one, configuration_policies=[profile("endpointSecurityDiskEncryption")]) == {"pass"}
    idle = [profile("endpointSecurityDiskEncryption", assigned=False)]
    assert found("DEV-8", check, **one, configuration_policies=idle) == {"fail"}
    healthy = [compliance("windows10", storageRequireEncryption=True)]
    assert found("DEV-8", check, **one, device_compliance_policies=healthy) == {"pass"}
    assert found("DEV-8", check, **one, configuration_policies=None) == {"not_assessed"}
    mac = {"managed_devices": [managed("m", "macOS")]}
    assert found("DEV-8", check, **mac, configuration_policies=[profile("endpointSecurityDiskEncryption")]) == {"fail"}


def statement(topic: str, **fields: Any) -> list[Line]:
    row = {
        "id": "s.toml", "topic": topic, "statement": "so it is", "by": "Dana", "signed_on": "2026-06-01",
        "file_state": "none",
    }  # fmt: skip
    return [Line(r=row | fields)]


def stated(device: Row | None, *statements: Line) -> set[str]:
    sources = clinic(devices=[device] if device else [])
    if statements:
        sources["evidence.statements"] = list(statements)
    held: Snapshot = microsoft([user("ann")], sources)
    return set(verdicts(held, "DEV-8", "other_computer_is_stated").values())


def test_computers_that_nobody_manages_must_be_stated() -> None:
    assert stated(None) == {"not_assessed"}
    assert stated(known("old-laptop")) == {"not_assessed"}
    assert stated(known("old-laptop"), *statement("device_encryption", device=["OLD-LAPTOP"])) == {"pass"}
    assert stated(known("old-laptop"), *statement("device_encryption", device=["another"])) == {"fail"}
    assert stated(known("old-laptop", isManaged=True)) == {"pass"}
    assert stated(known("old-laptop", accountEnabled=False)) == {"not_applicable"}
    assert stated(known("phone", "iOS")) == {"not_applicable"}
    expired = statement("device_encryption", device=["old-laptop"], signed_on="2024-01-01")
    assert stated(known("old-laptop"), *expired) == {"fail"}


def authorization(value: object) -> list[Row]:
    return [{"id": "a", "defaultUserRolePermissions": {"allowedToReadBitlockerKeysForOwnedDevice": value}}]


@pytest.mark.parametrize(("value", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_recovery_keys(value: object, expected: str) -> None:
    assert found("DEV-8", "keys_are_not_for_everybody", authorization_policy=authorization(value)) == {expected}


def endpoint(**fields: Any) -> Row:
    return {
        "name": "devices/a", "deviceType": "WINDOWS", "managementState": "APPROVED", "encryptionState": "ENCRYPTED",
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"encryptionState": "NOT_ENCRYPTED"}, "fail"),
        ({"encryptionState": "UNSUPPORTED_BY_DEVICE"}, "not_assessed"),
        ({"encryptionState": "ODD"}, "not_assessed"),
        ({"deviceType": "IOS"}, "not_applicable"),
        ({"managementState": "WIPED"}, "not_applicable"),
    ],
)
def test_computers_that_google_knows(change: Row, expected: str) -> None:
    held = google([google_user("ann")], {"identity.devices": [endpoint(**change)]})
    assert set(verdicts(held, "DEV-8", "google_computer_is_encrypted").values()) == {expected}


def test_google_without_computers_says_nothing() -> None:
    for devices in ([], [endpoint(deviceType="IOS")], None):
        assert verdict(google([google_user("ann")], {"identity.devices": devices}), "DEV-8") == "not_assessed"


# --- DEV-7 ----------------------------------------------------------------------------------------------------------------


def sync(**fields: Any) -> list[Row]:
    return [
        {
            "isUnmanagedSyncAppForTenantRestricted": True,
            "allowedDomainGuidsForSyncApp": ["guid"],
            "isMacSyncAppEnabled": False,
        }
        | fields
    ]


@pytest.mark.parametrize(
    ("change", "level", "expected"),
    [
        ({}, 0, "pass"),
        ({"isMacSyncAppEnabled": True}, 0, "review"),
        ({"allowedDomainGuidsForSyncApp": []}, 0, "fail"),
        ({"isUnmanagedSyncAppForTenantRestricted": False}, 1, "fail"),  # no rule puts the browser level to use
        ({"isUnmanagedSyncAppForTenantRestricted": False}, 7, "not_assessed"),
        ({"isUnmanagedSyncAppForTenantRestricted": None}, 0, "not_assessed"),
    ],
)
def test_onedrive(change: Row, level: int, expected: str) -> None:
    sources = clinic() | {
        "graph.sharepoint_settings": sync(**change),
        "sharepoint.tenant": [{"ConditionalAccessPolicy": level}],
    }
    assert verdict(microsoft([user("ann")], sources), "DEV-7") == expected


@pytest.mark.parametrize(
    ("restricted", "domains", "expected"), [(True, ["guid"], "review"), (False, [], "fail"), (True, [], "fail")]
)
def test_onedrive_as_sharepoint_itself_tells_it(restricted: bool, domains: list[str], expected: str) -> None:
    row = {
        "IsUnmanagedSyncClientForTenantRestricted": restricted, "AllowedDomainListForSyncClient": domains,
        "ConditionalAccessPolicy": 0, "BlockMacSync": False,
    }  # fmt: skip
    assert verdict(microsoft([user("ann")], {"sharepoint.tenant": [row]}), "DEV-7") == expected
    blocked = row | {"BlockMacSync": True}
    without_macs = "pass" if expected == "review" else expected
    assert verdict(microsoft([user("ann")], {"sharepoint.tenant": [blocked]}), "DEV-7") == without_macs
    del row["AllowedDomainListForSyncClient"]
    assert verdict(microsoft([user("ann")], {"sharepoint.tenant": [row]}), "DEV-7") == "not_assessed"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"allowDriveForDesktop": False}, "pass"),
        ({"allowDriveForDesktop": True, "restrictToAuthorizedDevices": True}, "pass"),
        ({"allowDriveForDesktop": True, "restrictToAuthorizedDevices": False}, "fail"),
        ({"allowDriveForDesktop": True}, "not_assessed"),
    ],
)
def test_drive_for_desktop(value: Row, expected: str) -> None:
    policies = [
        setting("drive_and_docs.service_status", {"serviceState": "ENABLED"}),
        setting("drive_and_docs.drive_for_desktop", value),
    ]
    held = google([google_user("ann")], {"policy.policies": policies})
    assert set(verdicts(held, "DEV-7", "drive_for_desktop_is_restricted").values()) == {expected}
    assert set(verdicts(held, "DEV-7", "nothing_is_kept_offline").values()) == {"not_assessed"}


# --- DEV-9 to DEV-11 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "expected"), [(True, "pass"), (False, "fail"), (None, "not_assessed")])
def test_devices_that_no_policy_checks(value: object, expected: str) -> None:
    rows = [{"id": "deviceManagement", "settings": {"secureByDefault": value}}]
    assert found("DEV-9", "unchecked_is_unhealthy", intune_settings=rows) == {expected}


def test_every_kind_of_managed_device_is_checked() -> None:
    check = "every_kind_is_checked"
    both = [managed("m"), managed("p", "iOS")]
    assert found("DEV-9", check, managed_devices=both) == {"fail"}
    assert found("DEV-9", check, managed_devices=both, device_compliance_policies=[compliance("ios")]) == {
        "pass", "fail",
    }  # fmt: skip
    everything = [compliance("ios"), compliance("windows10")]
    assert found("DEV-9", check, managed_devices=both, device_compliance_policies=everything) == {"pass"}
    assert found("DEV-9", check, managed_devices=both, device_compliance_policies=None) == {"not_assessed"}
    assert found("DEV-9", check) == {"not_applicable"}


def restrictions(**change: bool) -> list[Row]:
    each = {"platformBlocked": False, "personalDeviceEnrollmentBlocked": True} | change
    return [
        {
            "id": "d", "displayName": "All", "priority": 0,
            "@odata.type": "#microsoft.graph.deviceEnrollmentPlatformRestrictionsConfiguration",
            **{f"{name}Restriction": dict(each) for name in ("ios", "android", "windows", "macOS")},
        }
    ]  # fmt: skip


def test_private_devices() -> None:
    check = "private_devices_are_blocked"
    assert found("DEV-10", check, enrollment_configurations=restrictions()) == {"pass"}
    opened = restrictions(personalDeviceEnrollmentBlocked=False)
    assert found("DEV-10", check, enrollment_configurations=opened) == {"fail"}
    blocked = restrictions(personalDeviceEnrollmentBlocked=False, platformBlocked=True)
    assert found("DEV-10", check, enrollment_configurations=blocked) == {"pass"}
    assert found("DEV-10", check, enrollment_configurations=[]) == {"not_assessed"}
    assert found("DEV-10", check, enrollment_configurations=None) == {"not_assessed"}
    assert found("DEV-10", check, subscribed_skus=[sku()]) == {"not_applicable"}


def registration(**change: Any) -> list[Row]:
    listed, nobody = (f"#microsoft.graph.{kind}DeviceRegistrationMembership" for kind in ("enumerated", "no"))
    row: Row = {
        "id": "d", "userDeviceQuota": 10, "localAdminPassword": {"isEnabled": True},
        "azureADJoin": {
            "allowedToJoin": {"@odata.type": listed},
            "localAdmins": {"enableGlobalAdmins": False, "registeringUsers": {"@odata.type": nobody}},
        },
    }  # fmt: skip
    return [row | change]


def joining(kind: str = "enumerated", *, admins: bool = False, users: str = "no") -> Row:
    name = "#microsoft.graph.{}DeviceRegistrationMembership"
    return {
        "allowedToJoin": {"@odata.type": name.format(kind)},
        "localAdmins": {"enableGlobalAdmins": admins, "registeringUsers": {"@odata.type": name.format(users)}},
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"userDeviceQuota": 15}, "review"),
        ({"userDeviceQuota": 50}, "fail"),
        ({"localAdminPassword": {"isEnabled": False}}, "fail"),
        ({"azureADJoin": joining("all")}, "fail"),
        ({"azureADJoin": joining("no")}, "pass"),
        ({"azureADJoin": joining(admins=True)}, "fail"),
        ({"azureADJoin": joining(users="all")}, "fail"),
        ({"azureADJoin": joining("odd")}, "not_assessed"),
        ({"localAdminPassword": None}, "not_assessed"),
    ],
)
def test_joining_computers(change: Row, expected: str) -> None:
    held = microsoft([user("ann")], {"graph.device_registration_policy": registration(**change)})
    assert verdict(held, "DEV-11") == expected
    assert verdict(microsoft([user("ann")]), "DEV-11") == "not_assessed"


# --- DEV-13 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "version", "expected"),
    [
        ("Windows", "10.0.26200.7171", Support.YES),
        ("Windows", "10.0.26100.2314", Support.SOME),
        ("Windows", "10.0.19045.3930", Support.NO),
        ("Windows", "10.0.17763.1", Support.NO),
        ("Windows", "10.0.99999.1", Support.UNKNOWN),
        ("Windows", "", Support.UNKNOWN),
        ("macOS", "12.7.4", Support.NO),
        ("macOS", "14.8 (23J21)", Support.SOME),
        ("macOS", "26.1", Support.YES),
    ],
)
def test_until_when_systems_get_updates(system: str, version: str, expected: Support) -> None:
    assert support(system, version, date(2026, 11, 24)) is expected


def test_computers_and_their_updates() -> None:
    check = "computer_gets_updates"
    assert found("DEV-13", check, managed_devices=[managed("m")]) == {"pass"}
    assert found("DEV-13", check, managed_devices=[managed("m", osVersion="10.0.19045.1")]) == {"fail"}
    assert found("DEV-13", check, managed_devices=[managed("m", osVersion="10.0.26100.1")]) == {"review"}
    assert found("DEV-13", check, managed_devices=[managed("m", osVersion=None)]) == {"not_assessed"}
    ring = {
        "id": "u", "displayName": "Ring", "assignments": EVERYBODY,
        "@odata.type": "#microsoft.graph.windowsUpdateForBusinessConfiguration",
    }  # fmt: skip
    one = {"managed_devices": [managed("m")]}
    assert found("DEV-13", "updates_are_managed", **one, device_configurations=[ring]) == {"pass"}
    assert found("DEV-13", "updates_are_managed", **one, device_configurations=[ring | {"assignments": []}]) == {"fail"}
    assert found("DEV-13", "updates_are_managed", **one, device_configurations=None) == {"not_assessed"}


def test_computers_and_their_protection() -> None:
    check = "computers_are_protected"
    one = {"managed_devices": [managed("m")]}
    assert found("DEV-13", check, **one) == {"fail"}
    assert found("DEV-13", check, **one, configuration_policies=[profile("endpointSecurityAntivirus")]) == {"review"}
    assert found("DEV-13", check, **one, configuration_policies=None) == {"not_assessed"}
    sources = clinic(**one) | {"evidence.statements": statement("endpoint_protection")}
    assert set(verdicts(microsoft([user("ann")], sources), "DEV-13", check).values()) == {"pass"}
    assert found("DEV-13", check) == {"not_applicable"}
