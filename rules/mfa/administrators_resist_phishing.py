"""Administrators use phishing-resistant factors only.

Why it matters
    A false sign-in page can pass on codes and prompts while they are valid, and then somebody else is administrator. A passkey, a
    security key or Windows Hello answers only to the real page.

How to fix it
    Microsoft 365: Give each administrator two security keys or passkeys; then Conditional Access, template "Require
    phishing-resistant multifactor authentication for admins", switched on.
    Google Workspace: Give each super administrator two security keys; then Admin console, Security, 2-step verification, Methods:
    Only security key, for the administrators.

Does not cover
    Accounts of everybody else (MFA-6). Google's counters of keys are one to three days old.
"""

from __future__ import annotations

from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import UserUsage
from connectors.google_workspace.sources.settings import TwoStepFactor
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Keyed
from rules.view import Now, Tenant
from rules.views.access_rules import AccessRules
from rules.views.conditional_access import AccessPolicy
from rules.views.factors import Factors, Strength
from rules.views.google_policy import PolicyCell
from rules.views.people import Person
from rules.views.privileged import privileged_roles
from rules.views.signin import held_elsewhere
from rules.views.two_step import not_enforced

CONTROL = Control("MFA-5", Severity.HIGH, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
KEYS = {"num_security_keys": "security keys", "num_passkeys_enrolled": "passkeys"}


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.6v1"],
    cis=["CIS M365 v7.0.0 5.2.2.5", "CIS M365 v6.0.0 5.2.2.5"],
    prowler=["entra_admin_users_phishing_resistant_mfa_enabled"],
)
def a_rule_asks_administrators(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule lets no administrator in without a factor that cannot be talked out of somebody."""
    if unlicensed := rules.unlicensed:
        return unlicensed

    def wanted(policy: AccessPolicy) -> list[str] | None:
        return None if policy.blocks or not policy.phishing_resistant else []

    everybody, administrators = rules.find(wanted), rules.for_roles(wanted)
    if everybody.policies or administrators.policies:
        return passed(
            "a rule asks administrators for such a factor", policies=everybody.policies or administrators.policies
        )
    everybody.met, administrators.met  # noqa: B018 - raise where a policy that could not be read might be the rule
    near = list(dict.fromkeys([*administrators.objections, *everybody.objections]))
    return failed("no rule asks administrators for a factor that resists false sign-in pages", near_misses=near)


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody holds a privileged role"))
def administrator_holds_one(person: Person, factors: Factors) -> list[Result]:
    """Each person with a privileged role has a passkey, a security key or Windows Hello."""
    if not person.can_sign_in:
        return []
    roles = privileged_roles(person)
    if not roles:
        return []
    truth = factors.of(person)
    if person.is_guest:
        return [
            not_assessed(
                "is a guest: their own organization holds the factor",
                source="graph.users:userType",
                remedy="take the role from the guest; see ADMIN-11",
                roles=roles,
            )
        ]
    shown: dict[str, Any] = {"registered": list(truth.registration.factors), "roles": roles}
    match truth.registration.strength:
        case Strength.PHISHING_RESISTANT:
            return [passed("has a factor that resists false sign-in pages", **shown)]
        case Strength.EXTERNAL:
            return [
                held_elsewhere(
                    "has a factor at another provider; of which kind is not visible",
                    remedy="show that the other provider's factor is a key or a passkey",
                    **shown,
                )
            ]
        case Strength.UNKNOWN:
            return [
                not_assessed(
                    "has registered something that nobody has documented",
                    source="graph.user_registration_details:methodsRegistered",
                    remedy="look at the person's methods",
                    **shown,
                )
            ]
    if truth.outside is not None:
        return [
            held_elsewhere(
                f"may hold the factor at {truth.outside}",
                remedy="show that the other provider's factor is a key or a passkey",
                **shown,
            )
        ]
    return [failed("is an administrator without passkey, security key or Windows Hello", **shown)]


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 4.1.1.2"],
    prowler=["security_2sv_hardware_keys_admins"],
    none=not_applicable("no super administrator works in any unit"),
)
def keys_are_enforced_for_administrators(cell: PolicyCell, now: Now) -> list[Result]:
    """Where super administrators work, only passkeys and security keys count as second step."""
    names = sorted(person.address for person in cell.people if person.is_highest_admin)
    if not names:
        return []
    if missing := not_enforced(cell, now):
        return [failed(f"{missing}, so administrators get in with any factor or none", administrators=names)]
    allowed: str = cell.setting(TwoStepFactor).allowed_sign_in_factor_set
    origin = str(cell.origin(TwoStepFactor, "allowed_sign_in_factor_set"))
    if allowed == "PASSKEY_ONLY":
        return [passed("only passkeys and security keys count", administrators=len(names), setting=origin)]
    return [failed("administrators may use weaker second steps", administrators=names, allowed=allowed, setting=origin)]


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("nobody is a super administrator"))
def super_administrator_holds_one(person: Person, usage: Keyed[UserUsage]) -> list[Result]:
    """Each super administrator has a security key or a passkey."""
    if not person.can_sign_in or not person.is_highest_admin:
        return []
    counters = usage.get(person.id)
    told = {} if counters is None else {words: counters.counter(f"accounts:{name}") for name, words in KEYS.items()}
    held: dict[str, Any] = {words: counter.int_value or 0 for words, counter in told.items() if counter is not None}
    if any(held.values()):
        return [passed("has " + " and ".join(words for words, count in held.items() if count), **held)]
    if len(held) < len(KEYS):
        gap = Gap(
            "reports.usage.users:parameters", Reason.UNREADABLE, "Google's report does not count this person's keys"
        )
        raise Unreadable(gap)
    return [failed("is a super administrator without security key or passkey", **held)]
