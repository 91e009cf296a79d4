"""Admin sessions are short and never stay signed in.

Why it matters
    A session that is stolen from a browser works until it ends. An administrator's should end within the day.

How to fix it
    Microsoft 365: Conditional Access, a policy for the administrator roles, Session: sign-in frequency 4 hours or every time, persistent
    browser session never.
    Google Workspace: Admin console, Security, Access and data control, Google session control: 12 hours for the administrators' unit.

Does not cover
    How often other people sign in; see AUTH-12.
"""

from __future__ import annotations

import re

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.settings import SessionControls
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy
from rules.views.google_policy import PolicyCell

CONTROL = Control("ADMIN-13", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(a)(2)(iii)"])
HOURS = 4
SECONDS = 43_200
_DURATION = re.compile(r"(\d+)(?:\.\d+)?s")


def _short(policy: AccessPolicy) -> list[str] | None:
    """What is weak in a policy that limits sessions; None for one that does not."""
    session = policy.record.session_controls
    frequency = session.sign_in_frequency if session is not None else None
    if session is None or frequency is None or not frequency.is_enabled:
        return None
    found = []
    if frequency.frequency_interval != "everyTime":
        hours = frequency.value if frequency.type == "hours" else None
        if hours is None or hours > HOURS:
            found.append(f"it asks for a new sign-in every {frequency.value} {frequency.type}")
    browser = session.persistent_browser
    if browser is None or not browser.is_enabled or browser.mode != "never":
        found.append("browsers may stay signed in")
    return found


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.4", "CIS M365 v6.0.0 5.2.2.4"],
    prowler=["entra_admin_users_sign_in_frequency_enabled"],
)
def administrators_sign_in_again(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule makes administrators sign in again every four hours, and in every new browser."""
    if (without := rules.unlicensed) is not None:
        return without
    return judged(
        rules.for_administrators(_short),
        met="administrators sign in again at least every four hours",
        missing="administrators' sessions last for days",
    )


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def web_sessions_are_short(cell: PolicyCell) -> Result:
    """Where super administrators work, a session at Google lasts twelve hours at most."""
    if not any(person.is_highest_admin for person in cell.people):
        return not_applicable("no super administrator works here")
    duration = cell.setting(SessionControls).web_session_duration
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise Unreadable(
            Gap(
                "policy.policies:setting.value.webSessionDuration",
                Reason.UNREADABLE,
                f"the length of a session is written in an unknown way: {duration!r}",
            )
        )
    if int(found[1]) > SECONDS or int(found[1]) == 0:
        return failed(f"an administrator's session lasts {duration}", duration=duration)
    return passed(f"an administrator's session lasts {duration}", duration=duration)


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 4.2.5.1"])
def cloud_sessions_are_short(tenant: Tenant) -> Result:
    """A session in Google Cloud's console ends after a set time."""
    return not_assessed(
        "no interface tells the length of a session in Google Cloud's console",
        source="policy.policies",
        remedy="look at Security, Access and data control, Google Cloud session control in the Admin console",
    )
