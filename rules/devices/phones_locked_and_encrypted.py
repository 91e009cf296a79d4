"""Phones with mail have a lock, encryption and can be wiped.

Why it matters
    A phone without a lock is an open mailbox for whoever finds it. With a lock, encryption and remote wiping a lost phone is an
    annoyance instead of a breach.

How to fix it
    Microsoft 365: Intune, Apps, App protection policies, for iOS and for Android: PIN, encryption, assigned to everybody. Without
    Intune: Exchange admin center, Mobile, Mobile device mailbox policies, Default: password of six characters, lock after
    15 minutes, encryption, and no devices that cannot keep these rules.
    Google Workspace: Admin console, Devices, Mobile and endpoints, Settings: advanced management, screen lock, encryption.

Does not cover
    Whether a phone is known at all (DEV-1), and whether a wipe that was ordered also happened. Outlook for phones keeps only a part
    of Exchange's own rules, so an app protection policy is the stronger form.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.google_workspace.sources.devices import MobileDevice as GooglePhone
from connectors.microsoft365.sources.devices import MobileDevicePolicy
from connectors.microsoft365.sources.intune import (
    AndroidAppProtection,
    AppProtection,
    CompliancePolicy,
    IosAppProtection,
)
from connectors.microsoft365.sources.mailboxes import CasMailbox
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.devices.google_phones import absent, idle, kept_out
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Now
from rules.views.alternatives import first_met
from rules.views.device_policies import DevicePolicies, Platform
from rules.views.spans import dotnet

CONTROL = Control(
    "DEV-2",
    Severity.HIGH,
    cites=["164.310(d)(1)", "164.310(b)", "164.310(c)", "164.312(a)(2)(iv)", "164.310(d)(2)(i)"],
)
LONGEST_LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 6


@CONTROL.check(MICROSOFT_365, none=passed("no phone or tablet syncs mail"))
def platform_is_protected(platform: Platform, policies: DevicePolicies, exchange: Table[MobileDevicePolicy]) -> Result:
    """A policy for everybody demands a lock and encryption on every kind of phone in use, and lets the clinic wipe it."""

    def apps() -> Result | None:
        found = policies.protected_apps(platform.id, _app_is_locked)
        return (
            passed("apps with clinic data are locked and encrypted", policies=found.policies) if found.whole else None
        )

    def devices() -> Result | None:
        found = policies.compliance(platform.id, _device_is_locked)
        if not found.whole:
            return None
        free = policies.unmanaged(platform.id)
        if free:
            return review(
                f"managed devices must be locked and encrypted, but {free} that read mail are not managed",
                policies=found.policies,
            )
        return passed("devices must be locked and encrypted", policies=found.policies)

    def mail() -> Result | None:
        default = next((policy for policy in exchange if policy.is_default), None)
        if default is None or _objections(default):
            return None
        return passed("Exchange's default policy demands a lock and encryption", policies=[default.name])

    found = first_met([apps, mail, devices])
    return found or failed("nothing makes everybody lock and encrypt a phone that reads clinic mail")


def _app_is_locked(policy: AppProtection) -> bool:
    if not policy.pin_required:
        return False
    if isinstance(policy, AndroidAppProtection):
        return bool(policy.encrypt_app_data)
    assert isinstance(policy, IosAppProtection)
    return policy.app_data_encryption_type != "useDeviceSettings"


def _device_is_locked(policy: CompliancePolicy) -> bool:
    if policy.odata_type.endswith("iosCompliancePolicy"):
        # An iPhone encrypts its storage as soon as it has a passcode (Apple Platform Security, data protection).
        return policy.passcode_required
    return policy.password_required and policy.storage_require_encryption


def _objections(policy: MobileDevicePolicy) -> list[str]:
    """What a policy of Exchange lacks, in words."""
    found = []
    if not policy.password_enabled:
        found.append("no password is demanded")
    elif policy.min_password_length is None or policy.min_password_length < SHORTEST_PASSWORD:
        found.append("a password shorter than six characters will do")
    lock = dotnet(policy.max_inactivity_time_lock)
    if lock is None or lock > LONGEST_LOCK:
        found.append("the phone need not lock within 15 minutes")
    if not policy.require_device_encryption:
        found.append("encryption is not demanded")
    if policy.allow_non_provisionable_devices:
        found.append("phones that cannot keep these rules get mail all the same")
    return found


@CONTROL.check(MICROSOFT_365, none=not_assessed("Exchange lists no policy for phones, although it always has one"))
def exception_is_as_strict(
    policy: MobileDevicePolicy, mailboxes: Table[CasMailbox], policies: DevicePolicies
) -> Result:
    """No mailbox has a policy of Exchange's own that demands less, unless the apps are protected anyway."""
    if policy.is_default:
        return not_applicable("is the default, which is judged with the phones")
    using = [
        mailbox.primary_smtp_address
        for mailbox in mailboxes
        if (mailbox.active_sync_mailbox_policy or "").rpartition("\\")[2].casefold() == policy.name.casefold()
    ]
    if not using:
        return not_applicable("no mailbox has this policy")
    missing = _objections(policy)
    if not missing:
        return passed("demands a lock and encryption", mailboxes=using)
    if all(policies.protected_apps(platform.id, _app_is_locked).whole for platform in policies):
        return passed("demands less, but apps with clinic data are locked and encrypted anyway", mailboxes=using)
    return failed(f"demands less of the mailboxes that have it: {'; '.join(missing)}", mailboxes=using)


@CONTROL.check(GOOGLE_WORKSPACE, none=absent())
def google_phone_is_protected(device: GooglePhone, now: Now) -> Result:
    """Every phone that synchronizes with Google has a lock and is encrypted."""
    if kept_out(device):
        return not_applicable("Google keeps it out")
    if idle(device, now):
        return not_applicable("has not synchronized for 90 days")
    lock = (device.device_password_status or "").casefold()
    encryption = (device.encryption_status or "").casefold()
    facts: dict[str, Any] = {"lock": device.device_password_status, "encryption": device.encryption_status}
    missing = []
    if lock == "off":
        missing.append("has no lock")
    if encryption in {"not encrypted", "unencrypted", "off"}:
        missing.append("is not encrypted")
    if missing:
        return failed(" and ".join(missing), **facts)
    if lock == "on" and encryption == "encrypted":
        return passed("is locked and encrypted", **facts)
    return not_assessed(
        "Google does not tell whether it is locked and encrypted; it does so only under advanced management",
        source="directory.mobile_devices",
        remedy="switch on advanced mobile management",
        **facts,
    )
