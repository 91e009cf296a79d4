"""The settings that the Policy API gives values to: one small record class each, and the defaults Google documents.

A field that a policy does not carry is left to the next lower policy, so no field here has a default of its own. `DEFAULTS`
holds what Google documents for a setting that no policy gives at all.
Source: the Cloud Identity pages "supported policy API settings" and "policy API concepts" (default field values); enumerations
are those seen in answers of real tenants or named there, and any other value is unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from connectors.record import Presence, Record, camel


class Setting(Record):
    """The value of one Admin console setting: `class AutoForwarding(Setting, type="gmail.auto_forwarding")`."""

    setting = ""
    _aliases: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, *, type: str = "", aliases: Mapping[str, str] | None = None) -> None:  # noqa: A002
        """`type` is the setting's name without `settings/`; `aliases` maps another spelling of a field to the usual one."""
        super().__init_subclass__()
        cls.setting = type
        cls._aliases = aliases or {}
        if type:
            _CLASSES[type] = cls

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; snake_case keys, as Google's setting tables print them, count as camelCase ones."""
        return super().project({cls._aliases.get(camel(k), camel(k)): v for k, v in raw.items()}, secret)

    @classmethod
    def documented_default(cls) -> Self:
        """What applies where no policy says anything; a field without a documented default is unreadable."""
        return cls(DEFAULTS.get(cls.setting, {}), "policy.policies:setting.value.")

    def gives(self, name: str) -> bool:
        """Whether this value carries the field (our name of it), so that a lower policy does not count for it."""
        return type(self).fields()[name].key in self._raw


_CLASSES: dict[str, type[Setting]] = {}


def setting_class(name: str) -> type[Setting] | None:
    """The class of a setting ("gmail.auto_forwarding"); None if nobody declared it."""
    if name.endswith(".service_status"):
        return ServiceStatus
    if name.endswith(".user_takeout"):
        return UserTakeout
    return _CLASSES.get(name)


def declared_settings() -> dict[str, type[Setting]]:
    """Every declared setting by name; the two that exist per service stand under `*.service_status` and `*.user_takeout`."""
    return dict(sorted(_CLASSES.items()))


OnOff = Literal["ENABLED", "DISABLED"]


class Empty(Record):
    """An object whose presence alone says something."""


# --- services ---------------------------------------------------------------------------------------------------------


class ServiceStatus(Setting, type="*.service_status"):
    """Whether a Google service is on. For `enterprise_service_restrictions`, on means that services are restricted."""

    service_state: OnOff


class UserTakeout(Setting, type="*.user_takeout"):
    """Whether people may download their data of one service."""

    takeout_status: OnOff


# --- sign-in ----------------------------------------------------------------------------------------------------------


class TwoStepEnrollment(Setting, type="security.two_step_verification_enrollment"):
    """Whether people may register a second factor."""

    allow_enrollment: bool


