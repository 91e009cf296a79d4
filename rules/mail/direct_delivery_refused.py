"""Unauthenticated direct delivery is refused.

Why it matters
    Microsoft's servers take mail in the clinic's own name from anybody who connects to them, unless the clinic says no.

How to fix it
    Microsoft 365: Exchange Online PowerShell: Set-OrganizationConfig -RejectDirectSend $true, after scanners and copiers send
    through a mailbox of their own. Where another service filters first: a connector that takes mail from it alone, with enhanced
    filtering.

Does not cover
    Fakes that come through the front door (MAIL-9).
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.microsoft365.sources.protection import InboundConnector
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.mail_domains import MailDomain

CONTROL = Control("MAIL-26", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(e)(1)", "164.308(a)(5)(ii)(B)"])
MICROSOFT = (".mail.protection.outlook.com", ".mx.microsoft")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.5.5", "CIS M365 v6.0.0 6.5.5"],
    prowler=["exchange_organization_reject_direct_send_enabled"],
)
def direct_send_is_refused(tenant: Tenant, organization: One[OrganizationConfig], profile: Profile) -> Result:
    """Exchange refuses mail in the clinic's own name from servers that it does not know."""
    if organization.value.reject_direct_send:
        return passed("mail in the clinic's name is refused from unknown servers")
    if profile.smtp_auth_exceptions:
        return review(
            "mail in the clinic's name is taken from anybody; the clinic names devices that send so: move them to a mailbox",
            devices=sorted(profile.smtp_auth_exceptions),
        )
    return failed("mail in the clinic's name is taken from any server")


@CONTROL.check(MICROSOFT_365)
def gateway_is_the_only_door(domain: MailDomain, connectors: Table[InboundConnector]) -> Result:
    """Where another service takes the mail first, Exchange takes it from that service alone and looks behind it."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    hosts = [host.host.casefold().rstrip(".") for host in domain.mx.hosts if host.host not in {"", "."}]
    if not hosts:
        return not_applicable("takes no mail")
    others = [host for host in hosts if not host.endswith(MICROSOFT)]
    if not others:
        return passed("takes its mail at Microsoft's own servers")
    gateways = [one for one in connectors if one.enabled and "*" in one.domains]
    locked = [
        one
        for one in gateways
        if (one.restrict_domains_to_ip_addresses and one.sender_ip_addresses)
        or (one.restrict_domains_to_certificate and one.tls_sender_certificate_name)
    ]
    if not locked:
        return failed(
            "takes its mail at another service, and Exchange takes it from anybody else as well", servers=others
        )
    if not any((one.ef_skip_last_ip or one.ef_skip_ips) and not one.ef_test_mode for one in locked):
        return failed(
            "takes its mail at another service, and Exchange cannot see the true sender behind it", servers=others
        )
    return passed("takes its mail at another service, and from it alone", servers=others)
