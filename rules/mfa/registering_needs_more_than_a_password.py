"""Registering a factor needs a managed device, trusted place or existing factor.

Why it matters
    Whoever has the password of somebody without a second factor can register one of their own, and is in for good.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody, Target resources: User actions, Register security information; Grant:
    compliant or joined device, or multifactor authentication (hand out temporary access passes for the first factor); or block it
    outside the clinic's own network.

Does not cover
    How new people get their first factor, and factors that administrators register for them.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, review
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Limit
from rules.views.places import Places

CONTROL = Control("MFA-16", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
REGISTER = "urn:user:registersecurityinfo"


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.8v1"],
    cis=["CIS M365 v7.0.0 5.2.2.10", "CIS M365 v6.0.0 5.2.2.10"],
    prowler=["entra_managed_device_required_for_mfa_registration"],
)
def a_rule_guards_registration(
    tenant: Tenant, defaults: One[SecurityDefaults], rules: AccessRules, places: Places
) -> Result:
    """A rule asks everybody for more than the password before a factor is registered."""

    def wanted(policy: AccessPolicy) -> list[str] | None:
        if REGISTER not in policy.user_actions:
            return None
        objections = []
        if not policy.blocks and not policy.asks_one_of("mfa", "compliantDevice", "domainJoinedDevice"):
            objections.append("it asks for no managed device and no other factor")
        if Limit.PLACES in policy.narrowed_by and not places.all_but_trusted(policy):
            objections.append("it leaves out places that the clinic does not trust")
        if policy.blocks and Limit.PLACES not in policy.narrowed_by:
            objections.append("it blocks registration everywhere, also for new staff")
        return objections

    standing = rules.find(wanted, every_application=False, spare={Limit.PLACES})
    if rules.under_defaults(defaults, standing):
        return review("security defaults let everybody register a first factor with the password alone, from anywhere")
    return rules.unlicensed or judged(
        standing,
        met="a rule guards the registration of factors",
        missing="anybody who has a password can register a factor of their own with it",
    )
