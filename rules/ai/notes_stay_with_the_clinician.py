"""AI meeting notes stay with the clinician.

Why it matters
    Notes that a program took of a session land by themselves with everybody who was invited, and become part of the record without
    anybody having read them.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies, Global: transcription off; Copilot: off, or on with saved transcript
    required (off is what organizers start from, and they may turn it on). Then put a statement of the kind ai_notes into the evidence
    folder.
    Google Workspace: Admin console, Apps, Google Workspace, Google Meet, Gemini settings: notes go to hosts only, and hosts cannot change
    that.

Does not cover
    Note-takers of other companies (AI-3).
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.microsoft365.sources.teams import MeetingPolicy
from connectors.microsoft365.sources.tenant import SubscribedSku
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.ai import copilot
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.setting_changes import SettingChanges

CONTROL = Control("AI-4", Severity.MEDIUM, cites=["164.508(a)(2)", "164.502(b)"], level=Level.SHOULD)
PROTO = "MeetGenAiSmartNotesDocAccessProto"


def _judge(changes: SettingChanges, name: str, wrong: str, what: str) -> Result:
    setting = f"{PROTO} {name}"
    places = sorted(str(place) for place, change in changes.last(setting).items() if change.value == wrong)
    if places:
        return failed(f"{what} at {', '.join(places[:5])}", about={"places": ", ".join(places)})
    whole = changes.of_everybody(setting)
    if whole is None or whole.value is None:
        return not_assessed(
            "the log of 180 days does not tell how AI notes of meetings are set",
            source="reports.activity.admin",
            remedy="look at Google Meet, Gemini settings in the Admin console",
        )
    return passed("AI notes are set so that they stay with the host", value=whole.value)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.MEET.6.2v1"])
def notes_go_to_hosts(tenant: Tenant, changes: SettingChanges) -> Result:
    """Notes that a program took of a meeting do not go to everybody."""
    return _judge(changes, "default_smart_notes_doc_access", "EVERYONE", "notes of meetings go to everybody invited")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.MEET.6.1v1"])
def hosts_cannot_widen(tenant: Tenant, changes: SettingChanges) -> Result:
    """Hosts cannot change who gets the notes."""
    return _judge(changes, "manage_smart_notes_doc_access", "true", "hosts may change who gets the notes")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.MEET.6.3v1"])
def notes_are_not_mailed(tenant: Tenant, changes: SettingChanges) -> Result:
    """Mails about a meeting hold no text that a program wrote."""
    return _judge(
        changes, "exclude_ai_content_in_email", "false", "mails about meetings hold text that a program wrote"
    )


@CONTROL.check(MICROSOFT_365)
def teams_notes_were_decided(
    tenant: Tenant, policies: Table[MeetingPolicy], skus: Table[SubscribedSku], attestations: Attestations
) -> Result:
    """The clinic has decided who may let a program take notes of meetings, or no program can."""
    try:
        ways = _ways(policies, skus)
    except Unreadable:
        ways = None  # then only a statement decides
    if ways is not None and not ways:
        return passed("the clinic owns no Copilot, and Teams writes no meeting down")
    try:
        statement = attestations.newest("ai_notes")
    except Unreadable as err:
        if ways is None or err.gap.reason is not Reason.NEEDS_INPUT:
            raise
        return review(
            f"a program may take notes of meetings ({'; '.join(ways)}), and the clinic has not stated who may let it",
            policies=ways,
        )
    if (fault := attestations.fault(statement)) is not None:
        return fault
    return passed("the clinic has decided about AI notes in Teams", statement=statement.id)


def _ways(policies: Table[MeetingPolicy], skus: Table[SubscribedSku]) -> list[str]:
    """How a program may take notes, policy by policy. Copilot that is off by policy may be turned on by organizers."""
    owned = bool(copilot.licences(skus))
    found = []
    for policy in policies:
        if policy.is_template:
            continue
        ways = [f"Copilot is set to {policy.copilot}"] if owned else []
        ways += ["transcription is on"] if policy.allow_transcription else []
        if ways:
            found.append(f"{policy.label}: {' and '.join(ways)}")
    return found
