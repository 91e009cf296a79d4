"""Mail from outside is marked as such.

Why it matters
    "External" above a message from the owner is the moment when somebody stops and calls back.

How to fix it
    Microsoft 365: Exchange Online PowerShell: Set-ExternalInOutlook -Enabled $true; or a mail flow rule that puts a mark into the
    subject of everything from outside.

Does not cover
    Whether the mark is shown in every mail program: Outlook shows its own, the subject shows everywhere.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import TransportRule
from connectors.microsoft365.sources.protection import ExternalInOutlook
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.addressing import Addressing
from rules.views.destinations import classify

CONTROL = Control("MAIL-24", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(A)", "164.312(e)(1)", "164.530(c)(1)"])
SCOPES = frozenset({"FromScopePredicate", "SentToScopePredicate"})


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.7.1v1"],
    cis=["CIS M365 v7.0.0 6.2.3", "CIS M365 v6.0.0 6.2.3"],
    prowler=["exchange_external_email_tagging_enabled"],
)
def outside_mail_is_marked(
    tenant: Tenant,
    mark: One[ExternalInOutlook],
    rules: Table[TransportRule],
    addressing: Addressing,
    profile: Profile,
) -> Result:
    """Outlook marks mail from outside, or a mail flow rule does."""
    unread: Unreadable | None = None
    partly = False
    try:
        for rule in rules:
            if _marks(rule):
                if not rule.exceptions:
                    return passed("a mail flow rule marks mail from outside")
                partly = True
    except Unreadable as err:
        unread = err
    value = mark.value
    if not value.enabled:
        if unread is not None:
            raise unread
        if partly:
            return review("a mail flow rule marks mail from outside, with exceptions; see that they are few")
        return failed("mail from outside looks like mail from colleagues")
    spared = []
    for entry in value.allow_list:
        domain = entry.rpartition("@")[2]
        if classify(entry if "@" in entry else f"anybody@{entry}", addressing.directory).is_consumer:
            return failed("mail of a service that anybody can use is not marked", about={"spared": domain})
        if not profile.holds(profile.approved_external_domains | frozenset(profile.partners), entry, domain):
            spared.append(domain)
    if spared:
        return review(
            "marks mail from outside, but not of senders whom the clinic has not approved", spared=sorted(set(spared))
        )
    return passed("Outlook marks mail from outside")


def _marks(rule: TransportRule) -> bool:
    """Whether a rule that is at work marks everything from outside: only who wrote to whom may narrow it."""
    if rule.state != "Enabled" or rule.mode != "Enforce" or rule.from_scope != "NotInOrganization":
        return False
    if any(condition.rpartition(".")[2] not in SCOPES for condition in rule.conditions or ()):
        return False
    return rule.prepend_subject or rule.apply_html_disclaimer_text
