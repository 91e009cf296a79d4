"""Quarantine is watched.

Why it matters
    A message that was held by mistake may be a referral. A message that was held rightly must not be let out by whoever it fooled.

How to fix it
    Microsoft 365: Defender portal, Policies: keep quarantined mail 30 days; use AdminOnlyAccessPolicy for malware and high-confidence
    phishing, and a policy with notifications for the rest.
    Google Workspace: Admin console, Apps, Gmail, Manage quarantines: notify somebody. Then put a statement of the kind quarantine
    into the evidence folder, because no interface shows this.

Does not cover
    Whether anybody looks into the quarantine.
"""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.protection import QuarantinePolicy
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, passed
from rules.tables import Keyed
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.exchange_policies import AntiSpamCover, MalwareCover

CONTROL = Control("MAIL-30", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(1)(ii)(D)"])
DAYS = 30
RELEASE = 4
"""The permission to release a message, in EndUserQuarantinePermissionsValue (New-QuarantinePolicy); asking for it is another one."""


def _policy(name: str, policies: Keyed[QuarantinePolicy]) -> QuarantinePolicy:
    found = policies.get(name)
    if found is None:
        raise Unreadable(
            Gap(
                "exchange.quarantine_policies",
                Reason.UNREADABLE,
                f"the quarantine policy {name} is named but not listed",
                "scan again",
            )
        )
    return found


@CONTROL.check(MICROSOFT_365)
def held_mail_stays_long_enough(cover: AntiSpamCover) -> Result:
    """Mail that is held back stays there for 30 days."""
    days = cover.settings.quarantine_retention_period
    return cover.judged([f"deletes held mail after {days} days"] if days < DAYS else [], "keeps held mail", days=days)


@CONTROL.check(MICROSOFT_365)
def phishing_is_not_let_out(cover: AntiSpamCover, policies: Keyed[QuarantinePolicy]) -> Result:
    """Nobody can let high-confidence phishing out by themselves."""
    tag = _policy(cover.settings.high_confidence_phish_quarantine_tag, policies)
    free = tag.end_user_quarantine_permissions_value & RELEASE
    return cover.judged(
        ["people can let phishing out by themselves"] if free else [], "phishing stays in", tag=tag.name
    )


@CONTROL.check(MICROSOFT_365)
def malware_is_not_let_out(cover: MalwareCover, policies: Keyed[QuarantinePolicy]) -> Result:
    """Nobody can let malware out by themselves."""
    tag = _policy(cover.settings.quarantine_tag, policies)
    free = tag.end_user_quarantine_permissions_value & RELEASE
    return cover.judged(["people can let malware out by themselves"] if free else [], "malware stays in", tag=tag.name)


@CONTROL.check(MICROSOFT_365)
def people_hear_of_held_mail(cover: AntiSpamCover, policies: Keyed[QuarantinePolicy]) -> Result:
    """People hear of phishing mail to them that was held back."""
    policy = cover.settings
    if policy.phish_spam_action != "Quarantine":
        return cover.judged([], "phishing is not held back, but moved to junk", action=policy.phish_spam_action)
    tag = _policy(policy.phish_quarantine_tag, policies)
    return cover.judged(
        [] if tag.esn_enabled else ["nobody hears of held mail"], "people hear of held mail", tag=tag.name
    )


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 3.1.3.3.1"])
def somebody_watches_gmail_quarantine(tenant: Tenant, attestations: Attestations) -> Result:
    """Somebody is told of mail in Gmail's quarantine, as the clinic states."""
    statement = attestations.newest("quarantine")
    return attestations.fault(statement) or passed("the clinic states who watches the quarantine", by=statement.by)
