"""How mail flows: domains, forwarding switches, rules, connectors, signatures, audit and client settings of the organization."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from connectors.microsoft365.calls import Cmdlet
from connectors.record import Presence, Record, Text, named
from connectors.source import MICROSOFT_365, source


@source(
    "exchange.accepted_domains", MICROSOFT_365, Cmdlet("Get-AcceptedDomain"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class AcceptedDomain(Record, case="pascal", key="domain_name"):
    """A domain whose mail the tenant takes: what "inside" means."""

    kind = "domain"

    domain_name: str
    domain_type: Literal["Authoritative", "InternalRelay", "ExternalRelay"]
    default: bool
    initial_domain: bool
    match_sub_domains: bool
    smtp_dane_status: str | None = None  # left out by older answers
    is_coexistence_domain: bool = False  # left out by older exports; only *.mail.onmicrosoft.com sets it

    @property
    def label(self) -> str:
        return str(self.domain_name)


@source(
    "exchange.remote_domains", MICROSOFT_365, Cmdlet("Get-RemoteDomain"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class RemoteDomain(Record, case="pascal", key="domain_name"):
    """Whether mail may be forwarded automatically to an outside domain; "*" speaks for all."""

    kind = "remote domain"

    domain_name: str
    auto_forward_enabled: bool

    @property
    def label(self) -> str:
        return "mail to all outside domains" if self.domain_name == "*" else f"mail to {self.domain_name}"


@source(
    "exchange.outbound_spam_policies", MICROSOFT_365, Cmdlet("Get-HostedOutboundSpamFilterPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class OutboundSpamPolicy(Record, case="pascal", key="name"):
    """Whether mailboxes may forward automatically, how much they may send, and who hears when one sends spam."""

    kind = "policy"

    name: str
    is_default: bool
    auto_forwarding_mode: Literal["Automatic", "On", "Off"]
    notify_outbound_spam: bool
    notify_outbound_spam_recipients: list[str]
    bcc_suspicious_outbound_mail: bool
    bcc_suspicious_outbound_additional_recipients: list[str]
    # 0 means Microsoft's own limit (Set-HostedOutboundSpamFilterPolicy).
    recipient_limit_external_per_hour: int
    recipient_limit_internal_per_hour: int
    recipient_limit_per_day: int
    action_when_threshold_reached: Literal["Alert", "BlockUser", "BlockUserForToday"]

    @property
    def label(self) -> str:
        return f"outgoing mail policy {self.name}"


@source(
    "exchange.outbound_spam_rules", MICROSOFT_365, Cmdlet("Get-HostedOutboundSpamFilterRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class OutboundSpamRule(Record, case="pascal", key="name"):
    """Whom a custom outbound policy covers."""

    kind = "rule"

    name: str
    hosted_outbound_spam_filter_policy: str
    state: Literal["Enabled", "Disabled"]
    priority: int
    # Null where the rule does not use the condition.
    from_: list[str] | None = named("From")
    from_member_of: list[str] | None
    sender_domain_is: list[str] | None
    except_if_from: list[str] | None = None  # left out where there is no exception
    except_if_from_member_of: list[str] | None = None  # left out where there is no exception
    except_if_sender_domain_is: list[str] | None = None  # left out where there is no exception

    @property
    def label(self) -> str:
        return f"outgoing mail rule {self.name}"


@source(
    "exchange.transport_config", MICROSOFT_365, Cmdlet("Get-TransportConfig"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class TransportConfig(Record, case="pascal", key="smtp_client_authentication_disabled"):
    """Tenant-wide mail settings: sending with a password alone, and who gets journal reports that could not be delivered."""

    smtp_client_authentication_disabled: bool
    journaling_report_ndr_to: str  # "<>" where nobody is named


@source(
    "exchange.transport_rules", MICROSOFT_365, Cmdlet("Get-TransportRule", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class TransportRule(Record, case="pascal", key="guid"):
    """A mail flow rule: where it sends copies, whether it encrypts, and whether it switches the filter off.

    The words it looks for are not kept.
    """

    kind = "mail flow rule"

    guid: str
    name: Annotated[bool, Presence]  # an administrator's words; the identity is the guid
    state: Literal["Enabled", "Disabled"]
    mode: Literal["Enforce", "Audit", "AuditAndNotify"]
    priority: int
    # Null where the rule does not take the action.
    redirect_message_to: list[str] | None
    blind_copy_to: list[str] | None
    copy_to: list[str] | None
    add_to_recipients: list[str] | None
    moderate_message_by_user: list[str] | None
    route_message_outbound_connector: str | None
    apply_o_m_e: bool | None = named("ApplyOME")
    apply_rights_protection_template: str | None
    apply_rights_protection_customization_template: str | None = None  # left out where the tenant has no own template
    set_s_c_l: Annotated[int, Text] | None = named("SetSCL")  # -1: never spam
    set_header_name: str | None
    prepend_subject: Annotated[bool, Presence]  # its words are an administrator's
    apply_html_disclaimer_text: Annotated[bool, Presence]  # the same
    from_scope: str | None
    conditions: list[str] | None  # kinds of conditions, by their class names; their words are not kept
    exceptions: list[str] | None  # the same
    # The conditions that narrow a rule to one server; null where the rule does not use them.
    sender_ip_ranges: list[str] | None
    header_contains_message_header: str | None
    header_matches_message_header: str | None

    @property
    def label(self) -> str:
        return f"mail flow rule number {self.priority + 1}"


@source(
    "exchange.organization_config", MICROSOFT_365, Cmdlet("Get-OrganizationConfig"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class OrganizationConfig(Record, case="pascal", key="audit_disabled"):
    """Organization-wide mail settings: auditing, modern sign-in, the old web interface, Microsoft's support, ended licenses, direct delivery, warnings."""

    audit_disabled: bool
    bookings_enabled: bool
    o_auth2_client_profile_enabled: bool = named("OAuth2ClientProfileEnabled")
    ews_enabled: bool | None  # null: on (Set-OrganizationConfig)
    ews_application_access_policy: str | None  # EnforceAllowList, EnforceBlockList; null: neither list counts
    ews_allow_list: list[str] | None
    customer_lockbox_enabled: bool
    delayed_delicensing_enabled: bool
    reject_direct_send: bool
    mail_tips_all_tips_enabled: bool
    mail_tips_external_recipients_tips_enabled: bool
    mail_tips_group_metrics_enabled: bool
    mail_tips_large_audience_threshold: int


