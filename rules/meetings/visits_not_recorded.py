"""Visits are not recorded or transcribed by default.

Why it matters
    A recording of a session is a record of its own, with rules of its own; psychotherapy notes need the patient's authorization. One
    that nobody meant to make lies around for years.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies, Global, Recording and transcription: recording and transcription off;
    where recording is needed, let recordings expire within 90 days. Live events policies: not always recorded.
    Google Workspace: Admin console, Apps, Google Meet, Meet video settings: automatic recording and transcripts off.

Does not cover
    Note-takers of other companies (AI-3), and policies that Microsoft ships with every tenant.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import (
    MeetAutomaticRecording,
    MeetAutomaticTranscription,
    MeetRecording,
)
from connectors.microsoft365.sources.teams import BroadcastPolicy, MeetingPolicy
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.meetings.policies import NO_MEETING_POLICY, absent, outside
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("MEET-5", Severity.HIGH, cites=["164.508(a)(2)", "164.502(b)", "164.312(a)(1)"])
LONGEST = 90


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.1.6v1"],
    cis=["CIS M365 v7.0.0 8.5.9", "CIS M365 v6.0.0 8.5.9"],
    prowler=["teams_meeting_recording_disabled"],
    none=NO_MEETING_POLICY,
)
def meetings_are_not_recorded(policy: MeetingPolicy) -> Result:
    """Meetings are not recorded, or recordings expire soon."""
    if (other := outside(policy)) is not None:
        return other
    if not policy.allow_cloud_recording:
        return passed("allows no recording")
    days = policy.new_meeting_recording_expiration_days
    if 1 <= days <= LONGEST:
        return review(f"allows recordings, which expire after {days} days: is that so for visits as well?", days=days)
    kept = "are kept" if days < 1 else f"expire after {days} days only"
    if policy.is_global:
        return failed(f"allows recordings, which {kept}", days=days)
    return review(f"allows recordings, which {kept}, in the meetings of whoever has it", days=days)


@CONTROL.check(MICROSOFT_365, none=NO_MEETING_POLICY)
def meetings_are_not_written_down(policy: MeetingPolicy) -> Result:
    """Meetings are not transcribed."""
    if (other := outside(policy)) is not None:
        return other
    if not policy.allow_transcription:
        return passed("allows no transcription")
    if policy.is_global:
        return failed("allows transcription of every meeting")
    return review("allows transcription, in the meetings of whoever has it")


@CONTROL.check(MICROSOFT_365, scuba=["MS.TEAMS.1.7v2"], none=absent("teams.broadcast_policies"))
def events_are_not_always_recorded(policy: BroadcastPolicy) -> Result:
    """Live events are not recorded without being asked for."""
    if (other := outside(policy)) is not None:
        return other
    if policy.broadcast_recording_mode != "AlwaysEnabled":
        return passed("does not record every live event", mode=policy.broadcast_recording_mode)
    if policy.is_global:
        return failed("records every live event")
    return review("records every live event of whoever has it")


def _recording(cell: PolicyCell) -> bool | None:
    """Whether people may record at all, where that is told: for showing."""
    try:
        return bool(cell.setting(MeetRecording).enable_recording)
    except Unreadable:
        return None


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.MEET.5.1v1"], none=not_applicable("no active person works in any unit"))
def nothing_records_by_itself(cell: PolicyCell) -> Result:
    """Meetings of people in every unit and group are not recorded by themselves."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    automatic = cell.setting(MeetAutomaticRecording).enabled
    if automatic:
        return failed(
            "meetings of people here are recorded by themselves", people=cell.names, may_record=_recording(cell)
        )
    return passed("meetings are not recorded by themselves", people=len(cell.names), may_record=_recording(cell))


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.MEET.5.2v1"], none=not_applicable("no active person works in any unit"))
def nothing_transcribes_by_itself(cell: PolicyCell) -> Result:
    """Meetings of people in every unit and group are not transcribed by themselves."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    if cell.setting(MeetAutomaticTranscription).enabled:
        return failed("meetings of people here are transcribed by themselves", people=cell.names)
    return passed("meetings are not transcribed by themselves", people=len(cell.names))
