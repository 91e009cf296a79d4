"""MEET-1, 3, 5, 6, 7 and 12 at Google: Meet and Chat by unit, with hand-made records."""

from __future__ import annotations

import pytest

from tests.rules.identity import Row, google, google_user, setting, unit, verdict, verdicts

SETTINGS: list[tuple[str, str, str, Row, str]] = [
    ("MEET-1", "google_strangers_wait", "meet.meet_joining", {"allowedAudience": "OPEN"}, "fail"),
    ("MEET-1", "google_strangers_wait", "meet.meet_joining", {"allowedAudience": "TRUSTED"}, "pass"),
    ("MEET-1", "google_strangers_wait", "meet.meet_joining", {"allowedAudience": "ODD"}, "not_assessed"),
    ("MEET-1", "google_meetings_are_known", "meet.safety_access", {"meetingsAllowedToJoin": "ALL"}, "fail"),
    ("MEET-1", "google_meetings_are_known", "meet.safety_access",
     {"meetingsAllowedToJoin": "ANY_WORKSPACE_ORGANIZATION"}, "pass"),
    ("MEET-3", "hosts_are_in_charge", "meet.safety_host_management", {"enableHostManagement": True}, "pass"),
    ("MEET-3", "hosts_are_in_charge", "meet.safety_host_management", {"enableHostManagement": False}, "fail"),
    ("MEET-3", "outsiders_are_marked", "meet.safety_external_participants", {"enableExternalLabel": True}, "pass"),
    ("MEET-3", "outsiders_are_marked", "meet.safety_external_participants", {"enableExternalLabel": False}, "fail"),
    ("MEET-5", "nothing_records_by_itself", "meet.automatic_recording", {"enabled": True}, "fail"),
    ("MEET-5", "nothing_records_by_itself", "meet.automatic_recording", {"enabled": False}, "pass"),
    ("MEET-5", "nothing_transcribes_by_itself", "meet.automatic_transcription", {"enabled": True}, "fail"),
    ("MEET-5", "nothing_transcribes_by_itself", "meet.automatic_transcription", {"enabled": False}, "pass"),
    ("MEET-6", "unit_chats_with_trusted_domains", "chat.external_chat_restriction",
     {"allowExternalChat": False, "externalChatRestriction": "NO_RESTRICTION"}, "pass"),
    ("MEET-6", "unit_chats_with_trusted_domains", "chat.external_chat_restriction",
     {"allowExternalChat": True, "externalChatRestriction": "NO_RESTRICTION"}, "fail"),
    ("MEET-6", "unit_chats_with_trusted_domains", "chat.external_chat_restriction",
     {"allowExternalChat": True, "externalChatRestriction": "TRUSTED_DOMAINS"}, "pass"),
    ("MEET-7", "files_stay_inside", "chat.chat_file_sharing", {"externalFileSharing": "NO_FILES"}, "pass"),
    ("MEET-7", "files_stay_inside", "chat.chat_file_sharing", {"externalFileSharing": "IMAGES_ONLY"}, "fail"),
    ("MEET-7", "spaces_stay_inside", "chat.chat_external_spaces", {"enabled": False}, "pass"),
    ("MEET-7", "spaces_stay_inside", "chat.chat_external_spaces",
     {"enabled": True, "domainAllowlistMode": "TRUSTED_DOMAINS"}, "pass"),
    ("MEET-7", "spaces_stay_inside", "chat.chat_external_spaces",
     {"enabled": True, "domainAllowlistMode": "ALL_DOMAINS"}, "fail"),
    ("MEET-7", "spaces_stay_inside", "chat.chat_external_spaces", {"enabled": True}, "not_assessed"),
    ("MEET-12", "history_is_on", "chat.chat_history",
     {"historyOnByDefault": True, "allowUserModification": False}, "pass"),
    ("MEET-12", "history_is_on", "chat.chat_history",
     {"historyOnByDefault": True, "allowUserModification": True}, "fail"),
    ("MEET-12", "history_is_on", "chat.chat_history",
     {"historyOnByDefault": False, "allowUserModification": False}, "fail"),
    ("MEET-12", "space_history_is_on", "chat.space_history", {"historyState": "HISTORY_ALWAYS_ON"}, "pass"),
    ("MEET-12", "space_history_is_on", "chat.space_history", {"historyState": "DEFAULT_HISTORY_ON"}, "fail"),
    ("MEET-12", "space_history_is_on", "chat.space_history",
     {"historyState": "HISTORY_STATE_UNSPECIFIED"}, "not_assessed"),
]  # fmt: skip
DEFAULTED = {"chat.external_chat_restriction": "pass", "chat.chat_history": "fail"}
"""What applies where no policy is given, for the settings of which Google documents that."""


def status(service: str, state: str = "ENABLED") -> Row:
    return setting(f"{service}.service_status", {"serviceState": state})


@pytest.mark.parametrize(("control", "check", "name", "value", "expected"), SETTINGS)
def test_settings(control: str, check: str, name: str, value: Row, expected: str) -> None:
    service = name.partition(".")[0]

    def judged(*policies: Row) -> set[str]:
        held = google([google_user("ann")], {"policy.policies": list(policies)})
        return set(verdicts(held, control, check).values())

    assert judged(status(service), setting(name, value)) == {expected}
    assert judged(status(service)) == {DEFAULTED.get(name, "not_assessed")}
    assert judged(status(service, "DISABLED"), setting(name, value)) == {"not_applicable"}
    assert verdict(google([google_user("ann")], {"policy.policies": None}), control) == "not_assessed"


def test_one_unit_is_an_exception() -> None:
    closed = setting("meet.meet_joining", {"allowedAudience": "RESTRICTED"})
    opened = setting("meet.meet_joining", {"allowedAudience": "OPEN"}, 202.0, unit_id="front")
    sources = {
        "directory.orgunits": [unit("root", "/"), unit("front", "/Front", "root")],
        "policy.policies": [status("meet"), closed, opened],
    }
    held = google([google_user("ann"), google_user("bob", "/Front")], sources)
    assert sorted(verdicts(held, "MEET-1", "google_strangers_wait").values()) == ["fail", "pass"]


def test_reporting_is_only_in_the_log() -> None:
    event = {
        "id": {"time": "2026-10-01T00:00:00Z", "uniqueQualifier": "1"}, "actor": {"email": "a@brightwater.example"},
        "events": [
            {"type": "APPLICATION_SETTINGS", "name": "CHANGE_APPLICATION_SETTING", "parameters": [
                {"name": "SETTING_NAME", "value": "ContentReportingProto content_reporting"}]},
        ],
    }  # fmt: skip

    def judged(rows: list[Row] | None) -> set[str]:
        held = google([google_user("ann")], {"reports.activity.admin": rows})
        return set(verdicts(held, "MEET-12", "content_can_be_reported").values())

    assert judged([event]) == {"review"}
    assert judged([]) == {"not_assessed"}
    assert judged(None) == {"not_assessed"}
