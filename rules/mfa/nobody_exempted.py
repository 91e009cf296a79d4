"""No working account is exempted from the MFA rule.

Why it matters
    The account that was left out "only for now" (often the owner's, or the one behind the scanner) is the one that gets broken
    into. An exemption is as wide open as no rule at all.

How to fix it
    Microsoft 365: Conditional Access, the policy, Users, Exclude: remove the account, group or role.
    Google Workspace: move the person to a unit where 2-step verification is enforced, or take them out of the exception group.
    Name one or two sealed emergency accounts in the clinic's configuration; no other account needs an exemption.

Does not cover
    Accounts that no rule speaks of at all (MFA-1), and exclusions of accounts that no longer exist (AUTH-27).
"""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.google_workspace.sources.settings import TwoStepEnforcement, TwoStepEnrollment
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Now
from rules.views.conditional_access import ConditionalAccess, is_synchronization
from rules.views.factors import Factors
from rules.views.google_policy import GooglePolicy
from rules.views.licences import Licences
from rules.views.people import People, Person
from rules.views.signin import held_elsewhere

CONTROL = Control("MFA-3", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)", "164.308(a)(4)(ii)(B)"])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EMERGENCY_ACCOUNTS = 2
"""How many sealed accounts may be left out."""


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_no_exclusion_gaps"])
def is_not_left_out(
    person: Person,
    defaults: One[SecurityDefaults],
    access: ConditionalAccess,
    licences: Licences,
    factors: Factors,
    people: People,
) -> Result:
    """No account that works is left out of every rule that asks for a second factor."""
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if defaults.value.is_enabled:
        return not_applicable("security defaults are on: they exempt nobody")
    if not any(True for _ in access.demanding()):
        return not_applicable("no rule asks for a second factor, so nobody is exempted; see MFA-1")
    if not licences.has(Capability.ENTRA_P1):
        return not_applicable("without Entra ID P1 these rules do nothing; see MFA-1")
    truth = factors.of(person)
    enforcement = truth.enforcement
    if enforcement.enforced:
        return passed("a rule covers this account", **truth.facts)
    if not enforcement.exempt_because:
        return not_applicable("no rule speaks of this account; see MFA-1", **truth.facts)
    if is_synchronization(person):
        return passed("only synchronizes the directory", **truth.facts)
    if person.is_break_glass:
        sealed = sorted(one.label for one in people if one.is_break_glass and one.can_sign_in)
        if len(sealed) > EMERGENCY_ACCOUNTS:
            return failed("is one of too many emergency accounts that are left out", emergency=sealed, **truth.facts)
        return passed("is a sealed emergency account", **truth.facts)
    if enforcement.elsewhere is not None:
        return held_elsewhere(
            f"signs in through {enforcement.elsewhere}, which holds the factor",
            remedy="show that the other provider asks for a second factor",
            **truth.facts,
        )
    return failed("is left out of the rule that asks for a second factor", **truth.facts)


@CONTROL.check(GOOGLE_WORKSPACE)
def is_enforced(person: Person, policy: GooglePolicy, factors: Factors, now: Now) -> Result:
    """Where 2-step verification is enforced, it is enforced for each person."""
    if not person.can_sign_in:
        return not_applicable("is suspended or archived")
    if person.is_guest:
        return not_applicable("is a guest: their own organization holds the factor")
    cell = policy.of(person)
    truth = factors.of(person)
    enforcement = truth.enforcement
    enforced = enforcement.enforced
    if enforcement.elsewhere is not None:
        return held_elsewhere(
            f"signs in through {enforcement.elsewhere}, which holds the factor",
            remedy="show that the other provider asks for a second factor",
            **truth.facts,
        )
    if not cell.given(TwoStepEnforcement) or not cell.setting(TwoStepEnrollment).allow_enrollment:
        return not_applicable("2-step verification is not enforced in this unit; see MFA-1", **truth.facts)
    if not EPOCH < cell.setting(TwoStepEnforcement).enforced_from <= now:
        return not_applicable("2-step verification is not enforced in this unit; see MFA-1", **truth.facts)
    if enforced:
        return passed("2-step verification is enforced", **truth.facts)
    if not person.has_mailbox and person.last_sign_in is None:
        return review("never signed in and has no mailbox: close the account, or enforce", **truth.facts)
    ends = truth.grace_ends(now)
    if ends is not None:
        return review(
            f"is new and has until {ends.date().isoformat()} to set up a second factor",
            grace_ends=ends.isoformat(),
            **truth.facts,
        )
    return failed("is exempted although the unit enforces 2-step verification", **truth.facts)
