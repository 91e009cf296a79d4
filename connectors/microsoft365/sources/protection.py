"""Protection of mail: the policies of Exchange and Defender, and the rules that say whom each of them covers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from connectors.gap import Gap, Reason
from connectors.microsoft365.calls import Cmdlet
from connectors.record import Presence, Record, Unreadable, named
from connectors.source import MICROSOFT_365, source

OnOff = Literal["Enabled", "Disabled"]


class CoverRule(Record, case="pascal", key="name"):
    """Whom a policy covers. Conditions of different kinds must all hold, exceptions need only one.

    Source: Microsoft's page on anti-spam policies, "Users, groups, and domains". Null where a condition is not used.
    """

    kind = "rule"

    name: str
    state: OnOff
    priority: int
    sent_to: list[str] | None
    sent_to_member_of: list[str] | None
    recipient_domain_is: list[str] | None
    except_if_sent_to: list[str] | None
    except_if_sent_to_member_of: list[str] | None
    except_if_recipient_domain_is: list[str] | None

    @property
    def label(self) -> str:
        return f"rule {self.name}"


# --- spam -------------------------------------------------------------------------------------------------------------

SpamAction = Literal["MoveToJmf", "AddXHeader", "ModifySubject", "Redirect", "Delete", "Quarantine", "NoAction"]


@source(
    "exchange.content_filter_policies", MICROSOFT_365, Cmdlet("Get-HostedContentFilterPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ContentFilterPolicy(Record, case="pascal", key="name"):
    """What happens to spam and phishing, for those whom the policy covers. Allowed persons are not kept, domains are."""

    kind = "policy"

    name: str
    is_default: bool
    spam_action: SpamAction
    high_confidence_spam_action: SpamAction
    phish_spam_action: SpamAction
    high_confidence_phish_action: SpamAction
    bulk_threshold: int
    spam_zap_enabled: bool
    phish_zap_enabled: bool
    allowed_sender_domains: list[Any]  # texts, or objects that hold one
    quarantine_retention_period: int
    phish_quarantine_tag: str
    high_confidence_phish_quarantine_tag: str

    @property
    def allowed_domains(self) -> list[str]:
        """The domains whose mail skips the spam filter."""
        return [_domain(entry) for entry in self.allowed_sender_domains]


def _domain(entry: Any) -> str:
    """A domain that stands as text, or in an object under `Domain`; both forms are seen in published output."""
    while isinstance(entry, dict):
        entry = entry.get("Domain")
    if isinstance(entry, str) and entry.strip():
        return entry.strip().casefold()
    path = "exchange.content_filter_policies:AllowedSenderDomains"
    raise Unreadable(Gap(path, Reason.UNREADABLE, "an allowed domain is written in a form that is not known"))


@source(
    "exchange.content_filter_rules", MICROSOFT_365, Cmdlet("Get-HostedContentFilterRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ContentFilterRule(CoverRule):
    """Whom a spam policy covers."""

    hosted_content_filter_policy: str


@source(
    "exchange.connection_filter_policies", MICROSOFT_365, Cmdlet("Get-HostedConnectionFilterPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ConnectionFilterPolicy(Record, case="pascal", key="name"):
    """Servers whose mail skips the spam filter."""

    kind = "policy"

    name: str
    ip_allow_list: list[str] = named("IPAllowList")
    enable_safe_list: bool

    @property
    def label(self) -> str:
        return f"connection filter {self.name}"


# --- viruses ----------------------------------------------------------------------------------------------------------


@source(
    "exchange.malware_filter_policies", MICROSOFT_365, Cmdlet("Get-MalwareFilterPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class MalwareFilterPolicy(Record, case="pascal", key="name"):
    """What happens to infected and dangerous attachments, and who hears of it."""

    kind = "policy"

    name: str
    is_default: bool
    enable_file_filter: bool
    file_types: list[str]
    zap_enabled: bool
    enable_internal_sender_admin_notifications: bool
    internal_sender_admin_address: str | None  # null where nobody is named
    quarantine_tag: str

    @property
    def label(self) -> str:
        return f"malware policy {self.name}"


@source(
    "exchange.malware_filter_rules", MICROSOFT_365, Cmdlet("Get-MalwareFilterRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class MalwareFilterRule(CoverRule):
    """Whom a malware policy covers."""

    malware_filter_policy: str


# --- fakes ------------------------------------------------------------------------------------------------------------

ImpersonationAction = Literal["NoAction", "BccMessage", "Delete", "MoveToJmf", "Quarantine", "Redirect"]


@source(
    "exchange.anti_phish_policies", MICROSOFT_365, Cmdlet("Get-AntiPhishPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class AntiPhishPolicy(Record, case="pascal", key="name"):
    """What happens to mail that pretends to come from somebody else. The impersonation settings work with Defender only."""

    kind = "policy"

    name: str
    is_default: bool
    enabled: bool
    enable_spoof_intelligence: bool
    authentication_fail_action: Literal["MoveToJmf", "Quarantine"]
    honor_dmarc_policy: bool
    dmarc_reject_action: Literal["Reject", "Quarantine", "MoveToJmf"]
    dmarc_quarantine_action: Literal["Quarantine", "MoveToJmf"]
    enable_first_contact_safety_tips: bool
    enable_unauthenticated_sender: bool
    enable_via_tag: bool
    enable_similar_users_safety_tips: bool
    enable_similar_domains_safety_tips: bool
    enable_unusual_characters_safety_tips: bool
    impersonation_protection_state: Literal["Automatic", "Manual", "Off"]
    enable_targeted_user_protection: bool
    targeted_users_to_protect: list[str]  # "Name;address"
    targeted_user_protection_action: ImpersonationAction
    enable_targeted_domains_protection: bool
    targeted_domains_to_protect: list[str]
    targeted_domain_protection_action: ImpersonationAction
    enable_organization_domains_protection: bool
    enable_mailbox_intelligence: bool
    enable_mailbox_intelligence_protection: bool
    phish_threshold_level: int
    excluded_senders: Annotated[bool, Presence]  # who it is may be anybody
    excluded_domains: list[str]

    @property
    def protected_addresses(self) -> frozenset[str]:
        """The addresses of the people whose names are watched, in lower case."""
        return frozenset(entry.rpartition(";")[2].strip().casefold() for entry in self.targeted_users_to_protect)


@source(
    "exchange.anti_phish_rules", MICROSOFT_365, Cmdlet("Get-AntiPhishRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class AntiPhishRule(CoverRule):
    """Whom a policy against fakes covers."""

    anti_phish_policy: str


# --- links and attachments (Defender for Office 365) ------------------------------------------------------------------


@source(
    "exchange.safe_links_policies", MICROSOFT_365, Cmdlet("Get-SafeLinksPolicy"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class SafeLinksPolicy(Record, case="pascal", key="name"):
    """Whether links are looked at when somebody clicks on them."""

    kind = "policy"

    name: str
    enable_safe_links_for_email: bool
    enable_safe_links_for_teams: bool
    enable_safe_links_for_office: bool
    enable_for_internal_senders: bool
    scan_urls: bool
    deliver_message_after_scan: bool
    track_clicks: bool
    allow_click_through: bool


@source(
    "exchange.safe_links_rules", MICROSOFT_365, Cmdlet("Get-SafeLinksRule"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class SafeLinksRule(CoverRule):
    """Whom a policy for links covers."""

    safe_links_policy: str


@source(
    "exchange.safe_attachment_policies", MICROSOFT_365, Cmdlet("Get-SafeAttachmentPolicy"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class SafeAttachmentPolicy(Record, case="pascal", key="name"):
    """Whether attachments are opened in a closed room before they are delivered."""

    kind = "policy"

    name: str
    enable: bool
    action: Literal["Allow", "Block", "DynamicDelivery", "Replace"]  # counts only where `enable` is true


@source(
    "exchange.safe_attachment_rules", MICROSOFT_365, Cmdlet("Get-SafeAttachmentRule"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class SafeAttachmentRule(CoverRule):
    """Whom a policy for attachments covers."""

    safe_attachment_policy: str


@source(
    "exchange.atp_policy_o365", MICROSOFT_365, Cmdlet("Get-AtpPolicyForO365"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class AtpPolicyForO365(Record, case="pascal", key="scans_files"):
    """Whether files in SharePoint, OneDrive and Teams are scanned."""

    scans_files: bool = named("EnableATPForSPOTeamsODB")
    enable_safe_docs: bool
    allow_safe_docs_open: bool


# --- presets ----------------------------------------------------------------------------------------------------------


@source(
    "exchange.eop_protection_rules", MICROSOFT_365, Cmdlet("Get-EOPProtectionPolicyRule"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class EopProtectionRule(CoverRule):
    """Whom Microsoft's preset policies cover against spam, viruses and fakes. No condition at all means everybody."""

    hosted_content_filter_policy: str
    malware_filter_policy: str
    anti_phish_policy: str


