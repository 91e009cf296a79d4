"""Sign-in hand-off tricks (device code, authentication transfer) are blocked.

Why it matters
    "Type this code at microsoft.com" is how thieves get a session without ever knowing the password: the person signs in properly,
    for them. Hardly any clinic needs this way of signing in.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody and every application, Conditions, Authentication flows: Device code flow
    and Authentication transfer; Grant: Block.

Does not cover
    Consent to applications (APP-1).
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.access_rules import AccessRules, Standing, judged
from rules.views.conditional_access import AccessPolicy, Limit

CONTROL = Control("AUTH-8", Severity.MEDIUM, cites=["164.312(d)"], level=Level.SHOULD)


def _blocking(rules: AccessRules, flow: str) -> Standing:
    def wanted(policy: AccessPolicy) -> list[str] | None:
        if flow not in policy.transfer_methods:
            return None
        return [] if policy.blocks else ["it does not block"]

    return rules.find(wanted, spare={Limit.FLOWS})


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.9v1"],
    cis=["CIS M365 v7.0.0 5.2.2.12", "CIS M365 v6.0.0 5.2.2.12"],
    prowler=["entra_conditional_access_policy_device_code_flow_blocked"],
)
def device_codes_are_blocked(tenant: Tenant, rules: AccessRules) -> Result:
    """Nobody signs in by typing a code for another device."""
    return rules.unlicensed or judged(
        _blocking(rules, "deviceCodeFlow"),
        met="a rule blocks sign-in by device code",
        missing="anybody can be talked into signing in for somebody else by device code",
    )


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.17"],
    prowler=["entra_conditional_access_policy_authentication_transfer_blocked"],
)
def transfer_is_blocked(tenant: Tenant, rules: AccessRules) -> Result:
    """Nobody hands a session over to another device."""
    return rules.unlicensed or judged(
        _blocking(rules, "authenticationTransfer"),
        met="a rule blocks handing a session over",
        missing="a session can be handed over to another device",
    )
