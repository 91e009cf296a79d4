"""Every mailbox records who opened it.

Why it matters
    After a break-in the question is which messages were opened. Only the mailbox's own record can answer it and keep a notice
    small.

How to fix it
    Microsoft 365: Exchange Online: Set-OrganizationConfig -AuditDisabled $false; for a mailbox: Set-Mailbox -AuditEnabled $true
    -DefaultAuditSet Admin,Delegate,Owner.

Does not cover
    Accounts that are excused from the record (AUDIT-3), and whether the records are read. Google records mailbox access always.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUDIT-2", Severity.HIGH, cites=["164.312(b)", "164.308(a)(1)(ii)(D)"])
KINDS = {"UserMailbox", "SharedMailbox"}
ALL = {"Admin", "Delegate", "Owner"}
LEAST_DAYS = 90


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.13.1v1"],
    cis=["CIS M365 v7.0.0 6.1.1", "CIS M365 v6.0.0 6.1.1"],
    prowler=["exchange_organization_mailbox_auditing_enabled"],
)
def auditing_is_on(tenant: Tenant, config: One[OrganizationConfig]) -> Result:
    """Mailbox auditing is on for the organization."""
    if config.value.audit_disabled:
        return failed("mailbox auditing is switched off for everybody")
    return passed("mailbox auditing is on")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.1.2", "CIS M365 v6.0.0 6.1.2"],
    prowler=["exchange_user_mailbox_auditing_enabled"],
)
def mailbox_is_audited(mailbox: Mailbox) -> Result:
    """Every person's and shared mailbox records what its owner, delegates and administrators do."""
    if mailbox.recipient_type_details not in KINDS:
        return not_applicable("is neither a person's nor a shared mailbox")
    if not mailbox.audit_enabled:
        return failed("does not record who opens it")
    days = mailbox.audit_log_age_limit.partition(".")[0]
    if not days.isdigit():
        return not_assessed(
            "how long it keeps its record could not be read", source="exchange.mailboxes:AuditLogAgeLimit"
        )
    if int(days) < LEAST_DAYS:
        return failed(f"keeps its record for {days} days only", days=int(days))
    if not set(mailbox.default_audit_set) >= ALL:
        return review(
            "records a list of actions that somebody changed; see that nothing Microsoft records by default is missing",
            managed=sorted(mailbox.default_audit_set),
        )
    return passed("records who opens it", days=int(days))
