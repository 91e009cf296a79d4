"""High-risk Google accounts can join Advanced Protection.

Why it matters
    Advanced Protection asks for a key at every new sign-in and keeps unknown apps out. It is free, and made for those whose accounts
    open everything: administrators and owners.

How to fix it
    Google Workspace: Admin console, Security, Advanced Protection Program: enrollment enabled; Security codes: not allowed.

Does not cover
    Whether they have joined: Google's directory does not say.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import AdvancedProtection
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("MFA-22", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
NOBODY = not_applicable("no super administrator works in any unit")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.9.1v1"],
    cis=["CIS GWS v1.3 4.1.3.1"],
    prowler=["security_advanced_protection_configured"],
    none=NOBODY,
)
def administrators_may_join(cell: PolicyCell) -> list[Result]:
    """Where super administrators work, people may join Advanced Protection."""
    if not any(person.is_highest_admin for person in cell.people):
        return []
    origin = str(cell.origin(AdvancedProtection, "enable_advanced_protection_self_enrollment"))
    if cell.setting(AdvancedProtection).enable_advanced_protection_self_enrollment:
        return [passed("people may join", setting=origin)]
    return [failed("people may not join", setting=origin)]


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.9.2v1"], none=NOBODY)
def codes_do_not_stand_in(cell: PolicyCell) -> list[Result]:
    """Where super administrators work, no security code stands in for the key."""
    if not any(person.is_highest_admin for person in cell.people):
        return []
    option: str = cell.setting(AdvancedProtection).security_code_option
    origin = str(cell.origin(AdvancedProtection, "security_code_option"))
    if option == "CODES_NOT_ALLOWED":
        return [passed("no code stands in for the key", setting=origin)]
    return [failed("a code may stand in for the key", allowed=option, setting=origin)]
