"""AUDIT-4 to AUDIT-6, AUDIT-8 to AUDIT-11 and AUDIT-13 with hand-made records: logs, alarms, and who may read everything."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import (
    GLOBAL,
    Row,
    google,
    google_user,
    microsoft,
    results,
    role,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

AUDIT_PREMIUM = "2f442157-a11c-46b9-ae5b-6e39ff4e5849"
ENTRA_P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"


def plan(*ids: str) -> Row:
    owned = sku()
    for id_ in ids:
        owned["servicePlans"].append(
            {"servicePlanId": id_, "servicePlanName": "X", "provisioningStatus": "Success", "appliesTo": "User"}
        )
    return owned


def stated(topic: str, *covers: str, **fields: Any) -> Row:
    return {
        "id": f"{topic}.toml", "topic": topic, "statement": "so it is", "by": "Ann", "signed_on": "2026-10-01",
        "file_state": "ok", "covers": list(covers),
    } | fields  # fmt: skip


# --- AUDIT-4 and AUDIT-5 --------------------------------------------------------------------------------------------------


def keeping(duration: str, **fields: Any) -> Row:
    return {
        "Name": "Keep", "RetentionDuration": duration, "RecordTypes": [], "Operations": [], "UserIds": [], "Enabled": True,
    } | fields  # fmt: skip


EXPORT = [stated("log_retention", "12 months")]


@pytest.mark.parametrize(
    ("plans", "policies", "statements", "expected"),
    [
        ([AUDIT_PREMIUM], [keeping("TwelveMonths")], None, "pass"),
        ([AUDIT_PREMIUM], [keeping("TenYears", RecordTypes=None)], None, "pass"),
        ([AUDIT_PREMIUM], [keeping("TwelveMonths", RecordTypes=["ExchangeItem"])], None, "review"),
        ([AUDIT_PREMIUM], [keeping("SixMonths")], [], "fail"),
        ([AUDIT_PREMIUM], [keeping("TwelveMonths", Enabled=False)], [], "fail"),
        ([AUDIT_PREMIUM], [keeping("TwoMoons")], EXPORT, "review"),
        ([AUDIT_PREMIUM], None, EXPORT, "not_assessed"),
        ([], [keeping("TwelveMonths")], None, "not_assessed"),
        ([], [], [], "fail"),
        ([], [], EXPORT, "review"),
        ([], [], [stated("log_retention")], "fail"),
        ([], [], [stated("log_retention", "12 months", file_state="missing")], "fail"),
    ],
)
def test_how_long_microsoft_keeps(plans: list[str], policies: Any, statements: Any, expected: str) -> None:
    sources = {"purview.audit_retention_policies": policies, "evidence.statements": statements}
    assert verdict(microsoft([user("ann")], sources, subscribed_skus=[plan(*plans)]), "AUDIT-4") == expected


@pytest.mark.parametrize(("statements", "expected"), [(EXPORT, "pass"), ([], "fail"), (None, "not_assessed")])
def test_how_long_google_keeps(statements: list[Row] | None, expected: str) -> None:
    assert verdict(google([google_user("ann")], {"evidence.statements": statements}), "AUDIT-4") == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([stated("log_export")], "pass"),
        ([stated("log_export", signed_on="2024-01-01")], "fail"),
        ([], "review"),
        (None, "not_assessed"),
    ],
)
def test_copies_elsewhere(statements: list[Row] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], {"evidence.statements": statements}), "AUDIT-5") == expected
    assert verdict(google([google_user("ann")], {"evidence.statements": statements}), "AUDIT-5") == expected


# --- AUDIT-6 --------------------------------------------------------------------------------------------------------------

NAMES = (
    "Suspicious email sending patterns detected",
    "Suspicious connector activity",
    "Suspicious Email Forwarding Activity",
    "Tenant restricted from sending unprovisioned email",
    "Tenant restricted from sending email",
)


def alarm(name: str = NAMES[0], *to: str, **fields: Any) -> Row:
    return {"Name": name, "Disabled": False, "NotificationEnabled": True, "NotifyUser": list(to)} | fields


def test_alarms_that_are_on() -> None:
    def judge(*alarms: Row) -> list[str]:
        clinic = microsoft([user("ann")], {"purview.protection_alerts": list(alarms)})
        return sorted(said for _, said, _ in results(clinic, "AUDIT-6", "alarms_are_on"))

    assert judge(*(alarm(name) for name in NAMES)) == ["pass"] * 5
    assert judge(*(alarm(name, Disabled=name == NAMES[1]) for name in NAMES)) == ["fail", *["pass"] * 4]
    assert judge(*(alarm(name) for name in NAMES[1:])) == [*["pass"] * 4, "review"]
    clicks = alarm("A potentially malicious URL click was detected", Disabled=True)
    assert judge(*(alarm(name) for name in NAMES), clicks) == ["fail", *["pass"] * 5]
    assert verdict(microsoft([user("ann")], {"purview.protection_alerts": None}), "AUDIT-6") == "not_assessed"


ADMIN = {"exchange.mailboxes": [{"ExternalDirectoryObjectId": "ann", "RecipientTypeDetails": "UserMailbox"}]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (alarm(NAMES[0], "ann@brightwater.example"), "pass"),
        (alarm(NAMES[0], "help@provider.example"), "pass"),
        (alarm(NAMES[0], "someone@elsewhere.example"), "review"),
        (alarm(NAMES[0], "ann.home@gmail.com"), "fail"),
        (alarm(NAMES[0], "ann@brightwater.example", NotificationEnabled=False), "fail"),
        (alarm(NAMES[0], "ann@brightwater.example", NotificationEnabled=None), "pass"),
        (alarm(NAMES[0]), "fail"),
        (alarm(NAMES[0], Disabled=True), "not_applicable"),
        (alarm("Messages have been delayed"), "not_applicable"),
    ],
)
def test_where_alarms_go(given: Row, expected: str) -> None:
    accepted = [{"DomainName": "brightwater.example", "DomainType": "Authoritative", "MatchSubDomains": False}]
    sources = {
        "purview.protection_alerts": [given], "exchange.accepted_domains": accepted, "exchange.recipients": [],
        "exchange.mail_contacts": [], "exchange.mail_users": [],
    }  # fmt: skip
    profile = Profile(partners={"provider.example": "IT provider"})
    clinic = microsoft([user("ann")], sources)
    assert verdicts(clinic, "AUDIT-6", "alarm_reaches_a_person", profile) == {given["Name"]: expected}


@pytest.mark.parametrize(
    ("people", "assignments", "expected"),
    [
        ([user("ann")], [role("ann", GLOBAL)], "pass"),
        ([user("ann", assignedLicenses=[], assignedPlans=[], mail=None)], [role("ann", GLOBAL)], "fail"),
        ([user("ann")], None, "not_assessed"),
    ],
)
def test_alarms_for_administrators(people: list[Row], assignments: Any, expected: str) -> None:
    mailboxes = (
        [{"ExternalDirectoryObjectId": "ann", "RecipientTypeDetails": "UserMailbox"}] if people[0]["mail"] else []
    )
    sources = {"purview.protection_alerts": [alarm(NAMES[0], "TenantAdmins")], "exchange.mailboxes": mailboxes}
    clinic = microsoft(people, sources, role_assignments=assignments)
    assert verdicts(clinic, "AUDIT-6", "alarm_reaches_a_person") == {NAMES[0]: expected}


# --- AUDIT-8 to AUDIT-10 --------------------------------------------------------------------------------------------------


def rule(
    name: str, state: str = "ACTIVE", order: float = 101.0, *, raised: bool = True, told: bool = True, **kind: Any
) -> Row:
    action: Row = {"alertCenterConfig": {"severity": "LOW"}} if raised else {}
    if told:
        action["recipients"] = [{"allSuperAdmins": {}}]
    value = {"displayName": name, "state": state, "action": {"alertCenterAction": action}}
    return setting("rule.system_defined_alerts", value, order, **{"system": True} | kind)


def alerts(control: str, check: str, *rules: Row) -> dict[str, str]:
    """Verdicts by the rule's name."""
    clinic = google([google_user("ann")], {"policy.policies": [*rules, setting("x.y", {})]})
    return {message.rpartition(": ")[2] or message: said for _, said, message in results(clinic, control, check)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([rule("User's password changed")], "pass"),
        ([rule("USER'S PASSWORD CHANGED")], "pass"),
        ([rule("User's password changed", "INACTIVE")], "fail"),
        ([rule("User's password changed", told=False)], "fail"),
        ([rule("User's password changed", raised=False)], "fail"),
        ([rule("User's password changed", "SLEEPING")], "not_assessed"),
        ([rule("User's password changed"), rule("User's password changed", "INACTIVE", 50.0, system=False)], "fail"),
        (
            [rule("User's password changed", "INACTIVE"), rule("User's password changed", order=202.0, system=False)],
            "pass",
        ),
        ([], "not_assessed"),
    ],
)
def test_one_alert_rule(given: list[Row], expected: str) -> None:
    assert set(alerts("AUDIT-9", "password_alerts_are_on", *given).values()) == {expected}


