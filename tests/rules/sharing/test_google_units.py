"""What people of a Google unit may share and see (SHARE-3, 7, 10, 14 to 21, 25, 26, 30 to 32, 34, 40), with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.google_workspace.sources.settings import DEFAULTS
from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, of, results, setting, verdict, verdicts

ON = [
    setting(f"{name}.service_status", {"serviceState": "ENABLED"})
    for name in ("drive_and_docs", "calendar", "groups_for_business", "sites")
]
SHARING = "drive_and_docs.external_sharing"
DRIVES = "drive_and_docs.shared_drive_creation"
GROUPS = "groups_for_business.groups_sharing"
CLOSED_DRIVES: Row = {
    "allowSharedDriveCreation": True,
    "allowManagersToOverrideSettings": False,
    "allowExternalUserAccess": False,
    "allowNonMemberAccess": True,
    "allowedPartiesForDownloadPrintCopy": "EDITORS_ONLY",
}


def clinic(name: str, value: Row | None, *, on: bool = True, **sources: Any) -> Any:
    held = [*(ON if on else []), *([setting(name, value)] if value is not None else [])]
    return google(
        [google_user("ann")], {"policy.policies": held} | {k.replace("__", "."): v for k, v in sources.items()}
    )


def given(control: str, check: str, name: str, value: Row | None, profile: Profile | None = None, **more: Any) -> str:
    [found] = {v for _, v, _ in results(clinic(name, value, **more), control, check, profile)} or {"nothing"}
    return found


def sharing(mode: str, **fields: Any) -> Row:
    return {"externalSharingMode": mode} | fields


@pytest.mark.parametrize(
    ("control", "check", "value", "expected"),
    [
        ("SHARE-10", "unit_keeps_its_content", sharing("ALLOWED", allowedPartiesForDistributingContent="NONE"), "pass"),
        (
            "SHARE-10",
            "unit_keeps_its_content",
            sharing("ALLOWED", allowedPartiesForDistributingContent="ELIGIBLE_INTERNAL_USERS"),
            "review",
        ),
        (
            "SHARE-10",
            "unit_keeps_its_content",
            sharing("ALLOWED", allowedPartiesForDistributingContent="ALL_ELIGIBLE_USERS"),
            "fail",
        ),
        ("SHARE-10", "unit_keeps_its_content", sharing("DISALLOWED"), "not_applicable"),
        ("SHARE-14", "sharing_asks_first", sharing("ALLOWED", warnForExternalSharing=True), "pass"),
        ("SHARE-14", "sharing_asks_first", sharing("ALLOWED", warnForExternalSharing=False), "fail"),
        (
            "SHARE-14",
            "sharing_asks_first",
            sharing("ALLOWLISTED_DOMAINS", warnForSharingOutsideAllowlistedDomains=False, warnForExternalSharing=True),
            "fail",
        ),
        ("SHARE-14", "sharing_asks_first", sharing("DISALLOWED"), "not_applicable"),
        ("SHARE-15", "unit_asks_for_an_account", sharing("ALLOWED", allowNonGoogleInvites=False), "pass"),
        ("SHARE-15", "unit_asks_for_an_account", sharing("ALLOWED", allowNonGoogleInvites=True), "fail"),
        (
            "SHARE-15",
            "unit_asks_for_an_account",
            sharing("ALLOWLISTED_DOMAINS", allowNonGoogleInvitesInAllowlistedDomains=True),
            "fail",
        ),
        ("SHARE-15", "unit_asks_for_an_account", sharing("DISALLOWED"), "not_applicable"),
        ("SHARE-16", "suggestion_is_narrow", {"accessCheckerSuggestions": "RECIPIENTS_ONLY"}, "pass"),
        ("SHARE-16", "suggestion_is_narrow", {"accessCheckerSuggestions": "RECIPIENTS_OR_AUDIENCE"}, "fail"),
        ("SHARE-16", "suggestion_is_narrow", {"accessCheckerSuggestions": "EVERYONE"}, "not_assessed"),
        ("SHARE-17", "unit_receives_from_known_domains", sharing("ALLOWED"), "not_applicable"),
        (
            "SHARE-17",
            "unit_receives_from_known_domains",
            sharing("DISALLOWED", allowReceivingExternalFiles=True),
            "fail",
        ),
        (
            "SHARE-17",
            "unit_receives_from_known_domains",
            sharing("DISALLOWED", allowReceivingExternalFiles=False),
            "pass",
        ),
        (
            "SHARE-17",
            "unit_receives_from_known_domains",
            sharing("ALLOWLISTED_DOMAINS", allowReceivingFilesOutsideAllowlistedDomains=False),
            "pass",
        ),
        (
            "SHARE-17",
            "unit_receives_from_known_domains",
            sharing("ALLOWLISTED_DOMAINS", allowReceivingFilesOutsideAllowlistedDomains=True),
            "fail",
        ),
    ],
)
def test_sharing_outside(control: str, check: str, value: Row, expected: str) -> None:
    assert given(control, check, SHARING, value) == expected


@pytest.mark.parametrize(
    ("control", "expected"),
    [("SHARE-10", "fail"), ("SHARE-15", "fail"), ("SHARE-16", "fail"), ("SHARE-17", "not_applicable")],
)
def test_without_a_policy_googles_default_holds(control: str, expected: str) -> None:
    assert SHARING in DEFAULTS
    assert verdict(clinic(SHARING, None), control) == expected


@pytest.mark.parametrize(
    ("control", "check"),
    [
        ("SHARE-18", "managers_cannot_override"),
        ("SHARE-18", "files_can_belong_to_the_clinic"),
        ("SHARE-19", "new_drives_take_members_only"),
        ("SHARE-20", "viewers_only_look"),
        ("SHARE-21", "update_is_applied"),
        ("SHARE-14", "foreign_files_are_marked"),
        ("SHARE-25", "other_systems_see_times_at_most"),
        ("SHARE-26", "pages_take_no_payments"),
    ],
)
def test_a_setting_without_a_policy_and_without_a_documented_default_is_not_judged(control: str, check: str) -> None:
    assert given(control, check, SHARING, None) == "not_assessed"


@pytest.mark.parametrize("control", [f"SHARE-{n}" for n in (3, 7, 10, 14, 15, 16, 17, 18, 19, 20, 21, 25, 32, 34, 40)])
def test_policies_that_were_not_read(control: str) -> None:
    missing = google([google_user("ann")], {"policy.policies": None})
    assert verdict(missing, control) == "not_assessed"


@pytest.mark.parametrize(
    ("control", "check", "field", "bad"),
    [
        ("SHARE-18", "managers_cannot_override", "allowManagersToOverrideSettings", True),
        ("SHARE-18", "files_can_belong_to_the_clinic", "allowSharedDriveCreation", False),
        ("SHARE-19", "new_drives_take_members_only", "allowExternalUserAccess", True),
        ("SHARE-20", "viewers_only_look", "allowedPartiesForDownloadPrintCopy", "ALL"),
    ],
)
def test_shared_drives(control: str, check: str, field: str, bad: Any) -> None:
    assert given(control, check, DRIVES, CLOSED_DRIVES) == "pass"
    assert given(control, check, DRIVES, CLOSED_DRIVES | {field: bad}) == "fail"
    less = {key: value for key, value in CLOSED_DRIVES.items() if key != field}
    assert given(control, check, DRIVES, less) == "not_assessed"
    assert given(control, check, DRIVES, CLOSED_DRIVES | {field: "SOMETHING"}) == "not_assessed"


def member(address: str, **fields: Any) -> Row:
    return {"id": address, "type": "user", "role": "writer", "emailAddress": address} | fields


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([member("ann@brightwater.example")], "pass"),
        ([member("ann@brightwater.example"), member("ann.home@gmail.com")], "fail"),
        ([member("lab@labs.example")], "review"),
        ([member("lab@labs.example"), member("x@gmail.com", deleted=True)], "review"),
        ([{"id": "x", "type": "user", "role": "writer"}], "not_assessed"),
    ],
)
def test_members_of_shared_drives(rows: list[Row], expected: str) -> None:
    drive = {"id": "d1", "createdTime": "2026-01-01T00:00:00Z", "restrictions": {"domainUsersOnly": True}}
    domains = [{"domainName": "brightwater.example", "isPrimary": True, "verified": True}]
    held = clinic(
        DRIVES,
        CLOSED_DRIVES,
        drive__shared_drives=[drive],
        drive__shared_drive_permissions=of("d1", *rows),
        directory__domains=domains,
        directory__domain_aliases=[],
    )
    assert verdicts(held, "SHARE-19", "drive_holds_members_only") == {"d1": expected}


def test_shared_drives_that_were_not_read_leave_their_members_open() -> None:
    assert verdict(clinic(DRIVES, CLOSED_DRIVES), "SHARE-19") == "not_assessed"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"securityUpdate": "APPLY_TO_IMPACTED_FILES", "allowUsersToManageUpdate": False}, "pass"),
        ({"securityUpdate": "APPLY_TO_IMPACTED_FILES", "allowUsersToManageUpdate": True}, "fail"),
        ({"securityUpdate": "REMOVE_FROM_IMPACTED_FILES", "allowUsersToManageUpdate": False}, "fail"),
        ({"securityUpdate": "APPLY_TO_IMPACTED_FILES"}, "not_assessed"),
    ],
)
def test_the_security_update(value: Row, expected: str) -> None:
    assert given("SHARE-21", "update_is_applied", "drive_and_docs.file_security_update", value) == expected


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("PRIVATE_TO_OWNER", "pass"),
        ("LINK_SHARING_PRIVATE", "pass"),
        ("PRIMARY_AUDIENCE_WITH_LINK", "fail"),
        ("X", "not_assessed"),
    ],
)
def test_new_files(access: str, expected: str) -> None:
    found = given(
        "SHARE-7", "new_files_are_private", "drive_and_docs.general_access_default", {"defaultFileAccess": access}
    )
    assert found == expected


def trusted(*domains: str) -> list[Row]:
    return [{"name": f"allowlistedDomains/{d}", "domain": d} for d in domains]


@pytest.mark.parametrize(
    ("mode", "domains", "expected"),
    [
        ("ALLOWED", trusted(), "fail"),
        ("DISALLOWED", None, "not_applicable"),
        ("ALLOWLISTED_DOMAINS", trusted("labs.example"), "pass"),
        ("ALLOWLISTED_DOMAINS", trusted("labs.example", "gmail.com"), "fail"),
        ("ALLOWLISTED_DOMAINS", None, "not_assessed"),
    ],
)
def test_trusted_domains(mode: str, domains: list[Row] | None, expected: str) -> None:
    more = {"identity__allowlisted_domains": domains}
    assert given("SHARE-3", "unit_shares_with_listed_domains", SHARING, sharing(mode), **more) == expected
    rules = Profile(uses_drive_trust_rules=True)
    found = given("SHARE-3", "unit_shares_with_listed_domains", SHARING, sharing(mode), rules, **more)
    assert found == "not_assessed"


@pytest.mark.parametrize(
    ("control", "check", "name", "value", "expected"),
    [
        ("SHARE-14", "foreign_files_are_marked", "drive_and_docs.external_file_warning", {"highlightingEnabled": True}, "pass"),
        ("SHARE-14", "foreign_files_are_marked", "drive_and_docs.external_file_warning", {"highlightingEnabled": False}, "fail"),
        ("SHARE-14", "inviting_asks_first", "calendar.external_invitations", {"warnOnInvite": False}, "fail"),
        ("SHARE-14", "inviting_asks_first", "calendar.external_invitations", None, "pass"),
        ("SHARE-26", "pages_take_no_payments", "calendar.appointment_schedules", {"enablePayments": True}, "fail"),
        ("SHARE-26", "pages_take_no_payments", "calendar.appointment_schedules", {"enablePayments": False}, "pass"),
        ("SHARE-32", "new_groups_show_members_only", GROUPS, {"viewTopicsDefaultAccessLevel": "GROUP_MEMBERS"}, "pass"),
        ("SHARE-32", "new_groups_show_members_only", GROUPS, {"viewTopicsDefaultAccessLevel": "MANAGERS"}, "pass"),
        ("SHARE-32", "new_groups_show_members_only", GROUPS, {"viewTopicsDefaultAccessLevel": "ANYONE_CAN_VIEW_TOPICS"}, "fail"),
        ("SHARE-32", "new_groups_show_members_only", GROUPS, None, "fail"),
        ("SHARE-31", "google_groups_are_made_on_purpose", GROUPS, {"createGroupsAccessLevel": "ADMIN_ONLY"}, "pass"),
        ("SHARE-31", "google_groups_are_made_on_purpose", GROUPS, {"createGroupsAccessLevel": "ANYONE_CAN_CREATE"}, "fail"),
        ("SHARE-31", "google_groups_are_made_on_purpose", GROUPS, None, "fail"),
        ("SHARE-34", "public_groups_are_off", "groups.service_status", {"serviceState": "DISABLED"}, "pass"),
        ("SHARE-34", "public_groups_are_off", "groups.service_status", {"serviceState": "ENABLED"}, "fail"),
        ("SHARE-34", "public_groups_are_off", "groups.service_status", None, "not_assessed"),
    ],
)  # fmt: skip
def test_one_switch(control: str, check: str, name: str, value: Row | None, expected: str) -> None:
    assert given(control, check, name, value) == expected


def test_owners_of_groups() -> None:
    open_ = {"ownersCanAllowExternalMembers": False, "ownersCanAllowIncomingMailFromPublic": True}
    found = [v for _, v, _ in results(clinic(GROUPS, open_), "SHARE-30", "owners_let_nobody_in")]
    assert sorted(found) == ["fail", "pass"]
    assert verdict(clinic(GROUPS, None), "SHARE-30") == "fail"  # the default lets everybody write
    shut = {"ownersCanAllowExternalMembers": False, "ownersCanAllowIncomingMailFromPublic": False}
    shut |= {"ownersCanHideGroups": False, "newGroupsAreHidden": False}
    assert verdict(clinic(GROUPS, shut), "SHARE-30") == "pass"
    for name in ("ownersCanHideGroups", "newGroupsAreHidden"):
        assert verdict(clinic(GROUPS, shut | {name: True}), "SHARE-30") == "fail"


@pytest.mark.parametrize("control", [f"SHARE-{n}" for n in (10, 14, 15, 16, 17, 18, 20, 21, 25, 30, 31, 32)])
def test_where_the_service_is_off_the_question_does_not_arise(control: str) -> None:
    off = [setting(row["setting"]["type"].removeprefix("settings/"), {"serviceState": "DISABLED"}) for row in ON]
    assert verdict(google([google_user("ann")], {"policy.policies": off}), control) == "not_applicable"


def test_web_pages() -> None:
    assert given("SHARE-40", "google_sites_is_off", SHARING, None) == "fail"
    assert (
        given("SHARE-40", "google_sites_is_off", SHARING, None, Profile(google_sites_units=frozenset({"/"})))
        == "review"
    )
    assert (
        given("SHARE-40", "google_sites_is_off", "sites.service_status", {"serviceState": "DISABLED"}, on=False)
        == "pass"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"enableInteroperability": False}, "pass"),
        ({"enableInteroperability": True, "enableFullEventDetails": True}, "fail"),
        ({"enableInteroperability": True, "enableFullEventDetails": False}, "pass"),
        ({"enableInteroperability": True}, "not_assessed"),
    ],
)
def test_other_calendars(value: Row, expected: str) -> None:
    assert given("SHARE-25", "other_systems_see_times_at_most", "calendar.interoperability", value) == expected


def statement(kind: str, **fields: Any) -> Row:
    return {
        "id": kind,
        "topic": kind,
        "statement": "As it is",
        "by": "Maya Okafor",
        "signed_on": "2026-10-01T00:00:00Z",
        "file_state": "none",
    } | fields


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([statement("calendar_interop", covers=["Graph API"])], "pass"),
        ([statement("calendar_interop", covers=["basic authentication"])], "fail"),
        ([statement("calendar_interop", covers=["Graph API"], signed_on="2024-01-01T00:00:00Z")], "fail"),
        ([], "not_assessed"),
    ],
)
def test_how_another_calendar_is_asked(rows: list[Row], expected: str) -> None:
    on = {"enableInteroperability": True, "enableFullEventDetails": False}
    found = given(
        "SHARE-25", "other_systems_are_asked_the_modern_way", "calendar.interoperability", on, evidence__statements=rows
    )
    assert found == expected


@pytest.mark.parametrize(
    ("control", "check", "kind"),
    [
        ("SHARE-26", "pages_were_looked_at", "booking_pages"),
        ("SHARE-28", "google_forms_are_stated", "intake_forms"),
        ("SHARE-35", "outsiders_see_no_directory", "directory_sharing"),
    ],
)
def test_what_only_people_can_say(control: str, check: str, kind: str) -> None:
    assert given(control, check, SHARING, None, evidence__statements=[statement(kind)]) == "pass"
    assert given(control, check, SHARING, None, evidence__statements=[]) == "not_assessed"
