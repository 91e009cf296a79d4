"""The shared inbox does not hoard years of patient mail.

Why it matters
    An inbox of ten years is a breach of ten years. What is in the health record need not stay in mail.

How to fix it
    Microsoft 365: Purview, Data lifecycle management: a retention policy for the mailbox; or in the Exchange admin center a policy of
    the clinic's own, or an archive; move what matters into the health record.
    Google Workspace: Write down how long each shared inbox keeps mail, and put a statement of the kind retention_schedule into the
    evidence folder, with covers = ["shared inboxes"].

Does not cover
    What the retention policy says: see DATA-6. Exchange's default policy only moves mail to an archive, so that it counts with one.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.microsoft365.sources.mailboxes import Mailbox, MailboxStatistics, SharedMailboxFolder
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.attested.paper import Paper
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Grouped
from rules.view import Now, Tenant, age
from rules.views.attestations import YEAR, Attestations
from rules.views.retention import Retention

CONTROL = Control(
    "LIFE-6",
    Severity.MEDIUM,
    level=Level.SHOULD,
    cites=["164.310(d)(2)(i)", "164.502(b)", "164.316(b)(2)(i)"],
)
LIMIT = 25 * 1024**3
OLD = timedelta(days=5 * 365)
DEFAULT_POLICY = "Default MRM Policy"
PAPER = Paper("retention_schedule", "the schedule", ("shared inboxes",), within=YEAR)


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no shared mailbox"))
def mailbox_is_emptied(
    mailbox: Mailbox,
    statistics: Grouped[MailboxStatistics],
    folders: Grouped[SharedMailboxFolder],
    retention: Retention,
    now: Now,
) -> list[Result]:
    """No shared mailbox holds mail of more than five years, or more than 25 GB, without a rule that ends it."""
    if mailbox.recipient_type_details != "SharedMailbox":
        return []
    if mailbox.archive_status == "Active":
        return [passed("moves old mail to an archive")]
    if mailbox.retention_policy and mailbox.retention_policy != DEFAULT_POLICY:
        return [passed(f"has the retention policy {mailbox.retention_policy}")]
    unread: Unreadable | None = None
    found, size, oldest = list[str](), None, None
    try:
        size = sum(one.size for one in statistics.of(mailbox.external_directory_object_id))
        if size > LIMIT:
            found.append(f"holds {size / 1024**3:.0f} GB")
    except Unreadable as err:
        unread = err
    try:
        dates = [one.oldest_item_received_date for one in folders.of(mailbox.external_directory_object_id)]
        oldest = min((date for date in dates if date is not None), default=None)
        if oldest is not None and age(now, oldest) > OLD:
            found.append(f"holds mail since {oldest.date().isoformat()}")
    except Unreadable as err:
        unread = unread or err
    shown = {"bytes": size, "oldest": oldest.date().isoformat() if oldest else None}
    if found:
        if policies := retention.governing(mailbox):
            return [passed(f"{' and '.join(found)}, as {policies[0]} decides", policies=policies)]
        return [failed(f"{' and '.join(found)}, and no rule ends it", size=shown["bytes"], oldest=shown["oldest"])]
    if unread is not None:
        raise unread
    return [passed("is neither large nor old", **shown)]


@CONTROL.check(GOOGLE_WORKSPACE)
def schedule_is_stated(tenant: Tenant, attestations: Attestations) -> Result:
    """The clinic states how long shared inboxes keep mail."""
    return PAPER.judge(attestations, "how long shared inboxes keep mail is written down")
