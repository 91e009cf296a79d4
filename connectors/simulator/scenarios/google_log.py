"""Settings of the Google clinics that only the audit log tells, and alerts that somebody or nobody took up."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic

GEMINI, NOTES, REGIONS = "Gemini in Workspace apps", "Google Meet GenAI", "Data regions"
PROTO = "MeetGenAiSmartNotesDocAccessProto"


def change(clinic: Clinic, who: str, days: float, application: str, setting: str, value: str, unit: str = "") -> None:
    """Somebody changed a setting for the whole clinic, or for a unit."""
    clinic.event(
        "admin",
        days,
        who,
        "APPLICATION_SETTINGS/CHANGE_APPLICATION_SETTING",
        {
            "APPLICATION_NAME": application,
            "ORG_UNIT_NAME": unit or clinic.name,
            "SETTING_NAME": setting,
            "NEW_VALUE": value,
        },
    )


def settled(clinic: Clinic, who: str) -> None:
    """Previews off, notes with the host, data at home, and every alert closed."""
    change(clinic, who, 90, GEMINI, "GenAiAlphaSettingsProto alpha_enabled", "true")
    change(clinic, who, 80, GEMINI, "GenAiAlphaSettingsProto alpha_enabled", "false")
    change(clinic, who, 80, "Gemini app", "BardSharingDasherProto sharing_modality", "NONE")
    change(clinic, who, 79, NOTES, f"{PROTO} default_smart_notes_doc_access", "HOSTS_AND_COHOSTS_ONLY")
    change(clinic, who, 79, NOTES, f"{PROTO} manage_smart_notes_doc_access", "false")
    change(clinic, who, 79, NOTES, f"{PROTO} exclude_ai_content_in_email", "true")
    for service in ("Calendar", "Docs", "Gmail", "Chat", "Meet", "Gemini"):
        setting = f"{service}NonRegionalizedFunctionalityStateSettingsProto state"
        change(clinic, who, 78, REGIONS, setting, "DISABLED")
    clinic.alert("Suspicious login", "Google identity", 40, {}, status="CLOSED")


def careless(clinic: Clinic, who: str) -> None:
    """Previews on for trainees, notes for everybody, and alerts that nobody opened."""
    change(clinic, who, 30, GEMINI, "GenAiAlphaSettingsProto alpha_enabled", "true", "Trainees")
    change(clinic, who, 30, "Gemini app", "BardSharingDasherProto sharing_modality", "CONSUMER_SHARING")
    change(clinic, who, 29, NOTES, f"{PROTO} default_smart_notes_doc_access", "EVERYONE")
    change(clinic, who, 29, REGIONS, "DocsNonRegionalizedFunctionalityStateSettingsProto state", "ENABLED")
    clinic.alert("Leaked password", "Google identity", 33, {}, severity="HIGH")
