"""Strangers cannot start or walk into a visit.

Why it matters
    A visit by video is an examination room. Whoever has the link must not stand in it before the clinician says so.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies, every policy: anonymous people cannot start a meeting, people
    dialing in do not bypass the lobby; Who can bypass the lobby: people in my organization, without guests.
    Google Workspace: Admin console, Apps, Google Meet, Meet safety settings: Trusted or Restricted access, and only meetings
    created by Workspace organizations.

Does not cover
    Whom the organizer lets in. To whom Teams policies other than Global were given, which no listing tells.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import MeetAccess, MeetJoining
from connectors.microsoft365.sources.teams import MeetingPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.meetings.policies import NO_MEETING_POLICY
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("MEET-1", Severity.HIGH, cites=["164.312(a)(1)", "164.530(c)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.1.2v2"],
    cis=["CIS M365 v7.0.0 8.5.2", "CIS M365 v6.0.0 8.5.2"],
    prowler=["teams_meeting_anonymous_user_start_disabled"],
    none=NO_MEETING_POLICY,
)
def strangers_do_not_start(policy: MeetingPolicy) -> Result:
    """No policy lets anonymous people start a meeting."""
    if policy.allow_anonymous_users_to_start_meeting:
        return failed("lets anonymous people start a meeting")
    return passed("keeps anonymous people from starting a meeting")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.1.5v1"],
    cis=["CIS M365 v7.0.0 8.5.4", "CIS M365 v6.0.0 8.5.4"],
    prowler=["teams_meeting_dial_in_lobby_bypass_disabled"],
    none=NO_MEETING_POLICY,
)
def callers_wait(policy: MeetingPolicy) -> Result:
    """Every policy makes people who dial in wait in the lobby."""
    if policy.allow_p_s_t_n_users_to_bypass_lobby:
        return failed("lets people who dial in walk past the lobby")
    return passed("makes people who dial in wait in the lobby")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.1.3v1", "MS.TEAMS.1.4v1"],
    cis=["CIS M365 v7.0.0 8.5.3", "CIS M365 v6.0.0 8.5.3"],
    prowler=["teams_meeting_external_lobby_bypass_disabled"],
    none=NO_MEETING_POLICY,
)
def outsiders_wait(policy: MeetingPolicy) -> Result:
    """Outsiders wait in the lobby."""
    admitted = policy.auto_admitted_users
    if admitted == "Everyone":
        if policy.is_global:
            return failed("lets everybody walk past the lobby", admitted=admitted)
        return review("lets everybody walk past the lobby, in the meetings of whoever has it", admitted=admitted)
    if admitted == "EveryoneInSameAndFederatedCompany":
        return review("lets people of other organizations walk past the lobby", admitted=admitted)
    return passed("makes outsiders wait in the lobby", admitted=admitted)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.MEET.1.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def google_strangers_wait(cell: PolicyCell) -> Result:
    """Strangers ask before they join a meeting of anybody in a unit or group."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    audience = cell.setting(MeetJoining).allowed_audience
    if audience == "OPEN":
        return failed("anybody with the link walks into meetings of people here", people=cell.names)
    return passed("strangers ask before they join", audience=audience, people=len(cell.names))


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.MEET.2.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def google_meetings_are_known(cell: PolicyCell) -> Result:
    """People in every unit and group join meetings of organizations only."""
    if not cell.service_on("meet"):
        return not_applicable("Meet is off here")
    joined = cell.setting(MeetAccess).meetings_allowed_to_join
    if joined == "ALL":
        return failed("people here join meetings of anybody, private accounts included", people=cell.names)
    return passed("people here join meetings of organizations only", joined=joined, people=len(cell.names))
