"""Admins hear when a mailbox starts sending spam or malware.

Why it matters
    A mailbox that sends spam has been broken into. Whoever hears of it in an hour can save the patient list; in a week nobody can.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-spam outbound policy (Default): notify an address of the clinic, limit recipients
    to 500 outside an hour, 1000 inside an hour and 1000 a day, and block who goes beyond. Anti-malware (Default): notify an
    administrator of infected mail from inside.

Does not cover
    Alarms in the Defender portal (AUDIT-7).
"""

from __future__ import annotations

from collections.abc import Iterable

from connectors.microsoft365.sources.mailflow import OutboundSpamPolicy
from connectors.microsoft365.sources.protection import MalwareFilterPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.addressing import Addressing
from rules.views.forwards import shown

CONTROL = Control("MAIL-27", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)"])
OUTSIDE, INSIDE, DAY = 500, 1000, 1000
BLOCKING = frozenset({"BlockUser", "BlockUserForToday"})
OTHERS = not_applicable("is not the default policy")


def _beyond(addresses: Iterable[str], addressing: Addressing) -> tuple[list[str], list[str]]:
    """(outside addresses, outside addresses that the clinic approves of)."""
    led = [addressing.lead(address) for address in addresses]
    outside = [one for one in led if not one.is_internal]
    return sorted(shown(one) for one in outside if not one.is_approved), sorted(
        shown(one) for one in outside if one.is_approved
    )


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.1.6", "CIS M365 v6.0.0 2.1.6"],
    prowler=["defender_antispam_outbound_policy_configured"],
    none=not_assessed("Exchange lists no outgoing policy", source="exchange.outbound_spam_policies"),
)
def spam_from_inside_is_reported(policy: OutboundSpamPolicy, addressing: Addressing) -> Result:
    """Somebody at the clinic hears when a mailbox is blocked for spam, and sees the messages."""
    if not policy.is_default:
        return OTHERS
    faults = []
    if not policy.notify_outbound_spam or not policy.notify_outbound_spam_recipients:
        faults.append("nobody hears when a mailbox is blocked for spam")
    if not policy.bcc_suspicious_outbound_mail or not policy.bcc_suspicious_outbound_additional_recipients:
        faults.append("nobody gets a copy of suspicious outgoing mail")
    copies = policy.bcc_suspicious_outbound_additional_recipients if policy.bcc_suspicious_outbound_mail else []
    outside, approved = _beyond({*policy.notify_outbound_spam_recipients, *copies}, addressing)
    if outside:
        faults.append(f"word of it, or the mail itself, goes outside: {', '.join(outside[:3])}")
    if faults:
        return failed("; ".join(faults))
    if approved:
        return review("word of it goes to outside addresses that the clinic approves of", addresses=approved)
    return passed("somebody at the clinic hears of it")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.1.15", "CIS M365 v6.0.0 2.1.15"],
    none=not_assessed("Exchange lists no outgoing policy", source="exchange.outbound_spam_policies"),
)
def sending_is_limited(policy: OutboundSpamPolicy) -> Result:
    """A mailbox that writes to very many people is stopped."""
    if not policy.is_default:
        return OTHERS
    limits = {
        "outside recipients an hour": (policy.recipient_limit_external_per_hour, OUTSIDE),
        "inside recipients an hour": (policy.recipient_limit_internal_per_hour, INSIDE),
        "recipients a day": (policy.recipient_limit_per_day, DAY),
    }
    # 0 leaves it to Microsoft's own limit, which is far higher.
    faults = [
        f"{what}: {given or 'no limit of its own'}" for what, (given, most) in limits.items() if not 0 < given <= most
    ]
    if policy.action_when_threshold_reached not in BLOCKING:
        faults.append("who goes beyond is not blocked")
    return failed("; ".join(faults)) if faults else passed("a mailbox that writes to very many people is stopped")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.1.3", "CIS M365 v6.0.0 2.1.3"],
    prowler=["defender_malware_policy_notifications_internal_users_malware_enabled"],
    none=not_assessed("Exchange lists no malware policy", source="exchange.malware_filter_policies"),
)
def malware_from_inside_is_reported(policy: MalwareFilterPolicy, addressing: Addressing) -> Result:
    """Somebody at the clinic hears when a mailbox sends malware."""
    if not policy.is_default:
        return OTHERS
    address = policy.internal_sender_admin_address
    if not policy.enable_internal_sender_admin_notifications or not address:
        return failed("nobody hears when a mailbox sends malware")
    outside, approved = _beyond([address], addressing)
    if outside:
        return failed(f"word of it goes outside: {outside[0]}")
    if approved:
        return review("word of it goes to an outside address that the clinic approves of", addresses=approved)
    return passed("somebody at the clinic hears of it")
