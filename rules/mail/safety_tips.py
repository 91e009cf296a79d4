"""Safety tips warn about first-time and odd senders.

Why it matters
    A line above the message, "you don't often get mail from this address", stops a hand that is about to click.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-phishing: switch on every safety tip, the unauthenticated sender mark and the via
    tag; or use the Standard preset.

Does not cover
    What is caught before anybody sees it (MAIL-9 to MAIL-11).
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.names_protected import UNLICENSED
from rules.result import Result, Severity
from rules.views.exchange_policies import AntiPhishCover
from rules.views.licences import Licences

CONTROL = Control("MAIL-12", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(A)", "164.308(a)(5)(ii)(B)"])


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.2.4v1"], cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"])
def unknown_senders_are_marked(cover: AntiPhishCover) -> Result:
    """Every mailbox has a policy that marks first-time senders and senders without proof."""
    policy = cover.settings
    tips = {
        "first-time senders": policy.enable_first_contact_safety_tips,
        "senders without proof": policy.enable_unauthenticated_sender,
        "senders that another server speaks for": policy.enable_via_tag,
    }
    faults = [f"{what} are not marked" for what, on in tips.items() if not on]
    return cover.judged(faults, "odd senders are marked")


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.2.4v1"], cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"])
def imitations_are_marked(cover: AntiPhishCover, licences: Licences) -> Result:
    """Every mailbox has a policy that marks similar names, similar domains and unusual letters."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    policy = cover.settings
    tips = {
        "similar names": policy.enable_similar_users_safety_tips,
        "similar domains": policy.enable_similar_domains_safety_tips,
        "unusual letters": policy.enable_unusual_characters_safety_tips,
    }
    faults = [f"{what} are not marked" for what, on in tips.items() if not on]
    return cover.judged(faults, "imitations are marked", phishing_threshold=policy.phish_threshold_level)
