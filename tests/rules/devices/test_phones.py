"""DEV-2, DEV-3 and DEV-12: locks, broken-open and forgotten phones, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.devices.records import (
    apps,
    clinic,
    compliance,
    google_phone,
    known,
    mail_policy,
    managed,
    phone,
    to_group,
)
from tests.rules.identity import Row, google, google_user, microsoft, of, results, user, verdict, verdicts

LOCKED = {"passwordRequired": True, "storageRequireEncryption": True}


def platforms(control: str, check: str, **sources: Any) -> dict[str, str]:
    return verdicts(microsoft([user("ann")], clinic(**sources)), control, check)


def protected(**sources: Any) -> dict[str, str]:
    return platforms("DEV-2", "platform_is_protected", **sources)


def test_nothing_demands_a_lock() -> None:
    assert protected() == {"iOS": "fail"}
    both = [phone(), phone("Galaxy", "Android 15"), phone("gone", "Android 15", DeviceAccessState="Blocked")]
    assert protected(mobile_devices=both) == {"iOS": "fail", "Android": "fail"}


def test_no_phone_at_all_is_fine_only_where_the_list_was_read() -> None:
    assert set(protected(mobile_devices=[]).values()) == {"pass"}
    assert verdict(microsoft([user("ann")], clinic(mobile_devices=None)), "DEV-2") == "not_assessed"


def test_protected_apps_count_on_their_own_platform() -> None:
    both = [phone(), phone("Galaxy", "Android 15")]
    assert protected(mobile_devices=both, app_protection_ios=[apps()]) == {"iOS": "pass", "Android": "fail"}
    assert protected(app_protection_ios=[apps(appDataEncryptionType="useDeviceSettings")]) == {"iOS": "fail"}
    assert protected(app_protection_ios=[apps(pinRequired=False)]) == {"iOS": "fail"}
    assert protected(app_protection_ios=[apps(assignments=[])]) == {"iOS": "fail"}


def test_a_policy_for_a_group_counts_if_everybody_is_in_it() -> None:
    groups: dict[str, Any] = {
        "graph.groups": [{"id": "g", "displayName": "Staff"}],
        "graph.group_members": of("g", {"id": "ann", "@odata.type": "#microsoft.graph.user"}),
    }
    sources = clinic(app_protection_ios=[apps(assignments=to_group("g"))]) | groups
    assert verdicts(microsoft([user("ann")], sources), "DEV-2", "platform_is_protected") == {"iOS": "pass"}
    two = [user("ann"), user("bob")]
    assert verdicts(microsoft(two, sources), "DEV-2", "platform_is_protected") == {"iOS": "fail"}
    sources = clinic(app_protection_ios=[apps(assignments=[*apps()["assignments"], *to_group(without="g")])]) | groups
    assert verdicts(microsoft([user("ann")], sources), "DEV-2", "platform_is_protected") == {"iOS": "fail"}
    unread = clinic(app_protection_ios=[apps(assignments=to_group("g"))]) | {"graph.group_members": None}
    assert verdicts(microsoft([user("ann")], unread | {"graph.groups": groups["graph.groups"]}), "DEV-2") == {
        "iOS": "not_assessed", "Default": "not_applicable",
    }  # fmt: skip


def test_an_assignment_of_an_unknown_kind_is_not_everybody() -> None:
    odd = [{"target": {"@odata.type": "#microsoft.graph.somethingNew"}}]
    assert protected(app_protection_ios=[apps(assignments=odd)]) == {"iOS": "not_assessed"}


def test_compliance_reaches_managed_phones_only() -> None:
    healthy = [compliance("ios", passcodeRequired=True)]
    assert protected(device_compliance_policies=healthy) == {"iOS": "review"}
    enrolled = [phone(IsManaged=True)]
    assert protected(device_compliance_policies=healthy, mobile_devices=enrolled) == {"iOS": "pass"}
    android = {"mobile_devices": [phone(system="Android 15", IsManaged=True)]}
    weak = compliance("android", **LOCKED | {"storageRequireEncryption": False})
    assert protected(device_compliance_policies=[weak], **android) == {"Android": "fail"}
    assert protected(device_compliance_policies=[compliance("android", **LOCKED)], **android) == {"Android": "pass"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"MinPasswordLength": None}, "fail"),
        ({"MinPasswordLength": 4}, "fail"),
        ({"MaxInactivityTimeLock": "Unlimited"}, "fail"),
        ({"MaxInactivityTimeLock": "00:16:00"}, "fail"),
        ({"RequireDeviceEncryption": False}, "fail"),
        ({"AllowNonProvisionableDevices": True}, "fail"),
        ({"PasswordEnabled": None}, "not_assessed"),
    ],
)
def test_exchanges_own_policy(change: Row, expected: str) -> None:
    assert protected(mobile_device_mailbox_policies=[mail_policy(**change)]) == {"iOS": expected}


def test_what_could_not_be_read_might_protect() -> None:
    assert protected(app_protection_ios=None) == {"iOS": "not_assessed"}
    assert protected(mobile_device_mailbox_policies=None) == {"iOS": "not_assessed"}
    assert protected(app_protection_ios=None, mobile_device_mailbox_policies=[mail_policy()]) == {"iOS": "pass"}


def test_a_weaker_policy_for_some_mailboxes() -> None:
    weak = mail_policy("Doctors", default=False, PasswordEnabled=False)
    row = {
        "Guid": "g", "DisplayName": "Ann", "PrimarySmtpAddress": "ann@brightwater.example", "PopEnabled": False,
        "ImapEnabled": False, "SmtpClientAuthenticationDisabled": None, "OwaMailboxPolicy": None,
        "ActiveSyncMailboxPolicy": "Doctors",
    }  # fmt: skip
    both = [mail_policy(), weak]
    check = "exception_is_as_strict"
    used = platforms("DEV-2", check, mobile_device_mailbox_policies=both, cas_mailboxes=[row])
    assert used == {"Default": "not_applicable", "Doctors": "fail"}
    anyway = platforms(
        "DEV-2", check, mobile_device_mailbox_policies=both, cas_mailboxes=[row], app_protection_ios=[apps()]
    )
    assert anyway["Doctors"] == "pass"
    assert platforms("DEV-2", check, mobile_device_mailbox_policies=both)["Doctors"] == "not_applicable"
    unread = platforms("DEV-2", check, mobile_device_mailbox_policies=both, cas_mailboxes=None)
    assert unread["Doctors"] == "not_assessed"


@pytest.mark.parametrize(
    ("system", "mark", "expected"),
    [
        ("iOS", "False", "pass"),
        ("Android", "True", "fail"),
        ("iOS", "Unknown", "not_assessed"),
        ("iOS", "perhaps", "not_assessed"),
        ("Windows", "True", "not_applicable"),
    ],
)
def test_managed_phones_that_were_broken_open(system: str, mark: str, expected: str) -> None:
    found = platforms("DEV-3", "managed_phone_is_whole", managed_devices=[managed("m", system, jailBroken=mark)])
    assert found == {"m": expected}


def test_who_refuses_broken_open_phones() -> None:
    check = "platform_refuses_them"
    refusing = [compliance("ios", securityBlockJailbrokenDevices=True)]
    assert platforms("DEV-3", check, device_compliance_policies=refusing) == {"iOS": "pass"}
    assert platforms("DEV-3", check, app_protection_ios=[apps()]) == {"iOS": "pass"}
    lax = [apps(deviceComplianceRequired=False)]
    assert platforms("DEV-3", check, app_protection_ios=lax) == {"iOS": "fail"}
    assert platforms("DEV-3", check, app_protection_ios=lax, device_compliance_policies=None) == {"iOS": "not_assessed"}
    assert platforms("DEV-3", check, mobile_devices=[phone(system=None)]) == {"other": "not_applicable"}


GOOGLE = [
    ({}, ("pass", "pass", "pass")),
    ({"devicePasswordStatus": "Off"}, ("fail", "pass", "pass")),
    ({"encryptionStatus": "Not Encrypted"}, ("fail", "pass", "pass")),
    ({"devicePasswordStatus": "", "encryptionStatus": "", "deviceCompromisedStatus": ""},
     ("not_assessed", "not_assessed", "pass")),
    ({"deviceCompromisedStatus": "Compromise detected"}, ("pass", "fail", "pass")),
    ({"status": "BLOCKED"}, ("not_applicable",) * 3),
    ({"lastSync": "2026-01-01T00:00:00Z"}, ("not_applicable", "not_applicable", "fail")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), GOOGLE)
def test_phones_of_google(change: Row, expected: tuple[str, str, str]) -> None:
    held = google([google_user("ann")], {"directory.mobile_devices": [google_phone(**change)]})
    assert tuple(verdicts(held, control)["r"] for control in ("DEV-2", "DEV-3", "DEV-12")) == expected


def test_google_without_phones_says_nothing() -> None:
    for control in ("DEV-2", "DEV-3", "DEV-12"):
        assert verdict(google([google_user("ann")], {"directory.mobile_devices": []}), control) == "not_assessed"
        assert verdict(google([google_user("ann")]), control) == "not_assessed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"approximateLastSignInDateTime": "2026-01-01T00:00:00Z"}, "fail"),
        ({"approximateLastSignInDateTime": None}, "not_assessed"),
        ({"accountEnabled": False}, "not_applicable"),
    ],
)
def test_devices_that_entra_knows(change: Row, expected: str) -> None:
    assert platforms("DEV-12", "known_device_is_in_use", devices=[known("d", **change)]) == {"d": expected}


def test_the_rule_that_clears_out() -> None:
    rule = {"id": "r", "displayName": "90 days", "deviceInactivityBeforeRetirementInDays": 90}
    check = "a_rule_clears_out"
    one = [managed("m")]
    assert set(platforms("DEV-12", check, managed_devices=one, device_cleanup_rules=[rule]).values()) == {"pass"}
    assert set(platforms("DEV-12", check, managed_devices=one, device_cleanup_rules=[]).values()) == {"fail"}
    assert set(platforms("DEV-12", check, device_cleanup_rules=[]).values()) == {"not_applicable"}
    assert set(platforms("DEV-12", check, managed_devices=one).values()) == {"not_assessed"}


def test_messages_name_nobody_who_is_not_meant() -> None:
    found = results(microsoft([user("ann")], clinic()), "DEV-2", "platform_is_protected")
    assert found == [("iOS", "fail", "nothing makes everybody lock and encrypt a phone that reads clinic mail")]
