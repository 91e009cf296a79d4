"""Joining a device to the tenant needs MFA.

Why it matters
    A joined device counts as the clinic's own. With a stolen password alone, a thief's computer becomes one, and rules that trust
    such devices let it in.

How to fix it
    Microsoft 365: Entra, Devices, Device settings: "Require multifactor authentication to register or join devices": Yes. Or, with
    Entra ID P1: that setting No, and a Conditional Access rule for the user action "Register or join devices" that asks for it.

Does not cover
    Devices that have joined already (DEV-4).
"""

from __future__ import annotations

from connectors.microsoft365.sources.devices import DeviceRegistrationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules
from rules.views.conditional_access import AccessPolicy

CONTROL = Control(
    "MFA-18", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)", "164.310(d)(1)"], level=Level.SHOULD
)
JOIN = "urn:user:registerdevice"


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_device_registration_mfa_required"])
def joining_asks_for_a_second_factor(
    tenant: Tenant, settings: One[DeviceRegistrationPolicy], rules: AccessRules
) -> Result:
    """Nobody joins a device to the tenant without a second factor."""

    def wanted(policy: AccessPolicy) -> list[str] | None:
        if JOIN not in policy.user_actions:
            return None
        return [] if policy.asks_one_of("mfa") else ["it asks for no second factor"]

    standing = rules.find(wanted, every_application=False)
    required = settings.value.multi_factor_auth_configuration == "required"
    if standing.policies and required:
        return review(
            "both the device setting and a rule ask; Microsoft wants the setting at No where a rule asks",
            policies=standing.policies,
        )
    if standing.met:
        return passed("a rule asks for a second factor", policies=standing.policies)
    if required:
        return passed("the device setting asks for a second factor")
    return failed("a device joins with the password alone", near_misses=standing.objections)
