"""Authenticated SMTP is off, with named exceptions only.

Why it matters
    Sending by SMTP asks for the password only. A stolen password then sends mail in the clinic's name, second factor or not.

How to fix it
    Exchange Online PowerShell: Set-TransportConfig -SmtpClientAuthenticationDisabled $true; then, for each mailbox that does not
    need it, Set-CASMailbox -SmtpClientAuthenticationDisabled $null. Name scanners and fax machines in the configuration.

Does not cover
    Mail that devices hand to a relay without a password, and Google's SMTP relay (MAIL-31).
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import CasMailbox
from connectors.microsoft365.sources.mailflow import TransportConfig
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUTH-3", Severity.HIGH, cites=["164.312(d)", "164.312(e)(1)"])
CONTROL.not_applicable(GOOGLE_WORKSPACE, "Google has no such switch; for the SMTP relay see MAIL-31")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.5.1v1"],
    cis=["CIS M365 v7.0.0 6.5.4", "CIS M365 v6.0.0 6.5.4"],
    prowler=["exchange_transport_config_smtp_auth_disabled"],
)
def switched_off_for_the_tenant(tenant: Tenant, config: One[TransportConfig]) -> Result:
    """Sending with a password alone is switched off for the whole tenant."""
    if config.value.smtp_client_authentication_disabled:
        return passed("switched off for the whole tenant")
    return failed("every mailbox may send with a password alone, unless it is switched off there")


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no mailbox"))
def mailbox_makes_no_exception(mailbox: CasMailbox, config: One[TransportConfig], profile: Profile) -> Result:
    """No mailbox may send with a password alone, except those that the clinic named."""
    own = mailbox.smtp_client_authentication_disabled
    named = profile.holds(profile.smtp_auth_exceptions, mailbox.primary_smtp_address, mailbox.key)
    if own is None:
        if config.value.smtp_client_authentication_disabled:
            return passed("follows the tenant, where it is switched off")
        return not_applicable("follows the tenant, where it is allowed: see the tenant's own result")
    if own:
        return passed("switched off for this mailbox")
    if named:
        return passed("is allowed, and the clinic named it as an exception", exception=True)
    return failed("may send with a password alone, and the clinic did not name it as an exception")
