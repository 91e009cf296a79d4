"""Sessions end and ask for sign-in again.

Why it matters
    A session that never ends is as good as the password: on a stolen phone, or in the hands of whoever copied it out of a browser.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody and every application, Session, Sign-in frequency: seven days or less.
    Google Workspace: Admin console, Security, Google session control, Web session duration: 12 hours.

Does not cover
    Applications on phones at Google, which have sessions of their own.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import SessionControls
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy
from rules.views.google_policy import PolicyCell
from rules.views.two_step import seconds_of

CONTROL = Control("AUTH-12", Severity.MEDIUM, cites=["164.312(a)(2)(iii)", "164.312(d)"], level=Level.SHOULD)
HALF_A_DAY = 43200
NEVER = 63072000
WEEK = {"days": 7, "hours": 7 * 24}


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.4.1v1"],
    cis=["CIS GWS v1.3 4.2.4.1"],
    prowler=["security_session_duration_limited"],
    none=not_applicable("no active person works in any unit"),
)
def web_sessions_end(cell: PolicyCell) -> Result:
    """Web sessions in every unit and group end after twelve hours at most."""
    seconds = seconds_of(cell.setting(SessionControls).web_session_duration, "webSessionDuration")
    origin = str(cell.origin(SessionControls, "web_session_duration"))
    if seconds >= NEVER:
        return failed("web sessions never end", setting=origin)
    hours = round(seconds / 3600, 1)
    if seconds > HALF_A_DAY:
        return failed(f"web sessions last {hours:g} hours", hours=hours, setting=origin)
    return passed(f"web sessions end after {hours:g} hours", hours=hours, setting=origin)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.13"],
    prowler=["entra_conditional_access_policy_sign_in_frequency_all_users"],
)
def a_rule_ends_sessions(tenant: Tenant, defaults: One[SecurityDefaults], rules: AccessRules) -> Result:
    """One rule asks everybody to sign in again after a week at most."""
    standing = rules.find(_ends)
    if rules.under_defaults(defaults, standing):
        return review("under security defaults Microsoft alone decides when somebody must sign in again")
    return rules.unlicensed or judged(
        standing,
        met="a rule ends sessions",
        missing="no rule makes everybody sign in again",
    )


def _ends(policy: AccessPolicy) -> list[str] | None:
    session = policy.record.session_controls
    frequency = None if session is None else session.sign_in_frequency
    if frequency is None or not frequency.is_enabled:
        return None
    if policy.asks_every_time:
        return []
    if frequency.type is None or frequency.value is None:
        return ["it does not say after how long"]
    if frequency.value > WEEK[frequency.type]:
        return [f"it lets sessions last {frequency.value} {frequency.type}"]
    return []