@pytest.mark.parametrize(
    ("control", "check", "count"),
    [
        ("AUDIT-8", "sign_in_alerts_are_on", 4),
        ("AUDIT-8", "suspension_alerts_are_on", 5),
        ("AUDIT-9", "power_alerts_are_on", 5),
        ("AUDIT-9", "setting_alerts_are_on", 4),
        ("AUDIT-10", "mail_alerts_are_on", 8),
        ("AUDIT-10", "device_and_export_alerts_are_on", 4),
    ],
)
def test_alert_rules_by_name(control: str, check: str, count: int) -> None:
    unlisted = alerts(control, check)
    names = [message.removeprefix("Google lists no alert rule called ") for message in unlisted]
    assert len(names) == count
    assert alerts(control, check, *(rule(name) for name in names)) == dict.fromkeys(names, "pass")
    off = alerts(control, check, rule(names[0], "INACTIVE"), *(rule(name) for name in names[1:]))
    assert off == dict.fromkeys(names, "pass") | {names[0]: "fail"}
    assert verdict(google([google_user("ann")], {"policy.policies": None}), control) == "not_assessed"


# --- AUDIT-11 -------------------------------------------------------------------------------------------------------------


def incident(severity: str = "high", day: int = 1, status: str = "new") -> Row:
    return {
        "id": "i", "status": status, "severity": severity, "createdDateTime": f"2026-11-{day:02}T00:00:00Z",
        "serviceSource": "microsoftDefenderForOffice365",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (incident(), "fail"),
        (incident("medium"), "fail"),
        (incident(day=20), "pass"),
        (incident("low"), "not_applicable"),
        (incident("unknown"), "not_assessed"),
        (incident("enormous"), "not_assessed"),
        (incident(status="inProgress"), "pass"),
    ],
)
def test_alerts_of_microsoft(given: Row, expected: str) -> None:
    assert verdicts(microsoft(security_alerts=[given]), "AUDIT-11", "microsoft_alert_is_fresh") == {"i": expected}


