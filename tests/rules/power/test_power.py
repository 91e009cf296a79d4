"""PWR-1 to PWR-4 with hand-made records: environments, flows, and what reports show to whom."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from tests.rules.identity import Row, microsoft, sku, user, verdict, verdicts


def owned(*names: str) -> Row:
    licence = sku()
    for name in names:
        licence["servicePlans"].append(
            {"servicePlanId": name, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}
        )
    return licence


def clinic(*plans: str, **sources: Any) -> Snapshot:
    given = {
        f"{'powerbi' if name == 'fabric' else 'powerplatform'}.{'tenant_settings' if name in {'fabric', 'settings'} else name}": rows
        for name, rows in sources.items()
    }
    return microsoft([user("ann")], given, subscribed_skus=[owned(*plans)])


FLOWS, REPORTS = "FLOW_O365_P1", "BI_AZURE_P0"


# --- PWR-1 ----------------------------------------------------------------------------------------------------------------

CLOSED: Row = {
    "disableEnvironmentCreationByNonAdminUsers": True,
    "disableTrialEnvironmentCreationByNonAdminUsers": True,
    "disablePortalsCreationByNonAdminUsers": True,
    "powerPlatform": {"powerApps": {"disableShareWithEveryone": True}},
}


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("staff_make_no_environments", {"disableEnvironmentCreationByNonAdminUsers": False}),
        ("staff_make_no_trials", {"disableTrialEnvironmentCreationByNonAdminUsers": False}),
        ("staff_make_no_sites", {"disablePortalsCreationByNonAdminUsers": False}),
        ("nobody_shares_with_everyone", {"powerPlatform": {"powerApps": {"disableShareWithEveryone": False}}}),
    ],
)
def test_who_may_make_what(check: str, change: Row) -> None:
    def judge(*rows: Row, plans: tuple[str, ...] = (FLOWS,), read: bool = True) -> str:
        return verdicts(clinic(*plans, settings=list(rows) if read else None), "PWR-1", check)["tenant-id"]

    assert judge(CLOSED) == "pass"
    assert judge(CLOSED | change) == "fail"
    assert judge(CLOSED | dict.fromkeys(change)) == "not_assessed"
    assert judge(read=False) == "not_assessed"
    assert judge(CLOSED | change, plans=()) == "not_applicable"


# --- PWR-2 ----------------------------------------------------------------------------------------------------------------


def environment(name: str, *, main: bool = False) -> Row:
    return {"name": name, "properties": {"isDefault": True} if main else {}}


def policy(kind: str = "AllEnvironments", *names: str, default: str = "General", **groups: list[str]) -> Row:
    return {
        "name": kind, "displayName": kind, "environmentType": kind, "environments": [{"name": name} for name in names],
        "defaultConnectorsClassification": default,
        "connectorGroups": [
            {"classification": group, "connectors": [{"id": f"/providers/Microsoft.PowerApps/apis/{one}"} for one in ones]}
            for group, ones in groups.items()
        ],
    }  # fmt: skip


OWN = ["shared_office365", "shared_sharepointonline"]
CONSUMER = [
    "shared_gmail",
    "shared_outlook",
    "shared_dropbox",
    "shared_googledrive",
    "shared_box",
    "shared_twilio",
    "Http",
]
PLACES = [environment("Default-x", main=True), environment("Trial")]


@pytest.mark.parametrize(
    ("policies", "main", "other"),
    [
        ([policy()], "pass", "pass"),
        ([], "fail", "fail"),
        ([policy("OnlyEnvironments", "default-X")], "pass", "fail"),
        ([policy("ExceptEnvironments", "Default-x")], "fail", "pass"),
        ([policy("SingleEnvironment", "Trial"), policy("OnlyEnvironments", "Default-x")], "pass", "pass"),
        ([policy("SomeEnvironments")], "not_assessed", "not_assessed"),
        (None, "not_assessed", "not_assessed"),
    ],
)
def test_data_policies_cover(policies: list[Row] | None, main: str, other: str) -> None:
    found = clinic(FLOWS, environments=PLACES, dlp_policies=policies)
    assert verdicts(found, "PWR-2", "default_environment_is_covered")["Default-x"] == main
    assert verdicts(found, "PWR-2", "other_environment_is_covered")["Trial"] == other


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([policy(Confidential=OWN)], "pass"),
        ([policy(Blocked=CONSUMER)], "pass"),
        ([policy(Blocked=CONSUMER[1:])], "fail"),
        ([policy()], "fail"),
        ([policy(Confidential=OWN[:1])], "fail"),
        ([policy(), policy("OnlyEnvironments", "Trial", Confidential=OWN)], "pass"),
        ([policy(default="Blocked", Confidential=OWN)], "pass"),
        ([policy(default="Blocked", Confidential=[*OWN, "shared_box"])], "fail"),
        ([], "not_applicable"),
        (None, "not_assessed"),
    ],
)
def test_consumer_services(policies: list[Row] | None, expected: str) -> None:
    found = clinic(FLOWS, environments=PLACES[1:], dlp_policies=policies)
    assert verdicts(found, "PWR-2", "consumer_services_are_apart") == {"Trial": expected}


@pytest.mark.parametrize(("off", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_isolation(off: bool | None, expected: str) -> None:
    found = clinic(FLOWS, tenant_isolation=[{"properties": {} if off is None else {"isDisabled": off}}])
    assert verdicts(found, "PWR-2", "tenant_is_isolated") == {"tenant-id": expected}


def test_flows_of_a_clinic_without_the_plan_and_without_access() -> None:
    everything = {
        "environments": PLACES,
        "dlp_policies": [],
        "tenant_isolation": [{"properties": {"isDisabled": True}}],
    }
    assert verdict(clinic(**everything), "PWR-2") == "not_applicable"
    assert verdict(clinic(), "PWR-2") == "not_applicable"  # whoever has no flows need not let the program in
    assert verdict(clinic(FLOWS), "PWR-2") == "not_assessed"


# --- PWR-3 and PWR-4 ------------------------------------------------------------------------------------------------------

GROUP = [{"graphId": "g", "name": "Analysts"}]


def fabric(control: str, check: str, *rows: Row, plans: tuple[str, ...] = (REPORTS,), read: bool = True) -> str:
    found = clinic(*plans, fabric=list(rows) if read else None)
    return verdicts(found, control, check)["tenant-id"]


def switch(name: str, on: bool, groups: Any = ()) -> Row:
    return {"settingName": name, "enabled": on, "enabledSecurityGroups": list(groups)}


LIMITED = [
    ("PWR-3", "guests_see_nothing", "AllowGuestUserToAccessSharedContent"),
    ("PWR-3", "nobody_invites", "ExternalSharingV2"),
    ("PWR-3", "guests_do_not_browse", "ElevatedGuestsTenant"),
    ("PWR-3", "no_links_for_everybody", "ShareLinkToEntireOrg"),
    ("PWR-3", "no_data_leaves", "EnableDatasetInPlaceSharing"),
    ("PWR-4", "programs_are_chosen", "ServicePrincipalAccessPermissionAPIs"),
    ("PWR-4", "profiles_are_chosen", "AllowServicePrincipalsCreateAndUseProfiles"),
    ("PWR-4", "workspaces_are_made_by_people", "ServicePrincipalAccessGlobalAPIs"),
]
NEVER = [("PWR-3", "nothing_is_published", "PublishToWeb"), ("PWR-4", "scripts_are_off", "RScriptVisual")]


@pytest.mark.parametrize(("control", "check", "name"), LIMITED + NEVER)
def test_settings_that_are_off_or_limited(control: str, check: str, name: str) -> None:
    assert fabric(control, check, switch(name, on=False)) == "pass"
    assert fabric(control, check, switch(name, on=True)) == "fail"
    expected = "fail" if (control, check, name) in NEVER else "pass"
    assert fabric(control, check, switch(name, on=True, groups=GROUP)) == expected
    assert fabric(control, check, switch("Another", on=False)) == "not_assessed"
    assert fabric(control, check, {"settingName": name}) == "not_assessed"
    assert fabric(control, check, read=False) == "not_assessed"
    assert fabric(control, check, switch(name, on=True), plans=()) == "not_applicable"


@pytest.mark.parametrize(
    ("check", "name"),
    [("keys_are_blocked", "BlockResourceKeyAuthentication"), ("labels_are_on", "EimInformationProtectionEdit")],
)
def test_protections_that_must_be_on(check: str, name: str) -> None:
    assert fabric("PWR-4", check, switch(name, on=True)) == "pass"
    assert fabric("PWR-4", check, switch(name, on=False)) == "fail"
    assert fabric("PWR-4", check) == "not_assessed"
    assert fabric("PWR-4", check, switch(name, on=False), plans=()) == "not_applicable"


def test_data_sharing_has_had_three_names() -> None:
    old, new = switch("ExternalDatasetSharingTenant", on=False), switch("EnableDatasetInPlaceSharing", on=True)
    assert fabric("PWR-3", "no_data_leaves", old, new) == "fail"
