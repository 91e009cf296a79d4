"""Suspicious Gmail is held for a second scan.

Why it matters
    A few minutes' wait lets Google look again at what seemed odd, before anybody can click.

How to fix it
    Google Workspace: Admin console, Apps, Gmail, Spam, phishing and malware, Enhanced pre-delivery message scanning: on.

Does not cover
    Mail that is found to be bad after delivery.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailPreDelivery
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.mail.gmail_safety import NOBODY, switched
from rules.result import Result, Severity
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-23", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(B)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.15.1v1"],
    cis=["CIS GWS v1.3 3.1.3.6.1"],
    prowler=["gmail_enhanced_pre_delivery_scanning_enabled"],
    none=NOBODY,
)
def suspicious_mail_waits(cell: PolicyCell) -> Result:
    """Suspicious messages are held back for a closer look."""
    return switched(
        cell,
        GmailPreDelivery,
        "enable_improved_suspicious_content_detection",
        off="suspicious messages are delivered at once",
        on="suspicious messages are held back for a closer look",
    )
