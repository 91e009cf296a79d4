"""Risky sign-ins are stopped or challenged.

Why it matters
    A sign-in from two continents within an hour, or from a network of thieves, is seen by Microsoft at once. A rule can stop it in
    that moment.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody and every application, Conditions, Sign-in risk: High and Medium; Grant:
    Block; or require multifactor authentication with Session, Sign-in frequency: every time. Keep user risk in a rule of its own.

Does not cover
    Clinics without Entra ID P2, which cannot have such a rule.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, not_applicable, passed
from rules.view import Tenant
from rules.views.access_rules import AccessRules, Standing, judged
from rules.views.conditional_access import AccessPolicy, Limit

CONTROL = Control("AUTH-10", Severity.HIGH, cites=["164.312(d)"], level=Level.SHOULD)
BOTH = "it also names a risk of the account, and applies only where both are seen"


def _covering(rules: AccessRules, levels: set[str], *, challenge: bool) -> Standing:
    def wanted(policy: AccessPolicy) -> list[str] | None:
        conditions = policy.record.conditions
        if not levels <= set(conditions.sign_in_risk_levels):
            return None
        objections = [BOTH] if conditions.user_risk_levels else []
        if not policy.blocks and not challenge:
            objections.append("it does not block")
        elif not policy.blocks and not (policy.asks_one_of("mfa") and policy.asks_every_time):
            objections.append("it does not ask for a second factor every time")
        return objections

    return rules.find(wanted, spare={Limit.RISK})


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.2.3v1"],
    cis=[
        "CIS M365 v7.0.0 5.2.2.7",
        "CIS M365 v6.0.0 5.2.2.7",
        "CIS M365 v7.0.0 5.2.2.8",
        "CIS M365 v6.0.0 5.2.2.8",
    ],
    prowler=[
        "entra_identity_protection_sign_in_risk_enabled",
        "entra_conditional_access_policy_block_high_medium_sign_in_risk",
    ],
)
def a_rule_stops_them(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule stops sign-ins at high risk, or asks for a second factor at medium and high risk."""
    if not rules.licences.has(Capability.ENTRA_P2):
        return not_applicable("Microsoft rates sign-ins for rules only with Entra ID P2")
    blocked = _covering(rules, {"high"}, challenge=False)
    asked = _covering(rules, {"medium", "high"}, challenge=True)
    stricter = _covering(rules, {"medium", "high"}, challenge=False)
    for standing, level in (
        (stricter, "medium and high risk is blocked"),
        (blocked, "high risk is blocked"),
        (asked, "medium and high risk is asked for a second factor every time"),
    ):
        if standing.policies:
            return passed(level, policies=standing.policies)
    blocked.met, asked.met  # noqa: B018 - raise where a policy that could not be read might be the rule
    both = Standing(objections=list(dict.fromkeys([*blocked.objections, *asked.objections])))
    return judged(both, met="", missing="nothing stops a sign-in that Microsoft holds to be a thief's")