class TwoStepEnforcement(Setting, type="security.two_step_verification_enforcement"):
    """From when on a second factor is demanded; 1970-01-01 means never, a future time means later."""

    enforced_from: datetime

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; an empty time, which means never as well (catalogue, MFA-1), is written as that date."""
        kept = super().project(raw, secret)
        return kept | {"enforcedFrom": "1970-01-01T00:00:00Z"} if kept.get("enforcedFrom") == "" else kept


class TwoStepFactor(Setting, type="security.two_step_verification_enforcement_factor"):
    """Which second factors count."""

    allowed_sign_in_factor_set: Literal[
        "ALL", "NO_TELEPHONY", "PASSKEY_ONLY", "PASSKEY_PLUS_SECURITY_CODE", "PASSKEY_PLUS_IP_BOUND_SECURITY_CODE"
    ]


class TwoStepGracePeriod(Setting, type="security.two_step_verification_grace_period"):
    """How long a new person may sign in without a second factor: seconds with an "s", "604800s"."""

    enrollment_grace_period: str


class TwoStepDeviceTrust(Setting, type="security.two_step_verification_device_trust"):
    """Whether a device may be remembered, so that it is not asked again."""

    allow_trusting_device: bool


class Password(Setting, type="security.password"):
    """What a password must be like."""

    allowed_strength: Literal["STRONG", "WEAK"]
    minimum_length: int
    maximum_length: int
    enforce_requirements_at_login: bool
    allow_reuse: bool
    expiration_duration: str


class SessionControls(Setting, type="security.session_controls"):
    """How long a sign-in lasts in the browser: seconds with an "s"."""

    web_session_duration: str


class LessSecureApps(Setting, type="security.less_secure_apps"):
    """Whether apps may sign in with the password alone."""

    allow_less_secure_apps: bool


class LoginChallenges(Setting, type="security.login_challenges"):
    """Whether the employee number is asked for at a suspicious sign-in."""

    enable_employee_id_challenge: bool


class AdvancedProtection(Setting, type="security.advanced_protection_program"):
    """Whether people may join the Advanced Protection Program."""

    enable_advanced_protection_self_enrollment: bool
    security_code_option: Literal["CODES_NOT_ALLOWED", "ALLOWED_WITHOUT_REMOTE_ACCESS", "ALLOWED_WITH_REMOTE_ACCESS"]


class PasskeysRestriction(Setting, type="security.passkeys_restriction"):
    """Which devices may hold a passkey; only one value is known."""

    allowed_passkeys_type: str


class SuperAdminRecovery(Setting, type="security.super_admin_account_recovery"):
    """Whether super administrators may get back into their account by themselves."""

    enable_account_recovery: bool


class UserRecovery(Setting, type="security.user_account_recovery"):
    """Whether people may get back into their account by themselves."""

    enable_account_recovery: bool


class ConflictingAccounts(
    Setting,
    type="provisioning.conflicting_accounts_management",
    aliases={"conflictingAccountsManagement": "option"},
):
    """What happens to a private Google account that uses a clinic address."""

    option: Literal["REPLACE_CONFLICTING_ACCOUNT", "PRESERVE_CONFLICTING_ACCOUNT", "AUTOMATICALLY_SEND_INVITATIONS"]


# --- access of apps and of Google -------------------------------------------------------------------------------------


class UnconfiguredApps(Setting, type="api_controls.unconfigured_third_party_apps"):
    """What apps may do that no administrator has judged. Sources disagree on some values; a rule judges each by name."""

    access_level: str


class GoogleServiceAccess(Record, key="scopes_group"):
    """Whether apps may use one group of Google services without being trusted."""

    scopes_group: str
    is_enabled: bool


class GoogleServices(Setting, type="api_controls.google_services"):
    """Which Google services apps may use without being trusted."""

    services: list[GoogleServiceAccess]


class InternalApps(Setting, type="api_controls.internal_apps"):
    """Whether the clinic's own apps are trusted."""

    trust_internal_apps: bool


class MarketplaceAccess(Setting, type="workspace_marketplace.apps_access_options"):
    """Which Marketplace apps people may install."""

    access_level: Literal["ALLOW_ALL", "ALLOW_LISTED_APPS", "ALLOW_NONE"]
    allow_all_internal_apps: bool


class MultiPartyApproval(Setting, type="multi_party_approval.require_approvals"):
    """Whether a second administrator must approve sensitive changes."""

    multi_party_approval_state: OnOff


class AccessApproval(Setting, type="access_approval.axa_user_scoping"):
    """Whether Google's staff needs the clinic's approval."""

    requires_customer_approval: bool


class AccessManagement(Setting, type="access_management.user_scoping"):
    """Which of Google's staff may support the clinic."""

    access_management_regime: Literal[
        "PREFERENCE_UNSPECIFIED", "US_GOOGLE_STAFF", "EU_GOOGLE_STAFF", "CJIS_IRS_1075_GOOGLE_STAFF"
    ]


# --- Gmail ------------------------------------------------------------------------------------------------------------


