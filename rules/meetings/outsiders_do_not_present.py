"""Outsiders cannot take control or present.

Why it matters
    Somebody who controls a clinician's screen, or presents to everybody, can show and see what was never meant for them.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies: External participants can give or request control: Off; Who can
    present: Only organizers and co-organizers.
    Google Workspace: Admin console, Apps, Google Meet, Meet safety settings: host management on; label external participants.

Does not cover
    What the organizer allows in one meeting.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import MeetExternalLabel, MeetHostManagement
from connectors.microsoft365.sources.teams import MeetingPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.meetings.policies import NO_MEETING_POLICY, outside
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("MEET-3", Severity.MEDIUM, cites=["164.312(a)(1)", "164.530(c)(1)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.1.1v1"],
    cis=["CIS M365 v7.0.0 8.5.7", "CIS M365 v6.0.0 8.5.7"],
    prowler=["teams_meeting_external_control_disabled"],
    none=NO_MEETING_POLICY,
)
def outsiders_take_no_control(policy: MeetingPolicy) -> Result:
    """No policy lets outsiders take control of a shared screen."""
    if policy.allow_external_participant_give_request_control:
        return failed("lets outsiders take control of a shared screen")
    return passed("keeps outsiders from taking control")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.5.6", "CIS M365 v6.0.0 8.5.6"],
    prowler=["teams_meeting_presenters_restricted"],
    none=NO_MEETING_POLICY,
)
def organizers_present(policy: MeetingPolicy) -> Result:
    """Only organizers present, unless they say otherwise."""
    if (other := outside(policy)) is not None:
        return other
    if policy.designated_presenter_role_mode == "OrganizerOnlyUserOverride":
        return passed("lets organizers present, and whom they choose")
    return review("lets more people present than the organizers", presenters=policy.designated_presenter_role_mode)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.MEET.3.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def hosts_are_in_charge(cell: PolicyCell) -> Result:
    """Host management is on in every unit and group."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    if cell.setting(MeetHostManagement).enable_host_management:
        return passed("hosts decide who presents, chats and stays", people=len(cell.names))
    return failed("whoever is in a meeting of people here may present and mute others", people=cell.names)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.MEET.4.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def outsiders_are_marked(cell: PolicyCell) -> Result:
    """Outsiders are marked in meetings of every unit and group."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    if cell.setting(MeetExternalLabel).enable_external_label:
        return passed("outsiders are marked", people=len(cell.names))
    return failed("nothing shows people here who in a meeting is from outside", people=cell.names)
