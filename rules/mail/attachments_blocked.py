"""Dangerous attachments are blocked.

Why it matters
    Ransomware comes as an attachment. Nobody at a clinic needs to receive a program by mail.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-malware: switch on the common attachments filter; or use the Standard preset.
    Google Workspace: Admin console, Apps, Gmail, Safety, Attachments: protect against encrypted attachments, scripts and unusual
    types, and move them to spam or quarantine. Let the patient portals that send encrypted files through one by one.

Does not cover
    Attachments that are opened in a sandbox first (MAIL-19).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailAttachmentSafety
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.mail.gmail_safety import NOBODY, caught
from rules.result import Result, Severity
from rules.views.exchange_policies import MalwareCover
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-17", Severity.HIGH, cites=["164.308(a)(5)(ii)(B)"])
LEAST = ("exe", "cmd", "vbe")
COMPREHENSIVE = 168  # file types on the list of the CIS benchmark


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.1.1v1"],
    cis=[
        "CIS M365 v7.0.0 2.1.2",
        "CIS M365 v6.0.0 2.1.2",
        "CIS M365 v7.0.0 2.1.11",
        "CIS M365 v6.0.0 2.1.11",
    ],
    prowler=[
        "defender_malware_policy_common_attachments_filter_enabled",
        "defender_malware_policy_comprehensive_attachments_filter_applied",
    ],
)
def programs_are_blocked(cover: MalwareCover) -> Result:
    """Every mailbox has a policy that blocks attachments that are programs."""
    policy = cover.settings
    if not policy.enable_file_filter:
        return cover.judged(["lets every kind of attachment through"], "")
    types = {kind.casefold().lstrip(".") for kind in policy.file_types}
    missing = [kind for kind in LEAST if kind not in types]
    faults = [f"does not block {', '.join(missing)} files"] if missing else []
    return cover.judged(faults, "blocks programs", file_types=len(types), recommended_level=len(types) >= COMPREHENSIVE)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.5.1v1", "GWS.GMAIL.5.5v1"],
    cis=["CIS GWS v1.3 3.1.3.4.1.1"],
    prowler=["gmail_encrypted_attachment_protection_enabled"],
    none=NOBODY,
)
def encrypted_attachments_are_caught(cell: PolicyCell) -> Result:
    """Mail with encrypted attachments from unknown senders is taken out of the inbox."""
    return caught(
        cell,
        GmailAttachmentSafety,
        "enable_encrypted_attachment_protection",
        "encrypted_attachment_protection_consequence",
        "mail with encrypted attachments from unknown senders",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.5.2v1", "GWS.GMAIL.5.5v1"],
    cis=["CIS GWS v1.3 3.1.3.4.1.2"],
    prowler=["gmail_script_attachment_protection_enabled"],
    none=NOBODY,
)
def scripts_are_caught(cell: PolicyCell) -> Result:
    """Mail with scripts from unknown senders is taken out of the inbox."""
    return caught(
        cell,
        GmailAttachmentSafety,
        "enable_attachment_with_scripts_protection",
        "attachment_with_scripts_protection_consequence",
        "mail with scripts from unknown senders",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.5.3v1", "GWS.GMAIL.5.5v1"],
    cis=["CIS GWS v1.3 3.1.3.4.1.3"],
    prowler=["gmail_anomalous_attachment_protection_enabled"],
    none=NOBODY,
)
def unusual_attachments_are_caught(cell: PolicyCell) -> Result:
    """Mail with kinds of attachments that the clinic never gets is taken out of the inbox."""
    return caught(
        cell,
        GmailAttachmentSafety,
        "enable_anomalous_attachment_protection",
        "anomalous_attachment_protection_consequence",
        "mail with unusual attachments",
    )
