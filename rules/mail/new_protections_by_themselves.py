"""New Google protections switch themselves on.

Why it matters
    Google adds protections every year. A clinic without an administrator who reads about them stays where it was.

How to fix it
    Google Workspace: Admin console, Apps, Gmail, Safety: apply future recommended settings automatically, for attachments, links and
    spoofing.

Does not cover
    Protections that exist today (MAIL-9 to MAIL-21).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailAttachmentSafety, GmailLinks, GmailSpoofing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY, switched
from rules.result import Result, Severity
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-22", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
OFF, ON = "new protections must be switched on by hand", "new protections switch themselves on"


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.5.4v1"], none=NOBODY)
def attachment_protections_follow(cell: PolicyCell) -> Result:
    """New protections against attachments switch themselves on."""
    return switched(
        cell,
        GmailAttachmentSafety,
        "apply_future_recommended_settings_automatically",
        off=f"for attachments, {OFF}",
        on=ON,
    )


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.6.4v1"], none=NOBODY)
def link_protections_follow(cell: PolicyCell) -> Result:
    """New protections against links switch themselves on."""
    return switched(cell, GmailLinks, "apply_future_settings_automatically", off=f"for links, {OFF}", on=ON)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.7.7v1"], none=NOBODY)
def spoofing_protections_follow(cell: PolicyCell) -> Result:
    """New protections against fakes switch themselves on."""
    return switched(cell, GmailSpoofing, "apply_future_settings_automatically", off=f"for fakes, {OFF}", on=ON)
