"""Anonymous and untrusted people cannot use meeting chat.

Why it matters
    The chat of a meeting stays readable afterwards. A stranger who was in it once reads along, or writes links that staff click.

How to fix it
    Microsoft 365: Teams admin center, Meetings, Meeting policies, Global: Meeting chat: on for everyone but anonymous users; External
    meeting chat: off.

Does not cover
    Policies that Microsoft ships with every tenant.
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import MeetingPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.meetings.policies import NO_MEETING_POLICY, outside
from rules.result import Result, Severity, failed, passed, review

CONTROL = Control("MEET-4", Severity.LOW, cites=["164.312(a)(1)", "164.530(c)(1)"], level=Level.SHOULD)


def _broken(policy: MeetingPolicy, words: str) -> Result:
    return failed(words) if policy.is_global else review(f"{words}, in the meetings of whoever has it")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.5.5", "CIS M365 v6.0.0 8.5.5"],
    prowler=["teams_meeting_chat_anonymous_users_disabled"],
    none=NO_MEETING_POLICY,
)
def anonymous_people_do_not_chat(policy: MeetingPolicy) -> Result:
    """Anonymous people cannot read or write in a meeting's chat."""
    if (other := outside(policy)) is not None:
        return other
    if policy.meeting_chat_enabled_type == "Enabled":
        return _broken(policy, "lets anonymous people use the chat")
    return passed("keeps anonymous people out of the chat")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.5.8", "CIS M365 v6.0.0 8.5.8"],
    prowler=["teams_meeting_external_chat_disabled"],
    none=NO_MEETING_POLICY,
)
def untrusted_chats_are_closed(policy: MeetingPolicy) -> Result:
    """Staff do not chat in meetings of organizations that the clinic does not trust."""
    if (other := outside(policy)) is not None:
        return other
    if policy.allow_external_non_trusted_meeting_chat:
        return _broken(policy, "lets people chat in meetings of organizations that the clinic does not trust")
    return passed("closes the chat in meetings of organizations that the clinic does not trust")
