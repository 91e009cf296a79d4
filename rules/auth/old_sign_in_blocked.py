"""Old password-only sign-in methods are blocked.

Why it matters
    Old mail programs and protocols know nothing of a second factor: where they are let in, a stolen password is enough, whatever
    the MFA rule says.

How to fix it
    Microsoft 365: security defaults, or the Conditional Access template "Block legacy authentication", switched on for everybody.
    Google Workspace: Admin console, Security, Less secure apps: disable access for everybody.

Does not cover
    Sending with a password by SMTP (AUTH-3), and POP and IMAP, which copy whole mailboxes (AUTH-4).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import LessSecureApps
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline
from rules.views.factors import SECURITY_DEFAULTS
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-1", Severity.CRITICAL, cites=["164.312(d)", "164.312(a)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.1.1v1"],
    cis=["CIS M365 v7.0.0 5.2.2.3", "CIS M365 v6.0.0 5.2.2.3"],
    prowler=["entra_legacy_authentication_blocked"],
)
def old_programs_are_blocked(tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline) -> Result:
    """Old programs that cannot ask for a second factor are blocked for everybody."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed("security defaults block them", blocked_by=[SECURITY_DEFAULTS])
    except Unreadable as err:
        unread = err
    standing = baseline.legacy
    if standing.met:
        return passed("a rule blocks them for everybody", blocked_by=standing.policies)
    if unread is not None:
        raise unread
    return failed("no rule blocks old programs for everybody", near_misses=standing.objections)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.10.5v1"],
    cis=["CIS GWS v1.3 4.2.6.1"],
    prowler=["security_less_secure_apps_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def less_secure_apps_are_off(cell: PolicyCell) -> Result:
    """Apps may not sign in with the password alone in any unit or group."""
    allowed = cell.setting(LessSecureApps).allow_less_secure_apps
    origin = str(cell.origin(LessSecureApps, "allow_less_secure_apps"))
    if allowed:
        return failed("apps may sign in with the password alone", people=cell.names, setting=origin)
    return passed("apps may not sign in with the password alone", setting=origin)
