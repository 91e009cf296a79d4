"""DATA-6 and DATA-7: keeping mail on purpose, and downloading everything, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Line
from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, microsoft, setting, unit, user, verdict, verdicts
from tests.rules.mailboxes import mailbox

KEPT = {
    "RetentionPolicy": "Default MRM Policy", "LitigationHoldEnabled": False, "InPlaceHolds": [],
    "RetainDeletedItemsFor": "14.00:00:00",
}  # fmt: skip


def policy(**fields: Any) -> Row:
    return {
        "Guid": "P", "Name": "Six years", "Enabled": True, "Mode": "Enforce", "ExchangeLocation": ["All"],
        "ExchangeLocationException": [], "TeamsChatLocation": [],
    } | fields  # fmt: skip


def rule(action: str = "Keep", **fields: Any) -> Row:
    return {
        "Name": "r", "Policy": "p", "RetentionDuration": "2192", "RetentionComplianceAction": action,
    } | fields  # fmt: skip


def kept(policies: Any = (), rules: Any = (), kind: str = "UserMailbox", **fields: Any) -> str:
    sources = {
        "exchange.mailboxes": [mailbox("ann", kind, **KEPT | fields)],
        "purview.retention_policies": None if policies is None else list(policies),
        "purview.retention_rules": None if rules is None else list(rules),
    }
    return verdicts(microsoft([user("ann")], sources), "DATA-6", "mailbox_is_kept")["ann"]


def test_policies_that_keep_mail() -> None:
    assert kept([policy()], [rule()]) == "pass"
    assert kept([policy()], [rule("KeepAndDelete")]) == "pass"
    assert kept([policy()], [rule("Delete")]) == "review"
    assert kept([policy()], [rule(Policy="another")]) == "review"
    assert kept([policy(Mode="Test")], [rule()]) == "review"
    assert kept([policy(Enabled=False)], [rule()]) == "review"
    assert kept([policy(ExchangeLocation=["bob@brightwater.example"])], [rule()]) == "review"
    assert kept([policy(ExchangeLocation=["ann@brightwater.example"])], [rule()]) == "pass"
    left = [{"Name": "Ann@brightwater.example"}]
    assert kept([policy(ExchangeLocationException=left)], [rule()]) == "review"
    assert kept(None, [rule()]) == "not_assessed"
    assert kept([policy()], None) == "not_assessed"
    assert kept([policy(ExchangeLocation="odd")], [rule()]) == "not_assessed"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"LitigationHoldEnabled": True}, "pass"),
        ({"InPlaceHolds": ["mbx0123:2"]}, "pass"),
        ({"InPlaceHolds": ["mbx0123:1"]}, "review"),
        ({"InPlaceHolds": ["-mbx0123"]}, "review"),
        ({"RetentionPolicy": None}, "fail"),
        ({"LitigationHoldEnabled": None}, "not_assessed"),
        ({"kind": "SharedMailbox", "RetentionPolicy": None}, "fail"),
        ({"kind": "DiscoveryMailbox"}, "not_applicable"),
    ],
)
def test_mailboxes(fields: Row, expected: str) -> None:
    assert kept(**fields) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [("30.00:00:00", "pass"), ("14.00:00:00", "fail"), ("odd", "not_assessed"), (None, "not_assessed")],
)
def test_deleted_items(time: str | None, expected: str) -> None:
    held = microsoft([user("ann")], {"exchange.mailboxes": [mailbox("ann", **KEPT | {"RetainDeletedItemsFor": time})]})
    assert verdicts(held, "DATA-6", "deleted_items_stay_a_month") == {"ann": expected}


@pytest.mark.parametrize(("days", "expected"), [(365, "pass"), (30, "fail"), (None, "not_assessed")])
def test_onedrive_of_leavers(days: int | None, expected: str) -> None:
    rows = [{"deletedUserPersonalSiteRetentionPeriodInDays": days}]
    held = microsoft([user("ann")], {"graph.sharepoint_settings": rows})
    assert set(verdicts(held, "DATA-6", "files_of_leavers_stay_a_year").values()) == {expected}


def schedule(**fields: Any) -> list[Line]:
    row = {
        "id": "s.toml", "topic": "retention_schedule", "statement": "six years", "by": "Dana",
        "signed_on": "2026-06-01", "file_state": "none",
    }  # fmt: skip
    return [Line(r=row | fields)]


def test_the_schedule() -> None:
    def judged(lines: list[Line] | None) -> set[str]:
        held = microsoft([user("ann")], {"evidence.statements": lines})
        return set(verdicts(held, "DATA-6", "a_schedule_is_stated").values())

    assert judged(schedule()) == {"pass"}
    assert judged(schedule(signed_on="2024-01-01")) == {"fail"}
    assert judged(None) == {"not_assessed"}


def test_vault() -> None:
    def judged(plan: str | None, lines: list[Line] | None) -> str:
        licence = {"userId": "ann@brightwater.example", "productId": "Google-Apps", "skuId": plan, "skuName": "Plan"}
        sources = {"licensing.assignments": [licence] if plan else None, "evidence.statements": lines}
        return verdict(google([google_user("ann")], sources), "DATA-6")

    assert judged("1010020025", schedule()) == "pass"
    assert judged("1010020025", None) == "not_assessed"
    assert judged("1010020028", schedule()) == "review"
    assert judged(None, schedule()) == "not_assessed"


# --- DATA-7 ---------------------------------------------------------------------------------------------------------------


def takeout(*policies: Row) -> Any:
    return google([google_user("ann")], {"policy.policies": list(policies)})


def test_takeout() -> None:
    on, off = ({"serviceState": state} for state in ("ENABLED", "DISABLED"))
    check = "takeout_is_off"
    assert set(verdicts(takeout(setting("takeout.service_status", off)), "DATA-7", check).values()) == {"pass"}
    assert set(verdicts(takeout(setting("takeout.service_status", on)), "DATA-7", check).values()) == {"fail"}
    assert set(verdicts(takeout(), "DATA-7", check).values()) == {"not_assessed"}
    gone = google([google_user("ann")], {"policy.policies": None})
    assert verdict(gone, "DATA-7") == "not_assessed"


def test_a_unit_with_takeout() -> None:
    closed = setting("takeout.service_status", {"serviceState": "DISABLED"})
    opened = setting("takeout.service_status", {"serviceState": "ENABLED"}, 202.0, unit_id="front")
    sources = {
        "directory.orgunits": [unit("root", "/"), unit("front", "/Front", "root")],
        "policy.policies": [closed, opened],
    }
    held = google([google_user("ann"), google_user("bob", "/Front")], sources)
    assert sorted(verdicts(held, "DATA-7", "takeout_is_off").values()) == ["fail", "pass"]


def test_additional_services() -> None:
    check = "other_services_give_nothing_out"

    def judged(**states: Any) -> set[str]:
        policies = [setting(f"{name}.user_takeout", {"takeoutStatus": state}) for name, state in states.items()]
        return set(verdicts(takeout(*policies), "DATA-7", check).values())

    assert judged(blogger="DISABLED", maps="DISABLED") == {"pass"}
    assert judged(blogger="DISABLED", maps="ENABLED") == {"fail"}
    assert judged(blogger="ODD") == {"not_assessed"}
    assert judged() == {"not_applicable"}


def exported(days: str, name: str = "CUSTOMER_TAKEOUT_CREATED") -> Row:
    return {
        "id": {"time": f"2026-{days}T00:00:00Z", "uniqueQualifier": "1"}, "actor": {"email": "it@brightwater.example"},
        "events": [{"type": "CUSTOMER_TAKEOUT", "name": name, "parameters": []}],
    }  # fmt: skip


def test_exports_of_everything() -> None:
    def judged(rows: list[Row] | None, *approved: str) -> set[str]:
        held = google([google_user("ann")], {"reports.activity.admin": rows})
        profile = Profile(approved_exporters=frozenset(approved))
        return set(verdicts(held, "DATA-7", "nobody_exported_everything", profile).values())

    assert judged([exported("11-01")]) == {"review"}
    assert judged([exported("11-01")], "IT@brightwater.example") == {"pass"}
    assert judged([exported("06-01")]) == {"pass"}
    assert judged([exported("11-01", "CHANGE_APPLICATION_SETTING")]) == {"pass"}
    assert judged([]) == {"pass"}
    assert judged(None) == {"not_assessed"}
