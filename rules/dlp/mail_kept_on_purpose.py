"""Mail is kept, and removed, on purpose.

Why it matters
    What must be kept for years disappears with one click, or with the account of somebody who leaves; and what should be gone long ago
    is there to be stolen.

How to fix it
    Microsoft 365: Purview, Data lifecycle management: a retention policy for all mailboxes; Exchange: deleted items for 30 days;
    SharePoint: OneDrive of deleted people for a year.
    Google Workspace: Vault, Retention: a default rule for Gmail, Drive and Chat.
    Both: put the clinic's schedule into the evidence folder, kind retention_schedule.

Does not cover
    Vault's rules, which this product has no interface to; whether the periods fit the schedule; copies outside.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.microsoft365.sources.sharing import SharePointSettings
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.licences import Licences
from rules.views.people import PERSONAL_KINDS, SHARED_KINDS
from rules.views.retention import Retention
from rules.views.spans import dotnet

CONTROL = Control(
    "DATA-6",
    Severity.MEDIUM,
    cites=["164.316(b)(2)(i)", "164.310(d)(2)(iv)", "164.308(a)(7)(ii)(A)"],
    level=Level.SHOULD,
)
DELETED_ITEMS = timedelta(days=30)
ONEDRIVE_DAYS = 365
NO_MAILBOX = not_applicable("there is no mailbox")


def _counts(mailbox: Mailbox) -> bool:
    return mailbox.recipient_type_details in PERSONAL_KINDS | SHARED_KINDS


@CONTROL.check(MICROSOFT_365, none=NO_MAILBOX)
def mailbox_is_kept(mailbox: Mailbox, retention: Retention) -> Result:
    """Every mailbox of a person or a team is under a hold, or a policy that keeps mail."""
    if not _counts(mailbox):
        return not_applicable("belongs to no person or team")
    if mailbox.litigation_hold_enabled:
        return passed("is on hold")
    if any(not hold.startswith("-") and not hold.endswith(":1") for hold in mailbox.in_place_holds):
        return passed("is under a hold or a retention policy of its own")
    keeping = retention.keeping(mailbox)
    if keeping:
        return passed("is under a policy that keeps mail", policies=keeping)
    if mailbox.retention_policy:
        return review(
            "is under a policy of Exchange only, which moves or removes mail and keeps nothing",
            policy=mailbox.retention_policy,
        )
    return failed("is under no hold and no policy: what is deleted is gone")


@CONTROL.check(MICROSOFT_365, none=NO_MAILBOX)
def deleted_items_stay_a_month(mailbox: Mailbox) -> Result:
    """Deleted items of every mailbox can be brought back for 30 days."""
    if not _counts(mailbox):
        return not_applicable("belongs to no person or team")
    days = dotnet(mailbox.retain_deleted_items_for)
    if days is None:
        return not_assessed(
            "for how long deleted items stay is not told", source="exchange.mailboxes:RetainDeletedItemsFor"
        )
    if days >= DELETED_ITEMS:
        return passed("deleted items stay for 30 days", days=days.days)
    return failed(f"deleted items stay for {days.days} days only", days=days.days)


@CONTROL.check(MICROSOFT_365)
def files_of_leavers_stay_a_year(tenant: Tenant, settings: One[SharePointSettings]) -> Result:
    """OneDrive of somebody who left stays for a year."""
    days = settings.value.deleted_user_personal_site_retention_period_in_days
    if days >= ONEDRIVE_DAYS:
        return passed(f"OneDrive of somebody who left stays for {days} days", days=days)
    return failed(f"OneDrive of somebody who left is removed after {days} days", days=days)


@CONTROL.check(MICROSOFT_365)
def a_schedule_is_stated(tenant: Tenant, attestations: Attestations) -> Result:
    """The clinic has a schedule that says how long what is kept."""
    return _schedule(attestations)


def _schedule(attestations: Attestations) -> Result:
    statement = attestations.newest("retention_schedule")
    return attestations.fault(statement) or passed("a schedule says how long what is kept", statement=statement.id)


@CONTROL.check(GOOGLE_WORKSPACE)
def vault_follows_the_schedule(tenant: Tenant, attestations: Attestations, licences: Licences) -> Result:
    """Vault is there to keep mail, and the clinic states that its rules follow a schedule."""
    if not licences.has(Capability.VAULT):
        return review(
            "the clinic's plans hold no Vault, so nothing keeps what somebody deletes; Business Plus and up bring it"
        )
    return _schedule(attestations)