@source(
    "exchange.owa_mailbox_policies", MICROSOFT_365, Cmdlet("Get-OwaMailboxPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class OwaMailboxPolicy(Record, case="pascal", key="name"):
    """What people may do in Outlook: adding personal accounts and calendars."""

    kind = "policy"

    name: str
    is_default: bool
    # Null or left out means on (Set-OwaMailboxPolicy).
    personal_accounts_enabled: bool | None = None
    personal_account_calendars_enabled: bool | None = None
    additional_storage_providers_available: bool
    conditional_access_policy: Literal["Off", "ReadOnly", "ReadOnlyPlusAttachmentsBlocked"]

    @property
    def label(self) -> str:
        return f"Outlook on the web policy {self.name}"


@source(
    "exchange.dkim_configs", MICROSOFT_365, Cmdlet("Get-DkimSigningConfig"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class DkimConfig(Record, case="pascal", key="domain"):
    """Whether outgoing mail of a domain is signed."""

    kind = "domain"

    domain: str
    enabled: bool
    status: str  # Valid, CnameMissing, NoDKIMKeys; the list is not closed
    selector1_c_n_a_m_e: str | None = named("Selector1CNAME")
    selector2_c_n_a_m_e: str | None = named("Selector2CNAME")
    selector1_key_size: int | None = None  # domains that were never set up leave it out
    selector2_key_size: int | None = None  # domains that were never set up leave it out

    @property
    def label(self) -> str:
        return str(self.domain)


@source(
    "exchange.admin_audit_log_config", MICROSOFT_365, Cmdlet("Get-AdminAuditLogConfig"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class AdminAuditLogConfig(Record, case="pascal", key="unified_audit_log_ingestion_enabled"):
    """Whether the audit log records; read from Exchange, because Purview always answers no."""

    unified_audit_log_ingestion_enabled: bool
    admin_audit_log_enabled: bool
    admin_audit_log_age_limit: str
    unified_audit_log_first_opt_in_date: datetime | None = None  # left out where it was on from the start


@source(
    "exchange.sharing_policies", MICROSOFT_365, Cmdlet("Get-SharingPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class SharingPolicy(Record, case="pascal", key="name"):
    """How much of a calendar may be shown to whom outside."""

    kind = "policy"

    name: str
    enabled: bool
    default: bool
    domains: list[str]  # "<domain|*|Anonymous>:<action>[,<action>]"

    @property
    def label(self) -> str:
        return f"calendar sharing policy {self.name}"


@source(
    "exchange.irm_configuration", MICROSOFT_365, Cmdlet("Get-IRMConfiguration"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class IrmConfiguration(Record, case="pascal", key="azure_r_m_s_licensing_enabled"):
    """Whether staff can send encrypted mail at all."""

    azure_r_m_s_licensing_enabled: bool
    internal_licensing_enabled: bool
    simplified_client_access_enabled: bool


@source(
    "exchange.outbound_connectors", MICROSOFT_365, Cmdlet("Get-OutboundConnector"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class OutboundConnector(Record, case="pascal", key="name"):
    """A route that outgoing mail takes through another server."""

    kind = "connector"

    name: str
    enabled: bool
    connector_type: Literal["Partner", "OnPremises"]
    recipient_domains: list[str]
    smart_hosts: list[str]
    use_m_x_record: bool
    # Null: encrypted where the other side can, else in the clear (Set-OutboundConnector).
    tls_settings: Literal["EncryptionOnly", "CertificateValidation", "DomainValidation"] | None
    is_transport_rule_scoped: bool

    @property
    def label(self) -> str:
        return f"outgoing route {self.name}"


@source(
    "exchange.journal_rules", MICROSOFT_365, Cmdlet("Get-JournalRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class JournalRule(Record, case="pascal", key="name"):
    """A rule that copies all mail to an archive."""

    kind = "journal rule"

    name: str
    enabled: bool
    journal_email_address: str
    scope: str
    recipient: str | None

    @property
    def label(self) -> str:
        return f"journal rule {self.name}"
