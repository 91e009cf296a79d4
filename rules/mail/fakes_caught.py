"""Mail that pretends to be from the clinic is caught.

Why it matters
    A message that seems to come from the clinic itself is believed. Most break-ins at small practices begin with one.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-phishing: spoof intelligence on, move or quarantine what fails, and honor the
    sender's DMARC policy. The Standard preset does all of it.
    Google Workspace: Admin console, Apps, Gmail, Safety, Spoofing and authentication: protect against spoofing of your domains,
    unauthenticated mail and groups, and move it to spam or quarantine.

Does not cover
    Names of people (MAIL-10) and domains that only look like yours (MAIL-11).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailSpoofing
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.mail.gmail_safety import NOBODY, caught
from rules.result import Result, Severity
from rules.views.exchange_policies import AntiPhishCover
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-9", Severity.HIGH, cites=["164.308(a)(5)(ii)(B)", "164.312(d)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"],
    prowler=["defender_antiphishing_policy_configured"],
)
def exchange_catches_fakes(cover: AntiPhishCover) -> Result:
    """Every mailbox has a policy that catches fakes and does what the sender's domain asks for."""
    policy = cover.settings
    faults = []
    if not policy.enabled and not policy.is_default:
        # The default policy is always at work; of the others this switch decides.
        faults.append("the policy is switched off")
    if not policy.enable_spoof_intelligence:
        faults.append("fakes are not looked for")
    # Both values that Microsoft documents for AuthenticationFailAction take the message out of the inbox.
    action = policy.authentication_fail_action
    if not policy.honor_dmarc_policy:
        faults.append("what the sender's domain asks for (DMARC) is ignored")
    else:
        if policy.dmarc_reject_action not in {"Reject", "Quarantine"}:
            faults.append("mail that its domain asks to reject is not rejected")
        if policy.dmarc_quarantine_action != "Quarantine":
            faults.append("mail that its domain asks to quarantine is not quarantined")
    return cover.judged(faults, "fakes are caught", action=action)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.7.3v1", "GWS.GMAIL.7.6v1"],
    cis=["CIS GWS v1.3 3.1.3.4.3.3"],
    prowler=["gmail_inbound_domain_spoofing_protection_enabled"],
    none=NOBODY,
)
def own_domain_fakes_are_caught(cell: PolicyCell) -> Result:
    """Mail that uses the clinic's own domain without its signature is taken out of the inbox."""
    return caught(
        cell,
        GmailSpoofing,
        "detect_domain_spoofing_from_unauthenticated_senders",
        "domain_spoofing_consequence",
        "mail that fakes the clinic's own domain",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.7.4v1", "GWS.GMAIL.7.6v1"],
    cis=["CIS GWS v1.3 3.1.3.4.3.4"],
    prowler=["gmail_unauthenticated_email_protection_enabled"],
    none=NOBODY,
)
def unauthenticated_mail_is_caught(cell: PolicyCell) -> Result:
    """Mail that nothing proves the sender of is taken out of the inbox."""
    return caught(
        cell,
        GmailSpoofing,
        "detect_unauthenticated_emails",
        "unauthenticated_email_consequence",
        "mail without proof of its sender",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.7.5v1", "GWS.GMAIL.7.6v1"],
    cis=["CIS GWS v1.3 3.1.3.4.3.5"],
    prowler=["gmail_groups_spoofing_protection_enabled"],
    none=NOBODY,
)
def fakes_to_groups_are_caught(cell: PolicyCell) -> Result:
    """Mail to a group that fakes the clinic's own domain is taken out of the inbox."""
    return caught(
        cell,
        GmailSpoofing,
        "detect_groups_spoofing",
        "groups_spoofing_consequence",
        "mail to groups that fakes the clinic's own domain",
    )
