"""Remote domains do not allow automatic forwarding.

Why it matters
    Exchange keeps a second switch for forwarding, by outside domain. An entry for a single domain can open again what the
    general one closes.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Remote domains: Default and each other entry: clear "Allow automatic
    forwarding".

Does not cover
    The general switch (FWD-1), and what single mailboxes have set (FWD-3, FWD-4).
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import RemoteDomain
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.data import consumer_domains
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_assessed, passed, review

CONTROL = Control("FWD-2", Severity.HIGH, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.1.1v2"],
    cis=["CIS M365 v7.0.0 6.2.1", "CIS M365 v6.0.0 6.2.1"],
    none=not_assessed(
        "Exchange lists no remote domain, though it always keeps one for all domains", source="exchange.remote_domains"
    ),
)
def entry_is_closed(domain: RemoteDomain, profile: Profile) -> Result:
    """No entry lets mail be forwarded to outside domains automatically."""
    if not domain.auto_forward_enabled:
        return passed("automatic forwarding is off")
    name = domain.domain_name
    if name == "*":
        return failed("automatic forwarding to any outside domain is allowed")
    if consumer_domains.find(name) is not None:
        return failed(f"automatic forwarding to {name} is allowed: a personal mail service", severity=Severity.CRITICAL)
    if profile.holds(profile.approved_external_domains, name):
        return review(f"automatic forwarding to {name} is allowed; the clinic approves of this domain")
    return failed(f"automatic forwarding to {name} is allowed")