class GmailAutoForwarding(Setting, type="gmail.auto_forwarding"):
    """Whether people may forward all their mail."""

    enable_auto_forwarding: bool


class GmailDelegation(Setting, type="gmail.mail_delegation"):
    """Whether people may let others into their mailbox."""

    enable_mail_delegation: bool
    enable_mailbox_group_delegation: bool


class ImapAccessRestriction(Record):
    """Which programs may use IMAP."""

    allow_all_mail_clients: bool


class GmailImap(Setting, type="gmail.imap_access"):
    """Whether mailboxes can be read by IMAP."""

    enable_imap_access: bool
    imap_access_restriction: ImapAccessRestriction


class GmailPop(Setting, type="gmail.pop_access"):
    """Whether mailboxes can be read by POP."""

    enable_pop_access: bool


class GmailOutboundGateway(Setting, type="gmail.per_user_outbound_gateway"):
    """Whether people may send through foreign mail servers."""

    allow_users_to_use_external_smtp_servers: bool


class GmailUploads(Setting, type="gmail.user_email_uploads"):
    """Whether people may import mail and contacts from other accounts."""

    enable_mail_and_contacts_import: bool


class GmailOutlookSync(Setting, type="gmail.workspace_sync_for_outlook"):
    """Whether Outlook may synchronize."""

    enable_google_workspace_sync_for_microsoft_outlook: bool


class GmailConfidentialMode(Setting, type="gmail.confidential_mode"):
    """Whether messages can be sent that expire; this is no encryption."""

    enable_confidential_mode: bool


class GmailEnhancedSmime(Setting, type="gmail.enhanced_smime_encryption"):
    """Whether messages are encrypted by S/MIME."""

    enable_smime_encryption: bool
    allow_user_to_upload_certificates: bool


Consequence = Literal["WARNING", "SPAM_FOLDER", "QUARANTINE", "NO_ACTION"]


class GmailAttachmentSafety(Setting, type="gmail.email_attachment_safety"):
    """What happens to dangerous attachments."""

    enable_encrypted_attachment_protection: bool
    enable_attachment_with_scripts_protection: bool
    enable_anomalous_attachment_protection: bool
    apply_future_recommended_settings_automatically: bool
    encrypted_attachment_protection_consequence: Consequence
    attachment_with_scripts_protection_consequence: Consequence
    anomalous_attachment_protection_consequence: Consequence


class GmailLinks(Setting, type="gmail.links_and_external_images"):
    """How links and pictures in messages are checked."""

    enable_shortener_scanning: bool
    enable_external_image_scanning: bool
    enable_aggressive_warnings_on_untrusted_links: bool
    apply_future_settings_automatically: bool


class GmailSpoofing(Setting, type="gmail.spoofing_and_authentication"):
    """What happens to mail that pretends to come from somebody else."""

    detect_domain_name_spoofing: bool
    detect_employee_name_spoofing: bool
    detect_domain_spoofing_from_unauthenticated_senders: bool
    detect_unauthenticated_emails: bool
    detect_groups_spoofing: bool
    apply_future_settings_automatically: bool
    domain_name_spoofing_consequence: Consequence
    employee_name_spoofing_consequence: Consequence
    domain_spoofing_consequence: Consequence
    unauthenticated_email_consequence: Consequence
    groups_spoofing_consequence: Consequence
    groups_spoofing_visibility_type: Literal["PRIVATE_GROUPS_ONLY", "ALL_GROUPS"]


class GmailPreDelivery(Setting, type="gmail.enhanced_pre_delivery_message_scanning"):
    """Whether suspicious messages are held back for a closer look."""

    enable_improved_suspicious_content_detection: bool


class GmailIpAllowlist(Setting, type="gmail.email_spam_filter_ip_allowlist"):
    """Servers whose mail is never taken for spam."""

    allowed_ip_addresses: list[str]


def _reduced(entry: Any) -> Any:
    """One entry of a list of senders: a domain as it is, of a single address only its domain, behind an "@"."""
    return "@" + entry.rpartition("@")[2].casefold() if isinstance(entry, str) and "@" in entry else entry


