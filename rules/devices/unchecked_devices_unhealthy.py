"""Devices without a health check count as unhealthy.

Why it matters
    A rule that lets in healthy devices only is worth nothing if a device that nobody checks counts as healthy.

How to fix it
    Microsoft 365: Intune, Devices, Compliance, Compliance settings: Mark devices with no compliance policy assigned as: Not
    compliant. Assign a compliance policy for every kind of device in use.

Does not cover
    What the policies demand (DEV-2, DEV-3, DEV-8).
"""

from __future__ import annotations

from connectors.microsoft365.sources.devices import ManagedDevice
from connectors.microsoft365.sources.intune import IntuneSettings
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.device_policies import KINDS, LABELS, DevicePolicies, platform_of

CONTROL = Control("DEV-9", Severity.LOW, cites=["164.310(c)", "164.308(a)(1)(ii)(B)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 4.1", "CIS M365 v6.0.0 4.1"],
    prowler=["intune_device_compliance_policy_unassigned_devices_not_compliant_by_default"],
)
def unchecked_is_unhealthy(tenant: Tenant, intune: One[IntuneSettings]) -> Result:
    """A device that no policy checks counts as unhealthy."""
    if intune.value.settings.secure_by_default:
        return passed("a device that no policy checks counts as unhealthy")
    return failed("a device that no policy checks counts as healthy")


@CONTROL.check(MICROSOFT_365)
def every_kind_is_checked(tenant: Tenant, managed: Table[ManagedDevice], policies: DevicePolicies) -> list[Result]:
    """Every kind of device that Intune manages has a compliance policy that reaches everybody."""
    used = sorted({platform_of(device.operating_system) for device in managed} & set(KINDS))
    results = []
    for platform in used:
        found = policies.compliance(platform, lambda _: True)
        if found.whole:
            results.append(passed(f"{LABELS[platform]} are checked", policies=found.policies))
        elif found.policies:
            results.append(
                failed(
                    f"the checks of {LABELS[platform]} leave out some of the staff",
                    about={"platform": platform},
                    policies=found.policies,
                    people=found.left_out,
                )
            )
        else:
            results.append(failed(f"nothing checks {LABELS[platform]}", about={"platform": platform}))
    return results or [not_applicable("Intune manages no device")]
