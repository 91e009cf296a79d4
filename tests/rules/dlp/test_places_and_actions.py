"""DATA-2 to DATA-5: where, how and what is checked, and labels, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.google_workspace.sources.settings import DlpRule as GoogleRule
from connectors.microsoft365.sources.compliance import SensitivityLabel
from tests.rules.dlp.test_outgoing_mail_checked import CARD, ITIN, SSN, policy, rule
from tests.rules.identity import Row, google, google_user, microsoft, results, setting, sku, user, verdict, verdicts

ALL = ["All"]
EVERYWHERE = {
    "ExchangeLocation": ALL, "SharePointLocation": ALL, "OneDriveLocation": ALL, "TeamsLocation": ALL,
    "EndpointDlpLocation": ALL,
}  # fmt: skip
WHOLE = [rule(SSN, ITIN, CARD)]


def plan(id: str, name: str) -> Row:
    return {"servicePlanId": id, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}


E5 = [plan("6dc145d6-95dd-4191-b9c3-185575ee6f6b", "COMMUNICATIONS_DLP"),
      plan("64bfac92-2b17-4482-b5e5-a0304429de3e", "MICROSOFTENDPOINTDLP")]  # fmt: skip
LABELS = [plan("5136a095-5cf0-4aff-bec3-e84448b38ea5", "MIP_S_CLP1")]


def purview(policies: Any, rules: Any, *plans: Row, **more: Any) -> Any:
    owned = sku()
    return microsoft(
        [user("ann")],
        {"purview.dlp_policies": policies, "purview.dlp_rules": rules} | more,
        subscribed_skus=[owned | {"servicePlans": [*owned["servicePlans"], *plans]}],
    )


def found(snapshot: Any, control: str, check: str) -> list[str]:
    return [verdict for _, verdict, _ in results(snapshot, control, check)]


# --- DATA-2 ---------------------------------------------------------------------------------------------------------------


def test_places_of_microsoft() -> None:
    check = "mail_and_files_are_checked"
    assert found(purview([policy(**EVERYWHERE)], WHOLE), "DATA-2", check) == ["pass"] * 3
    some = policy(**EVERYWHERE | {"OneDriveLocation": ["ann"]})
    assert found(purview([some], WHOLE), "DATA-2", check) == ["pass", "pass", "fail"]
    parts = [policy(**EVERYWHERE), policy("More", **EVERYWHERE)]
    assert found(purview(parts, [rule(SSN, ITIN), rule(CARD, parent="More")]), "DATA-2", check) == ["pass"] * 3
    tried = policy(**EVERYWHERE, Mode="TestWithNotifications")
    assert found(purview([tried], WHOLE), "DATA-2", check) == ["review"] * 3
    assert found(purview([], []), "DATA-2", check) == ["fail"] * 3
    assert found(purview([policy(**EVERYWHERE)], None), "DATA-2", check) == ["not_assessed"]
    assert found(purview(None, WHOLE), "DATA-2", check) == ["not_assessed"]
    lost = policy(ExchangeLocation=ALL)
    assert "not_assessed" in found(purview([lost], WHOLE), "DATA-2", check)


@pytest.mark.parametrize(
    ("check", "place"), [("chats_are_checked", "TeamsLocation"), ("devices_are_checked", "EndpointDlpLocation")]
)
def test_places_that_take_another_plan(check: str, place: str) -> None:
    whole, less = policy(**EVERYWHERE), policy(**EVERYWHERE | {place: []})
    assert found(purview([whole], WHOLE), "DATA-2", check) == ["not_applicable"]
    assert found(purview([whole], WHOLE, *E5), "DATA-2", check) == ["pass"]
    assert found(purview([less], WHOLE, *E5), "DATA-2", check) == ["fail"]
    assert found(purview(None, WHOLE, *E5), "DATA-2", check) == ["not_assessed"]


TRIGGERS = [
    "google.workspace.gmail.email.v1.send",
    "google.workspace.drive.file.v1.share",
    "google.workspace.chat.message.v1.send",
    "google.workspace.chat.attachment.v1.upload",
]


def google_rule(*triggers: str, state: str = "ACTIVE", detectors: str = "", **action: Row) -> Row:
    value = {
        "displayName": "Numbers", "state": state, "triggers": list(triggers or TRIGGERS),
        "condition": {"contentCondition": detectors},
        "action": action or {"gmailAction": {"blockContent": {}}, "driveAction": {"blockAccess": {}}},
    }  # fmt: skip
    return setting("rule.dlp", GoogleRule.project(value, b""))


def workspace(*policies: Row, plan: str | None = "1010020020") -> Any:
    licence = {
        "userId": "ann@brightwater.example", "productId": "Google-Apps", "skuId": plan, "skuName": "Enterprise Plus",
        "productName": "Google Workspace",
    }  # fmt: skip
    sources = {"policy.policies": list(policies), "licensing.assignments": [licence] if plan else None}
    return google([google_user("ann")], sources)


def test_places_of_google() -> None:
    assert verdict(workspace(google_rule()), "DATA-2") == "pass"
    split = [google_rule(*TRIGGERS[:2]), google_rule(*TRIGGERS[2:])]
    assert verdict(workspace(*split), "DATA-2") == "pass"
    assert found(workspace(google_rule(*TRIGGERS[:2])), "DATA-2", "unit_checks_every_way") == ["fail", "fail"]
    assert verdict(workspace(google_rule(state="INACTIVE")), "DATA-2") == "fail"
    assert verdict(workspace(plan="1010020028"), "DATA-2") == "not_applicable"
    assert verdict(workspace(plan=None), "DATA-2") == "not_assessed"
    assert verdict(workspace(google_rule(TRIGGERS[0]), plan=None), "DATA-2") == "fail"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "DATA-2") == "not_assessed"


# --- DATA-3 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "stops", "tells"),
    [
        ({"BlockAccess": True, "BlockAccessScope": "All", "NotifyUser": True}, "pass", "pass"),
        ({"BlockAccess": True, "BlockAccessScope": "PerUser", "NotifyUser": True}, "review", "pass"),
        ({"BlockAccess": True, "BlockAccessScope": None, "NotifyUser": False}, "not_assessed", "fail"),
        ({"BlockAccess": True, "BlockAccessScope": "Odd", "NotifyUser": False}, "not_assessed", "fail"),
        ({"BlockAccess": False, "BlockAccessScope": None, "NotifyUser": False}, "fail", "fail"),
        ({"NotifyUser": True}, "not_assessed", "pass"),
    ],
)
def test_what_a_rule_does(fields: Row, stops: str, tells: str) -> None:
    held = purview([policy(**EVERYWHERE)], [rule(SSN, **fields)])
    assert found(held, "DATA-3", "rule_stops") == [stops]
    assert found(held, "DATA-3", "rule_tells") == [tells]


def test_rules_that_do_nothing_are_not_asked() -> None:
    off = purview([policy(Mode="Disable")], [rule(SSN)])
    assert found(off, "DATA-3", "rule_stops") == ["not_applicable"]
    other = purview([policy()], [rule("Passport")])
    assert found(other, "DATA-3", "rule_tells") == ["not_applicable"]
    assert verdict(purview([policy()], []), "DATA-3") == "not_applicable"
    assert verdict(purview([policy()], None), "DATA-3") == "not_assessed"
    assert found(purview(None, [rule(SSN)]), "DATA-3", "rule_stops") == ["not_assessed"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"gmailAction": {"blockContent": {}}}, "pass"),
        ({"gmailAction": {"blockContent": {}}, "driveAction": {"warnUser": {}}}, "review"),
        ({"driveAction": {"auditOnly": {}}}, "review"),
        ({"driveAction": {"somethingNew": {}}}, "not_assessed"),
        ({"alertCenterAction": {}}, "not_assessed"),
    ],
)
def test_what_a_rule_of_google_does(action: Row, expected: str) -> None:
    assert found(workspace(google_rule(**action)), "DATA-3", "unit_rules_stop") == [expected]
    assert found(workspace(google_rule(state="INACTIVE", **action)), "DATA-3", "unit_rules_stop") == ["not_applicable"]


# --- DATA-4 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("International Classification of Diseases (ICD-10-CM)", "pass"),
        ("Drug Enforcement Agency (DEA) Number", "pass"),
        ("All Medical Terms And Conditions", "pass"),
        ("Brightwater MRN", "pass"),
        (SSN, "fail"),
    ],
)
def test_health_data_at_microsoft(kind: str, expected: str) -> None:
    check = "rules_know_health_data"
    assert found(purview([policy()], [rule(kind)]), "DATA-4", check) == [expected]
    assert found(purview([policy(Mode="TestWithNotifications")], [rule(kind)]), "DATA-4", check) == ["fail"]
    assert found(purview([policy()], None), "DATA-4", check) == ["not_assessed"]


def detector(name: str) -> Row:
    return setting("detector.word_list", {"displayName": name, "wordList": True})


def test_health_data_at_google() -> None:
    dea = "all_content.matches_dlp_detector('US_DEA_NUMBER', google.privacy.dlp.v2.Likelihood.LIKELY, {})"
    own = "all_content.matches_word_list('policies/abc123', {})"
    assert verdict(workspace(google_rule(detectors=dea)), "DATA-4") == "pass"
    assert verdict(workspace(google_rule(detectors=dea, state="INACTIVE")), "DATA-4") == "fail"
    assert verdict(workspace(google_rule(detectors=own), detector("Patient names")), "DATA-4") == "review"
    assert verdict(workspace(google_rule(detectors=own), detector("Projects")), "DATA-4") == "fail"
    assert verdict(workspace(plan="1010020028"), "DATA-4") == "not_applicable"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "DATA-4") == "not_assessed"


def test_no_word_of_a_condition_is_kept() -> None:
    text = "all_content.contains('Pat Imaginary') && all_content.matches_dlp_detector('FDA_CODE', {})"
    kept = GoogleRule.project({"condition": {"contentCondition": text}}, b"")
    assert kept == {"condition": {"contentCondition": ["FDA_CODE"]}}


# --- DATA-5 ---------------------------------------------------------------------------------------------------------------


def labelled(*, encrypts: bool = True, offered: bool = True, files: bool = True, plans: bool = True) -> Any:
    label = {"Guid": "L1", "Name": "Patient", "Disabled": False, "EncryptionEnabled": encrypts}
    offering = {"Guid": "P1", "Name": "All", "Enabled": offered, "Labels": ["Patient"], "ExchangeLocation": ALL}
    return purview(
        [], [], *(LABELS if plans else []),
        **{"purview.labels": [label], "purview.label_policies": [offering],
           "sharepoint.tenant": [{"EnableAIPIntegration": files}]},
    )  # fmt: skip


def test_labels() -> None:
    assert verdict(labelled(), "DATA-5") == "pass"
    assert found(labelled(encrypts=False), "DATA-5", "a_label_encrypts") == ["fail"]
    assert found(labelled(offered=False), "DATA-5", "labels_are_published") == ["fail"]
    assert found(labelled(offered=False), "DATA-5", "a_label_encrypts") == ["fail"]
    assert found(labelled(files=False), "DATA-5", "files_take_labels") == ["fail"]
    poor = labelled(offered=False, encrypts=False, files=False, plans=False)
    assert verdict(poor, "DATA-5") == "not_applicable"
    assert verdict(microsoft([user("ann")]), "DATA-5") == "not_assessed"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (['{"Type":"encrypt","Settings":[{"Key":"disabled","Value":"false"}]}'], True),
        (['{"Type":"encrypt","Settings":[{"Key":"disabled","Value":"true"}]}'], False),
        (['{"Type":"applycontentmarking","Settings":[]}', "no JSON"], False),
        ([], False),
    ],
)
def test_whether_a_label_encrypts_stands_in_its_actions(actions: list[str], expected: bool) -> None:
    kept = SensitivityLabel.project({"Guid": "L", "Name": "Patient", "LabelActions": actions}, b"")
    assert kept["EncryptionEnabled"] is expected
    assert "LabelActions" not in kept


def test_labels_of_whom_nobody_knows() -> None:
    half = microsoft(
        [user("ann")],
        {"purview.labels": [{"Guid": "L", "Name": "P", "Disabled": None, "EncryptionEnabled": True}]},
    )  # fmt: skip
    assert set(verdicts(half, "DATA-5", "a_label_encrypts").values()) == {"not_assessed"}