class ListedAddress(Record, key="address"):
    """One entry of a list: a domain, or a single address, of which only "@" and its domain are kept."""

    address: str

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The entry; who writes is nobody's business."""
        kept = super().project(raw, secret)
        return {key: _reduced(value) for key, value in kept.items()}


class Addresses(Record, key="address"):
    """The entries of a list."""

    address: list[ListedAddress]


class AddressList(Record):
    """One list of senders. Lists of blocked senders have no entries here."""

    id: str
    address_list: Addresses | None = None  # left out of lists of blocked senders


class GmailAddressLists(Setting, type="gmail.email_address_lists"):
    """Lists of senders that Gmail rules speak of."""

    email_address_list: list[AddressList]


class SpamOverride(Record, key="rule_id"):
    """One exception from the spam filter. Its description is dropped."""

    rule_id: str
    enable_aggressive_filtering: bool
    add_to_quarantine: bool
    bypass_internal_senders: bool
    bypass_selected_senders: bool
    bypass_sender_allowlist: list[Any]  # ids of lists, or the lists themselves
    hide_warning_banner_from_selected_senders: bool
    hide_warning_banner_sender_allowlist: list[Any]  # the same
    hide_warning_banner_for_all: bool

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; of lists that are written out, the entries without anybody's name."""
        kept = super().project(raw, secret)
        for key in ("bypassSenderAllowlist", "hideWarningBannerSenderAllowlist"):
            if isinstance(kept.get(key), list):
                kept[key] = [
                    {"list": [_reduced(entry) for entry in one.get("list") or []]} if isinstance(one, Mapping) else one
                    for one in kept[key]
                ]
        return kept


class GmailSpamOverrides(Setting, type="gmail.spam_override_lists"):
    """Exceptions from the spam filter."""

    spam_override: list[SpamOverride]


class RuleState(Record, key="rule_id"):
    """Whether one Gmail rule is on at this place."""

    rule_id: str
    enabled: bool


class GmailRuleStates(Setting, type="gmail.rule_states"):
    """Which Gmail rules are on at this place."""

    rule_states: list[RuleState]


class GmailComprehensiveStorage(Setting, type="gmail.comprehensive_mail_storage"):
    """The rule that keeps a copy of all mail; it works only where `gmail.rule_states` says that it is on."""

    rule_id: str


class PrimaryDelivery(Record):
    """What a rule does to the message on its way."""

    change_envelope_recipient: bool
    replace_envelope_recipient_type: str
    # All three are there, and empty where the rule does not use them.
    recipient_address: str
    recipient_user: str
    recipient_domain: str
    change_default_route: bool
    require_tls: bool
    encrypt_outgoing_messages: bool
    bounce_unencrypted_messages: bool
    bypass_spam_filter: bool


class RuleConsequence(Record):
    """What a Gmail rule does. Texts that it adds to messages are dropped.

    Who else gets a copy is not kept: no source shows how Google writes that, so a rule with more recipients is for a person to judge.
    """

    rule_consequence_type: str
    primary_delivery: PrimaryDelivery
    deliver_to_additional_recipients: bool


class RuleCondition(Record):
    """Which direction of mail a Gmail rule looks at."""

    affect_inbound_messages: bool
    affect_outbound_messages: bool
    affect_internal_sending_messages: bool
    affect_internal_receiving_messages: bool
    address_list_option: str  # NO_EFFECT: no list of addresses narrows it; other values are not known


class GmailRule(Record, key="rule_id"):
    """A Gmail rule that an administrator wrote. Its description and the expressions it looks for may name patients: dropped."""

    rule_id: str
    condition: RuleCondition
    match_expressions: Annotated[bool, Presence]  # whether words or kinds of files narrow it; rules on words have none
    consequence: RuleConsequence


class GmailContentCompliance(Setting, type="gmail.content_compliance"):
    """Rules on the content of messages."""

    content_compliance_rules: list[GmailRule]


