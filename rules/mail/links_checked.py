"""Links are checked when clicked.

Why it matters
    A link that was harmless at delivery can lead to a stolen sign-in page an hour later.

How to fix it
    Microsoft 365: Defender portal, Policies, Safe Links: on for mail, Teams and Office, for internal senders too, waiting for the
    scan, recording clicks, and without a way to click through; or use the Standard preset.
    Google Workspace: Admin console, Apps, Gmail, Safety, Links and external images: all three protections on.

Does not cover
    Links in other programs and on personal devices.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailLinks
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY, switched
from rules.mail.names_protected import UNLICENSED
from rules.result import Result, Severity
from rules.views.exchange_policies import SafeLinksCover
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-21", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
UNPROTECTED = "links are not checked at all: left out of built-in protection"


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.7.1v1"],
    cis=["CIS M365 v7.0.0 2.1.1", "CIS M365 v6.0.0 2.1.1"],
    prowler=["defender_safelinks_policy_enabled"],
    none=UNLICENSED,
)
def clicks_are_checked(cover: SafeLinksCover) -> Result:
    """Every mailbox has a policy that checks links in mail, Teams and Office when they are clicked."""
    if cover.absent:
        return cover.judged([UNPROTECTED], "")
    policy = cover.settings
    places = {
        "mail": policy.enable_safe_links_for_email,
        "Teams": policy.enable_safe_links_for_teams,
        "Office files": policy.enable_safe_links_for_office,
        "mail of colleagues": policy.enable_for_internal_senders,
    }
    faults = [f"links in {place} are not checked" for place, on in places.items() if not on]
    if policy.allow_click_through:
        faults.append("people may click through the warning")
    return cover.judged(faults, "links are checked when clicked")


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.7.2v1"], none=UNLICENSED)
def links_are_scanned_first(cover: SafeLinksCover) -> Result:
    """Every mailbox has a policy that scans what links lead to before the message is delivered."""
    if cover.absent:
        return cover.judged([UNPROTECTED], "")
    policy = cover.settings
    faults = []
    if not policy.scan_urls:
        faults.append("what links lead to is not scanned")
    elif not policy.deliver_message_after_scan:
        faults.append("messages are delivered before their links are scanned")
    return cover.judged(faults, "links are scanned before delivery")


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.7.3v1"], none=UNLICENSED)
def clicks_are_recorded(cover: SafeLinksCover) -> Result:
    """Every mailbox has a policy that records who clicked on what."""
    if cover.absent:
        return cover.judged([UNPROTECTED], "")
    faults = [] if cover.settings.track_clicks else ["nobody can tell afterwards who clicked"]
    return cover.judged(faults, "clicks are recorded")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.6.1v1"],
    cis=["CIS GWS v1.3 3.1.3.4.2.1"],
    prowler=["gmail_shortener_scanning_enabled"],
    none=NOBODY,
)
def shortened_links_are_opened(cell: PolicyCell) -> Result:
    """Gmail looks behind shortened links."""
    return switched(
        cell,
        GmailLinks,
        "enable_shortener_scanning",
        off="shortened links are not looked behind",
        on="shortened links are looked behind",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.6.2v1"],
    cis=["CIS GWS v1.3 3.1.3.4.2.2"],
    prowler=["gmail_external_image_scanning_enabled"],
    none=NOBODY,
)
def linked_images_are_scanned(cell: PolicyCell) -> Result:
    """Gmail scans pictures that messages link to."""
    return switched(
        cell,
        GmailLinks,
        "enable_external_image_scanning",
        off="linked pictures are not scanned",
        on="linked pictures are scanned",
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.6.3v1"],
    cis=["CIS GWS v1.3 3.1.3.4.2.3"],
    prowler=["gmail_untrusted_link_warnings_enabled"],
    none=NOBODY,
)
def untrusted_links_warn(cell: PolicyCell) -> Result:
    """Gmail warns before a click on a link to an untrusted place."""
    return switched(
        cell,
        GmailLinks,
        "enable_aggressive_warnings_on_untrusted_links",
        off="nobody is warned before a click on an untrusted link",
        on="people are warned before a click on an untrusted link",
    )
