"""Accounts Microsoft rates as compromised are stopped.

Why it matters
    Microsoft finds passwords of the clinic for sale, and sees when somebody else uses an account. Without a rule it only writes that
    down.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody and every application, Conditions, User risk: High; Grant: Block, or
    require a password change with multifactor authentication. Keep sign-in risk in a rule of its own.

Does not cover
    Which accounts are at risk now (AUDIT-11). Clinics without Entra ID P2 cannot have such a rule.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, not_applicable
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Limit

CONTROL = Control("AUTH-9", Severity.HIGH, cites=["164.312(d)", "164.308(a)(6)(ii)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.2.1v1"],
    cis=["CIS M365 v7.0.0 5.2.2.6", "CIS M365 v6.0.0 5.2.2.6"],
    prowler=["entra_identity_protection_user_risk_enabled"],
)
def a_rule_stops_them(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule stops everybody whose account Microsoft holds to be in somebody else's hands."""
    if not rules.licences.has(Capability.ENTRA_P2):
        return not_applicable("Microsoft rates accounts for rules only with Entra ID P2")

    def wanted(policy: AccessPolicy) -> list[str] | None:
        conditions = policy.record.conditions
        if "high" not in conditions.user_risk_levels:
            return None
        objections = []
        if conditions.sign_in_risk_levels:
            objections.append("it also names a risk of the sign-in, and applies only where both are seen")
        if not policy.blocks and not policy.asks("mfa", "passwordChange") and not policy.asks("riskRemediation"):
            objections.append("it neither blocks nor asks for a new password with a second factor")
        return objections

    return judged(
        rules.find(wanted, spare={Limit.RISK}),
        met="a rule stops accounts at high risk",
        missing="an account that Microsoft holds to be stolen goes on working",
    )
