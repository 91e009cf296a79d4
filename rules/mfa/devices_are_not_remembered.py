"""Devices cannot be remembered to skip the second factor.

Why it matters
    "Do not ask again on this device" turns the second factor off for whoever sits down at that device next, and the front desk's
    computer is used by everybody.

How to fix it
    Microsoft 365: The old page "multifactor authentication, service settings": untick "remember multi-factor authentication on
    trusted device"; then say so in the configuration, [tenant.clinic] remembers_devices = false.
    Google Workspace: Admin console, Security, 2-step verification, Frequency: untick "Allow user to trust the device".

Does not cover
    How long a session lasts (AUTH-12). Microsoft shows the old page in no API, so that only the clinic can say what it holds.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import TwoStepDeviceTrust
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.view import Now, Tenant
from rules.views.google_policy import PolicyCell
from rules.views.two_step import not_enforced

CONTROL = Control("MFA-13", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.1.5v1"], none=not_applicable("no active person works in any unit")
)
def devices_are_asked_again(cell: PolicyCell, now: Now) -> Result:
    """No device in any unit or group is trusted to skip the second step."""
    if not_enforced(cell, now):
        return not_applicable("2-step verification is not enforced here: see MFA-1")
    trusts = cell.setting(TwoStepDeviceTrust).allow_trusting_device
    origin = str(cell.origin(TwoStepDeviceTrust, "allow_trusting_device"))
    if trusts:
        return failed("people may tell Google not to ask again on a device", setting=origin)
    return passed("no device is trusted to skip the second step", setting=origin)


@CONTROL.check(MICROSOFT_365)
def old_page_remembers_nothing(tenant: Tenant, profile: Profile) -> Result:
    """The old page remembers no device."""
    if profile.remembers_devices is None:
        return needs_input(
            "whether the old page remembers devices is in no API",
            remedy="look at multifactor authentication, service settings, and set remembers_devices in the configuration",
        )
    if profile.remembers_devices:
        return failed("the clinic says that devices are remembered and skip the second factor")
    return passed("the clinic says that no device is remembered")
