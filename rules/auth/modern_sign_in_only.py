"""Exchange and SharePoint accept modern sign-in only.

Why it matters
    As long as mail and files also accept the old way of signing in, a password alone opens them, whatever the rules say.

How to fix it
    Microsoft 365: Set-OrganizationConfig -OAuth2ClientProfileEnabled $true; SharePoint admin center, Access control: Apps that don't
    use modern authentication: Block access.

Does not cover
    Single protocols of a mailbox (AUTH-3, AUTH-4).
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.microsoft365.sources.sharing import SharePointSettings, SharePointTenant
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUTH-5", Severity.HIGH, cites=["164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.5.1", "CIS M365 v6.0.0 6.5.1"],
    prowler=["exchange_organization_modern_authentication_enabled"],
)
def exchange_is_modern(tenant: Tenant, config: One[OrganizationConfig]) -> Result:
    """Outlook signs in the modern way."""
    if config.value.o_auth2_client_profile_enabled:
        return passed("Exchange offers modern sign-in")
    return failed("Exchange offers Outlook only the old sign-in, without second factor")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 7.2.1", "CIS M365 v6.0.0 7.2.1"],
    prowler=["sharepoint_modern_authentication_required"],
)
def sharepoint_is_modern(tenant: Tenant, settings: One[SharePointSettings], own: One[SharePointTenant]) -> Result:
    """SharePoint and OneDrive refuse the old sign-in."""
    # Graph and SharePoint itself tell the same; whichever was read.
    told: list[bool] = []
    unread: Unreadable | None = None
    try:
        told.append(settings.value.is_legacy_auth_protocols_enabled)
    except Unreadable as err:
        unread = err
    try:
        told.append(own.value.legacy_auth_protocols_enabled)
    except Unreadable as err:
        unread = unread or err
    if any(told):
        return failed("SharePoint and OneDrive still accept the old sign-in")
    if not told and unread is not None:
        raise unread
    return passed("SharePoint and OneDrive refuse the old sign-in")
