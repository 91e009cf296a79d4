"""Staff cannot reset a clinic password through a personal phone or email.

Why it matters
    Whoever opens somebody's private mailbox then opens the clinic's, by asking for a new password. The clinic cannot see or protect
    that private mailbox.

How to fix it
    Google Workspace: Admin console, Security, Account recovery, User account recovery: Off. Administrators reset passwords.

Does not cover
    Super administrators (ADMIN-13). Benchmarks disagree: who follows CIS and lets people recover accounts says so with
    self_recovery_by_choice, and is only asked to look.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import UserRecovery
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-22", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(D)", "164.312(d)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.8.2v1"],
    cis=["CIS GWS v1.3 4.1.2.2"],
    prowler=["security_user_recovery_enabled"],
    none=not_applicable("no active person works in any unit"),
)
def people_cannot_recover_alone(cell: PolicyCell, profile: Profile) -> Result:
    """Nobody in any unit or group gets back in through a private phone or mailbox."""
    origin = str(cell.origin(UserRecovery, "enable_account_recovery"))
    if not cell.setting(UserRecovery).enable_account_recovery:
        return passed("only administrators reset passwords", setting=origin)
    if profile.self_recovery_by_choice:
        return review("people may recover accounts by themselves, as the clinic has decided", setting=origin)
    return failed("a private phone or mailbox opens the clinic's account", setting=origin)
