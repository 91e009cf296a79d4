"""Azure and admin portals require MFA.

Why it matters
    The portals are where everything else can be switched off. They must not open with a password, whoever signs in.

How to fix it
    Microsoft 365: Security defaults; or one rule that asks everybody in every application (MFA-1); or at least the Conditional Access
    template "Require multifactor authentication for Azure management", and the same for "Microsoft Admin Portals".

Does not cover
    Microsoft's own enforcement for its portals, which came in steps and shows in no setting.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules, Standing
from rules.views.baseline import Baseline
from rules.views.conditional_access import AccessPolicy, Demand
from rules.views.factors import SECURITY_DEFAULTS

CONTROL = Control("MFA-19", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
PORTALS = {
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Azure management",
    "MicrosoftAdminPortals": "the Microsoft admin portals",
}


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_require_mfa_for_management_api"])
def portals_ask_everybody(
    tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline, rules: AccessRules
) -> Result:
    """Azure management and the admin portals ask everybody for a second factor."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed("security defaults ask in the portals", policies=[SECURITY_DEFAULTS])
    except Unreadable as err:
        unread = err
    if baseline.everybody.policies:
        return passed("a rule asks everybody, everywhere", policies=baseline.everybody.policies)
    standings = {words: _covering(rules, portal) for portal, words in PORTALS.items()}
    open_ = [words for words, standing in standings.items() if not standing.policies]
    if not open_:
        return passed(
            "rules ask everybody in the portals", policies=sorted({p for s in standings.values() for p in s.policies})
        )
    if unread is not None:
        raise unread
    baseline.everybody.met  # noqa: B018 - raises where a policy that could not be read might be the rule
    for standing in standings.values():
        standing.met  # noqa: B018 - the same
    near = list(dict.fromkeys(line for standing in standings.values() for line in standing.objections))
    return failed(f"{' and '.join(open_)} open with a password alone", near_misses=near)


def _covering(rules: AccessRules, portal: str) -> Standing:
    def wanted(policy: AccessPolicy) -> list[str] | None:
        if policy.blocks or policy.demand is not Demand.SECOND_FACTOR:
            return None
        return [] if policy.covers_application(portal) else None

    return rules.find(wanted, every_application=False)
