"""Nobody depends on SMS or a phone call as the only factor.

Why it matters
    Whoever has only a phone number as second factor loses it together with the number. These are the people to move to an app first.

How to fix it
    Microsoft 365: Ask the person to add Microsoft Authenticator or a passkey at aka.ms/mysecurityinfo, then delete the phone.
    Google Workspace: Ask the person to add a passkey or Google Authenticator at myaccount.google.com/security, then remove the phone.

Does not cover
    Google shows no list of a person's factors: only keys and passkeys are counted, and the log tells what was used lately.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.factors import Factors, Strength
from rules.views.people import Person

CONTROL = Control("MFA-8", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])
GOOD = {Strength.STRONG, Strength.PHISHING_RESISTANT}
PHONE_FIRST = {"sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice"}


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def has_more_than_a_phone(person: Person, factors: Factors) -> Result:
    """Each person with a second factor has something better than a phone number."""
    if not person.can_sign_in or person.is_guest:
        return not_applicable("cannot sign in, or is a guest")
    truth = factors.of(person)
    registration = truth.registration
    facts = truth.facts
    if truth.outside is not None:
        return not_assessed(f"may hold the second factor at {truth.outside}", **facts)
    if registration.has_factor is False:
        return not_applicable("has no second factor at all (MFA-2)", **facts)
    if registration.strength in GOOD:
        if registration.preferred in PHONE_FIRST:
            return review("has an app or key, but is asked by phone first", preferred=registration.preferred, **facts)
        return passed("has an app, key or passkey", **facts)
    if registration.strength is Strength.WEAK:
        if person.provider is GOOGLE_WORKSPACE:
            return review("was seen to use only the phone as second step", **facts)
        return failed("has only a phone number as second factor", **facts)
    if registration.strength is Strength.NONE and registration.has_factor:
        return failed("has nothing but mail or questions as second factor", **facts)
    return not_assessed(
        "which kind of second factor it is could not be told", remedy="look at the person's methods", **facts
    )
