"""DATA-1: whether outgoing mail and files are checked for patient identifiers, with hand-made records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.microsoft365.sources.compliance import DlpRule
from tests.rules.identity import Row, google, google_user, setting, verdict
from tests.rules.mailboxes import outlook, without

SSN, ITIN, CARD = (
    "U.S. Social Security Number (SSN)",
    "U.S. Individual Taxpayer Identification Number (ITIN)",
    "Credit Card Number",
)


def policy(name: str = "Health", **fields: Any) -> Row:
    return {
        "Guid": name,
        "Name": name,
        "Mode": "Enable",
        "Enabled": True,
        "Workload": "Exchange",
        "ExchangeLocation": ["All"],
    } | fields


def rule(*types: str, parent: str = "Health", **fields: Any) -> Row:
    return {
        "Guid": f"{parent}-{types}",
        "Name": "r",
        "ParentPolicyName": parent,
        "Disabled": False,
        "IsAdvancedRule": False,
        "SensitiveTypes": list(types),
    } | fields


def checked(policies: list[Row], rules: list[Row], *gaps: str) -> str:
    return verdict(outlook({"purview.dlp_policies": policies, "purview.dlp_rules": rules}, gaps=gaps), "DATA-1")


@pytest.mark.parametrize(
    ("policies", "rules", "expected"),
    [
        ([policy()], [rule(SSN, ITIN, CARD)], "pass"),
        ([policy()], [rule(SSN.upper(), ITIN), rule(CARD)], "pass"),
        ([policy(), policy("More")], [rule(SSN, ITIN), rule(CARD, parent="More")], "pass"),
        ([policy(ExchangeLocation=[{"Name": "All"}])], [rule(SSN, ITIN, CARD)], "pass"),
        ([policy(ExchangeLocation=["Front desk"])], [rule(SSN, ITIN, CARD)], "fail"),
        ([policy(ExchangeLocation=None)], [rule(SSN, ITIN, CARD)], "fail"),
        ([policy()], [rule(SSN, CARD)], "fail"),
        ([policy()], [rule(SSN, ITIN, CARD, Disabled=True)], "fail"),
        ([policy(Enabled=False)], [rule(SSN, ITIN, CARD)], "fail"),
        ([policy(Mode="Disable")], [rule(SSN, ITIN, CARD)], "fail"),
        ([policy(Mode="TestWithNotifications")], [rule(SSN, ITIN, CARD)], "review"),
        (
            [policy(), policy("Test", Mode="TestWithoutNotifications")],
            [rule(SSN), rule(ITIN, CARD, parent="Test")],
            "review",
        ),
        ([], [], "fail"),
        ([policy(Mode="Perhaps")], [rule(SSN, ITIN, CARD)], "not_assessed"),
        ([without(policy(), "ExchangeLocation")], [rule(SSN, ITIN, CARD)], "not_assessed"),
        ([policy()], [without(rule(SSN, ITIN, CARD), "SensitiveTypes")], "not_assessed"),
        ([policy()], [without(rule(SSN, ITIN, CARD), "Disabled")], "not_assessed"),
    ],
)
def test_checks_of_purview(policies: list[Row], rules: list[Row], expected: str) -> None:
    assert checked(policies, rules) == expected


@pytest.mark.parametrize("source", ["purview.dlp_policies", "purview.dlp_rules"])
def test_checks_that_were_not_read(source: str) -> None:
    assert checked([policy()], [rule(SSN)], source) == "not_assessed"


def test_names_of_identifiers_are_found_in_advanced_rules_and_nothing_else_is_kept() -> None:
    kinds = [{"Name": SSN, "Mincount": 1, "Id": "a44669fe"}]
    words = {"ConditionName": "SubjectContainsWords", "Value": ["Jane Doe"]}
    advanced = {"Condition": {"SubConditions": [{"Value": [{"Groups": [{"Sensitivetypes": kinds}]}]}, words]}}
    raw = {
        "Guid": "a",
        "AdvancedRule": json.dumps(advanced),
        "ContentContainsSensitiveInformation": [{"name": CARD, "minCount": "1"}],
    }
    kept = DlpRule.project(raw, b"secret")
    assert kept["SensitiveTypes"] == [CARD, SSN]
    assert "Jane Doe" not in str(kept)


MAIL, FILES = "google.workspace.gmail.email.v1.send", "google.workspace.drive.file.v1.share"


def google_rule(*triggers: str, state: str = "ACTIVE") -> Row:
    return setting(
        "rule.dlp", {"displayName": "r", "state": state, "triggers": list(triggers), "action": {}}, len(triggers)
    )


PLUS, STARTER = "1010020020", "1010020027"


@pytest.mark.parametrize(
    ("policies", "plan", "expected"),
    [
        ([google_rule(MAIL, FILES)], PLUS, "pass"),
        ([google_rule(MAIL, FILES)], None, "pass"),
        ([google_rule(MAIL), google_rule(FILES, "other")], PLUS, "pass"),
        ([google_rule(FILES)], PLUS, "review"),
        ([google_rule(MAIL)], PLUS, "fail"),
        ([google_rule("other")], STARTER, "fail"),
        ([google_rule(MAIL, FILES, state="INACTIVE")], PLUS, "fail"),
        ([], PLUS, "fail"),
        ([], STARTER, "not_applicable"),
        ([], None, "not_assessed"),
        ([google_rule(MAIL, FILES, state="PERHAPS")], PLUS, "not_assessed"),
        (None, PLUS, "not_assessed"),
    ],
)
def test_checks_of_a_unit(policies: list[Row] | None, plan: str | None, expected: str) -> None:
    gaps = [] if policies is not None else ["policy.policies"]
    licence = {
        "userId": "ann@brightwater.example", "productId": "Google-Apps", "skuId": plan, "skuName": "a plan",
        "productName": "Google Workspace",
    }  # fmt: skip
    sources = {"policy.policies": policies, "licensing.assignments": [licence] if plan else None}
    clinic = google([google_user("ann")], sources, gaps=gaps)
    assert verdict(clinic, "DATA-1") == expected
