"""Mailboxes: where they forward, who else opens them, which old protocols they speak, and their owners' rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from connectors.explicit import Explicit
from connectors.gap import Gap, Reason
from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.record import Presence, Record, Unreadable, named
from connectors.source import MICROSOFT_365, source


@source(
    "exchange.mailboxes", MICROSOFT_365, Cmdlet("Get-Mailbox", {"ResultSize": "Unlimited"}, select=True),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class Mailbox(Record, case="pascal", key="external_directory_object_id"):
    """A mailbox: whose it is, where an administrator or its owner forwards it, and what its audit log keeps."""

    kind = "mailbox"

    external_directory_object_id: str
    guid: str
    display_name: str
    primary_smtp_address: str
    email_addresses: list[str]
    legacy_exchange_d_n: str = named("LegacyExchangeDN")
    distinguished_name: str
    recipient_type_details: str  # UserMailbox, SharedMailbox, RoomMailbox, EquipmentMailbox, SchedulingMailbox ...
    # Null where nothing is forwarded (Get-Mailbox).
    forwarding_address: str | None
    forwarding_smtp_address: str | None
    deliver_to_mailbox_and_forward: bool
    grant_send_on_behalf_to: list[str]
    audit_enabled: bool
    audit_log_age_limit: str  # d.hh:mm:ss
    audit_owner: list[str]
    audit_delegate: list[str]
    audit_admin: list[str]
    default_audit_set: list[str]
    sharing_policy: str | None
    retention_policy: str | None  # null: nothing is moved or removed on its own
    litigation_hold_enabled: bool
    in_place_holds: list[str]  # holds and retention policies that name this mailbox
    retain_deleted_items_for: str  # d.hh:mm:ss
    role_assignment_policy: str | None  # null: mailboxes of Exchange itself have none
    hidden_from_address_lists_enabled: bool
    archive_status: str  # None, Active, HostedProvisioned, HostedPending, LocalArchive
    message_copy_for_sent_as_enabled: bool
    message_copy_for_send_on_behalf_enabled: bool

    @property
    def label(self) -> str:
        return f"{self.display_name} <{self.primary_smtp_address}>"


def _shared(mailbox: Mapping[str, Any]) -> bool:
    return mailbox.get("RecipientTypeDetails") == "SharedMailbox"


_BYTES = re.compile(r"\(([\d.,\s]+) bytes\)")


@source(
    "exchange.mailbox_statistics", MICROSOFT_365,
    Cmdlet("Get-MailboxStatistics", per="Guid", of="ExternalDirectoryObjectId", only=_shared),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
)  # fmt: skip
class MailboxStatistics(Record, case="pascal", key="item_count"):
    """How much lies in a shared mailbox."""

    item_count: int
    total_item_size: str  # "1.2 GB (1,288,490,189 bytes)"

    @property
    def size(self) -> int:
        """The size in bytes; `Unreadable` if Exchange wrote it in another way."""
        text: str = self.total_item_size
        if (found := _BYTES.search(text)) is None:
            gap = Gap(f"{self.__source__}:TotalItemSize", Reason.UNREADABLE, "the size is written in an unknown way")
            raise Unreadable(gap)
        return int(re.sub(r"\D", "", found[1]))


@source(
    "exchange.shared_mailbox_folders", MICROSOFT_365,
    Cmdlet(
        "Get-MailboxFolderStatistics", {"FolderScope": "All", "IncludeOldestAndNewestItems": True},
        per="Guid", of="ExternalDirectoryObjectId", only=_shared,
    ),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
)  # fmt: skip
class SharedMailboxFolder(Record, case="pascal", key="oldest_item_received_date"):
    """How old the oldest message in each folder of a shared mailbox is. Names of folders may name patients and are not kept."""

    oldest_item_received_date: datetime | None  # null: the folder is empty


def _has_mailbox(user: Mapping[str, Any]) -> bool:
    """People with an Exchange plan, and unlicensed accounts with an address: shared and room mailboxes."""
    if user.get("userType") == "Guest":
        return False
    plans = user.get("assignedPlans") or []
    licensed = any(
        p.get("service") == "exchange" and p.get("capabilityStatus") in {"Enabled", "Warning"} for p in plans
    )
    return licensed or user.get("mail") is not None


class EmailAddress(Record):
    """Where a rule sends mail. The name is kept only as a fact: it may be anybody's."""

    address: str | None
    name: Annotated[bool, Presence] = False  # rules made by programs may leave it out


