"""Bad mail found late is pulled back out.

Why it matters
    Some attacks are recognized an hour after delivery. Zero-hour auto purge takes them out of the inbox before they are opened.

How to fix it
    Microsoft 365: Defender portal, Policies: zero-hour auto purge on in Anti-malware and Anti-spam (spam and phishing), and in the
    Teams protection policy; or use the Standard preset.

Does not cover
    Messages that were opened or forwarded before.
"""

from __future__ import annotations

from connectors.microsoft365.sources.protection import TeamsProtectionPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.exchange_policies import AntiSpamCover, MalwareCover
from rules.views.licences import Licences

CONTROL = Control("MAIL-18", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(B)"])


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.1.2v1"])
def infected_mail_is_pulled_back(cover: MalwareCover) -> Result:
    """Every mailbox has a policy that takes infected mail back out."""
    faults = [] if cover.settings.zap_enabled else ["infected mail that is found late stays in the inbox"]
    return cover.judged(faults, "infected mail is taken back")


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.1.2v1"])
def spam_is_pulled_back(cover: AntiSpamCover) -> Result:
    """Every mailbox has a policy that takes spam and phishing back out."""
    policy = cover.settings
    switches = {"spam": policy.spam_zap_enabled, "phishing": policy.phish_zap_enabled}
    faults = [f"{what} that is found late stays in the inbox" for what, on in switches.items() if not on]
    return cover.judged(faults, "spam and phishing are taken back")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.4.4", "CIS M365 v6.0.0 2.4.4"],
    prowler=["defender_zap_for_teams_enabled"],
)
def teams_messages_are_pulled_back(tenant: Tenant, policy: One[TeamsProtectionPolicy], licences: Licences) -> Result:
    """Bad messages in Teams are taken back out."""
    if not licences.has(Capability.DEFENDER_P2):
        return not_applicable("needs Defender for Office 365 Plan 2 (in E5), which the clinic does not own")
    if policy.value.zap_enabled:
        return passed("bad messages in Teams are taken back")
    return failed("bad messages in Teams that are found late stay there")
