"""Idle web sessions sign out.

Why it matters
    Somebody is called to a patient, and the mailbox stays open on the screen in the hall.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Org settings, Security and privacy, Idle session timeout: 3 hours or less.

Does not cover
    Outlook and other programs on computers and phones. SharePoint's own idle sign-out and rules for other people's computers are
    shown, but do not count.
"""

from __future__ import annotations

import json
import re
from typing import Any

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.signin import ActivityTimeoutPolicy
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import Table
from rules.view import Tenant
from rules.views.conditional_access import ConditionalAccess

CONTROL = Control("AUTH-13", Severity.MEDIUM, cites=["164.312(a)(2)(iii)"], level=Level.SHOULD)
WEB_APPS = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
LONGEST = 3 * 3600
_SPAN = re.compile(r"^(?:(\d+)\.)?(\d{1,2}):(\d\d):(\d\d)$")
DEFINITION = "graph.activity_timeout_policies:definition"


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.3.2", "CIS M365 v6.0.0 1.3.2"],
    prowler=["entra_idle_session_timeout_configured"],
)
def idle_browsers_are_signed_out(
    tenant: Tenant, policies: Table[ActivityTimeoutPolicy], access: ConditionalAccess
) -> Result:
    """A browser that nobody uses is signed out after three hours at most."""
    spans: dict[str, float] = {}
    for policy in policies:
        for text in policy.definition:
            spans |= _read(text)
    seconds = spans.get(WEB_APPS, spans.get("default"))
    shown: dict[str, Any] = {"rules_for_other_devices": _restricting(access)}
    if seconds is None:
        return failed("browsers that nobody uses stay signed in", **shown)
    hours = round(seconds / 3600, 2)
    if seconds > LONGEST:
        return failed(f"browsers that nobody uses stay signed in for {hours:g} hours", hours=hours, **shown)
    return passed(f"browsers that nobody uses are signed out after {hours:g} hours", hours=hours, **shown)


def _read(text: str) -> dict[str, float]:
    """Seconds by application id, "default" for all others; `Unreadable` where Microsoft's text is not as documented."""
    try:
        listed = json.loads(text)["ActivityBasedTimeoutPolicy"]["ApplicationPolicies"]
        return {str(one["ApplicationId"]).casefold(): _seconds(one["WebSessionIdleTimeout"]) for one in listed}
    except (ValueError, KeyError, TypeError) as err:
        raise Unreadable(
            Gap(DEFINITION, Reason.UNREADABLE, "the definition of the idle time is not as Microsoft documents it")
        ) from err


def _seconds(span: str) -> float:
    found = _SPAN.match(span)
    if found is None:
        raise ValueError(span)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _restricting(access: ConditionalAccess) -> list[str] | None:
    """Rules that let other people's computers only look; None if they were not read."""
    found: list[Any] = []
    try:
        for policy in access:
            session = policy.record.session_controls
            limits = None if session is None else session.application_enforced_restrictions
            if limits is not None and limits.is_enabled:
                found.append(policy.label)
    except Unreadable:
        return None
    return sorted(found)
