"""Broken-open phones are refused.

Why it matters
    A phone whose built-in protection was removed, by its owner or by somebody else, lets any app read the clinic's mail.

How to fix it
    Microsoft 365: Intune, Devices, Compliance, a policy for iOS and one for Android: Jailbroken or rooted devices: Block; or the
    same in the conditional launch of an app protection policy.
    Google Workspace: Admin console, Devices, Mobile and endpoints, Settings: Compromised devices: block.

Does not cover
    Phones that hide it well.
"""

from __future__ import annotations

from connectors.google_workspace.sources.devices import MobileDevice as GooglePhone
from connectors.microsoft365.sources.devices import ManagedDevice
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.devices.google_phones import absent, idle, kept_out
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.view import Now
from rules.views.alternatives import first_met
from rules.views.device_policies import ANDROID, IOS, DevicePolicies, Platform, platform_of

CONTROL = Control("DEV-3", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(B)", "164.310(c)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365, none=not_applicable("Intune manages no device"))
def managed_phone_is_whole(device: ManagedDevice) -> Result:
    """No managed phone was broken open."""
    if platform_of(device.operating_system) not in {IOS, ANDROID}:
        return not_applicable("is no phone")
    match device.jail_broken:
        case "True":
            return failed("was broken open", person=device.user_principal_name)
        case "False":
            return passed("is whole", person=device.user_principal_name)
        case _:
            return not_assessed(
                "Intune does not know whether it was broken open", source="graph.managed_devices:jailBroken"
            )


@CONTROL.check(MICROSOFT_365, none=not_applicable("no phone or tablet syncs mail"))
def platform_refuses_them(platform: Platform, policies: DevicePolicies) -> Result:
    """A policy for everybody refuses phones that were broken open, for every kind of phone in use."""
    if platform.id not in {IOS, ANDROID}:
        return not_applicable("only phones with iOS or Android can be asked")

    def apps() -> Result | None:
        found = policies.protected_apps(platform.id, lambda policy: policy.device_compliance_required)
        return (
            passed("protected apps refuse phones that were broken open", policies=found.policies)
            if found.whole
            else None
        )

    def devices() -> Result | None:
        found = policies.compliance(platform.id, lambda policy: policy.security_block_jailbroken_devices)
        return (
            passed("phones that were broken open count as unhealthy", policies=found.policies) if found.whole else None
        )

    return first_met([devices, apps]) or failed("no policy for everybody refuses phones that were broken open")


@CONTROL.check(GOOGLE_WORKSPACE, none=absent())
def google_phone_is_whole(device: GooglePhone, now: Now) -> Result:
    """No phone that Google lets in was broken open."""
    if kept_out(device):
        return not_applicable("Google keeps it out")
    if idle(device, now):
        return not_applicable("has not synchronized for 90 days")
    status = (device.device_compromised_status or "").casefold()
    if status in {"no compromise detected", "undetected"}:
        return passed("is whole as far as Google can tell", status=device.device_compromised_status)
    if not status or status == "unknown":
        return not_assessed(
            "Google does not tell whether it was broken open; it does so only under advanced management",
            source="directory.mobile_devices:deviceCompromisedStatus",
            remedy="switch on advanced mobile management",
        )
    return failed("was broken open, and Google lets it in", status=device.device_compromised_status)
