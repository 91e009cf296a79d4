"""MEET-1 to MEET-12 at Microsoft: Teams' policies and configurations, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.sources.teams import ClientConfiguration
from connectors.snapshot import Line
from rules.profile import Profile
from tests.rules.identity import Row, microsoft, results, user, verdict, verdicts


def meeting(identity: str = "Global", **fields: Any) -> Row:
    """A meeting policy that meets every control."""
    return {
        "Identity": identity, "AllowAnonymousUsersToJoinMeeting": False, "AllowAnonymousUsersToStartMeeting": False,
        "AutoAdmittedUsers": "EveryoneInCompanyExcludingGuests", "AllowPSTNUsersToBypassLobby": False,
        "DesignatedPresenterRoleMode": "OrganizerOnlyUserOverride", "AllowExternalParticipantGiveRequestControl": False,
        "AllowExternalNonTrustedMeetingChat": False, "MeetingChatEnabledType": "EnabledExceptAnonymous",
        "AllowCloudRecording": False, "AllowTranscription": False, "NewMeetingRecordingExpirationDays": -1,
    } | fields  # fmt: skip


def teams(kind: str, *rows: Row, **more: Any) -> Any:
    return microsoft([user("ann")], {f"teams.{kind}": list(rows)} | {f"teams.{k}": v for k, v in more.items()})


MEETINGS: list[tuple[str, str, Row, str, str]] = [
    ("MEET-1", "strangers_do_not_start", {"AllowAnonymousUsersToStartMeeting": True}, "fail", "fail"),
    ("MEET-1", "callers_wait", {"AllowPSTNUsersToBypassLobby": True}, "fail", "fail"),
    ("MEET-1", "outsiders_wait", {"AutoAdmittedUsers": "Everyone"}, "fail", "review"),
    ("MEET-1", "outsiders_wait", {"AutoAdmittedUsers": "EveryoneInSameAndFederatedCompany"}, "review", "review"),
    ("MEET-1", "outsiders_wait", {"AutoAdmittedUsers": "OrganizerOnly"}, "pass", "pass"),
    ("MEET-1", "outsiders_wait", {"AutoAdmittedUsers": "Somebody"}, "not_assessed", "not_assessed"),
    ("MEET-1", "callers_wait", {"AllowPSTNUsersToBypassLobby": None}, "not_assessed", "not_assessed"),
    ("MEET-2", "anonymous_people_stay_out", {"AllowAnonymousUsersToJoinMeeting": True}, "fail", "review"),
    ("MEET-3", "outsiders_take_no_control", {"AllowExternalParticipantGiveRequestControl": True}, "fail", "fail"),
    ("MEET-3", "organizers_present", {"DesignatedPresenterRoleMode": "EveryoneUserOverride"}, "review", "review"),
    ("MEET-4", "anonymous_people_do_not_chat", {"MeetingChatEnabledType": "Enabled"}, "fail", "review"),
    ("MEET-4", "anonymous_people_do_not_chat", {"MeetingChatEnabledType": "Disabled"}, "pass", "pass"),
    ("MEET-4", "untrusted_chats_are_closed", {"AllowExternalNonTrustedMeetingChat": True}, "fail", "review"),
    ("MEET-5", "meetings_are_not_recorded", {"AllowCloudRecording": True}, "fail", "review"),
    ("MEET-5", "meetings_are_not_recorded",
     {"AllowCloudRecording": True, "NewMeetingRecordingExpirationDays": 90}, "review", "review"),
    ("MEET-5", "meetings_are_not_recorded",
     {"AllowCloudRecording": True, "NewMeetingRecordingExpirationDays": 91}, "fail", "review"),
    ("MEET-5", "meetings_are_not_written_down", {"AllowTranscription": True}, "fail", "review"),
]  # fmt: skip


@pytest.mark.parametrize(("control", "check", "change", "everybody", "some"), MEETINGS)
def test_meeting_policies(control: str, check: str, change: Row, everybody: str, some: str) -> None:
    good = meeting("Tag:Doctors")
    assert verdicts(teams("meeting_policies", meeting(), good), control, check) == {
        "Global": "pass", "Tag:Doctors": "pass",
    }  # fmt: skip
    held = teams("meeting_policies", meeting(**change), good | change)
    assert verdicts(held, control, check) == {"Global": everybody, "Tag:Doctors": some}
    for lost in (teams("meeting_policies"), microsoft([user("ann")])):
        assert verdict(lost, control) == "not_assessed"


def test_policies_that_microsoft_ships_are_not_the_clinics() -> None:
    opened = meeting("Tag:AllOn", AllowAnonymousUsersToJoinMeeting=True, AllowCloudRecording=True)
    held = teams("meeting_policies", meeting(), opened)
    assert verdicts(held, "MEET-2")["Tag:AllOn"] == "not_applicable"
    assert verdicts(held, "MEET-5", "meetings_are_not_recorded")["Tag:AllOn"] == "not_applicable"
    assert verdicts(held, "MEET-1", "strangers_do_not_start")["Tag:AllOn"] == "pass"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "review"),
        ({"AutoAdmittedUsers": "Everyone"}, "fail"),
        ({"AllowAnonymousUsersToStartMeeting": True}, "fail"),
        ({"AllowAnonymousUsersToJoinMeeting": False}, "pass"),
    ],
)
def test_visits_on_teams(change: Row, expected: str) -> None:
    visits = meeting("Tag:Visits", **{"AllowAnonymousUsersToJoinMeeting": True} | change)
    found = verdicts(teams("meeting_policies", meeting(), visits), "MEET-2", profile=Profile(telehealth_on_teams=True))
    assert found["Tag:Visits"] == expected


@pytest.mark.parametrize(
    ("identity", "mode", "expected"),
    [
        ("Global", "AlwaysEnabled", "fail"),
        ("Global", "UserOverride", "pass"),
        ("Global", "Odd", "not_assessed"),
        ("Tag:Mine", "AlwaysEnabled", "review"),
        ("Tag:Default", "AlwaysEnabled", "not_applicable"),
    ],
)
def test_live_events(identity: str, mode: str, expected: str) -> None:
    held = teams("broadcast_policies", {"Identity": identity, "BroadcastRecordingMode": mode})
    assert verdicts(held, "MEET-5", "events_are_not_always_recorded") == {identity: expected}


# --- MEET-6 and MEET-8 ------------------------------------------------------------------------------------------------------


def federation(**fields: Any) -> Row:
    return {
        "Identity": "Global", "AllowFederatedUsers": True, "AllowedDomains": {}, "AllowTeamsConsumer": True,
        "AllowTeamsConsumerInbound": True, "ExternalAccessWithTrialTenants": "Blocked",
    } | fields  # fmt: skip


def access(identity: str = "Global", **fields: Any) -> Row:
    return {
        "Identity": identity, "EnableFederationAccess": True, "EnableTeamsConsumerAccess": True,
        "EnableTeamsConsumerInbound": True,
    } | fields  # fmt: skip


OPEN = [access()]


def outside(check: str, *policies: Row, **fields: Any) -> str:
    control = "MEET-6" if check in {"organizations_are_listed", "trials_are_blocked"} else "MEET-8"
    held = teams("tenant_federation", federation(**fields), external_access_policies=list(policies or OPEN))
    return verdicts(held, control, check)["Global"]


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        ({}, "fail"),
        (None, "fail"),
        ({"AllowAllKnownDomains": {}}, "fail"),
        ("AllowAllKnownDomains", "fail"),
        ({"AllowedDomain": [{"Domain": "lab.example"}]}, "pass"),
        ({"AllowedDomain": ["lab.example"]}, "pass"),
        ({"AllowedDomain": "Domain=lab.example"}, "pass"),
        (["lab.example"], "pass"),
        ({"AllowedDomain": []}, "not_assessed"),
        ([], "not_assessed"),
        ({"Element": "<AllowAllKnownDomains />"}, "not_assessed"),
    ],
)
def test_domains_in_every_shape(domains: object, expected: str) -> None:
    assert outside("organizations_are_listed", AllowedDomains=domains) == expected


def test_organizations() -> None:
    check = "organizations_are_listed"
    assert outside(check, AllowFederatedUsers=False) == "pass"
    assert outside(check, access(EnableFederationAccess=False)) == "pass"
    some = [access(EnableFederationAccess=False), access("Tag:Billing")]
    assert outside(check, *some) == "fail"
    shipped = [access(EnableFederationAccess=False), access("Tag:FederationOnly")]
    assert outside(check, *shipped) == "pass"
    assert outside(check, access("Tag:Billing", EnableFederationAccess=False)) == "fail"
    unread = teams("tenant_federation", federation())
    assert verdicts(unread, "MEET-6", check) == {"Global": "not_assessed"}
    assert verdict(microsoft([user("ann")]), "MEET-6") == "not_assessed"
    assert outside("trials_are_blocked", ExternalAccessWithTrialTenants="Allowed") == "fail"
    assert outside("trials_are_blocked", ExternalAccessWithTrialTenants="Odd") == "not_assessed"
    assert outside("trials_are_blocked") == "pass"


def test_personal_accounts() -> None:
    start, write = "they_do_not_start", "staff_do_not_write_to_them"
    assert (outside(start), outside(write)) == ("fail", "review")
    assert outside(start, AllowTeamsConsumer=False) == outside(write, AllowTeamsConsumer=False) == "pass"
    assert outside(start, AllowTeamsConsumerInbound=False) == "pass"
    assert outside(start, access(EnableTeamsConsumerInbound=False)) == "pass"
    assert outside(write, access(EnableTeamsConsumerAccess=False)) == "pass"
    assert outside(start, AllowTeamsConsumer=None) == "not_assessed"
    assert outside("skype_is_closed") == "not_applicable"
    assert outside("skype_is_closed", AllowPublicUsers=True) == "fail"
    assert outside("skype_is_closed", AllowPublicUsers=False) == "pass"
    unread = teams("tenant_federation", federation())
    assert verdicts(unread, "MEET-8", start) == {"Global": "not_assessed"}


def messaging(identity: str = "Global", **fields: Any) -> Row:
    return {
        "Identity": identity, "AllowUserDeleteMessage": False, "AllowSecurityEndUserReporting": True,
        "UseB2BInvitesToAddExternalUsers": False,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (messaging(), "pass"),
        (messaging(UseB2BInvitesToAddExternalUsers=True), "fail"),
        (messaging("Tag:X", UseB2BInvitesToAddExternalUsers=True), "review"),
        (messaging(UseB2BInvitesToAddExternalUsers=None), "not_assessed"),
    ],
)
def test_invitations_by_address(row: Row, expected: str) -> None:
    held = teams("messaging_policies", row)
    assert verdicts(held, "MEET-8", "nobody_is_invited_by_address") == {row["Identity"]: expected}


# --- MEET-9 to MEET-12 -------------------------------------------------------------------------------------------------------


def client(**fields: Any) -> Row:
    closed = ("AllowGuestUser", "AllowEmailIntoChannel", "AllowDropBox", "AllowBox", "AllowGoogleDrive")
    return {"Identity": "Global"} | dict.fromkeys((*closed, "AllowShareFile", "AllowEgnyte"), False) | fields


def configured(control: str, check: str = "", **fields: Any) -> set[str]:
    return set(verdicts(teams("client_configuration", client(**fields)), control, check).values())


def test_channels() -> None:
    assert configured("MEET-9") == {"pass"}
    assert configured("MEET-9", AllowEmailIntoChannel=True) == {"fail"}
    assert configured("MEET-9", AllowEmailIntoChannel=None) == {"not_assessed"}
    assert verdict(teams("client_configuration"), "MEET-9") == "not_assessed"


def vendors(**fields: Any) -> list[Line]:
    vendor = {"name": "Box", "domains": ["box.com"], "signed_on": "2026-01-01", "scope": "files"} | fields
    row = {
        "id": "v.toml", "topic": "vendor_baas", "statement": "signed", "by": "Dana", "signed_on": "2026-06-01",
        "file_state": "none", "vendor": [vendor],
    }  # fmt: skip
    return [Line(r=row)]


def test_drives_of_other_companies() -> None:
    assert configured("MEET-10") == {"pass"}
    two = teams("client_configuration", client(AllowBox=True, AllowEgnyte=True))
    assert sorted(v for _, v, _ in results(two, "MEET-10")) == ["fail", "fail"]
    sources = {"teams.client_configuration": [client(AllowBox=True)], "evidence.statements": vendors()}
    assert verdict(microsoft([user("ann")], sources), "MEET-10") == "review"
    sources["evidence.statements"] = vendors(signed_on=None)
    assert verdict(microsoft([user("ann")], sources), "MEET-10") == "fail"
    assert configured("MEET-10", AllowBox=None) == {"not_assessed"}


def test_keys_are_read_in_any_case() -> None:
    kept = ClientConfiguration.project({"Identity": "Global", "AllowDropbox": True, "Secret": "x"}, b"")
    assert kept == {"Identity": "Global", "AllowDropBox": True}


def app_policy(*, closed: bool) -> Row:
    kind = "AllowedAppList" if closed else "BlockedAppList"
    fields = ("DefaultCatalogAppsType", "GlobalCatalogAppsType", "PrivateCatalogAppsType")
    return {"Identity": "Global"} | dict.fromkeys(fields, kind)


def apps(values: dict[str, str] | None, *policies: Row) -> dict[str, str]:
    rows = None if values is None else [{"SettingName": k, "SettingValue": v} for k, v in values.items()]
    held = teams("tenant_app_settings", *(rows or []), app_permission_policies=list(policies))
    if rows is None:
        held = teams("app_permission_policies", *policies)
    checks = ("apps_of_others", "custom_apps", "microsofts_apps")
    return {check: v for check in checks for v in verdicts(held, "MEET-11", check).values()}


def test_apps_by_the_settings_of_the_organization() -> None:
    closed = {"DefaultApp": "None", "GlobalApp": "None", "PrivateApp": "None"}
    assert set(apps(closed).values()) == {"pass"}
    opened = apps(dict.fromkeys(closed, "All"), app_policy(closed=True))
    assert opened == {"apps_of_others": "fail", "custom_apps": "fail", "microsofts_apps": "review"}
    assert apps({"GlobalApp": "None"})["custom_apps"] == "not_assessed"


def test_apps_by_policies_where_the_settings_are_not_shown() -> None:
    assert set(apps(None, app_policy(closed=True)).values()) == {"review"}
    assert apps(None, app_policy(closed=False))["apps_of_others"] == "fail"
    assert set(apps(None).values()) == {"not_assessed"}
    assert verdict(microsoft([user("ann")]), "MEET-11") == "not_assessed"


def keeping(**fields: Any) -> Row:
    return {
        "Guid": "r", "Name": "Chats", "Enabled": True, "Mode": "Enforce", "ExchangeLocation": [],
        "TeamsChatLocation": ["All"],
    } | fields  # fmt: skip


def test_messages_that_were_sent() -> None:
    check = "sent_messages_stay"
    deletes = messaging(AllowUserDeleteMessage=True)

    def judged(row: Row, *policies: Row) -> str:
        held = microsoft(
            [user("ann")], {"teams.messaging_policies": [row], "purview.retention_policies": list(policies)}
        )
        return verdicts(held, "MEET-12", check)["Global"]

    assert judged(messaging()) == "pass"
    assert judged(deletes) == "review"
    assert judged(deletes, keeping()) == "pass"
    assert judged(deletes, keeping(Enabled=False)) == "review"
    assert judged(deletes, keeping(Mode="Test")) == "review"
    assert judged(deletes, keeping(TeamsChatLocation=["a chat"])) == "review"
    assert verdicts(teams("messaging_policies", deletes), "MEET-12", check) == {"Global": "not_assessed"}
    assert configured("MEET-12", "guests_are_meant", AllowGuestUser=True) == {"review"}
    assert configured("MEET-12", "guests_are_meant") == {"pass"}
