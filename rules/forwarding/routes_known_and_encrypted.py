"""Outbound routes go only to known places with TLS.

Why it matters
    A connector hands all mail of a domain, or all mail at all, to another company's server. Without TLS everybody on the way can read
    it.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Connectors: remove routes that nobody can explain, require TLS on the others, and
    name the partners in the configuration. Put agreements with those that carry mail on file: evidence folder, kind vendor_baas.

Does not cover
    Google shows its outbound gateway by no interface.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.microsoft365.sources.mailflow import OutboundConnector, TransportRule
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.views.agreements import Agreements
from rules.views.owned_domains import OwnedDomains

CONTROL = Control(
    "FWD-15",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.312(e)(2)(ii)", "164.308(b)(1)"],
)
OFF = not_applicable("is switched off")
NO_ROUTE = passed("no mail leaves over another server")


def _known(name: str, profile: Profile, owned: OwnedDomains) -> bool:
    """Whether a host or domain is the clinic's, a partner's or approved, itself or by a domain above it."""
    name = name.strip("[] ").casefold().removeprefix("*.")
    stated = {one.casefold() for one in (*profile.partners, *profile.approved_external_domains)}
    if any(name == one or name.endswith(f".{one}") for one in stated):
        return True
    return any(name == one or name.endswith(f".{one}") for one in owned.known) or owned.owns(name)


def _agreed(name: str, agreements: Agreements) -> bool:
    try:
        return agreements.covers(name)
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT and agreements.whole:
            return False  # a folder that was read and names no vendor
        raise


@CONTROL.check(MICROSOFT_365, none=NO_ROUTE)
def route_is_encrypted(connector: OutboundConnector) -> Result:
    """Mail on every route is encrypted."""
    if not connector.enabled:
        return OFF
    if connector.tls_settings is None:
        return failed("may send in the clear: TLS is not required")
    return passed("requires TLS", tls=connector.tls_settings)


@CONTROL.check(MICROSOFT_365, none=NO_ROUTE)
def route_leads_to_known_places(
    connector: OutboundConnector, profile: Profile, owned: OwnedDomains, agreements: Agreements
) -> Result:
    """Every route is for known domains, over known servers; a route for all mail goes to a vendor with an agreement."""
    if not connector.enabled:
        return OFF
    hosts = [] if connector.use_m_x_record else connector.smart_hosts
    for host in hosts:
        if "*" in connector.recipient_domains:
            if not _agreed(host, agreements):
                return failed(
                    f"sends all mail through {host}, and no agreement with it is on file", about={"host": host}
                )
        elif not _known(host, profile, owned):
            return failed(f"sends mail through {host}, which the clinic does not name", about={"host": host})
    for domain in connector.recipient_domains:
        if domain != "*" and not _known(domain, profile, owned):
            return failed(f"is for {domain}, which the clinic does not name", about={"domain": domain})
    return passed("leads to known places", servers=hosts, domains=connector.recipient_domains)


@CONTROL.check(MICROSOFT_365, none=NO_ROUTE)
def route_is_in_use(connector: OutboundConnector, rules: Table[TransportRule]) -> Result:
    """A route that only mail flow rules use is used by one."""
    if not connector.enabled:
        return OFF
    if not connector.is_transport_rule_scoped:
        return passed("is used by itself")
    name = connector.name.casefold()
    if any(
        (rule.route_message_outbound_connector or "").casefold() == name and rule.state == "Enabled" for rule in rules
    ):
        return passed("is used by a mail flow rule")
    return review("waits for a mail flow rule, and none uses it; remove it")
