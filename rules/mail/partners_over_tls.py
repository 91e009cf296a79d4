"""Mail with partners who need it is forced over TLS.

Why it matters
    A lab or a billing company may insist that results never travel in the clear. Only a rule that refuses to send otherwise keeps
    that promise.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Connectors: one to the partner's domain with a checked certificate, one from it
    that requires TLS. Name the domains as tls_partners in the configuration.
    Google Workspace: Admin console, Apps, Gmail, Compliance, Secure transport (TLS) compliance: require TLS with the partner's
    domain.

Does not cover
    Google shows the secure transport setting by no interface: only a compliance rule that requires TLS is seen.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.settings import GmailContentCompliance, GmailRule, GmailRuleStates
from connectors.microsoft365.sources.mailflow import OutboundConnector
from connectors.microsoft365.sources.protection import InboundConnector
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-7", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(e)(1)", "164.312(e)(2)(ii)"])
CHECKED = frozenset({"CertificateValidation", "DomainValidation"})
NO_PARTNER = not_applicable("the clinic names no partner with whom mail must be encrypted (tls_partners)")


def covers(listed: str, domain: str) -> bool:
    """Whether an entry of a connector ("*", "lab.example", "*.lab.example") stands for a domain (New-OutboundConnector)."""
    listed = listed.strip().casefold()
    if listed.startswith("*."):
        return domain == listed[2:] or domain.endswith(listed[1:])
    return listed in {"*", domain}


@CONTROL.check(MICROSOFT_365)
def connectors_insist_on_tls(
    tenant: Tenant, outgoing: Table[OutboundConnector], incoming: Table[InboundConnector], profile: Profile
) -> list[Result]:
    """For every such partner, one connector insists on a checked certificate, and one takes mail over TLS only."""
    results = []
    for name in sorted(profile.tls_partners or ()):
        domain = name.casefold()
        about = {"partner": domain}
        sends = any(
            one.enabled
            and one.connector_type == "Partner"
            and one.tls_settings in CHECKED
            and any(covers(entry, domain) for entry in one.recipient_domains)
            for one in outgoing
        )
        takes = any(
            one.enabled and one.require_tls and any(covers(entry, domain) for entry in one.domains) for one in incoming
        )
        faults = [] if sends else [f"mail to {domain} may be sent without checking its certificate"]
        faults += [] if takes else [f"mail from {domain} is taken in the clear"]
        results.append(
            failed("; ".join(faults), about=about) if faults else passed(f"mail with {domain} is always encrypted")
        )
    return results or [NO_PARTNER]


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 3.1.3.7.2"], none=NOBODY)
def a_rule_insists_on_tls(cell: PolicyCell, profile: Profile) -> Result:
    """A Gmail rule insists on TLS for mail to such partners."""
    if not profile.tls_partners:
        return NO_PARTNER
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    found = _insisting(cell)
    if any(rule.condition.address_list_option == "NO_EFFECT" and not rule.match_expressions for rule in found):
        return passed("a rule insists on TLS for all mail that is sent", people=len(cell.names))
    if found:
        return review("a rule insists on TLS for some mail; see in the Admin console that it covers every partner")
    return not_assessed(
        "no interface shows Google's secure transport setting, and no compliance rule insists on TLS",
        reason=Reason.NOT_COLLECTED,
        source="policy.policies",
        remedy="look at Admin console, Apps, Gmail, Compliance, Secure transport (TLS) compliance",
    )


def _insisting(cell: PolicyCell) -> list[GmailRule]:
    """The compliance rules that are on, look at mail that is sent, and insist on encryption."""
    if not cell.given(GmailContentCompliance) or not cell.given(GmailRuleStates):
        return []
    states = {state.rule_id: state.enabled for state in cell.setting(GmailRuleStates).rule_states}
    return [
        rule
        for rule in cell.setting(GmailContentCompliance).content_compliance_rules
        if states.get(rule.rule_id) is True
        and rule.condition.affect_outbound_messages
        and (
            rule.consequence.primary_delivery.require_tls
            or (
                rule.consequence.primary_delivery.encrypt_outgoing_messages
                and rule.consequence.primary_delivery.bounce_unencrypted_messages
            )
        )
    ]
