"""SharePoint's and OneDrive's settings (SHARE-2, 3, 5, 7 to 9, 11 to 13, 41), with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, facts, microsoft, of, results, user, verdict, verdicts

TENANT: Row = {
    "SharingCapability": 3,
    "ODBSharingCapability": 0,
    "CoreLoopSharingCapability": 0,
    "OneDriveLoopSharingCapability": 0,
    "DefaultSharingLinkType": 1,
    "DefaultLinkPermission": 1,
    "FileAnonymousLinkType": 1,
    "FolderAnonymousLinkType": 1,
    "RequireAnonymousLinksExpireInDays": 30,
    "CoreRequestFilesLinkEnabled": False,
    "CoreRequestFilesLinkExpirationInDays": -1,
    "OneDriveRequestFilesLinkEnabled": False,
    "OneDriveRequestFilesLinkExpirationInDays": -1,
    "ExternalUserExpirationRequired": True,
    "ExternalUserExpireInDays": 30,
    "EmailAttestationRequired": True,
    "EmailAttestationReAuthDays": 15,
    "SharingDomainRestrictionMode": 1,
    "SharingAllowedDomainList": "labs.example billing.example",
    "SharingBlockedDomainList": "",
    "PreventExternalUsersFromResharing": True,
    "GuestSharingGroupAllowListInTenantByGroupId": [],
    "EnableAzureADB2BIntegration": True,
    "DisallowInfectedFileDownload": True,
    "SelfServiceSiteCreationDisabled": True,
}
ONES = ["SHARE-2", "SHARE-5", "SHARE-7", "SHARE-8", "SHARE-11", "SHARE-12"]


def clinic(**changes: Any) -> Any:
    row = {key: value for key, value in (TENANT | changes).items() if value is not ...}
    return microsoft([user("ann")], {"sharepoint.tenant": [row]})


def one(control: str, check: str, **changes: Any) -> str:
    [(_, found, _)] = results(clinic(**changes), control, check)
    return found


@pytest.mark.parametrize("control", [*ONES, "SHARE-3", "SHARE-9"])
def test_a_careful_tenant_passes_and_one_that_was_not_read_does_not(control: str) -> None:
    # Links for anyone are off, so their life is no question.
    assert verdict(clinic(), control) == "pass"
    assert verdict(microsoft([user("ann")], {"sharepoint.tenant": None}), control) == "not_assessed"
    assert verdict(microsoft([user("ann")], gaps=["sharepoint.tenant"]), control) == "not_assessed"


@pytest.mark.parametrize(
    ("control", "field"),
    [
        ("SHARE-2", "ODBSharingCapability"),
        ("SHARE-2", "CoreLoopSharingCapability"),
        ("SHARE-5", "OneDriveRequestFilesLinkEnabled"),
        ("SHARE-7", "DefaultSharingLinkType"),
        ("SHARE-7", "DefaultLinkPermission"),
        ("SHARE-8", "EmailAttestationReAuthDays"),
        ("SHARE-11", "ExternalUserExpireInDays"),
        ("SHARE-11", "EnableAzureADB2BIntegration"),
        ("SHARE-12", "DisallowInfectedFileDownload"),
        ("SHARE-3", "SharingAllowedDomainList"),
        ("SHARE-9", "PreventExternalUsersFromResharing"),
    ],
)
def test_a_missing_field_is_never_an_answer(control: str, field: str) -> None:
    assert verdict(clinic(**{field: ...}), control) == "not_assessed"


@pytest.mark.parametrize(
    ("level", "expected"), [(0, "pass"), (3, "pass"), (1, "review"), (2, "fail"), (7, "not_assessed")]
)
def test_how_wide_onedrive_is(level: int, expected: str) -> None:
    assert one("SHARE-2", "drives_open_to_known_guests", ODBSharingCapability=level) == expected


@pytest.mark.parametrize(
    ("sharepoint", "drive", "loop", "expected"),
    [(3, 3, 0, "pass"), (0, 3, 0, "fail"), (3, 1, 0, "fail"), (1, 3, 3, "pass"), (3, 0, 2, "fail"), (2, 2, 2, "pass")],
)
def test_nothing_is_wider_than_sharepoint(sharepoint: int, drive: int, loop: int, expected: str) -> None:
    changes = {"SharingCapability": sharepoint, "ODBSharingCapability": drive, "OneDriveLoopSharingCapability": loop}
    assert one("SHARE-2", "nothing_is_wider_than_sharepoint", **changes) == expected


@pytest.mark.parametrize(
    ("mode", "allowed", "blocked", "expected"),
    [
        (1, "labs.example", "", "pass"),
        (1, "labs.example gmail.com", "", "fail"),
        (1, "", "", "fail"),
        (2, "", "evil.example", "review"),
        (2, "", "", "fail"),
        (0, "labs.example", "", "fail"),
        (5, "labs.example", "", "not_assessed"),
    ],
)
def test_domains_that_files_may_go_to(mode: int, allowed: str, blocked: str, expected: str) -> None:
    changes = {
        "SharingDomainRestrictionMode": mode,
        "SharingAllowedDomainList": allowed,
        "SharingBlockedDomainList": blocked,
    }
    assert verdict(clinic(**changes), "SHARE-3") == expected
    assert verdict(clinic(**changes, SharingCapability=0), "SHARE-3") == "not_applicable"


def test_domains_that_the_clinic_has_not_approved_are_shown() -> None:
    approved = Profile(approved_external_domains=frozenset({"LABS.example"}))
    assert facts(clinic(), "SHARE-3", "tenant-id", profile=approved)["not_approved"] == ["billing.example"]


def test_graph_tells_the_same_without_sharepoints_own_settings() -> None:
    graph = {
        "sharingCapability": "existingExternalUserSharingOnly",
        "sharingDomainRestrictionMode": "allowList",
        "sharingAllowedDomainList": ["labs.example"],
        "isResharingByExternalUsersEnabled": True,
    }
    found = microsoft([user("ann")], {"graph.sharepoint_settings": [graph], "sharepoint.tenant": None})
    assert verdict(found, "SHARE-3") == "pass"
    assert verdict(found, "SHARE-9") == "fail"


@pytest.mark.parametrize(("days", "expected"), [(1, "pass"), (30, "pass"), (31, "fail"), (0, "fail"), (-1, "fail")])
def test_the_life_of_links_for_anyone(days: int, expected: str) -> None:
    changes = {"RequireAnonymousLinksExpireInDays": days}
    assert one("SHARE-5", "links_expire", SharingCapability=2, **changes) == expected
    assert one("SHARE-5", "links_expire", SharingCapability=1, **changes) == "not_applicable"


@pytest.mark.parametrize(
    ("file", "folder", "expected"), [(1, 1, "pass"), (2, 1, "fail"), (1, 2, "fail"), (1, 0, "fail")]
)
def test_what_links_for_anyone_allow(file: int, folder: int, expected: str) -> None:
    changes = {"SharingCapability": 2, "FileAnonymousLinkType": file, "FolderAnonymousLinkType": folder}
    assert one("SHARE-5", "links_only_show", **changes) == expected


@pytest.mark.parametrize(
    ("capability", "on", "days", "expected"),
    [(2, False, -1, "pass"), (2, True, 10, "fail"), (1, True, 10, "pass"), (1, True, -1, "review")],
)
def test_requests_for_files(capability: int, on: bool, days: int, expected: str) -> None:
    changes = {"CoreRequestFilesLinkEnabled": on, "CoreRequestFilesLinkExpirationInDays": days}
    assert one("SHARE-5", "upload_requests_are_off", SharingCapability=capability, **changes) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [(1, "pass"), (2, "review"), (3, "fail"), (0, "review"), (9, "not_assessed")]
)
def test_the_first_link_that_is_offered(kind: int, expected: str) -> None:
    assert one("SHARE-7", "link_names_people", DefaultSharingLinkType=kind) == expected


@pytest.mark.parametrize(("kind", "expected"), [(1, "pass"), (2, "fail"), (0, "fail")])
def test_what_the_first_link_allows(kind: int, expected: str) -> None:
    assert one("SHARE-7", "link_only_shows", DefaultLinkPermission=kind) == expected


@pytest.mark.parametrize(
    ("required", "days", "expected"), [(True, 15, "pass"), (True, 30, "pass"), (True, 31, "fail"), (False, 15, "fail")]
)
def test_codes_by_mail(required: bool, days: int, expected: str) -> None:
    changes = {"EmailAttestationRequired": required, "EmailAttestationReAuthDays": days}
    assert verdict(clinic(**changes), "SHARE-8") == expected
    assert verdict(clinic(**changes, SharingCapability=0), "SHARE-8") == "not_applicable"


@pytest.mark.parametrize(
    ("required", "days", "expected"),
    [(True, 30, "pass"), (True, 60, "review"), (True, 61, "fail"), (True, 0, "fail"), (False, 30, "fail")],
)
def test_the_end_of_guests(required: bool, days: int, expected: str) -> None:
    changes = {"ExternalUserExpirationRequired": required, "ExternalUserExpireInDays": days}
    assert one("SHARE-11", "access_ends_by_itself", **changes) == expected


def test_guests_outside_the_directory_and_infected_files() -> None:
    assert one("SHARE-11", "guests_are_accounts", EnableAzureADB2BIntegration=False) == "fail"
    assert (
        one("SHARE-11", "guests_are_accounts", EnableAzureADB2BIntegration=False, SharingCapability=0)
        == "not_applicable"
    )
    assert verdict(clinic(DisallowInfectedFileDownload=False), "SHARE-12") == "fail"


def site(name: str, sharing: int = 0, pages: int = 2, title: str | None = None) -> Row:
    return {
        "SiteId": name,
        "Url": f"https://clinic.sharepoint.example/sites/{name}",
        "Title": title or name.title(),
        "SharingCapability": sharing,
        "DenyAddAndCustomizePages": pages,
    }


def sites(*rows: Row, **changes: Any) -> Any:
    lines = [line for row in rows for line in of(row["SiteId"], row)]
    return microsoft([user("ann")], {"sharepoint.sites": lines, "sharepoint.tenant": [TENANT | changes]})


def test_sites_that_run_scripts() -> None:
    held = sites(site("a"), site("b", pages=1), site("c", pages=1), site("d", pages=0))
    profile = Profile(script_sites=frozenset({"https://CLINIC.sharepoint.example/sites/c"}))
    assert verdicts(held, "SHARE-13", "site_runs_no_scripts", profile) == {
        "a": "pass",
        "b": "fail",
        "c": "pass",
        "d": "not_assessed",
    }
    assert verdict(microsoft([user("ann")], {"sharepoint.tenant": [TENANT]}), "SHARE-13") == "not_assessed"


def test_sites_that_anybody_makes() -> None:
    held = sites(site("a"), SelfServiceSiteCreationDisabled=False)
    assert verdict(held, "SHARE-13") == "fail"
    assert verdict(held, "SHARE-13", Profile(staff_create_sites=True)) == "pass"


def test_sites_that_the_clinic_names_as_holding_patient_data() -> None:
    held = sites(site("charts"), site("news", 1), site("files", 1))
    named = Profile(patient_sites=frozenset({"Charts", "https://clinic.sharepoint.example/sites/files"}))
    assert verdicts(held, "SHARE-41", "site_is_closed", named) == {
        "charts": "pass",
        "news": "not_applicable",
        "files": "fail",
    }
    assert verdict(held, "SHARE-41", Profile(patient_sites=frozenset({"Charts"}))) == "pass"
    assert verdict(held, "SHARE-41", Profile(patient_sites=frozenset({"Charts", "Moved away"}))) == "review"


def test_sites_that_sound_like_patients_while_nobody_says() -> None:
    held = sites(site("intake", 3), site("billing"), site("news", 2))
    assert verdicts(held, "SHARE-41", "site_is_closed") == {
        "intake": "review",
        "billing": "pass",
        "news": "not_applicable",
    }
    assert verdict(sites(site("news", 2)), "SHARE-41") == "not_assessed"


def test_sites_that_were_not_read() -> None:
    missing = microsoft([user("ann")], {"sharepoint.sites": None})
    assert verdict(missing, "SHARE-41", Profile(patient_sites=frozenset({"Charts"}))) == "not_assessed"
    torn = sites({"SiteId": "a", "Url": "https://x.example", "Title": "Charts"})
    assert verdict(torn, "SHARE-41", Profile(patient_sites=frozenset({"Charts"}))) == "not_assessed"
