"""Policy API policies as Google sends them: the defaults of a tenant, and helpers for what an administrator sets.

Setting names, fields and values: Google's list of supported policy settings; which of them a tenant really gets, and
the range of ``sortOrder``: the published ScubaGoggles sample report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Values = dict[str, dict[str, Any]]

SYSTEM_ORDER = 101.0
ADMIN_ORDER = 201.0
GROUP_STEP = 0.00001
NEVER = "1970-01-01T00:00:00Z"

ON, OFF = "ENABLED", "DISABLED"

SERVICES_ON = [
    "ad_manager",
    "ads",
    "adsense",
    "alerts",
    "analytics",
    "applied_digital_skills",
    "appsheet",
    "arts_and_culture",
    "blogger",
    "bookmarks",
    "books",
    "calendar",
    "campaign_manager",
    "chat",
    "chrome_canvas",
    "chrome_cursive",
    "chrome_remote_desktop",
    "chrome_sync",
    "chrome_web_store",
    "classroom",
    "cloud",
    "cloud_search",
    "colab",
    "data_studio",
    "developers",
    "domains",
    "drive_and_docs",
    "earth",
    "experimental_apps",
    "feedburner",
    "gemini_app",
    "gmail",
    "groups",
    "groups_for_business",
    "keep",
    "location_history",
    "managed_play",
    "maps",
    "material_gallery",
    "meet",
    "merchant_center",
    "messages",
    "migrate",
    "my_business",
    "my_maps",
    "news",
    "notebooklm",
    "partner_dash",
    "pay",
    "pay_for_business",
    "photos",
    "pinpoint",
    "play",
    "play_books_partner_center",
    "play_console",
    "public_data",
    "question_hub",
    "read_along",
    "scholar_profiles",
    "search_ads_360",
    "search_and_assistant",
    "search_console",
    "sites",
    "takeout",
    "tasks",
    "third_party_app_backups",
    "translate",
    "trips",
    "vault",
    "work_insights",
    "youtube",
]
SERVICES_OFF = [
    "ai_studio",
    "cs_first",
    "early_access_apps",
    "enterprise_service_restrictions",
    "fi",
    "jamboard",
    "nest",
    "socratic",
]
TAKEOUT = ["blogger", "books", "location_history", "maps", "pay", "photos", "play", "play_console", "youtube"]

# Value of every other setting in a tenant whose administrator never changed anything.
DEFAULTS: Values = {
    "access_management.user_scoping": {"accessManagementRegime": "PREFERENCE_UNSPECIFIED"},
    "api_controls.app_approval_requests": {"allowedForAll": "DISABLED"},
    "api_controls.custom_user_message": {"errorText": ""},
    "api_controls.google_services": {
        "services": [
            {"scopesGroup": name, "isEnabled": True}
            for name in ("DRIVE_ALL", "GMAIL_ALL", "CALENDAR_ALL", "CONTACTS_ALL", "GSUITE_ADMIN_ALL", "CHAT", "MEET")
        ]
    },
    "api_controls.internal_apps": {"trustInternalApps": True},
    "api_controls.unconfigured_third_party_apps": {
        "accessLevel": "ACCESS_LEVEL_UNSPECIFIED",
        "accessLevelUnder18": "ACCESS_LEVEL_UNDER18_UNSPECIFIED",
    },
    "calendar.appointment_schedules": {"enablePayments": False},
    "calendar.external_invitations": {"warnOnInvite": True},
    "calendar.interoperability": {
        "enableInteroperability": False,
        "enableFullEventDetails": False,
        "enableExchangeRoomBooking": False,
    },
    "calendar.primary_calendar_max_allowed_external_sharing": {"maxAllowedExternalSharing": "EXTERNAL_FREE_BUSY_ONLY"},
    "calendar.secondary_calendar_max_allowed_external_sharing": {
        "maxAllowedExternalSharing": "EXTERNAL_ALL_INFO_READ_ONLY"
    },
    "chat.chat_apps_access": {"enableApps": True, "enableWebhooks": True},
    "chat.chat_external_spaces": {"enabled": True, "domainAllowlistMode": "ALL_DOMAINS"},
    "chat.chat_file_sharing": {"externalFileSharing": "ALL_FILES", "internalFileSharing": "ALL_FILES"},
    "chat.chat_history": {"historyOnByDefault": True, "allowUserModification": True},
    "chat.external_chat_restriction": {"allowExternalChat": True, "externalChatRestriction": "NO_RESTRICTION"},
    "chat.space_history": {"historyState": "DEFAULT_HISTORY_ON"},
    "cloud_sharing_options.cloud_data_sharing": {"sharingOptions": "ENABLED"},
    "drive_and_docs.drive_for_desktop": {
        "allowDriveForDesktop": True,
        "restrictToAuthorizedDevices": False,
        "showDownloadLink": True,
        "allowRealTimePresence": True,
    },
    "drive_and_docs.drive_sdk": {"enableDriveSdkApiAccess": True},
    "drive_and_docs.external_file_warning": {"highlightingEnabled": True},
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
    "drive_and_docs.file_security_update": {
        "securityUpdate": "APPLY_TO_IMPACTED_FILES",
        "allowUsersToManageUpdate": True,
    },
    "drive_and_docs.general_access_default": {"defaultFileAccess": "PRIVATE_TO_OWNER"},
    "drive_and_docs.shared_drive_creation": {
        "allowSharedDriveCreation": True,
        "allowManagersToOverrideSettings": True,
        "allowExternalUserAccess": True,
        "allowNonMemberAccess": True,
        "allowContentManagersToShareFolders": True,
        "allowedPartiesForDownloadPrintCopy": "ALL",
    },
    "gmail.auto_forwarding": {"enableAutoForwarding": True},
    "gmail.confidential_mode": {"enableConfidentialMode": True},
    "gmail.email_attachment_safety": {
        "enableEncryptedAttachmentProtection": True,
        "encryptedAttachmentProtectionConsequence": "WARNING",
        "encryptedAttachmentProtectionQuarantineId": 0,
        "enableAttachmentWithScriptsProtection": True,
        "attachmentWithScriptsProtectionConsequence": "WARNING",
        "attachmentWithScriptsProtectionQuarantineId": 0,
        "enableAnomalousAttachmentProtection": False,
        "anomalousAttachmentProtectionConsequence": "WARNING",
        "anomalousAttachmentProtectionQuarantineId": 0,
        "applyFutureRecommendedSettingsAutomatically": True,
    },
    "gmail.email_spam_filter_ip_allowlist": {"allowedIpAddresses": []},
    "gmail.enhanced_pre_delivery_message_scanning": {"enableImprovedSuspiciousContentDetection": True},
    "gmail.gmail_name_format": {"allowCustomDisplayNames": True, "defaultDisplayNameFormat": "FIRSTNAME_LASTNAME"},
    "gmail.imap_access": {"enableImapAccess": True, "imapAccessRestriction": {"allowAllMailClients": True}},
    "gmail.links_and_external_images": {
        "enableShortenerScanning": True,
        "enableExternalImageScanning": True,
        "enableAggressiveWarningsOnUntrustedLinks": False,
        "applyFutureSettingsAutomatically": True,
    },
    "gmail.mail_delegation": {
        "enableMailDelegation": False,
        "allowCustomDelegateAttribution": False,
        "enableDelegateAttribution": True,
        "enableMailboxGroupDelegation": False,
    },
    "gmail.per_user_outbound_gateway": {"allowUsersToUseExternalSmtpServers": False},
    "gmail.pop_access": {"enablePopAccess": True},
    "gmail.spoofing_and_authentication": {
        "detectDomainNameSpoofing": True,
        "domainNameSpoofingConsequence": "WARNING",
        "domainNameSpoofingQuarantineId": 0,
        "detectEmployeeNameSpoofing": True,
        "employeeNameSpoofingConsequence": "WARNING",
        "employeeNameSpoofingQuarantineId": 0,
        "detectDomainSpoofingFromUnauthenticatedSenders": True,
        "domainSpoofingConsequence": "WARNING",
        "domainSpoofingQuarantineId": 0,
        "detectUnauthenticatedEmails": True,
        "unauthenticatedEmailConsequence": "WARNING",
        "unauthenticatedEmailQuarantineId": 0,
        "detectGroupsSpoofing": True,
        "groupsSpoofingVisibilityType": "PRIVATE_GROUPS_ONLY",
        "groupsSpoofingConsequence": "WARNING",
        "groupsSpoofingQuarantineId": 0,
        "applyFutureSettingsAutomatically": True,
    },
    "gmail.user_email_uploads": {"enableMailAndContactsImport": True},
    "gmail.workspace_sync_for_outlook": {"enableGoogleWorkspaceSyncForMicrosoftOutlook": True},
    "groups_for_business.groups_sharing": {
        "collaborationCapability": "DOMAIN_USERS_ONLY",
        "createGroupsAccessLevel": "USERS_IN_DOMAIN",
        "ownersCanAllowExternalMembers": False,
        "ownersCanAllowIncomingMailFromPublic": True,
        "ownersCanHideGroups": False,
        "newGroupsAreHidden": False,
        "viewTopicsDefaultAccessLevel": "DOMAIN_USERS",
    },
    "meet.automatic_recording": {"enabled": False},
    "meet.automatic_transcription": {"enabled": False},
    "meet.meet_joining": {"allowedAudience": "TRUSTED"},
    "meet.safety_access": {"meetingsAllowedToJoin": "ALL"},
    "meet.safety_domain": {"usersAllowedToJoin": "ALL"},
    "meet.safety_external_participants": {"enableExternalLabel": True},
    "meet.safety_host_management": {"enableHostManagement": False},
    "meet.video_recording": {"enableRecording": True},
    "provisioning.conflicting_accounts_management": {"option": "REPLACE_CONFLICTING_ACCOUNT"},
    "security.advanced_protection_program": {
        "enableAdvancedProtectionSelfEnrollment": True,
        "securityCodeOption": "ALLOWED_WITHOUT_REMOTE_ACCESS",
    },
    "security.less_secure_apps": {"allowLessSecureApps": False},
    "security.login_challenges": {"enableEmployeeIdChallenge": False},
    "security.passkeys_restriction": {"allowedPasskeysType": "ANY_DEVICE_OR_PLATFORM"},
    "security.password": {
        "allowedStrength": "STRONG",
        "minimumLength": 8,
        "maximumLength": 100,
        "enforceRequirementsAtLogin": False,
        "allowReuse": False,
        "expirationDuration": "0s",
    },
    "security.session_controls": {"webSessionDuration": "1209600s"},
    "security.super_admin_account_recovery": {"enableAccountRecovery": False},
    "security.two_step_verification_device_trust": {"allowTrustingDevice": True},
    "security.two_step_verification_enforcement": {"enforcedFrom": NEVER},
    "security.two_step_verification_enforcement_factor": {"allowedSignInFactorSet": "ALL"},
    "security.two_step_verification_enrollment": {"allowEnrollment": True},
    "security.two_step_verification_grace_period": {"enrollmentGracePeriod": "0s"},
    "security.user_account_recovery": {"enableAccountRecovery": False},
    "sites.sites_creation_and_modification": {"allowSitesCreation": True, "allowSitesModification": True},
    "workspace_marketplace.apps_access_options": {"accessLevel": "ALLOW_ALL", "allowAllInternalApps": False},
}

# Rules about alerts that come with every tenant: (name, on by default).
ALERT_RULES = [
    ("Account suspension warning", True),
    ("Device compromised", True),
    ("Domain data export initiated", True),
    ("Gmail potential employee spoofing", True),
    ("Google Operations", True),
    ("Government-backed attacks", True),
    ("Leaked password", True),
    ("Malware message detected post-delivery", True),
    ("Phishing in inboxes due to bad whitelist", True),
    ("Phishing message detected post-delivery", True),
    ("Spike in user-reported spam", True),
    ("SSO profile added", True),
    ("SSO profile updated", True),
    ("Super admin password reset", True),
    ("Suspicious device activity", True),
    ("Suspicious login", True),
    ("Suspicious message reported", True),
    ("Suspicious programmatic login", True),
    ("User suspended (Google identity alert)", True),
    ("User suspended due to suspicious activity", True),
    ("User suspended for spamming through relay", True),
    ("User suspended for spamming", True),
    ("User-reported phishing", True),
    ("Calendar settings changed", False),
    ("Drive settings changed", False),
    ("Email settings changed", False),
    ("Mobile settings changed", False),
    ("Rate limited recipient", False),
    ("User granted Admin privilege", False),
    ("User's Admin privilege revoked", False),
]


def unit_clause(unit: str) -> str:
    return f"entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('{unit}'))"


def group_clause(group: str) -> str:
    return f"entity.groups.exists(group, group.group_id == groupId('{group}'))"


def licence_clause(skus: Sequence[str], *, product: str = "Google-Apps") -> str:
    listed = ", ".join(f"'/product/{product}/sku/{sku}'" for sku in skus)
    return f"entity.licenses.exists(license, license in [{listed}])"


def policy(
    number: int,
    customer: str,
    setting: str,
    value: Mapping[str, Any],
    *,
    unit: str,
    order: float,
    system: bool = False,
    group: str | None = None,
    licences: Sequence[str] = (),
) -> dict[str, Any]:
    """One policy resource. ``unit`` and ``group`` are bare ids (``03ph...``), ``setting`` is ``app.name``."""
    clauses = [unit_clause(unit)]
    query: dict[str, Any] = {"orgUnit": f"orgUnits/{unit}", "sortOrder": order}
    if group is not None:
        clauses.append(group_clause(group))
        query["group"] = f"groups/{group}"
    if licences:
        clauses.append(licence_clause(licences))
    return {
        "name": f"policies/a{number:04d}{setting.replace('.', '')[:12]}",
        "customer": f"customers/{customer}",
        "policyQuery": {"query": " && ".join(clauses), **query},
        "setting": {"type": f"settings/{setting}", "value": dict(value)},
        "type": "SYSTEM" if system else "ADMIN",
    }


_UNCHANGED: dict[str, Any] = {
    **dict.fromkeys(("addXGmOriginalToHeader", "addXGmSpamHeader", "addCustomHeaders", "prependCustomSubject"), False),
    "customSubject": "",
    **dict.fromkeys(("changeDefaultRoute", "rerouteSpam"), False),
    "normalRouting": True,
    "changeEnvelopeRecipient": False,
    "replaceEnvelopeRecipientType": "REPLACE_ADDRESS",
    **dict.fromkeys(("recipientAddress", "recipientUser", "recipientDomain"), ""),
    **dict.fromkeys(("bypassSpamFilter", "removeAttachments", "suppressBouncesFromRecipient"), False),
    **dict.fromkeys(("requireTls", "encryptOutgoingMessages", "bounceUnencryptedMessages"), False),
}
"""What Google writes of a message that a rule leaves as it is: every field is there (the published sample report)."""


def compliance_rule(
    identity: str, description: str, *, inbound: bool, outbound: bool, matching: Sequence[str] = (), **delivery: Any
) -> dict[str, Any]:
    """A Gmail compliance rule on messages with these words, or on all; ``delivery`` is what it changes."""
    return {
        "ruleId": identity,
        "description": description,
        "condition": {
            "affectInboundMessages": inbound,
            "affectOutboundMessages": outbound,
            "affectInternalSendingMessages": False,
            "affectInternalReceivingMessages": False,
            "addressListOption": "NO_EFFECT",
            "accountTypeUser": True,
            "accountTypeGroup": False,
            "accountTypeUnrecognized": False,
        },
        "matchExpressions": [{"matchExpressionType": "SIMPLE_CONTENT", "matchContent": words} for words in matching],
        "matchAnyExpression": True,
        "consequence": {
            "ruleConsequenceType": "MODIFY_MESSAGE",
            "primaryDelivery": {**_UNCHANGED, **delivery},
            "deliverToAdditionalRecipients": False,
        },
    }


def system_policies(customer: str, root: str) -> list[dict[str, Any]]:
    """What a tenant answers before anybody changed a setting: about 180 policies, all at the root unit."""
    values: list[tuple[str, Mapping[str, Any]]] = list(DEFAULTS.items())
    values += [(f"{name}.service_status", {"serviceState": ON}) for name in SERVICES_ON]
    values += [(f"{name}.service_status", {"serviceState": OFF}) for name in SERVICES_OFF]
    values += [(f"{name}.user_takeout", {"takeoutStatus": ON}) for name in TAKEOUT]
    listed = [
        policy(number, customer, setting, value, unit=root, order=SYSTEM_ORDER, system=True)
        for number, (setting, value) in enumerate(values)
    ]
    # The order is unique within one type of setting, and there are many alert rules.
    rules = [
        policy(
            len(values) + number,
            customer,
            "rule.system_defined_alerts",
            _alert_rule(name, active),
            unit=root,
            order=round(SYSTEM_ORDER + GROUP_STEP * number, 5),
            system=True,
        )
        for number, (name, active) in enumerate(ALERT_RULES)
    ]
    return listed + rules


def _alert_rule(name: str, active: bool) -> dict[str, Any]:
    action: dict[str, Any] = {"alertCenterAction": {"alertCenterConfig": {"severity": "LOW"}}}
    if active:
        action["alertCenterAction"]["recipients"] = [{"allSuperAdmins": {}}]
    return {
        "displayName": name,
        "description": f"Alert about: {name.lower()}.",
        "action": action,
        "condition": {},
        "state": "ACTIVE" if active else "INACTIVE",
        "createTime": NEVER,
        "updateTime": NEVER,
    }
