"""Text message and phone call are switched off as factors.

Why it matters
    A phone number can be moved to another person's SIM card by one call to the phone company, and a code that was sent by text
    can be talked out of somebody. An app or a key cannot be taken over that way.

How to fix it
    First make sure that nobody depends on the phone (MFA-8), then:
    Microsoft 365: Entra, Authentication methods, Policies: SMS and Voice call: Off; finish the migration from the old pages.
    Google Workspace: Admin console, Security, 2-step verification, Methods: "Any except verification codes via text, phone call".

Does not cover
    Who still has only a phone registered (MFA-8), and the old per-person MFA page of Microsoft 365, whose settings no API shows.
"""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.google_workspace.sources.settings import TwoStepEnforcement, TwoStepFactor
from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Now, Tenant
from rules.views.google_policy import PolicyCell
from rules.views.signin import SignIn, held_elsewhere

CONTROL = Control("MFA-7", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PHONE_METHODS = {"sms": "text message", "voice": "phone call"}


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.5v2"],
    cis=["CIS M365 v7.0.0 5.2.3.5", "CIS M365 v6.0.0 5.2.3.5"],
    prowler=["entra_authentication_method_sms_voice_disabled"],
)
def phone_methods_are_off(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """Text message and phone call are switched off as sign-in methods."""
    policy = allowed.value
    on = sorted(
        PHONE_METHODS[method.id.casefold()]
        for method in policy.authentication_method_configurations
        if method.id.casefold() in PHONE_METHODS and method.state != "disabled"
    )
    state = policy.policy_migration_state
    if on:
        return failed(f"{' and '.join(on)} may be used as a second factor", switched_on=on, migration=state)
    if state == "migrationComplete":
        return passed("neither text message nor phone call may be used", migration=state)
    if state is None:
        # What no value means is not documented, so it may not decide.
        return review("switched off here; whether the old MFA page still allows them is not told", migration=None)
    return review("switched off here, but the old MFA page may still allow them: finish the migration", migration=state)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.1.3v1"],
    none=not_applicable("no active person works in any unit"),
)
def phone_codes_are_off(cell: PolicyCell, sign_in: SignIn, now: Now) -> Result:
    """2-step verification is enforced without codes by text message or phone call in every unit and group."""
    here, away = sign_in.split(cell.people)
    if not here:
        return held_elsewhere(
            "everybody here signs in through another provider, which holds the factor",
            remedy="show which second factors the other provider takes",
            people=sorted(person.address for person in away),
        )
    names = sorted(person.address for person in here)
    if not cell.given(TwoStepEnforcement):
        return failed("no setting enforces 2-step verification here, so any factor will do", people=names)
    since = cell.setting(TwoStepEnforcement).enforced_from
    if not EPOCH < since <= now:
        return failed("2-step verification is not enforced here, so any factor will do", people=names)
    factors: str = cell.setting(TwoStepFactor).allowed_sign_in_factor_set
    origin = str(cell.origin(TwoStepFactor, "allowed_sign_in_factor_set"))
    if factors == "ALL":
        return failed("codes by text message or phone call count as a second factor", people=names, setting=origin)
    return passed("codes by text message or phone call do not count", allowed=factors, setting=origin)
