"""Hand-made records of phones, computers and Intune's policies."""

from __future__ import annotations

from typing import Any

from tests.rules.identity import Row

EVERYBODY = [{"target": {"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"}}]


def to_group(*groups: str, without: str = "") -> list[Row]:
    """Assignments to groups, and one that leaves a group out."""
    rows = [{"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}} for group in groups]
    left = [{"target": {"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": without}}]
    return rows + (left if without else [])


def phone(name: str = "iPhone", system: str | None = "iOS 18.1", **fields: Any) -> Row:
    return {
        "Guid": name, "DeviceId": name, "DeviceType": "Outlook", "DeviceModel": name, "DeviceOS": system,
        "ClientType": "Outlook", "DeviceAccessState": "Allowed", "UserDisplayName": "Ann", "IsManaged": False,
    } | fields  # fmt: skip


def managed(name: str, system: str = "Windows", **fields: Any) -> Row:
    return {
        "id": name, "userId": "ann", "userPrincipalName": "ann@brightwater.example", "operatingSystem": system,
        "osVersion": "10.0.26200.1", "complianceState": "compliant", "isEncrypted": True, "jailBroken": "False",
        "managedDeviceOwnerType": "company", "lastSyncDateTime": "2026-11-23T08:00:00Z", "azureADDeviceId": name,
        "model": "X1",
    } | fields  # fmt: skip


def known(name: str, system: str = "Windows", **fields: Any) -> Row:
    return {
        "id": name, "deviceId": name, "displayName": name, "operatingSystem": system, "accountEnabled": True,
        "isManaged": None, "approximateLastSignInDateTime": "2026-11-20T08:00:00Z",
    } | fields  # fmt: skip


def compliance(kind: str, assignments: list[Row] | None = None, **fields: Any) -> Row:
    return {
        "id": kind, "displayName": kind, "@odata.type": f"#microsoft.graph.{kind}CompliancePolicy",
        "assignments": EVERYBODY if assignments is None else assignments,
    } | fields  # fmt: skip


def apps(name: str = "Apps", assignments: list[Row] | None = None, **fields: Any) -> Row:
    """An app protection policy that asks for everything, on either platform."""
    return {
        "id": name, "displayName": name, "assignments": EVERYBODY if assignments is None else assignments,
        "pinRequired": True, "allowedOutboundDataTransferDestinations": "managedApps",
        "periodOfflineBeforeWipeIsEnforced": "P90D", "deviceComplianceRequired": True,
        "appDataEncryptionType": "whenDeviceLocked", "encryptAppData": True,
    } | fields  # fmt: skip


def mail_policy(name: str = "Default", *, default: bool = True, **fields: Any) -> Row:
    return {
        "Name": name, "IsDefault": default, "PasswordEnabled": True, "MinPasswordLength": 6,
        "MaxInactivityTimeLock": "00:15:00", "RequireDeviceEncryption": True, "AllowNonProvisionableDevices": False,
    } | fields  # fmt: skip


OPEN_MAIL = mail_policy(PasswordEnabled=False)


def clinic(**sources: Any) -> dict[str, Any]:
    """Sources of a clinic with one iPhone where nothing is demanded; keywords replace or remove them."""
    held: dict[str, Any] = {
        "exchange.mobile_devices": [phone()],
        "exchange.mobile_device_mailbox_policies": [OPEN_MAIL],
        "exchange.cas_mailboxes": [],
        "graph.managed_devices": [],
        "graph.device_compliance_policies": [],
        "graph.app_protection_ios": [],
        "graph.app_protection_android": [],
        "graph.device_configurations": [],
        "graph.configuration_policies": [],
        "graph.devices": [],
    }
    short = {name.partition(".")[2]: name for name in held}
    return held | {short.get(name, f"graph.{name}"): rows for name, rows in sources.items()}


def google_phone(**fields: Any) -> Row:
    return {
        "resourceId": "r", "email": ["ann@brightwater.example"], "type": "ANDROID", "os": "Android 16", "model": "Pixel",
        "status": "APPROVED", "encryptionStatus": "Encrypted", "devicePasswordStatus": "On",
        "deviceCompromisedStatus": "No compromise detected", "firstSync": "2026-01-01T00:00:00Z",
        "lastSync": "2026-11-20T00:00:00Z",
    } | fields  # fmt: skip