class GmailAttachmentCompliance(Setting, type="gmail.attachment_compliance"):
    """Rules on attachments."""

    attachment_compliance_rules: list[GmailRule]


class GmailObjectionableContent(Setting, type="gmail.objectionable_content"):
    """Rules on words."""

    objectionable_content_rules: list[GmailRule]


# --- Drive, Sites, regions --------------------------------------------------------------------------------------------


class DriveExternalSharing(Setting, type="drive_and_docs.external_sharing"):
    """Whether files may be shared outside; trust rules, which no API shows, overrule it."""

    external_sharing_mode: Literal["ALLOWED", "ALLOWLISTED_DOMAINS", "DISALLOWED"]
    allow_receiving_external_files: bool
    warn_for_sharing_outside_allowlisted_domains: bool
    allow_receiving_files_outside_allowlisted_domains: bool
    allow_non_google_invites_in_allowlisted_domains: bool
    warn_for_external_sharing: bool
    allow_non_google_invites: bool
    allow_publishing_files: bool
    access_checker_suggestions: Literal["RECIPIENTS_ONLY", "RECIPIENTS_OR_AUDIENCE", "RECIPIENTS_OR_AUDIENCE_OR_PUBLIC"]
    allowed_parties_for_distributing_content: Literal["ALL_ELIGIBLE_USERS", "ELIGIBLE_INTERNAL_USERS", "NONE"]


class DriveGeneralAccess(Setting, type="drive_and_docs.general_access_default"):
    """Who can open a new file by its link. The table of defaults says LINK_SHARING_PRIVATE where answers say PRIVATE_TO_OWNER."""

    default_file_access: Literal[
        "PRIVATE_TO_OWNER",
        "LINK_SHARING_PRIVATE",
        "PRIMARY_AUDIENCE_WITH_LINK",
        "PRIMARY_AUDIENCE_WITH_LINK_OR_SEARCH",
    ]


class DriveSharedDriveCreation(Setting, type="drive_and_docs.shared_drive_creation"):
    """What new shared drives allow."""

    allow_shared_drive_creation: bool
    org_unit_for_new_shared_drives: str
    allow_managers_to_override_settings: bool
    allow_external_user_access: bool
    allow_non_member_access: bool
    allow_content_managers_to_share_folders: bool
    allowed_parties_for_download_print_copy: Literal["ALL", "EDITORS_ONLY", "MANAGERS_ONLY"]


class DriveFileSecurityUpdate(Setting, type="drive_and_docs.file_security_update"):
    """Whether old links got safer addresses."""

    security_update: Literal["APPLY_TO_IMPACTED_FILES", "REMOVE_FROM_IMPACTED_FILES"]
    allow_users_to_manage_update: bool


class DriveSdk(Setting, type="drive_and_docs.drive_sdk"):
    """Whether apps may open files through the Drive API."""

    enable_drive_sdk_api_access: bool


class DriveForDesktop(Setting, type="drive_and_docs.drive_for_desktop"):
    """Whether files are synchronized to computers."""

    allow_drive_for_desktop: bool
    restrict_to_authorized_devices: bool
    show_download_link: bool


class DriveExternalFileWarning(Setting, type="drive_and_docs.external_file_warning"):
    """Whether files of outsiders are marked."""

    highlighting_enabled: bool


class SitesCreation(Setting, type="sites.sites_creation_and_modification"):
    """Whether people may make web pages."""

    allow_sites_creation: bool
    allow_sites_modification: bool


class DataAtRestRegion(Setting, type="data_regions.data_at_rest_region"):
    """Where data lies."""

    region: Literal["REGION_UNSPECIFIED", "ANY_REGION", "US", "EUROPE"]


class DataProcessingRegion(Setting, type="data_regions.data_processing_region"):
    """Whether data is also worked on only where it lies."""

    limit_to_storage_region: bool


# --- Calendar, Chat, Meet ---------------------------------------------------------------------------------------------

