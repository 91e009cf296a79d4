"""Every active person has a second factor registered.

Why it matters
    A rule that asks for a second factor protects nobody who never set one up: whoever holds the stolen password can then
    register a factor of their own. This control names the people who still have none.

How to fix it
    Microsoft 365: send the person to aka.ms/mysecurityinfo, or open Entra, Users, the person, Authentication methods.
    Google Workspace: Admin console, Users, the person, Security, 2-step verification; ask the person to enroll.

Does not cover
    Whether the factor is asked for at sign-in (MFA-1) and how strong it is (MFA-8).
    Guests, whose factors are held by their own organization, and people who sign in at another identity provider.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.view import Now
from rules.views.factors import Factors
from rules.views.people import Person
from rules.views.signin import held_elsewhere

CONTROL = Control("MFA-2", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])
ASK_PROVIDER = "show that the person has a second factor at the other provider"


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.3.4", "CIS M365 v6.0.0 5.2.3.4"],
    prowler=["entra_users_mfa_capable"],
)
def has_registered(person: Person, factors: Factors) -> Result:
    """Each person with a license has a second factor registered."""
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if person.is_guest:
        return not_applicable("is a guest: their own organization holds the factor")
    if not person.is_licensed:
        return not_applicable("holds no license")
    truth = factors.of(person)
    registration = truth.registration
    shown = {**truth.facts, "told_by": registration.source, "capable": registration.capable}
    if registration.has_factor:
        return passed("has a second factor", **shown)
    if truth.outside is not None:
        return held_elsewhere(f"may hold the second factor at {truth.outside}", remedy=ASK_PROVIDER, **shown)
    if registration.has_factor is None:
        return not_assessed(
            "has registered something that nobody has documented",
            source="graph.user_auth_methods:@odata.type",
            remedy="look at the person's methods",
            **shown,
        )
    return failed("has no second factor", **shown)


@CONTROL.check(GOOGLE_WORKSPACE)
def has_enrolled(person: Person, factors: Factors, now: Now) -> Result:
    """Each active person has enrolled in 2-step verification."""
    if not person.can_sign_in:
        return not_applicable("is suspended or archived")
    if person.is_guest:
        return not_applicable("is a guest: their own organization holds the factor")
    truth = factors.of(person)
    if truth.enforcement.gap is not None:
        truth.enforcement.enforced  # noqa: B018 - where somebody signs in decides whose factor it is
    if truth.outside is not None:
        return held_elsewhere(
            f"signs in through {truth.outside}, which holds the factor", remedy=ASK_PROVIDER, **truth.facts
        )
    registration = truth.registration
    shown = {**truth.facts, "told_by": registration.source}
    if registration.has_factor:
        return passed("has a second factor", **shown)
    ends = truth.grace_ends(now)
    if ends is not None:
        return review(
            f"is new and has until {ends.date().isoformat()} to set up a second factor",
            grace_ends=ends.isoformat(),
            **shown,
        )
    return failed("has no second factor", **shown)
