"""Authenticated SMTP is off, with named exceptions only.

Why it matters
    Sending with a password alone is the last old door in Exchange. Scanners use it, and so do thieves.

How to fix it
    Microsoft 365: Exchange admin center, Settings, Mail flow: "Turn off SMTP AUTH protocol"; for a mailbox: Set-CASMailbox
    -SmtpClientAuthenticationDisabled $true. Name the scanner's account in smtp_auth_exceptions if it must stay.

Does not cover
    Relays that need no password.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import CasMailbox
from connectors.microsoft365.sources.mailflow import TransportConfig
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUTH-3", Severity.HIGH, cites=["164.312(d)", "164.312(e)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.5.1v1"],
    cis=["CIS M365 v7.0.0 6.5.4", "CIS M365 v6.0.0 6.5.4"],
    prowler=["exchange_transport_config_smtp_auth_disabled"],
)
def tenant_is_off(tenant: Tenant, config: One[TransportConfig]) -> Result:
    """Sending with a password alone is off for the organization."""
    if config.value.smtp_client_authentication_disabled:
        return passed("sending with a password alone is off")
    return failed("every mailbox may send with a password alone")


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no mailbox"))
def mailbox_is_off(mailbox: CasMailbox, config: One[TransportConfig], profile: Profile) -> Result:
    """No mailbox but named exceptions may send with a password alone."""
    own = mailbox.smtp_client_authentication_disabled
    if own is True:
        return passed("cannot send with a password alone")
    if own is None:
        # Null: the organization's setting applies (Set-CASMailbox); where that is open, the other check says so once.
        if config.value.smtp_client_authentication_disabled:
            return passed("follows the organization, where it is off")
        return not_applicable("follows the organization, where it is open: see the organization's own result")
    if profile.holds(profile.smtp_auth_exceptions, mailbox.primary_smtp_address):
        return passed("may send with a password alone, as a named exception", exception=True)
    return failed("may send with a password alone, and is no named exception")
