"""No account is excused from mailbox auditing.

Why it matters
    An account on the bypass list opens mailboxes without leaving a trace. Nobody can say later what it read.

How to fix it
    Microsoft 365: Exchange Online: Set-MailboxAuditBypassAssociation -Identity the account -AuditBypassEnabled $false.

Does not cover
    What the accounts did while they were on the list.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import AuditBypass
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed, review

CONTROL = Control("AUDIT-3", Severity.HIGH, cites=["164.312(b)", "164.308(a)(1)(ii)(D)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.1.3", "CIS M365 v6.0.0 6.1.3"],
    prowler=["exchange_mailbox_audit_bypass_disabled"],
)
def account_is_recorded(account: AuditBypass, profile: Profile) -> Result:
    """What the account does in mailboxes is recorded."""
    if not account.audit_bypass_enabled:
        return passed("is recorded like everybody")
    if profile.holds(profile.approved_service_accounts, account.name, account.guid):
        return review("can open mailboxes without any record; the clinic names it as a service account")
    return failed("can open mailboxes without any record")
