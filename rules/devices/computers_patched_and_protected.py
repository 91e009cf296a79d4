"""Computers that reach mail are patched and run protection.

Why it matters
    A computer that gets no more updates, or runs no antivirus, is where most thefts of mail begin.

How to fix it
    Microsoft 365: Intune, Devices, Windows updates: an update ring for everybody; replace computers whose system gets no updates.
    Intune, Endpoint security, Antivirus: a policy for everybody. State in the evidence folder, kind endpoint_protection, who looks
    after the protection of the computers.

Does not cover
    Computers that are not managed, and each computer's last scan. Which edition of Windows runs is not told, and editions get
    updates for different times.
"""

from __future__ import annotations

from connectors.microsoft365.sources.devices import ManagedDevice
from connectors.microsoft365.sources.intune import ConfigurationPolicy, DeviceConfiguration
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.os_support import Support, support
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Now, Tenant
from rules.views.attestations import Attestations
from rules.views.device_policies import MAC, WINDOWS, kind, platform_of

CONTROL = Control("DEV-13", Severity.LOW, cites=["164.308(a)(5)(ii)(B)", "164.310(c)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365, none=not_applicable("Intune manages no device"))
def computer_gets_updates(device: ManagedDevice, now: Now) -> Result:
    """Every managed computer runs a system that still gets updates."""
    platform = platform_of(device.operating_system)
    if platform not in {WINDOWS, MAC}:
        return not_applicable("is no computer")
    version = device.os_version
    match support(platform, version or "", now.date()):
        case Support.YES:
            return passed("runs a system that gets updates", version=version)
        case Support.NO:
            return failed("runs a system that gets no more updates", version=version)
        case Support.SOME:
            return review("runs a system that only some editions still get updates for", version=version)
        case _:
            return not_assessed(
                f"whether {device.operating_system} {version} still gets updates is not known",
                source="graph.managed_devices:osVersion",
            )


@CONTROL.check(MICROSOFT_365)
def updates_are_managed(tenant: Tenant, managed: Table[ManagedDevice], profiles: Table[DeviceConfiguration]) -> Result:
    """An assigned policy installs updates on Windows computers."""
    if not any(platform_of(device.operating_system) == WINDOWS for device in managed):
        return not_applicable("Intune manages no Windows computer")
    for profile in profiles:
        if kind(profile.odata_type) == "windowsUpdateForBusinessConfiguration" and profile.assignments:
            return passed("a policy installs updates", policy=profile.display_name)
    return failed("no assigned policy installs updates on Windows computers")


@CONTROL.check(MICROSOFT_365)
def computers_are_protected(
    tenant: Tenant, attestations: Attestations, managed: Table[ManagedDevice], catalogue: Table[ConfigurationPolicy]
) -> Result:
    """Antivirus runs on every computer, and somebody looks after it."""
    if not any(platform_of(device.operating_system) in {WINDOWS, MAC} for device in managed):
        return not_applicable("Intune manages no computer")
    statements = [one for one in attestations.known("endpoint_protection") if attestations.fault(one) is None]
    if statements:
        return passed("somebody looks after the protection of the computers", statement=statements[0].id)
    for policy in catalogue:
        if policy.template_reference.template_family == "endpointSecurityAntivirus" and policy.is_assigned:
            return review(
                "a policy sets up antivirus; whether it is well on each computer is for a person to look at",
                policy=policy.name,
            )
    return failed("no policy sets up antivirus, and nobody states that computers are protected otherwise")
