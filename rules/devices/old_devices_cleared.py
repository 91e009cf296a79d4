"""Old devices are cleared out.

Why it matters
    A device that nobody uses any more may be in a drawer, at a buyer, or in a stranger's hands, and it still has a key.

How to fix it
    Microsoft 365: Entra, Devices: switch off, then delete devices not seen for 180 days; Intune, Devices, Device clean-up rules: on.
    Google Workspace: Admin console, Devices, Mobile and endpoints: delete devices that have not synchronized for 90 days.

Does not cover
    Exchange's own list of phones, which does not tell when a phone was last seen.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.google_workspace.sources.devices import MobileDevice as GooglePhone
from connectors.microsoft365.sources.devices import DirectoryDevice, ManagedDevice
from connectors.microsoft365.sources.intune import CleanupRule
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.devices.google_phones import absent, idle
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Table
from rules.view import Now, Tenant, age

CONTROL = Control("DEV-12", Severity.LOW, cites=["164.310(d)(2)(iii)", "164.308(a)(3)(ii)(C)"], level=Level.SHOULD)
STALE = timedelta(days=180)


@CONTROL.check(MICROSOFT_365, none=passed("Entra knows no device"))
def known_device_is_in_use(device: DirectoryDevice, now: Now) -> Result:
    """Every device that may sign in did so in the last 180 days."""
    if not device.account_enabled:
        return not_applicable("is switched off")
    seen = device.approximate_last_sign_in_date_time
    if seen is None:
        return not_assessed(
            "Entra does not tell when it last signed in", source="graph.devices:approximateLastSignInDateTime"
        )
    if age(now, seen) > STALE:
        return failed(
            f"has not signed in since {seen.date().isoformat()} and still may", system=device.operating_system
        )
    return passed("is in use", last_seen=seen.date().isoformat())


@CONTROL.check(MICROSOFT_365)
def a_rule_clears_out(tenant: Tenant, managed: Table[ManagedDevice], rules: Table[CleanupRule]) -> Result:
    """Intune removes managed devices that are not seen any more."""
    found = [rule.display_name for rule in rules if rule.device_inactivity_before_retirement_in_days > 0]
    if found:
        return passed("a rule removes devices that are not seen any more", rules=found)
    if not any(True for _ in managed):
        return not_applicable("Intune manages no device")
    return failed("no rule removes managed devices that are not seen any more")


@CONTROL.check(GOOGLE_WORKSPACE, none=absent())
def google_phone_is_in_use(device: GooglePhone, now: Now) -> Result:
    """Every approved phone synchronized in the last 90 days."""
    if device.status.upper() != "APPROVED":
        return not_applicable("is not approved")
    if idle(device, now):
        return failed(f"has not synchronized since {device.last_sync.date().isoformat()} and still may")
    return passed("is in use", last_seen=device.last_sync.date().isoformat())
