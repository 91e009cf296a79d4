"""Nobody depends on SMS or a phone call as the only factor.

Why it matters
    Whoever has only a phone number as second factor loses it together with the number, and a code sent by text can be talked out
    of somebody. It is better than no second factor; these are the people to move to an app first.

How to fix it
    Microsoft 365: Ask the person to add Microsoft Authenticator or a passkey at aka.ms/mysecurityinfo, then delete the phone.
    Google Workspace: Ask the person to add a passkey or Google Authenticator at myaccount.google.com/security, then remove the phone.

Does not cover
    People without any second factor (MFA-2), and whether phone methods are allowed at all (MFA-7).
    Google shows no list of a person's factors: security keys and passkeys are counted, and everything else is judged by the second
    steps in the sign-in log of the last 90 days; which of its phone values mean a text message is not documented, so a phone seen
    there is for a person to judge.
"""

from __future__ import annotations

from typing import Any

from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.factors import METHODS, PHONE_STEPS, STRONG_STEPS, Factors, Registration, Strength
from rules.views.licences import Licences
from rules.views.people import Person
from rules.views.signin import held_elsewhere

CONTROL = Control("MFA-8", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])

PHONE_FIRST = frozenset({"sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice"})
OTHER_FIRST = frozenset({"push", "oath", "none"})
"""Documented values of Graph's userPreferredMethodForSecondaryAuthentication."""


@CONTROL.check(MICROSOFT_365)
def has_more_than_a_phone(person: Person, factors: Factors, licences: Licences) -> Result:
    """Each person with a second factor has something better than a phone number."""
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if person.is_guest:
        return not_applicable("is a guest: their own organization holds the factor")
    if not person.is_licensed:
        return not_applicable("holds no license")
    truth = factors.of(person)
    registration = truth.registration
    shown = {**truth.facts, "told_by": registration.source, "preferred": registration.preferred}
    if registration.has_factor is False:
        return not_applicable("has no second factor at all; see MFA-2", **shown)
    match registration.strength:
        case Strength.STRONG | Strength.PHISHING_RESISTANT:
            return _asked_first(registration, licences, shown)
        case Strength.UNKNOWN:
            unknown = sorted(name for name in registration.factors if name not in METHODS)
            return not_assessed(
                f"has registered something that nobody has documented: {', '.join(unknown)}",
                source="graph.user_auth_methods:@odata.type",
                remedy="look at the person's methods in Entra",
                **shown,
            )
        case Strength.EXTERNAL:
            return held_elsewhere(
                "has a factor at another provider, whose kind is not visible from here",
                remedy="show that the other provider does not rely on text messages",
                **shown,
            )
        case _ if truth.outside is not None:
            return held_elsewhere(
                f"shows nothing better than a phone here, and may hold a better factor at {truth.outside}",
                remedy="show that the other provider does not rely on text messages",
                **shown,
            )
        case _ if not registration.factors:
            return not_assessed(
                "has a second factor, and Microsoft's report does not say which",
                source="graph.user_registration_details:methodsRegistered",
                remedy="look at the person's methods in Entra",
                **shown,
            )
        case _:
            return failed("has only a phone number or an e-mail address as second factor", **shown)


def _asked_first(registration: Registration, licences: Licences, shown: dict[str, Any]) -> Result:
    """A strong factor is there; is the person asked by phone first all the same?"""
    if not any(METHODS.get(name) is Strength.WEAK for name in registration.factors):
        return passed("has an app, key or passkey", **shown)
    if not registration.reported:
        # Only the report tells which factor is asked first; a tenant without Entra ID P1 has none.
        if licences.has(Capability.ENTRA_P1):
            raise Unreadable(
                Gap(
                    "graph.user_registration_details",
                    Reason.NOT_COLLECTED,
                    "which of the person's factors is asked first was not read",
                    "grant AuditLog.Read.All",
                )
            )
        return passed("has an app, key or passkey", **shown)
    preferred = registration.preferred
    if preferred in PHONE_FIRST:
        return review("has an app or key, but is asked by phone first", **shown)
    if preferred is not None and preferred not in OTHER_FIRST:
        return not_assessed(
            f"is asked first for something that nobody has documented: {preferred}",
            source="graph.user_registration_details:userPreferredMethodForSecondaryAuthentication",
            remedy="look at the person's default sign-in method",
            **shown,
        )
    return passed("has an app, key or passkey", **shown)


@CONTROL.check(GOOGLE_WORKSPACE)
def uses_more_than_a_phone(person: Person, factors: Factors) -> Result:
    """Each person with a second factor holds a key, or uses a step that is not the phone."""
    if not person.can_sign_in:
        return not_applicable("is suspended or archived")
    if person.is_guest:
        return not_applicable("is a guest: their own organization holds the factor")
    truth = factors.of(person)
    if truth.enforcement.gap is not None:
        truth.enforcement.enforced  # noqa: B018 - where somebody signs in decides whose factor it is
    if truth.outside is not None:
        return held_elsewhere(
            f"signs in through {truth.outside}, which holds the factor",
            remedy="show that the other provider does not rely on text messages",
            **truth.facts,
        )
    registration = truth.registration
    if not registration.has_factor:
        return not_applicable("has no second factor at all; see MFA-2", **truth.facts)
    if registration.strength is Strength.PHISHING_RESISTANT:
        return passed("has a security key or a passkey", **truth.facts)
    steps = factors.second_steps(person)
    shown = {**truth.facts, "steps_seen": sorted(steps)}
    if steps & set(STRONG_STEPS):
        return passed("uses a second step that is not the phone", **shown)
    if steps and steps <= PHONE_STEPS:
        return review("only a phone was seen as second step in the last 90 days", **shown)
    return not_assessed(
        "only second steps of unknown kinds were seen" if steps else "no second step was seen in the last 90 days",
        source="reports.activity.login",
        reason=Reason.NEEDS_INPUT,
        remedy="ask the person which second step they use",
        **shown,
    )
