"""Attachments are opened in a sandbox first.

Why it matters
    New malware is on no list yet. A sandbox opens the file and watches what it does before anybody at the clinic can.

How to fix it
    Microsoft 365: Defender portal, Policies, Safe Attachments: Block or Dynamic Delivery for everybody; or use the Standard preset.
    Leave nobody out of built-in protection.
    Google Workspace: Admin console, Apps, Gmail, Spam, phishing and malware, Security sandbox: on, where the edition has it.

Does not cover
    Files that do not come by mail (MAIL-20).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY
from rules.mail.names_protected import UNLICENSED
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.views.admin_changes import AdminChanges
from rules.views.exchange_policies import SafeAttachmentsCover
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-19", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
SANDBOX = "AttachmentDeepScanningSettingsProto deep_scanning_enabled"


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.1.3v1"],
    cis=["CIS M365 v7.0.0 2.1.4", "CIS M365 v6.0.0 2.1.4"],
    prowler=["defender_safe_attachments_policy_enabled"],
    none=UNLICENSED,
)
def attachments_are_tried(cover: SafeAttachmentsCover) -> Result:
    """Every mailbox has a policy that opens attachments in a sandbox."""
    if cover.absent:
        return cover.judged(["attachments are not tried at all: left out of built-in protection"], "")
    policy = cover.settings
    faults = []
    if not policy.enable:
        faults.append("attachments are not tried")
    elif policy.action not in {"Block", "DynamicDelivery"}:
        faults.append(f"attachments are tried, and delivered whatever comes of it ({policy.action})")
    return cover.judged(faults, "attachments are tried first")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.16.1v1"], none=NOBODY)
def sandbox_is_on(cell: PolicyCell, changes: AdminChanges) -> Result:
    """People's attachments are opened in Google's sandbox."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    match changes.last(SANDBOX, cell.unit):
        case "true":
            return passed("the sandbox was switched on", people=len(cell.names))
        case "false":
            return failed("the sandbox was switched off", people=cell.names)
        case _:
            return not_assessed("the log holds a value that is not documented", source="reports.activity.admin")
