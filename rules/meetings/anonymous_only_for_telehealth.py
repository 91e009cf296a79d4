"""Anonymous joining is off unless telehealth needs it.

Why it matters
    Patients join visits without an account; staff meetings and case conferences need no strangers at all.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies, Global: anonymous people cannot join. If visits run on Teams, say so
    with telehealth_on_teams and give a policy of its own to the clinicians who hold them.

Does not cover
    Policies that Microsoft ships with every tenant, and who has which policy.
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import MeetingPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.meetings.policies import NO_MEETING_POLICY, outside
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed, review

CONTROL = Control("MEET-2", Severity.MEDIUM, cites=["164.312(a)(1)", "164.530(c)(1)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.5.1", "CIS M365 v6.0.0 8.5.1"],
    prowler=["teams_meeting_anonymous_user_join_disabled"],
    none=NO_MEETING_POLICY,
)
def anonymous_people_stay_out(policy: MeetingPolicy, profile: Profile) -> Result:
    """Anonymous people cannot join, but for visits of named clinicians."""
    if (other := outside(policy)) is not None:
        return other
    if not policy.allow_anonymous_users_to_join_meeting:
        return passed("keeps anonymous people out")
    if policy.is_global:
        return failed("lets anonymous people into every meeting")
    guarded = not policy.allow_anonymous_users_to_start_meeting and policy.auto_admitted_users != "Everyone"
    if profile.telehealth_on_teams and guarded:
        return review("lets anonymous people into visits, where they wait in the lobby: give it to clinicians only")
    if profile.telehealth_on_teams:
        return failed("lets anonymous people into visits without a lobby")
    return review("lets anonymous people in, and the clinic has not stated that it holds visits on Teams")
