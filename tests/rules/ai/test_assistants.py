"""AI-2, AI-3, AI-4 and BAA-10 with hand-made records: assistants, and settings that only the log tells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.apps.test_apps_phones_assistants import apps, granted, principal, token
from tests.rules.identity import Row, google, google_user, microsoft, of, results, setting, sku, user, verdict, verdicts

CLINIC = "Brightwater Clinic"
PREVIEW, RENAMED = "GenAiAlphaSettingsProto alpha_enabled", "Beta Gemini Features Beta Features enabled"


def change(name: str, value: str | None, *, day: int = 1, unit: str = CLINIC, group: str = "", **fields: Any) -> Row:
    said = {"SETTING_NAME": name, "ORG_UNIT_NAME": unit, "NEW_VALUE": value, "GROUP_EMAIL": group or None}
    return {
        "id": {"time": f"2026-11-{day:02}T00:00:00Z", "uniqueQualifier": f"{name}{day}"},
        "actor": {"email": "ann@brightwater.example", "profileId": "1"},
        "events": [
            {
                "type": "APPLICATION_SETTINGS", "name": fields.get("event", "CHANGE_APPLICATION_SETTING"),
                "parameters": [{"name": k, "value": v} for k, v in said.items() if v is not None],
            }
        ],
    }  # fmt: skip


def judge(control: str, check: str, *events: Row, statements: list[Row] | None = None) -> str:
    sources = {"reports.activity.admin": list(events), "evidence.statements": statements}
    found = results(google([google_user("ann")], sources), control, check)
    assert len(found) == 1
    return found[0][1]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([change(PREVIEW, "false")], "pass"),
        ([change(PREVIEW, "true"), change(PREVIEW, "false", day=2)], "pass"),
        ([change(PREVIEW, "false"), change(RENAMED, "true", day=2)], "fail"),
        ([change(PREVIEW, "true"), change(RENAMED, "false", day=2)], "pass"),
        ([change(PREVIEW, "false"), change(PREVIEW, "true", day=2, unit="Trainees")], "fail"),
        ([change(PREVIEW, "false"), change(PREVIEW, "true", day=2, group="a@b.example")], "fail"),
        ([change(PREVIEW, "false", unit="Trainees")], "not_assessed"),
        ([change(PREVIEW, "false"), change(PREVIEW, None, day=2, event="DELETE_APPLICATION_SETTING")], "not_assessed"),
        ([change(PREVIEW, "maybe")], "not_assessed"),
        ([], "not_assessed"),
    ],
)
def test_previews(events: list[Row], expected: str) -> None:
    assert judge("AI-2", "previews_are_off", *events) == expected


def test_previews_where_the_log_was_not_read() -> None:
    clinic = google([google_user("ann")], {"reports.activity.admin": None})
    assert verdict(clinic, "AI-2") == "not_assessed"
    assert verdict(clinic, "AI-4") == "not_assessed"


def stated(topic: str, *covers: str, **fields: Any) -> Row:
    return {
        "id": f"{topic}.toml", "topic": topic, "statement": "we looked", "by": "Ann", "signed_on": "2026-10-01",
        "file_state": "ok", "covers": list(covers),
    } | fields  # fmt: skip


def test_conversations() -> None:
    check = "conversations_are_kept_and_not_shared"
    whole = stated("gemini_settings", "history", "retention", "sharing")
    shared = change("BardSharingDasherProto sharing_modality", "CONSUMER_SHARING")
    assert judge("AI-2", check, statements=[whole]) == "pass"
    assert judge("AI-2", check, shared, statements=[whole]) == "fail"
    assert judge("AI-2", check, statements=[stated("gemini_settings", "history")]) == "fail"
    assert judge("AI-2", check, statements=[whole | {"signed_on": "2025-01-01"}]) == "fail"
    assert judge("AI-2", check) == "not_assessed"


PROTO = "MeetGenAiSmartNotesDocAccessProto "


@pytest.mark.parametrize(
    ("check", "name", "good", "bad"),
    [
        ("notes_go_to_hosts", "default_smart_notes_doc_access", "HOSTS_AND_COHOSTS_ONLY", "EVERYONE"),
        ("hosts_cannot_widen", "manage_smart_notes_doc_access", "false", "true"),
        ("notes_are_not_mailed", "exclude_ai_content_in_email", "true", "false"),
    ],
)
def test_notes_of_meetings(check: str, name: str, good: str, bad: str) -> None:
    assert judge("AI-4", check, change(PROTO + name, good)) == "pass"
    assert judge("AI-4", check, change(PROTO + name, good), change(PROTO + name, bad, day=2, unit="Front")) == "fail"
    assert judge("AI-4", check) == "not_assessed"


def meetings(*, transcription: bool = False, identity: str = "Global", **fields: Any) -> Row:
    return {"Identity": identity, "AllowTranscription": transcription, "Copilot": "Disabled"} | fields


STATED = {"evidence.statements": [stated("ai_notes")]}
LOST = {"evidence.statements": [stated("ai_notes", file_state="missing")]}


@pytest.mark.parametrize(
    ("sources", "plans", "expected"),
    [
        (STATED, ["COPILOT"], "pass"),
        (LOST, ["COPILOT"], "fail"),
        ({}, [], "not_assessed"),
        ({"teams.meeting_policies": [meetings()]}, [], "pass"),
        ({"teams.meeting_policies": [meetings()], **LOST}, [], "pass"),  # no program can: there is nothing to decide
        ({"teams.meeting_policies": [meetings(transcription=True)]}, [], "review"),
        ({"teams.meeting_policies": [meetings(transcription=True)], **STATED}, [], "pass"),
        ({"teams.meeting_policies": [meetings(transcription=True)], **LOST}, [], "fail"),
        ({"teams.meeting_policies": [meetings()]}, ["COPILOT"], "review"),
        ({"teams.meeting_policies": [meetings(), meetings(identity="Tag:Visits", transcription=True)]}, [], "review"),
        ({"teams.meeting_policies": [meetings(), meetings(identity="Tag:AllOn", transcription=True)]}, [], "pass"),
        ({"teams.meeting_policies": [meetings(Copilot="Perhaps")]}, ["COPILOT"], "not_assessed"),
        ({"teams.meeting_policies": [meetings(transcription=None)]}, [], "not_assessed"),
    ],
)
def test_notes_in_teams(sources: dict[str, Any], plans: list[str], expected: str) -> None:
    licence = sku()
    licence["servicePlans"] += [
        {"servicePlanId": name, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}
        for name in plans
    ]
    assert verdict(microsoft([user("ann")], sources, subscribed_skus=[licence]), "AI-4") == expected


# --- AI-3 -----------------------------------------------------------------------------------------------------------------


def vendors(**vendor: Any) -> list[Row]:
    return [stated("vendor_baas", vendor=[{"name": "Otter.ai"} | vendor])]


SIGNED = vendors(signed_on="2026-01-01", scope="note-taking")


@pytest.mark.parametrize(
    ("name", "scope", "statements", "expected"),
    [
        ("Otter.ai for Outlook", "Calendars.Read", [], "fail"),
        ("Otter.ai for Outlook", "OnlineMeetings.Read", [], "fail"),
        ("Otter.ai for Outlook", "User.Read", [], "review"),
        ("Otter.ai for Outlook", "Calendars.Read", SIGNED, "pass"),
        ("Otter.ai for Outlook", "Calendars.Read", vendors(), "fail"),
        ("Otter.ai for Outlook", "Calendars.Read", vendors(no_phi="only for board meetings"), "pass"),
        ("Otter.ai for Outlook", "Calendars.Read", None, "not_assessed"),
        ("Calendar Sync", "Calendars.Read", [], "not_applicable"),
    ],
)
def test_assistants_at_microsoft(name: str, scope: str, statements: list[Row] | None, expected: str) -> None:
    given = apps(principal("x", displayName=name), grants=[granted("x", scope)])
    lines = {source: list(given.lines(source)) for source in given.sources}
    clinic = microsoft([user("ann")], {**lines, "evidence.statements": statements})
    assert verdicts(clinic, "AI-3") == {"app-x": expected}


def test_assistants_at_google() -> None:
    def clinic(*scopes: str, statements: Any = ()) -> dict[str, str]:
        sources = {
            "directory.user_tokens": of("ann", token("c1", *scopes, name="Fireflies")),
            "evidence.statements": statements,
        }
        return verdicts(google([google_user("ann")], sources), "AI-3")

    assert clinic("https://www.googleapis.com/auth/calendar") == {"c1": "fail"}
    assert clinic("openid") == {"c1": "review"}
    assert clinic("https://mail.google.com/", statements=None) == {"c1": "not_assessed"}


# --- BAA-10 ---------------------------------------------------------------------------------------------------------------


def region(check: str, *policies: Row) -> str:
    found = results(google([google_user("ann")], {"policy.policies": [*policies, setting("x.y", {})]}), "BAA-10", check)
    assert len(found) == 1
    return found[0][1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("US", "pass"), ("EUROPE", "fail"), ("ANY_REGION", "fail"), ("MARS", "not_assessed"), (None, "not_applicable")],
)
def test_where_data_lies(value: str | None, expected: str) -> None:
    given = [] if value is None else [setting("data_regions.data_at_rest_region", {"region": value})]
    assert region("data_lies_in_the_states", *given) == expected


@pytest.mark.parametrize(("value", "expected"), [(True, "pass"), (False, "fail"), (None, "not_applicable")])
def test_where_data_is_processed(value: bool | None, expected: str) -> None:
    name = "data_regions.data_processing_region"
    given = [] if value is None else [setting(name, {"limitToStorageRegion": value})]
    assert region("data_is_processed_where_it_lies", *given) == expected


def test_features_in_other_regions() -> None:
    names = [
        f"{one}NonRegionalizedFunctionalityStateSettingsProto state"
        for one in ("Calendar", "Docs", "Gmail", "Chat", "Meet", "Gemini")
    ]
    off = [change(name, "DISABLED") for name in names]
    check = "features_stay_in_the_region"
    assert judge("BAA-10", check, *off) == "pass"
    assert judge("BAA-10", check, *off, change(names[0], "ENABLED", day=2, unit="Front")) == "fail"
    assert judge("BAA-10", check, *off[1:]) == "not_assessed"
    assert judge("BAA-10", check) == "not_assessed"


@pytest.mark.parametrize(("country", "expected"), [("US", "pass"), ("DE", "fail"), (None, "not_assessed")])
def test_the_tenants_country(country: str | None, expected: str) -> None:
    organization = [{"id": "t", "displayName": "B", "countryLetterCode": country}]
    clinic = microsoft([user("ann")], organization=organization)
    assert verdicts(clinic, "BAA-10", "tenant_is_in_the_states") == {"tenant-id": expected}


def test_people_in_another_region() -> None:
    places = {"ann": None, "bob": "EUR", "cat": "nam"}
    people = [user(name, preferredDataLocation=place) for name, place in places.items()]
    assert verdicts(microsoft([*people, user("dan")]), "BAA-10", "nobody_is_placed_elsewhere") == {
        "ann": "pass", "bob": "review", "cat": "pass", "dan": "not_assessed",
    }  # fmt: skip
    assert verdict(microsoft(gaps=["graph.users"], organization=None), "BAA-10") == "not_assessed"


# --- AI-6 -----------------------------------------------------------------------------------------------------------------

P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"


def owned(*plans: tuple[str, str]) -> Row:
    licence = sku()
    licence["servicePlans"] += [
        {"servicePlanId": id_, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}
        for id_, name in plans
    ]
    return licence


def agent_policy(levels: str | None = "high", **fields: Any) -> Row:
    conditions = {
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "clientApplications": {
            "includeAgentIdServicePrincipals": ["All"],
            "excludeAgentIdServicePrincipals": [],
        },
        "agentIdRiskLevels": levels,
    } | fields.pop("conditions", {})
    return {
        "id": "p", "displayName": "Agents", "state": "enabled", "conditions": conditions,
        "grantControls": {"builtInControls": ["block"]},
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([agent_policy()], "pass"),
        ([agent_policy("medium,high")], "pass"),
        ([agent_policy("medium")], "fail"),
        ([agent_policy(None)], "fail"),
        ([agent_policy(state="enabledForReportingButNotEnforced")], "fail"),
        ([agent_policy(grantControls={"builtInControls": ["mfa"]})], "fail"),
        ([agent_policy(grantControls=None)], "fail"),
        ([agent_policy(conditions={"clientApplications": None})], "fail"),
        (
            [agent_policy(conditions={"applications": {"includeApplications": ["x"], "excludeApplications": []}})],
            "fail",
        ),
        ([agent_policy(state="sleeping")], "not_assessed"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_risky_agents(policies: list[Row] | None, expected: str) -> None:
    clinic = microsoft([user("ann")], agent_access_policies=policies, subscribed_skus=[owned((P2, "AAD_PREMIUM_P2"))])
    assert verdicts(clinic, "AI-6", "risky_agents_are_blocked") == {"tenant-id": expected}


def test_agents_without_the_plan_and_agents_of_copilot_studio() -> None:
    plain = microsoft([user("ann")], agent_access_policies=None, subscribed_skus=[sku()])
    assert verdict(plain, "AI-6") == "not_applicable"
    studio = microsoft([user("ann")], subscribed_skus=[owned(("x", "CCIBOTS_PRIVPREV_VIRAL"))])
    assert verdicts(studio, "AI-6", "agents_ask_who_is_there") == {"tenant-id": "not_assessed"}


# --- AI-5 -----------------------------------------------------------------------------------------------------------------

COPILOT = owned(("c", "M365_COPILOT_APPS"))


def watching(*planes: str, **fields: Any) -> Row:
    return {
        "Guid": "d",
        "Name": "Copilot",
        "Mode": "Enable",
        "Enabled": True,
        "EnforcementPlanes": list(planes),
    } | fields


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([watching("CopilotExperiences")], "pass"),
        ([watching("Entra")], "fail"),
        ([watching("CopilotExperiences", Mode="TestWithNotifications")], "fail"),
        ([watching("CopilotExperiences", Enabled=False)], "fail"),
        ([{"Guid": "d", "Name": "Old", "Mode": "Enable", "Enabled": True}], "not_assessed"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_copilot_is_watched(policies: list[Row] | None, expected: str) -> None:
    clinic = microsoft([user("ann")], {"purview.dlp_policies": policies}, subscribed_skus=[COPILOT])
    assert verdicts(clinic, "AI-5", "copilot_is_watched") == {"tenant-id": expected}


@pytest.mark.parametrize(
    ("check", "source", "good"),
    [
        ("labels_are_offered", "label_policies", {"Enabled": True, "Labels": ["Patient"]}),
        (
            "conversations_are_kept",
            "retention_policies",
            {"Enabled": True, "Mode": "Enforce", "TeamsChatLocation": ["All"]},
        ),
    ],
)
def test_labels_and_retention_for_copilot(check: str, source: str, good: Row) -> None:
    def judge(rows: list[Row] | None, licence: Row = COPILOT) -> str:
        clinic = microsoft([user("ann")], {f"purview.{source}": rows}, subscribed_skus=[licence])
        return verdicts(clinic, "AI-5", check)["tenant-id"]

    assert judge([good]) == "pass"
    assert judge([good | {"Enabled": False}]) == "fail"
    assert judge([]) == "fail"
    assert judge(None) == "not_assessed"
    assert judge(None, owned(("s", "COPILOT_STUDIO_IN_COPILOT"))) == "not_applicable"
