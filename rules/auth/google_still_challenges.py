"""Sign-in through another identity provider is still challenged by Google.

Why it matters
    If another provider does the sign-in, Google believes it. Its own question at a strange sign-in is a second pair of eyes, should
    that provider be fooled.

How to fix it
    Google Workspace: Admin console, Security, Login challenges: post-SSO verification: ask users for additional verifications, for
    both kinds of profiles; employee ID: off.

Does not cover
    Changes older than 180 days, which the log does not hold.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.activity import AdminActivity
from connectors.google_workspace.sources.settings import LoginChallenges
from connectors.google_workspace.sources.signin import SsoAssignment
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-24", Severity.LOW, cites=["164.312(d)"], level=Level.SHOULD)
OLDER = ("SsoPolicyProto challenge_selection_behavior", "PERFORM_CHALLENGE_SELECTION")
NEWER = ("SsoPolicyProto sso_profile_challenge_selection_behavior", "SSO_PROFILES_PERFORM_CHALLENGE_SELECTION")
NONE = "nobody signs in through another provider"


def _judged(assignments: Table[SsoAssignment], log: Table[AdminActivity], name: str, wanted: str) -> Result:
    if all(assignment.sso_mode == "SSO_OFF" for assignment in assignments):
        return not_applicable(NONE)
    found = [
        (entry.id.time, event.text("NEW_VALUE"))
        for entry in log
        for event in entry.events
        if (named := event.detail("SETTING_NAME")) is not None and named.value == name
    ]
    if not found:
        return needs_input(
            "the log of the last 180 days does not say whether Google asks again after the other provider",
            remedy="look at Security, Login challenges, Post-SSO verification",
            source="reports.activity.admin",
        )
    when, value = max(found)
    shown: dict[str, Any] = {"since": when.date().isoformat(), "value": value}
    return (
        passed("Google asks again at strange sign-ins", **shown)
        if value == wanted
        else failed("Google believes the other provider without a question", **shown)
    )


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.3.1v1"])
def older_profile_is_challenged(tenant: Tenant, assignments: Table[SsoAssignment], log: Table[AdminActivity]) -> Result:
    """Google asks again after sign-in through the organization's older profile."""
    return _judged(assignments, log, *OLDER)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.3.2v1"])
def profiles_are_challenged(tenant: Tenant, assignments: Table[SsoAssignment], log: Table[AdminActivity]) -> Result:
    """Google asks again after sign-in through newer profiles."""
    return _judged(assignments, log, *NEWER)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 4.1.4.1"],
    prowler=["security_login_challenges_configured"],
    none=not_applicable("no active person works in any unit"),
)
def employee_number_is_no_proof(cell: PolicyCell, assignments: Table[SsoAssignment]) -> Result:
    """No employee number, which others know, proves who somebody is."""
    if all(assignment.sso_mode == "SSO_OFF" for assignment in assignments):
        return not_applicable(NONE)
    origin = str(cell.origin(LoginChallenges, "enable_employee_id_challenge"))
    if cell.setting(LoginChallenges).enable_employee_id_challenge:
        return review("the employee number counts as proof at a strange sign-in: who else knows it?", setting=origin)
    return passed("the employee number is no proof", setting=origin)