@source(
    "exchange.atp_protection_rules", MICROSOFT_365, Cmdlet("Get-ATPProtectionPolicyRule"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class AtpProtectionRule(CoverRule):
    """Whom Microsoft's preset policies cover for links and attachments. No condition at all means everybody."""

    safe_attachment_policy: str
    safe_links_policy: str


@source(
    "exchange.atp_builtin_rule", MICROSOFT_365, Cmdlet("Get-ATPBuiltInProtectionRule"),
    permission="Exchange.ManageAsApp", licence="defender", lane="exchange",
)  # fmt: skip
class BuiltInRule(Record, case="pascal", key="safe_links_policy"):
    """Who is left out of the protection of links and attachments that everybody else has who has no other."""

    safe_attachment_policy: str
    safe_links_policy: str
    except_if_sent_to: list[str] | None
    except_if_sent_to_member_of: list[str] | None
    except_if_recipient_domain_is: list[str] | None


@source(
    "exchange.priority_accounts", MICROSOFT_365, Cmdlet("Get-User", {"IsVIP": True, "ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="defender-p2", lane="exchange",
)  # fmt: skip
class PriorityAccount(Record, case="pascal", key="external_directory_object_id"):
    """Somebody whom the clinic has marked as a priority account."""

    external_directory_object_id: str


@source(
    "exchange.email_tenant_settings", MICROSOFT_365, Cmdlet("Get-EmailTenantSettings"),
    permission="Exchange.ManageAsApp", licence="defender-p2", lane="exchange",
)  # fmt: skip
class EmailTenantSettings(Record, case="pascal", key="enable_priority_account_protection"):
    """Whether priority accounts are watched more closely."""

    enable_priority_account_protection: bool


# --- what is let through, held back, and reported ---------------------------------------------------------------------


@source(
    "exchange.tenant_allow_block", MICROSOFT_365, Cmdlet("Get-TenantAllowBlockListItems", {"ListType": "Sender", "Allow": True}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class TenantAllowed(Record, case="pascal", key="identity"):
    """A sender who is let through for everybody. Of an address only the domain is kept, behind an "@"."""

    kind = "allowed sender"

    identity: str
    value: str
    expiration_date: datetime | None  # null: it never ends

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; who writes is nobody's business."""
        kept = super().project(raw, secret)
        value = kept.get("Value")
        if isinstance(value, str) and "@" in value:
            kept["Value"] = "@" + value.rpartition("@")[2]
        return kept

    @property
    def label(self) -> str:
        text = str(self.value)
        return f"an address at {text[1:]}" if text.startswith("@") else text


@source(
    "exchange.quarantine_policies", MICROSOFT_365, Cmdlet("Get-QuarantinePolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class QuarantinePolicy(Record, case="pascal", key="name"):
    """What people may do with messages that are held back, and whether they hear of them."""

    kind = "policy"

    name: str
    end_user_quarantine_permissions_value: int
    esn_enabled: bool = named("ESNEnabled")

    @property
    def label(self) -> str:
        return f"quarantine policy {self.name}"


@source(
    "exchange.report_submission_policy", MICROSOFT_365, Cmdlet("Get-ReportSubmissionPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ReportSubmissionPolicy(Record, case="pascal", key="enable_report_to_microsoft"):
    """Where messages go that staff report."""

    enable_report_to_microsoft: bool
    report_phish_to_customized_address: bool
    report_phish_addresses: list[str]
    enable_third_party_address: bool
    third_party_report_addresses: list[str]
    # Of the reporting button in Teams.
    report_chat_message_enabled: bool
    report_chat_message_to_customized_address_enabled: bool


@source(
    "exchange.teams_protection_policy", MICROSOFT_365, Cmdlet("Get-TeamsProtectionPolicy"),
    permission="Exchange.ManageAsApp", licence="defender-p2", lane="exchange",
)  # fmt: skip
class TeamsProtectionPolicy(Record, case="pascal", key="zap_enabled"):
    """Whether bad messages in Teams are taken back."""

    zap_enabled: bool


@source(
    "exchange.external_in_outlook", MICROSOFT_365, Cmdlet("Get-ExternalInOutlook"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ExternalInOutlook(Record, case="pascal", key="enabled"):
    """Whether Outlook marks mail from outside, and for whom it does not."""

    enabled: bool
    allow_list: list[str]


@source(
    "exchange.inbound_connectors", MICROSOFT_365, Cmdlet("Get-InboundConnector"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class InboundConnector(Record, case="pascal", key="name"):
    """Whom another server must be to bring mail in on terms of its own."""

    kind = "connector"

    name: str
    enabled: bool
    connector_type: Literal["Partner", "OnPremises"]
    sender_domains: list[str]  # "smtp:<domain|*>;<cost>"
    sender_ip_addresses: list[str] = named("SenderIPAddresses")
    require_tls: bool
    restrict_domains_to_ip_addresses: bool = named("RestrictDomainsToIPAddresses")
    restrict_domains_to_certificate: bool
    tls_sender_certificate_name: str | None  # null where no certificate is asked for
    ef_skip_last_ip: bool = named("EFSkipLastIP")
    ef_skip_ips: list[str] = named("EFSkipIPs")
    ef_test_mode: bool = named("EFTestMode")

    @property
    def label(self) -> str:
        return f"incoming route {self.name}"

    @property
    def domains(self) -> list[str]:
        """The domains that it is for, without the spelling of Exchange; "*" is every domain."""
        return [
            entry.partition(":")[2].partition(";")[0].casefold() or entry.casefold() for entry in self.sender_domains
        ]