CalendarSharing = Literal[
    "EXTERNAL_NO_SHARING",
    "EXTERNAL_FREE_BUSY_ONLY",
    "EXTERNAL_ALL_INFO_READ_ONLY",
    "EXTERNAL_ALL_INFO_READ_WRITE",
    "EXTERNAL_ALL_INFO_READ_WRITE_MANAGE",
]


class CalendarPrimarySharing(Setting, type="calendar.primary_calendar_max_allowed_external_sharing"):
    """How much of people's own calendars outsiders may see at most."""

    max_allowed_external_sharing: CalendarSharing


class CalendarSecondarySharing(Setting, type="calendar.secondary_calendar_max_allowed_external_sharing"):
    """How much of other calendars outsiders may see at most."""

    max_allowed_external_sharing: CalendarSharing


class CalendarInvitations(Setting, type="calendar.external_invitations"):
    """Whether people are warned before they invite outsiders."""

    warn_on_invite: bool


class CalendarInteroperability(Setting, type="calendar.interoperability"):
    """Whether free and busy times are exchanged with other calendar systems."""

    enable_interoperability: bool
    enable_full_event_details: bool
    enable_exchange_room_booking: bool


class CalendarAppointments(Setting, type="calendar.appointment_schedules"):
    """Whether appointment pages may take payments."""

    enable_payments: bool


class ChatHistory(Setting, type="chat.chat_history"):
    """Whether conversations are kept."""

    history_on_by_default: bool
    allow_user_modification: bool


class ChatSpaceHistory(Setting, type="chat.space_history"):
    """Whether conversations in spaces are kept."""

    history_state: Literal[
        "HISTORY_STATE_UNSPECIFIED",
        "DEFAULT_HISTORY_ON",
        "DEFAULT_HISTORY_OFF",
        "HISTORY_ALWAYS_ON",
        "HISTORY_ALWAYS_OFF",
    ]


ChatFiles = Literal["ALL_FILES", "IMAGES_ONLY", "NO_FILES"]


class ChatFileSharing(Setting, type="chat.chat_file_sharing"):
    """Which files may be sent in conversations."""

    external_file_sharing: ChatFiles
    internal_file_sharing: ChatFiles


class ChatExternal(Setting, type="chat.external_chat_restriction"):
    """Whether people may talk to outsiders."""

    allow_external_chat: bool
    external_chat_restriction: Literal["NO_RESTRICTION", "TRUSTED_DOMAINS"]


class ChatExternalSpaces(Setting, type="chat.chat_external_spaces"):
    """Whether outsiders may be in spaces."""

    enabled: bool
    domain_allowlist_mode: Literal["TRUSTED_DOMAINS", "ALL_DOMAINS"]


class ChatApps(Setting, type="chat.chat_apps_access"):
    """Whether people may add apps to conversations."""

    enable_apps: bool
    enable_webhooks: bool


class ChatArchiving(Setting, type="chat.chat_third_party_archiving"):
    """Whether conversations are copied to an outside archive."""

    enabled: bool
    destination_email_address: str


class MeetDomain(Setting, type="meet.safety_domain"):
    """Who may join the clinic's meetings."""

    users_allowed_to_join: Literal["ALL", "LOGGED_IN", "SAME_ORGANIZATION_ONLY"]


class MeetAccess(Setting, type="meet.safety_access"):
    """Whose meetings people may join."""

    meetings_allowed_to_join: Literal["ALL", "ANY_WORKSPACE_ORGANIZATION", "SAME_ORGANIZATION_ONLY"]


class MeetHostManagement(Setting, type="meet.safety_host_management"):
    """Whether hosts keep control of their meeting."""

    enable_host_management: bool


class MeetExternalLabel(Setting, type="meet.safety_external_participants"):
    """Whether outsiders are marked in meetings."""

    enable_external_label: bool


class MeetJoining(Setting, type="meet.meet_joining"):
    """Who comes in without being let in."""

    allowed_audience: Literal["OPEN", "TRUSTED", "RESTRICTED"]