class RuleRecipient(Record):
    """One recipient in a rule's action."""

    email_address: EmailAddress


class RuleActions(Explicit):
    """What an inbox rule does. Actions that a rule does not take are left out or null (Graph, messageRuleActions)."""

    _unset: ClassVar[Mapping[str, Any]] = {
        "forwardTo": [],
        "forwardAsAttachmentTo": [],
        "redirectTo": [],
        "delete": False,
        "permanentDelete": False,
        "markAsRead": False,
        "moveToFolder": False,
    }
    _null_is_unset = True

    forward_to: list[RuleRecipient]
    forward_as_attachment_to: list[RuleRecipient]
    redirect_to: list[RuleRecipient]
    delete: bool
    permanent_delete: bool
    mark_as_read: bool
    move_to_folder: Annotated[bool, Presence]


@source(
    "graph.message_rules", MICROSOFT_365,
    Graph(
        lambda g, user: g.users.by_user_id(user).mail_folders.by_mail_folder_id("inbox").message_rules,
        select=False, per="id", only=_has_mailbox,
    ),
    permission="MailboxSettings.Read", licence="exchange", lane="graph-outlook", tier="graph-only", fan_out=True, after=("graph.users",),
)  # fmt: skip
class MessageRule(Explicit):
    """A rule in somebody's inbox: where it sends mail. Its name and conditions may name patients and are not kept."""

    kind = "rule"
    # A rule in order, that can be changed, meets every message, or that only Outlook on a desktop can read.
    _unset: ClassVar[Mapping[str, Any]] = {"hasError": False, "isReadOnly": False, "conditions": False, "actions": None}
    _null_is_unset = True

    id: str
    is_enabled: bool
    has_error: bool
    is_read_only: bool
    conditions: Annotated[bool, Presence]
    actions: RuleActions | None


