"""Repeated wrong passwords lock the account.

Why it matters
    Without a lock a program tries thousands of passwords a minute.

How to fix it
    Microsoft 365: Entra, Authentication methods, Password protection: Lockout threshold 10 or less; Lockout duration 60 seconds or
    more.

Does not cover
    Guessing one password with many accounts, which Microsoft stops by other means.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.view import Tenant
from rules.views.password_rules import PasswordSettings

CONTROL = Control(
    "AUTH-20",
    Severity.LOW,
    cites=["164.308(a)(5)(ii)(D)", "164.312(d)", "164.308(a)(5)(ii)(C)"],
    level=Level.SHOULD,
)
# Microsoft's defaults, which hold where nobody changed them (Entra page on smart lockout).
TRIES, SECONDS = 10, 60


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.3.8"],
    prowler=["entra_password_protection_lockout_threshold_limited"],
)
def lock_comes_soon(tenant: Tenant, settings: PasswordSettings) -> Result:
    """An account is locked after ten wrong passwords at most."""
    passwords = settings.passwords
    tries = TRIES if passwords is None else passwords.number("LockoutThreshold", TRIES)
    if tries > TRIES:
        return failed(f"an account is locked only after {tries} wrong passwords", tries=tries)
    return passed(f"an account is locked after {tries} wrong passwords", tries=tries)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.3.9"],
    prowler=["entra_password_protection_lockout_duration_configured"],
)
def lock_lasts(tenant: Tenant, settings: PasswordSettings) -> Result:
    """A lock lasts a minute at least."""
    passwords = settings.passwords
    seconds = SECONDS if passwords is None else passwords.number("LockoutDurationInSeconds", SECONDS)
    if seconds < SECONDS:
        return failed(f"a lock lasts only {seconds} seconds", seconds=seconds)
    return passed(f"a lock lasts {seconds} seconds", seconds=seconds)
