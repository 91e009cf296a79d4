"""Google passwords are long, strong, enforced and not reused.

Why it matters
    A short or used password is guessed from lists that anybody can buy. Rules that hold only for new passwords leave the old, weak ones
    in place for years.

How to fix it
    Google Workspace: Admin console, Security, Password management: Enforce strong password; length 12 at least, 16 better; Enforce
    password policy at next sign-in; Allow password reuse: off.

Does not cover
    People who sign in at another provider. At Microsoft the rule for passwords is fixed and cannot be chosen (AUTH-19, AUTH-20).
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.settings import Password
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell
from rules.views.signin import SignIn

CONTROL = Control("AUTH-17", Severity.HIGH, cites=["164.308(a)(5)(ii)(D)", "164.312(d)"])
NOBODY = not_applicable("no active person works in any unit")
ELSEWHERE = "everybody here signs in through another provider, which holds the password"
LEAST, CIS, BETTER = 12, 14, 16


def _kept_elsewhere(cell: PolicyCell, sign_in: SignIn) -> bool:
    """Whether everybody here signs in at another provider; people are looked at only where anybody can."""
    return not sign_in.everybody_is_here and not sign_in.split(cell.people)[0]


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.5.1v1"],
    cis=["CIS GWS v1.3 4.1.5.1"],
    prowler=["security_password_policy_strong"],
    none=NOBODY,
)
def strong_ones_are_enforced(cell: PolicyCell, sign_in: SignIn) -> Result:
    """Passwords in every unit and group must be strong."""
    if _kept_elsewhere(cell, sign_in):
        return not_applicable(ELSEWHERE)
    origin = str(cell.origin(Password, "allowed_strength"))
    if cell.setting(Password).allowed_strength == "STRONG":
        return passed("passwords must be strong", setting=origin)
    return failed("weak passwords are allowed", setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.5.2v1", "GWS.COMMONCONTROLS.5.3v1"], none=NOBODY)
def long_ones_are_enforced(cell: PolicyCell, sign_in: SignIn) -> Result:
    """Passwords in every unit and group are 12 characters long at least."""
    if _kept_elsewhere(cell, sign_in):
        return not_applicable(ELSEWHERE)
    length: int = cell.setting(Password).minimum_length
    shown: dict[str, Any] = {"length": length, "setting": str(cell.origin(Password, "minimum_length"))}
    if length < LEAST:
        return failed(f"a password of {length} characters is enough", **shown)
    if length >= BETTER:
        return passed("passwords are 16 characters or longer, as the stricter advice asks", **shown)
    words = "as CIS asks" if length >= CIS else "the stricter advice asks for 16"
    return passed(f"passwords are {length} characters or longer; {words}", **shown)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.5.4v1"], none=NOBODY)
def old_ones_are_replaced(cell: PolicyCell, sign_in: SignIn) -> Result:
    """Old passwords that break the rules must be changed at the next sign-in."""
    if _kept_elsewhere(cell, sign_in):
        return not_applicable(ELSEWHERE)
    origin = str(cell.origin(Password, "enforce_requirements_at_login"))
    if cell.setting(Password).enforce_requirements_at_login:
        return passed("the rules hold from the next sign-in on", setting=origin)
    return failed("old passwords that break the rules stay in use", setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.5.5v1"], none=NOBODY)
def used_ones_are_refused(cell: PolicyCell, sign_in: SignIn) -> Result:
    """A password that was used before is refused."""
    if _kept_elsewhere(cell, sign_in):
        return not_applicable(ELSEWHERE)
    origin = str(cell.origin(Password, "allow_reuse"))
    if cell.setting(Password).allow_reuse:
        return failed("people may take an old password again", setting=origin)
    return passed("old passwords are refused", setting=origin)
