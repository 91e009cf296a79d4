"""The strongest preset covers owners and clinicians.

Why it matters
    Those whose names open doors get the attacks. Microsoft's Strict preset protects them with one switch and keeps up by itself.

How to fix it
    Microsoft 365: Defender portal, Policies, Preset security policies, Strict protection: add the owner, the clinicians and billing,
    for both Exchange Online Protection and Defender for Office 365. Name the same people as sensitive_users in the configuration.

Does not cover
    People whom the clinic does not name.
"""

from __future__ import annotations

from connectors.microsoft365.sources.protection import (
    AtpProtectionRule,
    EmailTenantSettings,
    EopProtectionRule,
    PriorityAccount,
)
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.names_protected import UNLICENSED
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.exchange_policies import STRICT, MailRecipients, holds, preset_candidates
from rules.views.licences import Licences

CONTROL = Control("MAIL-28", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
NEED_NAMES = needs_input(
    "the clinic has not said who needs the strongest protection",
    "name owner, clinicians and billing as sensitive_users in the configuration",
)
NEED_P2 = not_applicable("needs Defender for Office 365 Plan 2 (in E5), which the clinic does not own")


def _judge(
    rules: Table[EopProtectionRule] | Table[AtpProtectionRule],
    policy: str,
    recipients: MailRecipients,
    profile: Profile,
) -> Result:
    """Whether Strict is on for everybody, or for those whom the clinic names."""
    candidates = preset_candidates(rules, policy)
    gap = next((one.gap for one in candidates if one.gap is not None), None)
    strict = next((one for one in candidates if one.origin.casefold() == STRICT.casefold()), None)
    if strict is None or strict.scope is None:
        if gap is not None:
            raise Unreadable(gap)
        return failed("the Strict preset is off")
    if strict.scope.is_everybody:
        return passed("the Strict preset covers everybody")
    if profile.sensitive_users is None:
        return NEED_NAMES
    left: list[str] = []
    unknown: list[str] = []
    known = {address: who for who in recipients.known for address in who.addresses}
    for address in sorted(profile.sensitive_users):
        who = known.get(address.casefold())
        if who is None:
            unknown.append(address)
            continue
        held = holds(strict.scope, who, recipients)
        if held is None:
            unknown.append(address)
        elif not held:
            left.append(address)
    if left:
        return failed(
            f"the Strict preset leaves out people whom the clinic counts as sensitive ({len(left)})", left=left
        )
    if unknown:
        if recipients.gap is not None:
            raise Unreadable(recipients.gap)
        return needs_input(
            f"whether the Strict preset covers {', '.join(unknown[:3])} could not be told",
            "see that sensitive_users names mailboxes of the clinic, and that the preset names groups that can be read",
        )
    return passed("the Strict preset covers everybody whom the clinic counts as sensitive")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.4.2", "CIS M365 v6.0.0 2.4.2"],
    prowler=["defender_strict_preset_security_policy_enabled"],
)
def strict_against_spam_and_fakes(
    tenant: Tenant, rules: Table[EopProtectionRule], recipients: MailRecipients, profile: Profile, licences: Licences
) -> Result:
    """The Strict preset protects them against spam, viruses and fakes."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    return _judge(rules, "anti_phish_policy", recipients, profile)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 2.4.2", "CIS M365 v6.0.0 2.4.2"])
def strict_for_links_and_attachments(
    tenant: Tenant, rules: Table[AtpProtectionRule], recipients: MailRecipients, profile: Profile, licences: Licences
) -> Result:
    """The Strict preset protects them against links and attachments."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    return _judge(rules, "safe_links_policy", recipients, profile)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 2.4.1", "CIS M365 v6.0.0 2.4.1"],
    prowler=["defender_priority_account_protection_enabled"],
)
def priority_accounts_are_marked(
    tenant: Tenant, settings: One[EmailTenantSettings], accounts: Table[PriorityAccount], licences: Licences
) -> Result:
    """Priority accounts are marked, and watched more closely."""
    if not licences.has(Capability.DEFENDER_P2):
        return NEED_P2
    if not settings.value.enable_priority_account_protection:
        return failed("priority accounts are not watched more closely")
    if not any(True for _ in accounts):
        return failed("nobody is marked as a priority account")
    return passed("priority accounts are marked and watched", accounts=len(accounts.known()))
