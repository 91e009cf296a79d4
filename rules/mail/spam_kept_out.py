"""Spam and phishing never reach the inbox.

Why it matters
    What does not lie in the inbox is not clicked. A policy that only marks the subject leaves the decision to a tired person.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-spam: send spam and phishing to junk or quarantine, high-confidence phishing to
    quarantine; or use the Standard preset.

Does not cover
    Allow lists that skip the filter (MAIL-13 to MAIL-15).
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity
from rules.views.exchange_policies import AntiSpamCover

CONTROL = Control("MAIL-16", Severity.HIGH, cites=["164.308(a)(5)(ii)(B)"])
KEPT_OUT = frozenset({"MoveToJmf", "Quarantine", "Redirect", "Delete"})
BULK = 6


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.6.1v1"])
def spam_is_kept_out(cover: AntiSpamCover) -> Result:
    """Every mailbox has a policy that keeps spam and phishing out of the inbox."""
    policy = cover.settings
    actions = {
        "spam": policy.spam_action,
        "surely spam": policy.high_confidence_spam_action,
        "phishing": policy.phish_spam_action,
        "surely phishing": policy.high_confidence_phish_action,
    }
    faults = [f"{what} is delivered ({action})" for what, action in actions.items() if action not in KEPT_OUT]
    better = policy.high_confidence_phish_action == "Quarantine" and policy.bulk_threshold <= BULK
    return cover.judged(
        faults, "spam and phishing are kept out", bulk_threshold=policy.bulk_threshold, recommended_level=better
    )
