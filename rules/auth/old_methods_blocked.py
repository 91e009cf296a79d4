"""Old password-only sign-in methods are blocked.

Why it matters
    Old programs sign in with the password alone and are never asked for a second factor. One of them left open undoes all the rest.

How to fix it
    Microsoft 365: Security defaults, or Conditional Access, template "Block legacy authentication", switched on.
    Google Workspace: Admin console, Security, Less secure apps: disable access for all users.

Does not cover
    Sending with a password alone (AUTH-3), POP and IMAP (AUTH-4), and app passwords.
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
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-1", Severity.CRITICAL, cites=["164.312(d)", "164.312(a)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.1.1v1"],
    cis=["CIS M365 v7.0.0 5.2.2.3", "CIS M365 v6.0.0 5.2.2.3"],
    prowler=["entra_legacy_authentication_blocked"],
)
def old_programs_are_blocked(tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline) -> Result:
    """Programs that cannot ask for a second factor are kept out, for everybody."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed("security defaults keep old programs out")
    except Unreadable as err:
        unread = err
    standing = baseline.legacy
    if standing.met:
        return passed("a rule keeps old programs out", policies=standing.policies)
    if unread is not None:
        raise unread
    return failed(
        "nothing keeps old programs out, which sign in with the password alone", near_misses=standing.objections
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.10.5v1"],
    cis=["CIS GWS v1.3 4.2.6.1"],
    prowler=["security_less_secure_apps_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def unit_keeps_them_out(cell: PolicyCell) -> Result:
    """People in every unit and group cannot use programs that sign in with the password alone."""
    if cell.setting(LessSecureApps).allow_less_secure_apps:
        return failed("people here may use programs that sign in with the password alone", people=cell.names)
    return passed("programs that sign in with the password alone are kept out", people=len(cell.names))