class MeetRecording(Setting, type="meet.video_recording"):
    """Whether meetings may be recorded."""

    enable_recording: bool


class MeetAutomaticRecording(Setting, type="meet.automatic_recording"):
    """Whether meetings are recorded without being asked for."""

    enabled: bool


class MeetAutomaticTranscription(Setting, type="meet.automatic_transcription"):
    """Whether meetings are written down without being asked for."""

    enabled: bool


# --- Groups -----------------------------------------------------------------------------------------------------------


class GroupsSharing(Setting, type="groups_for_business.groups_sharing"):
    """What groups may allow at most."""

    collaboration_capability: Literal["DOMAIN_USERS_ONLY", "ANYONE_CAN_ACCESS"]
    create_groups_access_level: Literal["ADMIN_ONLY", "USERS_IN_DOMAIN", "ANYONE_CAN_CREATE"]
    view_topics_default_access_level: Literal[
        "OWNERS", "MANAGERS", "GROUP_MEMBERS", "DOMAIN_USERS", "ANYONE_CAN_VIEW_TOPICS"
    ]
    owners_can_allow_external_members: bool
    owners_can_allow_incoming_mail_from_public: bool
    owners_can_hide_groups: bool
    new_groups_are_hidden: bool


# --- rules ------------------------------------------------------------------------------------------------------------


class DriveAction(Record):
    """What a data protection rule does with a file. Exactly one is there, as an empty object."""

    block_access: Empty | None = None
    warn_user: Empty | None = None
    audit_only: Empty | None = None


class MessageAction(Record):
    """What a data protection rule does with a message. Exactly one is there."""

    block_content: Empty | None = None
    warn_user: Empty | None = None
    audit_only: Empty | None = None


class CalendarAction(Record):
    """What a data protection rule does with an event."""

    block_event: Empty | None = None


class DlpAction(Record):
    """What a data protection rule does, by product; products that it does not cover are left out."""

    drive_action: DriveAction | None = None
    gmail_action: MessageAction | None = None
    chat_action: MessageAction | None = None
    calendar_action: CalendarAction | None = None


class DlpCondition(Record):
    """What a data protection rule looks for, as far as it names detectors; words and patterns are dropped."""

    # The names of Google's detectors, and the resource names of the clinic's own. A rule need not look at content at all.
    content_condition: list[str] = []

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The names in calls such as all_content.matches_dlp_detector('US_DEA_NUMBER', ...), and nothing else of the text."""
        text = raw.get("contentCondition")
        if isinstance(text, str):
            return {"contentCondition": sorted(set(_DETECTOR.findall(text)))}
        return super().project(raw, secret)


_DETECTOR = re.compile(r"\.matches_\w+\(\s*'([A-Z][A-Z0-9_]*|policies/[\w-]+)'")


class DlpRule(Setting, type="rule.dlp"):
    """A data protection rule. What it looks for is kept as far as it names detectors; its description is dropped."""

    display_name: str
    state: Literal["ACTIVE", "INACTIVE"]
    triggers: list[str]
    condition: DlpCondition
    action: DlpAction


class AlertCenterConfig(Record):
    """How serious an alert is."""

    severity: Literal["LOW", "MEDIUM", "HIGH"]


class AlertCenterAction(Record):
    """That an alert is raised, and who is told by mail."""

    alert_center_config: AlertCenterConfig | None = None  # left out when no alert is raised
    recipients: list[Empty] = []  # left out when nobody is told by mail; who is told is dropped


class AlertAction(Record):
    """What an alert rule does."""

    alert_center_action: AlertCenterAction | None = None  # left out when the rule does nothing


class SystemAlert(Setting, type="rule.system_defined_alerts"):
    """One of Google's own alert rules, by its display name."""

    display_name: str
    state: Literal["ACTIVE", "INACTIVE"]
    action: AlertAction


class RegularExpression(Setting, type="detector.regular_expression"):
    """A detector that the clinic wrote. Its expression is dropped; its name says what it looks for."""

    display_name: str
    regular_expression: Annotated[bool, Presence]


