"""Stolen session tokens do not work on another machine.

Why it matters
    Malware copies the session out of a browser or a program, and the thief needs neither password nor second factor. A token that is
    bound to its computer is worth nothing elsewhere.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody on Exchange Online, SharePoint Online and Teams, Device platforms: Windows,
    Client apps: Mobile apps and desktop clients; Session: Require token protection.

Does not cover
    Browsers, phones and Macs, for which Microsoft does not offer it in the same way.
"""

from __future__ import annotations

from connectors.microsoft365.calls import EXCHANGE_APP, SHAREPOINT_APP
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Limit

CONTROL = Control("AUTH-16", Severity.LOW, cites=["164.312(d)"], level=Level.SHOULD)
APPLICATIONS = {
    EXCHANGE_APP: "Exchange",
    SHAREPOINT_APP: "SharePoint",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe": "Teams",
}


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.16"],
    prowler=["entra_conditional_access_policy_token_protection_enforced"],
)
def a_rule_binds_tokens(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule binds everybody's sessions on Windows to their computer, for mail, files and Teams."""
    return rules.unlicensed or judged(
        rules.find(_binds, any_client=False, every_application=False, spare={Limit.PLATFORMS}),
        met="a rule binds sessions to their computer",
        missing="a session that was copied works on any computer",
    )


def _binds(policy: AccessPolicy) -> list[str] | None:
    session = policy.record.session_controls
    bound = None if session is None else session.secure_sign_in_session
    if bound is None or not bound.is_enabled:
        return None
    objections = []
    missing = [words for app, words in APPLICATIONS.items() if not _covers(policy, app)]
    if missing:
        objections.append(f"it does not cover {' and '.join(missing)}")
    platforms = policy.record.conditions.platforms
    if platforms is not None:
        included = {name.casefold() for name in platforms.include_platforms}
        excluded = {name.casefold() for name in platforms.exclude_platforms}
        if not {"all", "windows"} & included or "windows" in excluded:
            objections.append("it does not speak of Windows")
    if not {"all", "mobileAppsAndDesktopClients"} & policy.client_app_types:
        objections.append("it does not speak of programs on computers")
    return objections


def _covers(policy: AccessPolicy, application: str) -> bool:
    excluded = policy.record.conditions.applications.exclude_applications
    whole_suite = "Office365" not in excluded and application not in excluded and policy.covers_application("Office365")
    return whole_suite or policy.covers_application(application)
