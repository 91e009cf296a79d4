"""People are steered to their strongest factor.

Why it matters
    Somebody who owns an app and a phone number is asked by text message if the text message was registered first. Microsoft can ask
    for the better one by itself, and remind those who have only a phone.

How to fix it
    Microsoft 365: Entra, Authentication methods, Settings, System-preferred multifactor authentication: Enabled, all users;
    Registration campaign: Enabled, all users.

Does not cover
    Switching weak factors off (MFA-7).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import (
    AuthenticationMethodsPolicy,
    AuthenticationMethodsSettings,
    MethodTarget,
)
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.factors import Factors, Strength
from rules.views.people import People

CONTROL = Control("MFA-14", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)


def _everybody(targets: list[MethodTarget]) -> bool:
    return any(target.id == "all_users" for target in targets)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.2.3.6", "CIS M365 v6.0.0 5.2.3.6"])
def strongest_is_asked_first(tenant: Tenant, settings: One[AuthenticationMethodsSettings]) -> Result:
    """Everybody is asked for the strongest factor they registered."""
    preferences = settings.value.system_credential_preferences
    state = preferences.state
    if state == "disabled":
        return failed("people are asked for whichever factor they chose, even a text message", state=state)
    if not _everybody(preferences.include_targets):
        return failed("only some people are asked for their strongest factor first", state=state)
    return passed("people are asked for their strongest factor first", state=state)


@CONTROL.check(MICROSOFT_365)
def people_are_reminded(
    tenant: Tenant, allowed: One[AuthenticationMethodsPolicy], people: People, factors: Factors
) -> Result:
    """Those who have only a phone are asked at sign-in to register the app."""
    policy = allowed.value
    enforcement = policy.registration_enforcement
    campaign = None if enforcement is None else enforcement.authentication_methods_registration_campaign
    state = None if campaign is None else campaign.state
    if campaign is not None and state != "disabled" and _everybody(campaign.include_targets):
        return passed("people are asked at sign-in to register the app", state=state)
    if _nobody_needs_it(policy, people, factors):
        return not_applicable("phones do not count, and nobody has only a phone", state=state)
    return failed("nobody is asked at sign-in to register the app", state=state)


def _nobody_needs_it(policy: AuthenticationMethodsPolicy, people: People, factors: Factors) -> bool:
    """Whether phones are off and nobody is known, or feared, to have only a phone."""
    if policy.policy_migration_state != "migrationComplete":
        return False
    for name in ("Sms", "Voice"):
        method = policy.method(name)
        if method is None or method.state != "disabled":
            return False
    try:
        return all(
            factors.of(person).registration.strength is not Strength.WEAK
            for person in people
            if person.can_sign_in and not person.is_guest
        )
    except Unreadable:
        return False
