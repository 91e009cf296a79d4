"""SHARE-1, 4, 22, 29 and 33: how far files, calendars and groups are open, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, of, results, setting, verdict, verdicts
from tests.rules.mailboxes import gmail, mailbox, outlook, without

APPROVED = Profile(approved_external_domains=frozenset({"labs.example"}))


def cells(setting_: Row | None, control: str, check: str, *services: str, profile: Profile | None = None) -> set[str]:
    """Verdicts by unit where these services are on and one setting is given, or none."""
    held = [setting(f"{name}.service_status", {"serviceState": "ENABLED"}) for name in services]
    held += [setting_] if setting_ is not None else []
    clinic = google([google_user("ann")], {"policy.policies": held})
    return {v for _, v, _ in results(clinic, control, check, profile)}


# --- SHARE-1 and SHARE-4 --------------------------------------------------------------------------------------------------


def sharepoint(level: str, **fields: Any) -> Row:
    return {
        "sharingCapability": level,
        "sharingDomainRestrictionMode": "none",
        "sharingAllowedDomainList": [],
        "sharingBlockedDomainList": [],
        "isResharingByExternalUsersEnabled": False,
        "isLegacyAuthProtocolsEnabled": False,
        "isUnmanagedSyncAppForTenantRestricted": True,
        "idleSessionSignOut": None,
    } | fields


@pytest.mark.parametrize(
    ("level", "files", "links"),
    [
        ("disabled", "pass", "pass"),
        ("existingExternalUserSharingOnly", "pass", "pass"),
        ("externalUserSharingOnly", "review", "pass"),
        ("externalUserAndGuestSharing", "fail", "fail"),
        ("unknownFutureValue", "not_assessed", "not_assessed"),
    ],
)
def test_sharing_of_the_tenant(level: str, files: str, links: str) -> None:
    clinic = outlook({"graph.sharepoint_settings": [sharepoint(level)], "sharepoint.sites": []})
    assert (verdict(clinic, "SHARE-1"), verdict(clinic, "SHARE-4")) == (files, links)


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "pass"), (3, "pass"), (1, "review"), (2, "fail"), (9, "not_assessed")]
)
def test_sharepoint_tells_where_graph_does_not(number: int, expected: str) -> None:
    tenant = {
        "SharingCapability": number,
        "OneDriveSharingCapability": 0,
        "DefaultSharingLinkType": 1,
        "DefaultLinkPermission": 1,
        "RequireAnonymousLinksExpireInDays": 30,
    }
    clinic = outlook({"sharepoint.tenant": [tenant]}, gaps=["graph.sharepoint_settings"])
    assert verdict(clinic, "SHARE-1") == expected


@pytest.mark.parametrize("control", ["SHARE-1", "SHARE-4"])
def test_sharing_that_was_not_read(control: str) -> None:
    assert verdict(outlook(gaps=["graph.sharepoint_settings"]), control) == "not_assessed"
    damaged = without(sharepoint("disabled"), "sharingCapability")
    assert verdict(outlook({"graph.sharepoint_settings": [damaged]}), control) == "not_assessed"


def drive(mode: object, *, publish: object = False) -> Row:
    return setting("drive_and_docs.external_sharing", {"externalSharingMode": mode, "allowPublishingFiles": publish})


@pytest.mark.parametrize(
    ("given", "files", "links"),
    [
        (drive("DISALLOWED"), "pass", "not_applicable"),
        (drive("ALLOWLISTED_DOMAINS"), "pass", "pass"),
        (drive("ALLOWED"), "fail", "pass"),
        (drive("ALLOWED", publish=True), "fail", "fail"),
        (drive("PERHAPS"), "not_assessed", "not_assessed"),
        (drive("ALLOWED", publish="so"), "fail", "not_assessed"),
        (None, "fail", "fail"),  # Google's documented defaults
    ],
)
def test_sharing_of_a_unit(given: Row | None, files: str, links: str) -> None:
    assert cells(given, "SHARE-1", "unit_limits_sharing", "drive_and_docs") == {files}
    assert cells(given, "SHARE-4", "unit_cannot_publish", "drive_and_docs") == {links}


def test_trust_rules_replace_the_setting() -> None:
    rules = Profile(uses_drive_trust_rules=True)
    found = cells(drive("DISALLOWED"), "SHARE-1", "unit_limits_sharing", "drive_and_docs", profile=rules)
    assert found == {"not_assessed"}


@pytest.mark.parametrize(
    ("control", "service"),
    [
        ("SHARE-1", "drive_and_docs"),
        ("SHARE-4", "drive_and_docs"),
        ("SHARE-22", "calendar"),
        ("SHARE-29", "groups_for_business"),
    ],
)
def test_a_service_that_is_off_and_policies_that_were_not_read(control: str, service: str) -> None:
    off = setting(f"{service}.service_status", {"serviceState": "DISABLED"})
    assert verdict(google([google_user("ann")], {"policy.policies": [off]}), control) == "not_applicable"
    held = {"policy.policies": None}
    assert verdict(google([google_user("ann")], held, gaps=["policy.policies"]), control) == "not_assessed"


# --- SHARE-22 -------------------------------------------------------------------------------------------------------------

SIMPLE, DETAIL, REVIEWER = (f"CalendarSharingFreeBusy{word}" for word in ("Simple", "Detail", "Reviewer"))


def calendar(*domains: str, **fields: Any) -> Row:
    return {"Name": "Sharing", "Enabled": True, "Default": True, "Domains": list(domains)} | fields


def calendars(*policies: Row, boxes: list[Row] | None = None) -> dict[str, str]:
    held = {"exchange.sharing_policies": policies, "exchange.mailboxes": boxes or [mailbox("ann")]}
    return verdicts(outlook(held), "SHARE-22", "policy_hides_details", APPROVED)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"*:{DETAIL}", "fail"),
        (f"Anonymous:{REVIEWER}", "fail"),
        (f"*:{SIMPLE}", "review"),
        (f"Anonymous:{SIMPLE}", "review"),
        ("*:ContactsSharing", "pass"),
        (f"labs.example:{SIMPLE}", "pass"),
        (f"LABS.example: {DETAIL} , ContactsSharing", "review"),
        (f"other.example:{SIMPLE}", "review"),
        (f"other.example:{REVIEWER}", "fail"),
        (f"gmail.com:{SIMPLE}", "fail"),
        ("*:CalendarSharingEverything", "not_assessed"),
        ("*", "not_assessed"),
    ],
)
def test_calendars_of_exchange(entry: str, expected: str) -> None:
    assert calendars(calendar(entry)) == {"Sharing": expected}


def test_a_sharing_policy_counts_where_it_is_in_use() -> None:
    wide = calendar(f"*:{DETAIL}", Name="Wide", Default=False)
    assert calendars(wide) == {"Wide": "not_applicable"}
    assert calendars(wide, boxes=[mailbox("ann", SharingPolicy="Wide")]) == {"Wide": "fail"}
    assert calendars(wide, boxes=[mailbox("ann", SharingPolicy="tenant.example/Wide")]) == {"Wide": "fail"}
    assert calendars(wide | {"Enabled": False}, boxes=[mailbox("ann", SharingPolicy="Wide")]) == {
        "Wide": "not_applicable"
    }
    assert set(calendars().values()) == {"pass"}


def test_calendars_that_were_not_read() -> None:
    assert verdict(outlook(gaps=["exchange.sharing_policies"]), "SHARE-22") == "not_assessed"
    assert calendars(without(calendar(), "Domains")) == {"Sharing": "not_assessed"}
    wide = calendar(f"*:{DETAIL}", Name="Wide", Default=False)
    unread = outlook({"exchange.sharing_policies": [wide]}, gaps=["exchange.mailboxes"])
    assert verdicts(unread, "SHARE-22", "policy_hides_details") == {"Wide": "not_assessed"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("EXTERNAL_FREE_BUSY_ONLY", "pass"),
        ("EXTERNAL_ALL_INFO_READ_ONLY", "fail"),
        ("EXTERNAL_ALL_INFO_READ_WRITE", "fail"),
        ("EXTERNAL_ALL_INFO_READ_WRITE_MANAGE", "fail"),
        ("EXTERNAL_INVENTED", "not_assessed"),
    ],
)
@pytest.mark.parametrize(("which", "check"), [("primary", "own"), ("secondary", "other")])
def test_calendars_of_a_unit(which: str, check: str, value: str, expected: str) -> None:
    given = setting(f"calendar.{which}_calendar_max_allowed_external_sharing", {"maxAllowedExternalSharing": value})
    assert cells(given, "SHARE-22", f"{check}_calendars_hide_details", "calendar") == {expected}


def test_calendars_that_nobody_set_have_googles_defaults() -> None:
    assert cells(None, "SHARE-22", "own_calendars_hide_details", "calendar") == {"pass"}
    assert cells(None, "SHARE-22", "other_calendars_hide_details", "calendar") == {"fail"}


# --- SHARE-29 and SHARE-33 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [("DOMAIN_USERS_ONLY", "pass"), ("ANYONE_CAN_ACCESS", "fail"), ("SOME_CAN_ACCESS", "not_assessed"), (None, "pass")],
)
def test_the_switch_for_all_groups(value: str | None, expected: str) -> None:
    given = setting("groups_for_business.groups_sharing", {"collaborationCapability": value}) if value else None
    assert cells(given, "SHARE-29", "groups_are_private", "groups_for_business") == {expected}


def team(**fields: Any) -> Row:
    return {
        "id": "g",
        "displayName": "Front desk",
        "mail": "front@brightwater.example",
        "mailEnabled": True,
        "securityEnabled": False,
        "groupTypes": ["Unified"],
        "visibility": "Private",
        "resourceProvisioningOptions": [],
        "isAssignableToRole": None,
    } | fields


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (team(), "pass"),
        (team(visibility="HiddenMembership"), "pass"),
        (team(visibility="Public"), "fail"),
        (team(visibility="Public", groupTypes=[]), "not_applicable"),
        (team(visibility=None), "not_assessed"),
        (team(visibility="Perhaps"), "not_assessed"),
        (without(team(), "visibility"), "not_assessed"),
        (without(team(visibility="Public"), "groupTypes"), "not_assessed"),
    ],
)
def test_teams(group: Row, expected: str) -> None:
    assert verdicts(outlook({"graph.groups": [group]}), "SHARE-33") == {"g": expected}


def test_a_public_team_that_the_clinic_approves() -> None:
    profile = Profile(approved_public_groups=frozenset({"FRONT desk"}))
    assert verdict(outlook({"graph.groups": [team(visibility="Public")]}), "SHARE-33", profile) == "pass"
    assert verdict(outlook({"graph.groups": []}), "SHARE-33") == "pass"
    assert verdict(outlook(gaps=["graph.groups"]), "SHARE-33") == "not_assessed"


def settings_of(**fields: Any) -> Row:
    return {
        "email": "front@brightwater.example",
        "allowExternalMembers": "false",
        "allowWebPosting": "false",
        "archiveOnly": "false",
        "whoCanJoin": "INVITED_CAN_JOIN",
        "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
    } | fields


def grouped(row: Row | None, profile: Profile | None = None) -> dict[str, str]:
    group = {"id": "g", "email": "front@brightwater.example", "adminCreated": True, "directMembersCount": "1"}
    held = {"directory.groups": [group], "groups.settings": of("g", *([row] if row else []))}
    return verdicts(gmail(sources=held), "SHARE-33", "", profile)


DESK = Profile(front_desk=frozenset({"front@brightwater.example"}))


@pytest.mark.parametrize(
    ("row", "expected", "at_the_desk"),
    [
        (settings_of(), "pass", "pass"),
        (settings_of(whoCanViewGroup="ANYONE_CAN_VIEW"), "fail", "fail"),
        (settings_of(whoCanViewGroup="ALL_IN_DOMAIN_CAN_VIEW"), "pass", "fail"),
        (settings_of(whoCanViewGroup="SOMEBODY_CAN_VIEW"), "not_assessed", "not_assessed"),
        (settings_of(whoCanJoin="ANYONE_CAN_JOIN"), "fail", "fail"),
        (settings_of(allowExternalMembers="true"), "fail", "fail"),
        (settings_of(allowExternalMembers="maybe"), "not_assessed", "not_assessed"),
        (settings_of(archiveOnly="true", whoCanViewGroup="ANYONE_CAN_VIEW"), "not_applicable", "not_applicable"),
        (without(settings_of(), "whoCanViewGroup"), "not_assessed", "not_assessed"),
        (without(settings_of(), "allowExternalMembers"), "not_assessed", "not_assessed"),
        (None, "not_assessed", "not_assessed"),
    ],
)
def test_google_groups(row: Row | None, expected: str, at_the_desk: str) -> None:
    assert grouped(row) == {"g": expected}
    assert grouped(row, DESK) == {"g": at_the_desk}


def test_google_groups_that_were_not_read() -> None:
    group = {"id": "g", "email": "front@brightwater.example", "adminCreated": True, "directMembersCount": "1"}
    assert verdict(gmail(sources={"directory.groups": [group]}, gaps=["groups.settings"]), "SHARE-33") == "not_assessed"
    assert verdict(gmail(gaps=["directory.groups"]), "SHARE-33") == "not_assessed"
