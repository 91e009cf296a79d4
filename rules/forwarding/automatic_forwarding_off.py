"""Automatic forwarding to outside addresses is switched off for everyone.

Why it matters
    One switch stops every mailbox from sending its mail on to a private address by itself. As long as it is open, anybody on
    staff, or a thief with one password, can have copies of patient mail sent elsewhere without anyone noticing.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-spam, Anti-spam outbound policy: Automatic forwarding: Off. Do the same in
    every custom policy.
    Google Workspace: Admin console, Apps, Google Workspace, Gmail, End User Access: Automatic forwarding off, in every unit and
    group.

Does not cover
    Forwards that are already set (FWD-3, FWD-4), and rules that administrators wrote (FWD-6).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailAutoForwarding
from connectors.microsoft365.sources.mailflow import OutboundSpamPolicy, OutboundSpamRule
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.views.google_policy import PolicyCell

CONTROL = Control("FWD-1", Severity.CRITICAL, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.1.1v2"],
    cis=["CIS M365 v7.0.0 6.2.1", "CIS M365 v6.0.0 6.2.1"],
    prowler=["defender_antispam_outbound_policy_forwarding_disabled"],
)
def policy_is_off(policy: OutboundSpamPolicy, rules: Table[OutboundSpamRule], profile: Profile) -> Result:
    """Every outbound policy that covers anybody forbids automatic forwarding."""
    covering = (
        []
        if policy.is_default
        else [
            rule for rule in rules if rule.hosted_outbound_spam_filter_policy == policy.name and rule.state == "Enabled"
        ]
    )
    if not policy.is_default and not covering:
        return not_applicable("no rule puts this policy to use")
    if policy.auto_forwarding_mode == "Off":
        return passed("forbids automatic forwarding")
    if policy.auto_forwarding_mode == "Automatic":
        return failed(
            "leaves it to Microsoft whether mail may be forwarded; in older tenants that can still mean yes, so choose Off",
            mode="Automatic",
        )
    if policy.is_default:
        return failed("lets everybody forward mail outside", mode="On")
    allowed = [address for rule in covering for address in rule.from_ or []]
    wide = any(rule.from_member_of or rule.sender_domain_is or not rule.from_ for rule in covering)
    if not wide and all(profile.holds(profile.approved_forwarders, address) for address in allowed):
        return review("lets mailboxes forward outside that the clinic has approved", mailboxes=allowed)
    return failed("lets the people it covers forward mail outside", mode="On", mailboxes=allowed)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.11.1v1"],
    cis=["CIS GWS v1.3 3.1.3.5.2"],
    prowler=["gmail_auto_forwarding_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def unit_is_off(cell: PolicyCell) -> Result:
    """People in every unit and group are not allowed to forward automatically."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    origin = str(cell.origin(GmailAutoForwarding, "enable_auto_forwarding"))
    if cell.setting(GmailAutoForwarding).enable_auto_forwarding:
        return failed("people here may forward their mail to any address", people=cell.names, setting=origin)
    return passed("people here cannot forward automatically", people=len(cell.names), setting=origin)
