"""Guest invitations go only to approved domains and default trust is off.

Why it matters
    A list of partners' domains makes sure that a guest is somebody's employee and not somebody's private mailbox. And what another
    organization says of its people's sign-in is worth only as much as that organization.

How to fix it
    Microsoft 365: Entra admin center, External Identities, External collaboration settings, Collaboration restrictions: "Allow
    invitations only to the specified domains"; Cross-tenant access settings, Default settings: block B2B direct connect and trust
    nothing.

Does not cover
    Organizations that have a rule of their own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.external import B2bPolicy, CrossTenantDefault
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_assessed, passed, review
from rules.sharing.only_named_domains import private
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("SHARE-37", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.502(e)(1)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.8.3v1"],
    cis=["CIS M365 v7.0.0 5.1.6.1", "CIS M365 v6.0.0 5.1.6.1"],
    prowler=["entra_policy_guest_invitations_restricted_to_allowed_domains"],
    none=not_assessed("Microsoft lists no policy for invitations", source="graph.b2b_domain_policy"),
)
def invitations_go_to_listed_domains(policy: B2bPolicy) -> Result:
    """Guests can be invited only from domains on the clinic's list."""
    allowed, blocked = domains(policy)
    if allowed:
        if consumer := private(allowed):
            return failed(
                f"lets guests come from personal mail services: {', '.join(consumer)}",
                about={"domains": ", ".join(consumer)},
            )
        return passed("lets guests come only from listed domains", domains=sorted(allowed))
    if private(blocked):
        return review(
            "keeps out personal mail services but lets guests come from everywhere else", blocked=len(blocked)
        )
    return failed("lets guests come from everywhere", blocked=len(blocked))


def domains(policy: B2bPolicy) -> tuple[list[str], list[str]]:
    """(allowed, blocked) domains of a policy; `Unreadable` if its text is not what Microsoft writes."""
    for text in policy.definition:
        try:
            found: Any = msgspec.json.decode(text)["B2BManagementPolicy"]
            listed = found.get("InvitationsAllowedAndBlockedDomainsPolicy") or {}
            both = [listed.get(name) or [] for name in ("AllowedDomains", "BlockedDomains")]
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
            continue
        if all(isinstance(domain, str) for names in both for domain in names):
            return both[0], both[1]
    raise Unreadable(
        Gap("graph.b2b_domain_policy:definition", Reason.UNREADABLE, "the policy's text is not what Microsoft writes")
    )


@CONTROL.check(MICROSOFT_365)
def direct_connect_is_blocked(tenant: Tenant, default: One[CrossTenantDefault]) -> Result:
    """People of other organizations do not come into shared channels, nor the clinic's into theirs, without a rule of their own."""
    found = default.value
    facts: dict[str, Any] = {
        "people_may_be_guests_elsewhere": found.b2b_collaboration_outbound.users_and_groups.access_type == "allowed"
    }
    open_ways = [
        way
        for way, setting in (
            ("in", found.b2b_direct_connect_inbound),
            ("out", found.b2b_direct_connect_outbound),
        )
        if setting.users_and_groups.access_type != "blocked" or setting.applications.access_type != "blocked"
    ]
    if open_ways:
        return failed(f"direct connect is open by default ({' and '.join(open_ways)})", **facts)
    return passed("direct connect is blocked by default", **facts)


@CONTROL.check(MICROSOFT_365)
def nothing_is_trusted_by_default(tenant: Tenant, default: One[CrossTenantDefault]) -> Result:
    """What other organizations say of their devices and second factors is not believed by default."""
    trust = default.value.inbound_trust
    if trust.is_compliant_device_accepted or trust.is_hybrid_azure_ad_joined_device_accepted:
        return failed("devices of every other organization are trusted by default")
    if trust.is_mfa_accepted:
        return review(
            "second factors of every other organization are trusted by default: right only if guests are asked for one (MFA-17)"
        )
    return passed("nothing of other organizations is trusted by default")
