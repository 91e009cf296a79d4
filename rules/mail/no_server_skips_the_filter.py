"""No IP address skips the filter.

Why it matters
    Mail from an allowed server is never taken for spam or a fake, whoever has broken into that server or rents it today.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-spam, Connection filter policy: empty the IP allow list and switch the safe list
    off.
    Google Workspace: Admin console, Apps, Gmail, Spam, phishing and malware, Email allowlist: empty it.

Does not cover
    Connectors (FWD-16) and allow lists of senders (MAIL-13).
"""

from __future__ import annotations

import ipaddress

from connectors.google_workspace.sources.settings import GmailIpAllowlist
from connectors.microsoft365.sources.protection import ConnectionFilterPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-15", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
NO_POLICY = not_assessed("Exchange lists no connection filter", source="exchange.connection_filter_policies")


def _single(entry: str) -> str | None:
    """The address, if an entry is one address and no network."""
    try:
        network = ipaddress.ip_network(entry.strip(), strict=False)
    except ValueError:
        return None
    return str(network.network_address) if network.num_addresses == 1 else None


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.8.1v1"],
    cis=["CIS M365 v7.0.0 2.1.12", "CIS M365 v6.0.0 2.1.12"],
    prowler=["defender_antispam_connection_filter_policy_empty_ip_allowlist"],
    none=NO_POLICY,
)
def no_server_is_allowed(policy: ConnectionFilterPolicy, profile: Profile) -> Result:
    """No server's mail skips the spam filter."""
    allowed = policy.ip_allow_list
    if not allowed:
        return passed("allows no server")
    known = frozenset(profile.partners)
    if all((one := _single(entry)) is not None and profile.holds(known, one, entry) for entry in allowed):
        return review("allows servers of partners; see that each is still needed", servers=allowed)
    return failed(f"lets servers or networks ({len(allowed)}) skip the filter", servers=allowed)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.8.2v1"],
    cis=["CIS M365 v7.0.0 2.1.13", "CIS M365 v6.0.0 2.1.13"],
    prowler=["defender_antispam_connection_filter_policy_safe_list_off"],
    none=NO_POLICY,
)
def safe_list_is_off(policy: ConnectionFilterPolicy) -> Result:
    """Microsoft's own list of trusted servers is not used, because nobody can see who is on it."""
    if policy.enable_safe_list:
        return failed("lets servers on Microsoft's own list skip the filter")
    return passed("does not use Microsoft's list")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.14.1v1"], none=NOBODY)
def gmail_allows_no_server(cell: PolicyCell) -> Result:
    """No server's mail skips the spam filter."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    allowed = cell.setting(GmailIpAllowlist).allowed_ip_addresses
    if allowed:
        return failed(f"servers or networks ({len(allowed)}) skip the filter", servers=allowed, people=cell.names)
    return passed("no server is allowed", people=len(cell.names))
