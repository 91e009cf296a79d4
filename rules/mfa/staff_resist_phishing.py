"""All staff use phishing-resistant factors.

Why it matters
    Mailboxes full of patient data are opened by false sign-in pages that pass codes on while they are valid. A passkey answers only
    to the real page, so there is nothing to pass on.

How to fix it
    First give everybody a passkey on the phone, a security key or Windows Hello. Then:
    Microsoft 365: Conditional Access, a rule for everybody and every application, Grant: Require authentication strength,
    Phishing-resistant MFA.
    Google Workspace: Admin console, Security, 2-step verification, Methods: Only security key, in every unit.

Does not cover
    Whether each person holds one already (MFA-2, MFA-8).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import TwoStepFactor
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Now, Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.google_policy import PolicyCell
from rules.views.signin import SignIn, held_elsewhere
from rules.views.two_step import not_enforced

CONTROL = Control("MFA-6", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.3.1v1"])
def a_rule_asks_everybody(tenant: Tenant, rules: AccessRules) -> Result:
    """One rule lets nobody in without a factor that cannot be talked out of somebody."""
    return rules.unlicensed or judged(
        rules.phishing_resistant,
        met="a rule asks everybody for such a factor",
        missing="no rule asks everybody for a factor that resists false sign-in pages",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.1.1v1"], none=not_applicable("no active person works in any unit")
)
def only_keys_count(cell: PolicyCell, sign_in: SignIn, now: Now) -> Result:
    """Only passkeys and security keys count as second step in every unit and group."""
    here, away = sign_in.split(cell.people)
    if not here:
        return held_elsewhere(
            "everybody here signs in through another provider, which holds the factor",
            remedy="show which second factors the other provider takes",
            people=sorted(person.address for person in away),
        )
    if missing := not_enforced(cell, now):
        return failed(f"{missing}, so any factor or none will do", people=len(here))
    allowed: str = cell.setting(TwoStepFactor).allowed_sign_in_factor_set
    origin = str(cell.origin(TwoStepFactor, "allowed_sign_in_factor_set"))
    if allowed == "PASSKEY_ONLY":
        return passed("only passkeys and security keys count", setting=origin)
    return failed("weaker second steps count as well", allowed=allowed, people=len(here), setting=origin)