@source(
    "exchange.inbox_rules_hidden", MICROSOFT_365,
    Cmdlet("Get-InboxRule", {"IncludeHidden": True}, per="Guid", of="ExternalDirectoryObjectId", by="Mailbox"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
)  # fmt: skip
class InboxRule(Record, case="pascal", key="identity"):
    """A rule in somebody's inbox as Exchange shows it, those that Outlook and Graph hide included.

    Its name, description and folders may name patients and are not kept.
    """

    kind = "rule"

    identity: str
    enabled: bool
    # Null where the rule does not send mail (Get-InboxRule): "Name" [EX:/o=...], "Name" [SMTP:a@b], or an address alone.
    forward_to: list[str] | None
    forward_as_attachment_to: list[str] | None
    redirect_to: list[str] | None
    delete_message: bool


@source(
    "exchange.recipients", MICROSOFT_365, Cmdlet("Get-Recipient", {"ResultSize": "Unlimited"}, select=True),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class Recipient(Record, case="pascal", key="guid"):
    """Everything that can get mail: what a forward's name really stands for."""

    kind = "recipient"

    guid: str
    name: str
    alias: str
    display_name: str
    distinguished_name: str
    identity: str
    external_directory_object_id: str | None
    primary_smtp_address: str | None
    external_email_address: str | None  # contacts and mail users: where their mail really goes
    email_addresses: list[str]
    recipient_type_details: str

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "exchange.mail_contacts", MICROSOFT_365, Cmdlet("Get-MailContact", {"ResultSize": "Unlimited"}, select=True),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class MailContact(Record, case="pascal", key="guid"):
    """A contact in the clinic's address book whose mail goes outside."""

    kind = "contact"

    guid: str
    display_name: str
    identity: str
    external_email_address: str
    primary_smtp_address: str | None

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "exchange.mail_users", MICROSOFT_365, Cmdlet("Get-MailUser", {"ResultSize": "Unlimited"}, select=True),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class MailUser(Record, case="pascal", key="guid"):
    """An account without a mailbox here whose mail goes elsewhere; guests are among them."""

    kind = "contact"

    guid: str
    display_name: str
    identity: str
    external_directory_object_id: str | None
    external_email_address: str | None
    primary_smtp_address: str | None
    recipient_type_details: str

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "exchange.mailbox_permissions", MICROSOFT_365,
    Cmdlet("Get-MailboxPermission", per="Guid", of="ExternalDirectoryObjectId"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
)  # fmt: skip
class MailboxPermission(Record, case="pascal", key="user"):
    """Somebody's right to open another person's mailbox."""

    user: str
    access_rights: list[str]
    is_inherited: bool
    deny: bool


@source(
    "exchange.recipient_permissions", MICROSOFT_365, Cmdlet("Get-RecipientPermission", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class RecipientPermission(Record, case="pascal", key="identity"):
    """Somebody's right to send mail in another one's name."""

    identity: str
    trustee: str
    access_rights: list[str]
    is_inherited: bool
    access_control_type: Literal["Allow", "Deny"]


@source(
    "exchange.cas_mailboxes", MICROSOFT_365, Cmdlet("Get-CASMailbox", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class CasMailbox(Record, case="pascal", key="guid"):
    """Which ways into a mailbox are open: POP, IMAP, SMTP with a password."""

    kind = "mailbox"

    guid: str
    external_directory_object_id: str | None = None  # left out by exports
    display_name: str
    primary_smtp_address: str
    pop_enabled: bool
    imap_enabled: bool
    # Null: the tenant's setting applies (Set-CASMailbox).
    smtp_client_authentication_disabled: bool | None
    owa_mailbox_policy: str | None
    active_sync_mailbox_policy: str | None  # the policy's name or identity; null: the default

    @property
    def label(self) -> str:
        return f"{self.display_name} <{self.primary_smtp_address}>"


@source(
    "exchange.cas_mailbox_plans", MICROSOFT_365, Cmdlet("Get-CASMailboxPlan"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class CasMailboxPlan(Record, case="pascal", key="guid"):
    """Which ways in are open on mailboxes that are made from now on."""

    kind = "mailbox plan"

    guid: str
    display_name: str
    pop_enabled: bool
    imap_enabled: bool

    @property
    def label(self) -> str:
        return f"new mailboxes ({self.display_name})"


@source(
    "exchange.mailbox_audit_bypass", MICROSOFT_365, Cmdlet("Get-MailboxAuditBypassAssociation", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class AuditBypass(Record, case="pascal", key="guid"):
    """An account whose mailbox actions are left out of the audit log."""

    kind = "account"

    guid: str
    name: str
    audit_bypass_enabled: bool

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "exchange.distribution_groups", MICROSOFT_365, Cmdlet("Get-DistributionGroup", {"ResultSize": "Unlimited"}, select=True),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", page_size=1000,
)  # fmt: skip
class DistributionGroup(Record, case="pascal", key="guid"):
    """A mailing list."""

    kind = "group"

    guid: str
    display_name: str
    identity: str
    primary_smtp_address: str
    external_directory_object_id: str | None
    recipient_type_details: str
    require_sender_authentication_enabled: bool  # true: outsiders cannot write to it

    @property
    def label(self) -> str:
        return f"{self.display_name} <{self.primary_smtp_address}>"


@source(
    "exchange.distribution_group_members", MICROSOFT_365,
    Cmdlet("Get-DistributionGroupMember", {"ResultSize": "Unlimited"}, per="Guid"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.distribution_groups",),
)  # fmt: skip
class DistributionGroupMember(Record, case="pascal", key="guid"):
    """A member of a mailing list, contacts among them."""

    guid: str
    display_name: str
    recipient_type_details: str
    primary_smtp_address: str | None
    external_email_address: str | None
    external_directory_object_id: str | None
