"""Real exports of CISA's tools, whole and damaged: verdicts for what they hold, and never a pass for what they lack."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.imports import scubagear, scubagoggles
from connectors.imports.reading import ImportRefused
from rules import Assessment, assess
from rules.result import Verdict
from tests.promises import NOW, SHARED, moved_to_pass

TOOLS = {"scubagear": (scubagear, "scubagear_provider_export"), "scubagoggles": (scubagoggles, "scubagoggles_results")}


@cache
def sample(tool: str) -> dict[str, Any]:
    with gzip.open(SHARED / "samples" / f"{TOOLS[tool][1]}.json.gz", "rt", encoding="utf-8-sig") as text:
        found: dict[str, Any] = json.load(text)
    return found


def raw(tool: str, export: dict[str, Any]) -> dict[str, Any]:
    inner = export.get("Raw", export) if tool == "scubagoggles" else export
    assert isinstance(inner, dict)
    return inner


def judged(tool: str, export: Any) -> Assessment:
    return assess(TOOLS[tool][0].load(export), now=NOW)


@cache
def whole(tool: str) -> Assessment:
    return judged(tool, sample(tool))


COUNTS = {
    "scubagear": {"pass": 76, "fail": 49, "review": 13, "not_applicable": 26, "not_assessed": 245},
    "scubagoggles": {"pass": 59, "fail": 46, "review": 6, "not_applicable": 5, "not_assessed": 128},
}
"""How many checks end how on the published samples. A check that is new, or reaches a verdict, changes a number on purpose."""


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_what_the_export_holds_reaches_a_verdict(tool: str) -> None:
    checks = [check for outcome in whole(tool).controls for check in outcome.checks]
    assert Counter(check.verdict.value for check in checks) == COUNTS[tool]
    gaps = [gap for outcome in whole(tool).controls for gap in outcome.gaps]
    assert [gap for gap in gaps if gap.reason == "rule-failed"] == []


def test_changes_of_settings_count_where_the_export_holds_all_of_an_application() -> None:
    verdicts = {outcome.control.id: outcome.verdict for outcome in whole("scubagoggles").controls}
    assert verdicts["AI-4"] is Verdict.PASS
    assert verdicts["MAIL-25"] is Verdict.FAIL
    assert verdicts["MAIL-19"] is Verdict.NOT_ASSESSED  # nobody changed that setting lately
    assert verdicts["DATA-7"] is Verdict.FAIL  # by its settings; exports of all data are not in the tool's log
    checks = {check.check.name: check.verdict for check in whole("scubagoggles").control("DATA-7").checks}
    assert checks["nobody_exported_everything"] is Verdict.NOT_ASSESSED


def test_changes_of_settings_do_not_count_where_the_tool_could_not_read_its_log() -> None:
    damaged = copy.deepcopy(sample("scubagoggles"))
    raw("scubagoggles", damaged)["unsuccessful_calls"] = ["reports/v1/activities/list"]
    after = {outcome.control.id: outcome.verdict for outcome in judged("scubagoggles", damaged).controls}
    assert after["AI-4"] is Verdict.NOT_ASSESSED
    assert after["MAIL-25"] is Verdict.NOT_ASSESSED


def test_an_entry_with_other_changes_shows_no_application_to_be_whole() -> None:
    def entry(number: str, *applications: str) -> dict[str, Any]:
        events = [
            {
                "type": "APPLICATION_SETTINGS",
                "name": "CHANGE_APPLICATION_SETTING",
                "parameters": [{"name": "APPLICATION_NAME", "value": application}],
            }
            for application in applications
        ]
        return {"id": {"time": "2026-07-01T00:00:00Z", "uniqueQualifier": number}, "actor": {}, "events": events}

    export = {
        "tenant_info": {"ID": "C0", "domain": "brightwater.example", "topLevelOU": "Brightwater"},
        "gmail_logs": {"items": [entry("1", "Gmail"), entry("2", "Gmail", "Docs")]},
        "calendar_logs": {"items": [entry("3", "Calendar")]},
        "successful_calls": ["reports/v1/activities/list"],
    }
    assert scubagoggles.load(export).sources["reports.activity.admin"].whole == ["Gmail"]
    export["successful_calls"] = []
    assert scubagoggles.load(export).sources["reports.activity.admin"].whole == []


def test_groups_with_outsiders_in_them_are_found_although_there_may_be_more_groups() -> None:
    check = whole("scubagoggles").control("SHARE-33").checks[0]
    assert Counter(judgment.verdict.value for judgment in check.judgments)["fail"] == 3
    export = copy.deepcopy(sample("scubagoggles"))
    closed = raw("scubagoggles", export)
    closed["group_settings"] = [g | {"allowExternalMembers": "false"} for g in closed["group_settings"]]
    assert judged("scubagoggles", export).control("SHARE-33").verdict is Verdict.NOT_ASSESSED


@pytest.mark.parametrize(
    ("sku", "assigned", "expected"),
    [
        ("1010020020", 101, Verdict.FAIL),  # Enterprise Plus holds data protection
        ("1010020020", 0, Verdict.NOT_ASSESSED),
        ("1010020027", 5, Verdict.NOT_ASSESSED),  # there may be more plans than the tool knows
        (None, 5, Verdict.NOT_ASSESSED),
    ],
)
def test_plans_of_an_export_tell_what_the_clinic_could_have(sku: str | None, assigned: int, expected: Verdict) -> None:
    export = copy.deepcopy(sample("scubagoggles"))
    inner = raw("scubagoggles", export)
    inner["license_data"] = [
        {"product_name": "a plan", "sku_id": sku, "product_id": "Google-Apps", "status": "Active", "assigned": assigned}
    ]
    for sections in inner["policies"].values():
        sections.pop("rule_dlp", None)
    assert judged("scubagoggles", export).control("DATA-1").verdict is expected


def test_security_defaults_are_off_where_a_rule_is_on() -> None:
    assert whole("scubagear").control("AUTH-25").verdict is Verdict.PASS
    export = copy.deepcopy(sample("scubagear"))
    for policy in export["conditional_access_policies"]:
        policy["State"] = "disabled"
    assert scubagear.load(export).sources["graph.security_defaults"].gap is not None


def test_keys_that_the_sample_lacks_are_taken_as_well() -> None:
    export = {
        "tenant_details": [{"TenantId": "t", "DisplayName": "Brightwater"}],
        "default_app_management_policy": {"Id": "x", "IsEnabled": True, "ApplicationRestrictions": {}},
        "app_management_policies": [],
        "unified_audit_log_retention_policies": [{"Name": "Year", "RetentionDuration": "TwelveMonths"}],
        "powerbi_tenant_settings": [{"TenantSettings": [{"SettingName": "PublishToWeb", "Enabled": False}]}],
    }
    snapshot = scubagear.load(export)
    assert snapshot.sources["graph.app_management_policies"].gap is None
    assert snapshot.sources["graph.default_app_management_policy"].count == 1
    assert (
        next(iter(snapshot.lines("purview.audit_retention_policies"))).r
        == export["unified_audit_log_retention_policies"][0]
    )
    assert next(iter(snapshot.lines("powerbi.tenant_settings"))).r == {"settingName": "PublishToWeb", "enabled": False}


def test_settings_of_units_are_judged_although_nobody_is_listed() -> None:
    verdicts = {outcome.control.id: outcome.verdict for outcome in whole("scubagoggles").controls}
    assert verdicts["FWD-1"] is Verdict.PASS
    assert verdicts["SHARE-4"] is Verdict.FAIL
    assert verdicts["MFA-2"] is Verdict.NOT_ASSESSED  # that is about people


def test_protection_of_mail_is_judged_although_no_mailbox_is_listed() -> None:
    found = {tool: {o.control.id: o.verdict for o in whole(tool).controls} for tool in TOOLS}
    assert [found["scubagear"][c] for c in ("MAIL-9", "MAIL-12", "MAIL-15", "MAIL-20", "MAIL-24", "FWD-16")] == [
        *["pass"] * 5,
        "fail",
    ]
    assert [found["scubagoggles"][c] for c in ("MAIL-9", "MAIL-17", "MAIL-13", "MAIL-14", "MAIL-23")] == [
        *["pass"] * 2,
        *["fail"] * 3,
    ]


def test_roles_and_their_settings_are_judged_although_nobody_is_listed() -> None:
    verdicts = {outcome.control.id: outcome.verdict for outcome in whole("scubagear").controls}
    assert {verdicts[name] for name in ("ADMIN-7", "ADMIN-8", "ADMIN-9", "ADMIN-16", "ADMIN-21")} == {Verdict.FAIL}
    assert verdicts["ADMIN-3"] is Verdict.NOT_ASSESSED  # that is about people


SIGN_IN = {
    "scubagear": {
        **dict.fromkeys(
            ["MFA-9", "MFA-20", "MFA-21", "AUTH-5", "AUTH-9", "AUTH-10", "AUTH-18", "AUTH-20"], Verdict.PASS
        ),
        **dict.fromkeys(["MFA-6", "MFA-14", "MFA-15", "AUTH-16", "AUTH-19"], Verdict.FAIL),
        **dict.fromkeys(["MFA-18", "AUTH-2", "AUTH-13", "AUTH-28"], Verdict.NOT_ASSESSED),
    },
    "scubagoggles": {
        **dict.fromkeys(["MFA-12", "MFA-13", "AUTH-12", "AUTH-18", "AUTH-22"], Verdict.FAIL),
        **dict.fromkeys(["MFA-5", "AUTH-6", "AUTH-17", "AUTH-29"], Verdict.NOT_ASSESSED),
    },
}


@pytest.mark.parametrize("tool", sorted(SIGN_IN))
def test_how_people_sign_in_is_judged_from_an_export(tool: str) -> None:
    verdicts = {outcome.control.id: outcome.verdict for outcome in whole(tool).controls}
    assert {control: verdicts[control] for control in SIGN_IN[tool]} == SIGN_IN[tool]


def test_consent_flows_and_alarms_of_an_export_are_judged() -> None:
    verdicts = {outcome.control.id: outcome.verdict for outcome in whole("scubagear").controls}
    assert verdicts["APP-4"] is Verdict.FAIL
    assert verdicts["APP-5"] is Verdict.FAIL
    assert verdicts["BAA-9"] is Verdict.PASS
    assert verdicts["PWR-1"] is Verdict.PASS
    assert verdicts["PWR-2"] is Verdict.FAIL


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_losing_any_part_moves_nothing_to_pass(tool: str) -> None:
    export = sample(tool)
    for key in raw(tool, export):
        damaged = copy.deepcopy(export)
        del raw(tool, damaged)[key]
        try:
            after = judged(tool, damaged)
        except ImportRefused:
            continue
        assert moved_to_pass(whole(tool), after) == [], key


JUNK = st.sampled_from([None, "", "text", 0, -1, True, [], {}, [None], [[]], {"value": None}, 1e300])


@pytest.mark.parametrize("tool", sorted(TOOLS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_junk_at_any_depth_never_crashes(tool: str, data: st.DataObject) -> None:
    damaged = copy.deepcopy(sample(tool))
    here: Any = raw(tool, damaged)
    for _ in range(data.draw(st.integers(0, 5))):
        inner = [key for key, value in _items(here) if isinstance(value, dict | list) and value]
        if not inner:
            break
        here = here[data.draw(st.sampled_from(inner))]
    key = data.draw(st.sampled_from([key for key, _ in _items(here)]))
    here[key] = data.draw(JUNK)
    try:
        after = judged(tool, damaged)
    except ImportRefused:
        return
    broken = [gap.detail for outcome in after.controls for gap in outcome.gaps if gap.reason == "rule-failed"]
    assert broken == []


def _items(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value))


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_what_is_no_export_is_refused_in_one_line(tool: str, tmp_path: Path) -> None:
    load = TOOLS[tool][0].load
    texts = {"empty": b"", "cut": b'{"a": ', "list": b"[]", "other": b'{"hello": 1}', "binary": bytes(range(256))}
    for name, content in texts.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ImportRefused) as caught:
            load(path)
        assert "\n" not in str(caught.value)
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ImportRefused):
            load(path)


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_a_byte_order_mark_and_packing_make_no_difference(tool: str, tmp_path: Path) -> None:
    load = TOOLS[tool][0].load
    text = json.dumps(sample(tool)).encode()
    plain, marked, packed = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.json.gz"
    plain.write_bytes(text)
    marked.write_bytes(b"\xef\xbb\xbf" + text)
    packed.write_bytes(gzip.compress(text))
    first, *others = [
        {name: list(snapshot.lines(name)) for name in snapshot.sources}
        for snapshot in map(load, (plain, marked, packed))
    ]
    assert all(other == first for other in others)


def test_the_other_tools_export_is_refused() -> None:
    with pytest.raises(ImportRefused):
        scubagear.load(sample("scubagoggles"))
    with pytest.raises(ImportRefused):
        scubagoggles.load(sample("scubagear"))
