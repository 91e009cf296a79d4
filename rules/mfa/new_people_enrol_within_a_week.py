"""New Google users get at most a week to enrol.

Why it matters
    During the grace period a new account opens with the password alone. Too long, and the account is open for months; none at all,
    and new staff is locked out on the first day, which leads to exceptions that nobody takes back.

How to fix it
    Google Workspace: Admin console, Security, 2-step verification, New user enrollment period: one day to one week.

Does not cover
    People whom an administrator gave a longer time by hand.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import TwoStepGracePeriod
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Now
from rules.views.google_policy import PolicyCell
from rules.views.two_step import not_enforced, seconds_of

CONTROL = Control("MFA-12", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)", "164.308(a)(4)(ii)(C)"])
WEEK = 604800
DAY = 86400


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.1.4v1"], none=not_applicable("no active person works in any unit")
)
def grace_is_a_week_at_most(cell: PolicyCell, now: Now) -> Result:
    """New people in every unit and group have some time to enrol, and at most a week."""
    if not_enforced(cell, now):
        return not_applicable("2-step verification is not enforced here: see MFA-1")
    seconds = seconds_of(cell.setting(TwoStepGracePeriod).enrollment_grace_period, "enrollmentGracePeriod")
    origin = str(cell.origin(TwoStepGracePeriod, "enrollment_grace_period"))
    if seconds == 0:
        return failed("new people have no time to enrol and are locked out on the first day", setting=origin)
    if seconds > WEEK:
        days = round(seconds / DAY)
        return failed(f"new people may sign in for {days} days with the password alone", days=days, setting=origin)
    return passed("new people have a week at most", hours=round(seconds / 3600), setting=origin)