class WordList(Setting, type="detector.word_list"):
    """A list of words that the clinic wrote. The words are dropped; its name says what it looks for."""

    display_name: str
    word_list: Annotated[bool, Presence]


DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "calendar.external_invitations": {"warnOnInvite": True},
    "calendar.primary_calendar_max_allowed_external_sharing": {"maxAllowedExternalSharing": "EXTERNAL_FREE_BUSY_ONLY"},
    "calendar.secondary_calendar_max_allowed_external_sharing": {
        "maxAllowedExternalSharing": "EXTERNAL_ALL_INFO_READ_ONLY"
    },
    "chat.chat_history": {"historyOnByDefault": False, "allowUserModification": True},
    "chat.external_chat_restriction": {"allowExternalChat": False, "externalChatRestriction": "NO_RESTRICTION"},
    "drive_and_docs.drive_sdk": {"enableDriveSdkApiAccess": True},
    "drive_and_docs.external_sharing": {
        "externalSharingMode": "ALLOWED",
        "allowReceivingExternalFiles": True,
        "warnForSharingOutsideAllowlistedDomains": True,
        "allowReceivingFilesOutsideAllowlistedDomains": True,
        "allowNonGoogleInvitesInAllowlistedDomains": False,
        "warnForExternalSharing": True,
        "allowNonGoogleInvites": True,
        "allowPublishingFiles": True,
        "accessCheckerSuggestions": "RECIPIENTS_OR_AUDIENCE_OR_PUBLIC",
        "allowedPartiesForDistributingContent": "ALL_ELIGIBLE_USERS",
    },
    "drive_and_docs.general_access_default": {"defaultFileAccess": "LINK_SHARING_PRIVATE"},
    "gmail.auto_forwarding": {"enableAutoForwarding": True},
    "gmail.workspace_sync_for_outlook": {"enableGoogleWorkspaceSyncForMicrosoftOutlook": True},
    "gmail.email_spam_filter_ip_allowlist": {"allowedIpAddresses": []},
    "gmail.links_and_external_images": {
        "applyFutureSettingsAutomatically": True,
        "enableAggressiveWarningsOnUntrustedLinks": False,
    },
    "gmail.spoofing_and_authentication": {"applyFutureSettingsAutomatically": True},
    "groups_for_business.groups_sharing": {
        "collaborationCapability": "DOMAIN_USERS_ONLY",
        "createGroupsAccessLevel": "USERS_IN_DOMAIN",
        "newGroupsAreHidden": False,
        "ownersCanAllowExternalMembers": False,
        "ownersCanAllowIncomingMailFromPublic": True,
        "ownersCanHideGroups": False,
        "viewTopicsDefaultAccessLevel": "DOMAIN_USERS",
    },
    "security.less_secure_apps": {"allowLessSecureApps": False},
    "security.password": {
        "allowedStrength": "STRONG",
        "minimumLength": 8,
        "maximumLength": 100,
        "allowReuse": False,
        "expirationDuration": "0s",
    },
    "security.super_admin_account_recovery": {"enableAccountRecovery": False},
    "security.user_account_recovery": {"enableAccountRecovery": False},
    "security.two_step_verification_device_trust": {"allowTrustingDevice": True},
    "security.two_step_verification_enforcement_factor": {"allowedSignInFactorSet": "ALL"},
    "security.two_step_verification_enrollment": {"allowEnrollment": True},
    "security.two_step_verification_grace_period": {"enrollmentGracePeriod": "0s"},
    # The default of primary and secondary education differs; the auditor is for clinics.
    "workspace_marketplace.apps_access_options": {"accessLevel": "ALLOW_ALL", "allowAllInternalApps": False},
}
"""The value of a setting that no policy gives, in Google's spelling; only what Google documents.

Source: "default field values" of the Cloud Identity page "policy API concepts". Settings without an entry have no documented
default: for them, no policy means that the value is unknown."""
