"""AUDIT-1, AUDIT-2 and AUDIT-7: what the log keeps and which alarms ring, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, setting, verdict, verdicts
from tests.rules.mailboxes import mailbox, outlook, without


def config(value: object) -> Row:
    return {
        "UnifiedAuditLogIngestionEnabled": value,
        "AdminAuditLogEnabled": True,
        "AdminAuditLogAgeLimit": "90.00:00:00",
    }


@pytest.mark.parametrize(
    ("value", "expected"), [(True, "pass"), (False, "fail"), (None, "not_assessed"), ("True", "not_assessed")]
)
def test_the_audit_log(value: object, expected: str) -> None:
    assert verdict(outlook({"exchange.admin_audit_log_config": [config(value)]}), "AUDIT-1") == expected


def test_the_audit_log_that_was_not_read() -> None:
    assert verdict(outlook(gaps=["exchange.admin_audit_log_config"]), "AUDIT-1") == "not_assessed"
    assert verdict(outlook({"exchange.admin_audit_log_config": []}), "AUDIT-1") == "not_assessed"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (mailbox("ann"), "pass"),
        (mailbox("ann", "SharedMailbox"), "pass"),
        (mailbox("ann", "RoomMailbox", AuditEnabled=False), "not_applicable"),
        (mailbox("ann", AuditEnabled=False), "fail"),
        (mailbox("ann", AuditLogAgeLimit="30.00:00:00"), "fail"),
        (mailbox("ann", AuditLogAgeLimit="89.23:59:59"), "fail"),
        (mailbox("ann", AuditLogAgeLimit="180.00:00:00"), "pass"),
        (mailbox("ann", AuditLogAgeLimit="Unlimited"), "not_assessed"),
        (mailbox("ann", DefaultAuditSet=["Admin"]), "review"),
        (without(mailbox("ann"), "AuditEnabled"), "not_assessed"),
        (without(mailbox("ann"), "AuditLogAgeLimit"), "not_assessed"),
        (without(mailbox("ann"), "DefaultAuditSet"), "not_assessed"),
        (without(mailbox("ann"), "RecipientTypeDetails"), "not_assessed"),
    ],
)
def test_the_record_of_a_mailbox(box: Row, expected: str) -> None:
    found = verdicts(outlook({"exchange.mailboxes": [box]}), "AUDIT-2", "mailbox_is_audited")
    assert found == {"ann": expected}


def test_mailbox_auditing_of_the_organization() -> None:
    def found(*rows: Row) -> set[str]:
        clinic = outlook({"exchange.organization_config": rows})
        return set(verdicts(clinic, "AUDIT-2", "auditing_is_on").values())

    assert found({"AuditDisabled": False}) == {"pass"}
    assert found({"AuditDisabled": True}) == {"fail"}
    assert found({"AuditDisabled": None}) == {"not_assessed"}


@pytest.mark.parametrize("source", ["exchange.organization_config", "exchange.mailboxes"])
def test_records_that_were_not_read(source: str) -> None:
    held: dict[str, Any] = {
        "exchange.organization_config": [{"AuditDisabled": False}],
        "exchange.mailboxes": [mailbox("ann")],
    }
    assert verdict(outlook(held), "AUDIT-2") == "pass"
    assert verdict(outlook(held, gaps=[source]), "AUDIT-2") == "not_assessed"


CREATION, ACTIVITY = "Creation of forwarding/redirect rule", "Suspicious Email Forwarding Activity"
WEEKLY = Profile(weekly_scan=True)


def alert(name: str, **fields: Any) -> Row:
    return {
        "Name": name,
        "Disabled": False,
        "NotificationEnabled": True,
        "NotifyUser": ["dana@brightwater.example"],
        "Severity": "High",
        "IsSystemRule": True,
    } | fields


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        ([alert(CREATION), alert(ACTIVITY)], "pass"),
        ([alert(ACTIVITY)], "review"),
        ([alert(ACTIVITY), alert(CREATION, Disabled=True)], "review"),
        ([alert(CREATION)], "fail"),
        ([alert(ACTIVITY, NotifyUser=[]), alert(CREATION, NotifyUser=None)], "fail"),
        ([alert("Something else")], "fail"),
        ([], "fail"),
        ([alert(CREATION), without(alert(ACTIVITY), "Disabled")], "not_assessed"),
        ([alert(CREATION), without(alert(ACTIVITY), "NotifyUser")], "not_assessed"),
    ],
)
def test_alarms_of_microsoft(alerts: list[Row], expected: str) -> None:
    clinic = outlook({"purview.protection_alerts": alerts})
    assert verdict(clinic, "AUDIT-7") == expected
    assert verdict(clinic, "AUDIT-7", WEEKLY) == "pass"


def rule(*, state: str = "ACTIVE", name: str = "Email settings changed", people: int = 1, system: bool = False) -> Row:
    action = {"alertCenterAction": {"alertCenterConfig": {"severity": "LOW"}, "recipients": [{}] * people}}
    value = {"displayName": name, "state": state, "action": action}
    return setting("rule.system_defined_alerts", value, 101.0 if system else 201.0, system=system)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([rule()], "pass"),
        ([rule(name="EMAIL settings changed")], "pass"),
        ([rule(state="INACTIVE")], "fail"),
        ([rule(system=True), rule(state="INACTIVE")], "fail"),  # an administrator switched Google's own rule off
        ([rule(system=True, state="INACTIVE"), rule()], "pass"),
        ([rule(people=0)], "fail"),
        ([rule(name="Drive settings changed")], "fail"),
        ([rule(state="PERHAPS")], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_alarms_of_google(policies: list[Row] | None, expected: str) -> None:
    gaps = [] if policies is not None else ["policy.policies"]
    clinic = google([google_user("ann")], {"policy.policies": policies}, gaps=gaps)
    assert verdict(clinic, "AUDIT-7") == expected
    assert verdict(clinic, "AUDIT-7", WEEKLY) in {"pass", expected}


def test_alarms_that_were_not_read() -> None:
    assert verdict(outlook(gaps=["purview.protection_alerts"]), "AUDIT-7") == "not_assessed"