def test_no_alert_and_alerts_that_were_not_read() -> None:
    assert verdicts(microsoft(security_alerts=[]), "AUDIT-11", "microsoft_alert_is_fresh") == {"tenant-id": "pass"}
    assert verdict(microsoft(security_alerts=None), "AUDIT-11") == "not_assessed"


def risky(state: str, since: str | None = "2026-11-01T00:00:00Z") -> Row:
    return {"id": "ann", "userPrincipalName": "ann", "riskState": state, "riskLastUpdatedDateTime": since}


@pytest.mark.parametrize(
    ("rows", "plans", "expected"),
    [
        ([risky("atRisk")], [ENTRA_P2], "fail"),
        ([risky("confirmedCompromised", None)], [ENTRA_P2], "fail"),
        ([risky("atRisk", "2026-11-20T00:00:00Z")], [ENTRA_P2], "pass"),
        ([risky("remediated")], [ENTRA_P2], "pass"),
        ([risky("cursed")], [ENTRA_P2], "not_assessed"),
        ([], [ENTRA_P2], "pass"),
        (None, [ENTRA_P2], "not_assessed"),
        (None, [], "not_applicable"),
    ],
)
def test_people_at_risk(rows: list[Row] | None, plans: list[str], expected: str) -> None:
    clinic = microsoft(subscribed_skus=[plan(*plans)], risky_users=rows)
    assert verdicts(clinic, "AUDIT-11", "people_at_risk_are_looked_after") == {"tenant-id": expected}


def alert(severity: str | None = "HIGH", day: int = 1, status: str = "NOT_STARTED", **fields: Any) -> Row:
    metadata = {"status": status} | ({} if severity is None else {"severity": severity})
    return {
        "alertId": "a",
        "type": "Leaked password",
        "createTime": f"2026-11-{day:02}T00:00:00Z",
        "metadata": metadata,
    } | fields


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (alert(), "fail"),
        (alert("MEDIUM"), "fail"),
        (alert(day=20), "pass"),
        (alert("LOW"), "not_applicable"),
        (alert(None), "not_assessed"),
        (alert(status="IN_PROGRESS"), "pass"),
        (alert(deleted=True), "pass"),
        (alert(status="LOST"), "not_assessed"),
    ],
)
def test_alerts_of_google(given: Row, expected: str) -> None:
    assert verdicts(google([google_user("ann")], {"alerts.alerts": [given]}), "AUDIT-11") == {"a": expected}
    assert verdict(google([google_user("ann")], {"alerts.alerts": None}), "AUDIT-11") == "not_assessed"


