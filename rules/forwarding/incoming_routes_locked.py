"""Inbound connectors cannot be used to impersonate the clinic.

Why it matters
    A connector trusts whoever comes through it. One that asks for neither a certificate nor a known address trusts everybody.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Connectors: require TLS, and either the sender's certificate or its IP addresses
    (Set-InboundConnector -RequireTls $true -RestrictDomainsToCertificate $true).

Does not cover
    Mail that comes without a connector (MAIL-9, MAIL-26).
"""

from __future__ import annotations

from connectors.microsoft365.sources.protection import InboundConnector
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed

CONTROL = Control("FWD-16", Severity.HIGH, level=Level.SHOULD, cites=["164.312(e)(1)", "164.312(c)(2)"])


@CONTROL.check(MICROSOFT_365, none=passed("no server brings mail in on terms of its own"))
def incoming_route_is_locked(connector: InboundConnector) -> Result:
    """Every incoming route requires TLS, and a certificate or known addresses."""
    if not connector.enabled:
        return not_applicable("is switched off")
    faults = [] if connector.require_tls else ["takes mail in the clear"]
    by_address = connector.restrict_domains_to_ip_addresses and connector.sender_ip_addresses
    by_certificate = connector.restrict_domains_to_certificate and connector.tls_sender_certificate_name
    if not by_address and not by_certificate:
        whose = "every domain" if "*" in connector.domains else "its domains"
        faults.append(f"takes mail in the name of {whose} from any server")
    if faults:
        return failed("; ".join(faults), domains=connector.domains, type=connector.connector_type)
    return passed("is open to known servers only", domains=connector.domains)