# --- AUDIT-13 -------------------------------------------------------------------------------------------------------------


def group(name: str, *members: str) -> Row:
    return {"Guid": name, "Name": name, "Members": list(members)}


READERS = Profile(privileged_readers=frozenset({"Ann Field"}))


@pytest.mark.parametrize(
    ("given", "profile", "expected"),
    [
        (group("eDiscoveryManager"), Profile(), "pass"),
        (group("eDiscoveryManager", "Ann Field"), Profile(), "not_assessed"),
        (group("eDiscoveryManager", "ann field"), READERS, "pass"),
        (group("eDiscovery Manager", "Ann Field", "Bob"), READERS, "fail"),
        (group("eDiscoveryManager", "Ann Field"), Profile(privileged_readers=frozenset()), "fail"),
        (group("AuditReader", "Bob"), READERS, "not_applicable"),
    ],
)
def test_role_groups(given: Row, profile: Profile, expected: str) -> None:
    sources = {"purview.role_groups": [given], "exchange.role_groups": [], "exchange.management_role_assignments": []}
    assert verdicts(microsoft([user("ann")], sources), "AUDIT-13", "purview_group_is_known", profile) == {
        given["Name"]: expected
    }
    sources = {"exchange.role_groups": [group("Organization Management", "Bob")]}
    assert verdicts(microsoft([user("ann")], sources), "AUDIT-13", "exchange_group_is_known", READERS) == {
        "Organization Management": "fail"
    }
    assert verdict(microsoft([user("ann")], {"purview.role_groups": None}), "AUDIT-13") == "not_assessed"


def power(role_name: str, delegation: str = "Regular", **fields: Any) -> Row:
    return {
        "Name": "p", "Role": role_name, "RoleAssigneeName": "Bob", "RoleAssigneeType": "User", "Enabled": True,
        "RoleAssignmentDelegationType": delegation,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (power("ApplicationImpersonation"), "fail"),
        (power("Mailbox Import Export"), "fail"),
        (power("Mailbox Import Export", RoleAssigneeName="Ann Field"), "pass"),
        (power("ApplicationImpersonation", "DelegatingOrgWide"), "not_applicable"),
        (power("Audit Logs"), "not_applicable"),
    ],
)
def test_roles_over_all_mailboxes(given: Row, expected: str) -> None:
    clinic = microsoft([user("ann")], {"exchange.management_role_assignments": [given]})
    assert verdicts(clinic, "AUDIT-13", "role_is_known", READERS) == {"p": expected}


def test_vault() -> None:
    def judge(privilege: str, assignments: Any, **fields: Any) -> dict[str, str]:
        vault: Row = {
            "roleId": "9", "roleName": "Search", "rolePrivileges": [{"privilegeName": privilege, "serviceId": "v"}],
        } | fields  # fmt: skip
        sources = {"directory.roles": [vault], "directory.role_assignments": assignments}
        profile = Profile(privileged_readers=frozenset({"ann@brightwater.example"}))
        return verdicts(google([google_user("ann"), google_user("bob")], sources), "AUDIT-13", profile=profile)

    def held(by: str) -> Row:
        return {
            "roleAssignmentId": by,
            "roleId": "9",
            "assignedTo": by,
            "assigneeType": "user",
            "scopeType": "CUSTOMER",
        }

    assert judge("MANAGE_SEARCHES", [held("ann")]) == {"9": "pass"}
    assert judge("MANAGE_SEARCHES", [held("bob")]) == {"9": "fail"}
    assert judge("ACCESS_ALL_MATTERS", []) == {"9": "pass"}
    assert judge("MANAGE_SEARCHES", None) == {"9": "not_assessed"}
    assert judge("USERS_RETRIEVE", [held("bob")]) == {"9": "not_applicable"}
    assert judge("MANAGE_SEARCHES", [held("bob")], isSuperAdminRole=True) == {"9": "not_applicable"}
