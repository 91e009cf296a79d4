"""A practice on Google Workspace where everything that can be set is set well."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import ENTERPRISE_PLUS, HELP_DESK_ROLE, IDENTITY_FREE
from connectors.simulator.google.policies import ALERT_RULES, SERVICES_ON, TAKEOUT, compliance_rule
from connectors.simulator.scenarios.google_log import settled
from connectors.simulator.tenant import SimulatedTenant

# The services a clinic works with under Google's BAA; a careful one switches everything else off.
COVERED = {"alerts", "calendar", "chat", "chrome_sync", "domains", "drive_and_docs", "gmail", "groups_for_business"}
COVERED |= {"keep", "managed_play", "meet", "tasks", "vault"}
KEEPS_ALL = "8c1d0-stillwater:storage"
"""The rule that keeps what other apps send."""


def well_run() -> SimulatedTenant:
    """Stillwater Counseling: eleven people, Enterprise Plus, two super admins with security keys."""
    clinic = Clinic("google-well-run", "Stillwater Counseling", "stillwater.example", city="Larkport")
    careful_practice(clinic)
    return clinic.build()


def careful_practice(clinic: Clinic) -> None:
    """People and settings of a practice that somebody cares for."""
    for path in ("/Clinicians", "/Office", "/Service accounts"):
        clinic.unit(path)
    _people(clinic)
    _two_step(clinic)
    _mail(clinic)
    _sharing(clinic)
    _apps(clinic)
    clinic.group(
        "clinicians", "Clinicians", [("ines", "OWNER"), "amara", "declan", "yuki"], whoCanJoin="INVITED_CAN_JOIN"
    )
    clinic.group(
        "office",
        "Office",
        [("rufus", "OWNER"), "petra", "sol"],
        whoCanJoin="INVITED_CAN_JOIN",
        whoCanPostMessage="ALL_MEMBERS_CAN_POST",
        description=clinic.canary("covers Wednesdays for Hyacinth Mallory"),
    )
    clinic.phone("amara", "iPhone 17")
    clinic.phone("declan", "Pixel 10")
    clinic.laptop("ines", "ThinkPad X1")
    clinic.laptop("rufus", "MacBook Air", system="MAC_OS")
    clinic.signature("amara", clinic.canary("with Leopold Ashcombe on Mondays"))
    clinic.mail_filter("petra", {"subject": clinic.canary("referral Nightingale")}, addLabelIds=["IMPORTANT"])
    clinic.shared_drive(
        clinic.canary("Supervision 2026, Thistlewood"),
        [("ines", "organizer"), ("amara", "fileOrganizer")],
        restrictions={"domainUsersOnly": True, "driveMembersOnly": True, "copyRequiresWriterPermission": True},
    )
    clinic.event("login", 2, "amara", "login/login_success", {"login_type": "google_password"})
    settled(clinic, "admin-ines")
    clinic.mail_dns(
        spf="v=spf1 include:_spf.google.com -all",
        dmarc=f"v=DMARC1; p=reject; sp=reject; pct=100; rua=mailto:dmarc@{clinic.domain}",
        dkim_bits=2048,
        mta_sts="enforce",
        tls_rpt=f"v=TLSRPTv1; rua=mailto:tls@{clinic.domain}",
    )


def _people(clinic: Clinic) -> None:
    def add(local: str, name: str, unit: str, *, admin: bool = False, keys: int = 0) -> None:
        clinic.person(
            local,
            name,
            unit=unit,
            # Administrators work without a mailbox of their own; daily work happens under the person's other account.
            sku=IDENTITY_FREE if admin else ENTERPRISE_PLUS,
            mailbox=not admin,
            admin=admin,
            enforced=True,
            keys=keys,
            passkeys=1,
        )

    add("admin-ines", "Ines Calloway (admin)", "/Office", admin=True, keys=2)
    add("admin-rufus", "Rufus Penhallow (admin)", "/Office", admin=True, keys=2)
    clinic.person(
        "admin-sol",
        "Sol Everhart (help desk)",
        unit="/Office",
        sku=IDENTITY_FREE,
        mailbox=False,
        role=HELP_DESK_ROLE,
        enforced=True,
        keys=2,
        passkeys=1,
    )
    for local, name in (
        ("ines", "Ines Calloway"),
        ("amara", "Amara Voss"),
        ("declan", "Declan Moorcroft"),
        ("yuki", "Yuki Stonefield"),
        ("bram", "Bram Ellery"),
    ):
        add(local, name, "/Clinicians")
    for local, name in (("rufus", "Rufus Penhallow"), ("petra", "Petra Lindgate"), ("sol", "Sol Everhart")):
        add(local, name, "/Office")
    clinic.person(
        "former.maeve",
        "Maeve Dunmore",
        unit="/Office",
        sku=None,
        suspended="ADMIN",
        login_days=90,
        mailbox=False,
        enforced=True,
    )


def _two_step(clinic: Clinic) -> None:
    clinic.enforce_two_step()
    clinic.policy("security.two_step_verification_enforcement_factor", {"allowedSignInFactorSet": "PASSKEY_ONLY"})
    clinic.policy("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "604800s"})
    clinic.policy("security.two_step_verification_device_trust", {"allowTrustingDevice": False})
    clinic.policy("security.two_step_verification_sign_in_code", {"backupCodeExceptionPeriod": "86400s"})
    clinic.policy("security.password", {"allowedStrength": "STRONG", "minimumLength": 16, "allowReuse": False})
    clinic.policy("security.password", {"enforceRequirementsAtLogin": True})
    clinic.policy("security.session_controls", {"webSessionDuration": "43200s"})
    clinic.policy("security.less_secure_apps", {"allowLessSecureApps": False})
    state = {"multiPartyApprovalState": "ENABLED"}
    clinic.policy("multi_party_approval.require_approvals", state)
    clinic.policy("security.advanced_protection_program", {"securityCodeOption": "CODES_NOT_ALLOWED"})


def _mail(clinic: Clinic) -> None:
    clinic.policy("gmail.auto_forwarding", {"enableAutoForwarding": False})
    clinic.policy("gmail.mail_delegation", {"enableMailDelegation": False})
    clinic.policy("gmail.imap_access", {"enableImapAccess": False})
    clinic.policy("gmail.pop_access", {"enablePopAccess": False})
    clinic.policy("gmail.per_user_outbound_gateway", {"allowUsersToUseExternalSmtpServers": False})
    clinic.policy("gmail.user_email_uploads", {"enableMailAndContactsImport": False})
    clinic.policy("gmail.workspace_sync_for_outlook", {"enableGoogleWorkspaceSyncForMicrosoftOutlook": False})
    clinic.policy("gmail.confidential_mode", {"enableConfidentialMode": False})
    quarantine = "SPAM_FOLDER"
    clinic.policy(
        "gmail.email_attachment_safety",
        {
            "enableEncryptedAttachmentProtection": True,
            "encryptedAttachmentProtectionConsequence": quarantine,
            "enableAttachmentWithScriptsProtection": True,
            "attachmentWithScriptsProtectionConsequence": quarantine,
            "enableAnomalousAttachmentProtection": True,
            "anomalousAttachmentProtectionConsequence": quarantine,
            "applyFutureRecommendedSettingsAutomatically": True,
        },
    )
    clinic.policy(
        "gmail.enhanced_smime_encryption", {"enableSmimeEncryption": True, "allowUserToUploadCertificates": False}
    )
    rule = compliance_rule(
        "8c1d0-stillwater:tls",
        "Mail to Northpoint Lab needs an encrypted connection",
        inbound=False,
        outbound=True,
        matching=["@northpoint-lab.example"],
        requireTls=True,
    )
    clinic.policy("gmail.content_compliance", {"contentComplianceRules": [rule]})
    clinic.policy("gmail.comprehensive_mail_storage", {"ruleId": KEEPS_ALL})
    enabled = [{"ruleId": identity, "enabled": True} for identity in (rule["ruleId"], KEEPS_ALL)]
    clinic.policy("gmail.rule_states", {"ruleStates": enabled})
    clinic.policy("gmail.links_and_external_images", {"enableAggressiveWarningsOnUntrustedLinks": True})
    clinic.policy(
        "gmail.spoofing_and_authentication",
        {
            "domainNameSpoofingConsequence": quarantine,
            "employeeNameSpoofingConsequence": quarantine,
            "domainSpoofingConsequence": quarantine,
            "unauthenticatedEmailConsequence": quarantine,
            "groupsSpoofingConsequence": quarantine,
            "groupsSpoofingVisibilityType": "ALL_GROUPS",
        },
    )
    for local in ("ines", "amara", "declan", "yuki", "bram", "rufus", "petra", "sol"):
        clinic.box(local)["imap"] = {"enabled": False, "autoExpunge": True, "expungeBehavior": "archive"}


def _sharing(clinic: Clinic) -> None:
    clinic.policy(
        "drive_and_docs.external_sharing",
        {
            "externalSharingMode": "ALLOWLISTED_DOMAINS",
            "allowReceivingExternalFiles": True,
            "allowReceivingFilesOutsideAllowlistedDomains": False,
            "warnForSharingOutsideAllowlistedDomains": True,
            "allowNonGoogleInvitesInAllowlistedDomains": False,
            "warnForExternalSharing": True,
            "allowNonGoogleInvites": False,
            "allowPublishingFiles": False,
            "accessCheckerSuggestions": "RECIPIENTS_ONLY",
            "allowedPartiesForDistributingContent": "NONE",
        },
    )
    clinic.policy(
        "drive_and_docs.shared_drive_creation",
        {
            "allowSharedDriveCreation": True,
            "allowManagersToOverrideSettings": False,
            "allowExternalUserAccess": False,
            "allowNonMemberAccess": False,
            "allowContentManagersToShareFolders": False,
            "allowedPartiesForDownloadPrintCopy": "EDITORS_ONLY",
        },
    )
    clinic.policy(
        "drive_and_docs.file_security_update",
        {"securityUpdate": "APPLY_TO_IMPACTED_FILES", "allowUsersToManageUpdate": False},
    )
    clinic.policy("data_regions.data_at_rest_region", {"region": "US"})
    clinic.policy("data_regions.data_processing_region", {"limitToStorageRegion": True})
    clinic.policy("access_approval.axa_user_scoping", {"requiresCustomerApproval": True})
    clinic.policy("access_management.user_scoping", {"accessManagementRegime": "US_GOOGLE_STAFF"})
    clinic.policy("drive_and_docs.drive_for_desktop", {"restrictToAuthorizedDevices": True})
    for calendar in ("primary", "secondary"):
        setting = f"calendar.{calendar}_calendar_max_allowed_external_sharing"
        clinic.policy(setting, {"maxAllowedExternalSharing": "EXTERNAL_FREE_BUSY_ONLY"})
    clinic.policy("chat.chat_file_sharing", {"externalFileSharing": "NO_FILES"})
    clinic.policy(
        "chat.external_chat_restriction", {"allowExternalChat": True, "externalChatRestriction": "TRUSTED_DOMAINS"}
    )
    clinic.policy("chat.chat_external_spaces", {"enabled": False, "domainAllowlistMode": "TRUSTED_DOMAINS"})
    clinic.policy("chat.chat_apps_access", {"enableApps": False, "enableWebhooks": False})
    clinic.policy("chat.chat_third_party_archiving", {"enabled": False, "destinationEmailAddress": ""})
    clinic.policy("chat.chat_history", {"historyOnByDefault": True, "allowUserModification": False})
    clinic.policy("chat.space_history", {"historyState": "HISTORY_ALWAYS_ON"})
    clinic.policy("meet.safety_domain", {"usersAllowedToJoin": "LOGGED_IN"})
    clinic.policy("meet.safety_access", {"meetingsAllowedToJoin": "ANY_WORKSPACE_ORGANIZATION"})
    clinic.policy("meet.safety_host_management", {"enableHostManagement": True})
    clinic.policy("meet.video_recording", {"enableRecording": False})
    clinic.policy(
        "groups_for_business.groups_sharing",
        {
            "collaborationCapability": "DOMAIN_USERS_ONLY",
            "createGroupsAccessLevel": "ADMIN_ONLY",
            "ownersCanAllowExternalMembers": False,
            "ownersCanAllowIncomingMailFromPublic": False,
            "viewTopicsDefaultAccessLevel": "GROUP_MEMBERS",
        },
    )
    clinic.policy(
        "sites.sites_creation_and_modification", {"allowSitesCreation": False, "allowSitesModification": False}
    )
    clinic.policy(
        "rule.dlp",
        {
            "displayName": "Block sharing of Social Security numbers",
            "description": "Drive files, Gmail and Chat messages",
            "triggers": [
                "google.workspace.drive.file.v1.share",
                "google.workspace.gmail.email.v1.send",
                "google.workspace.chat.message.v1.send",
                "google.workspace.chat.attachment.v1.upload",
            ],
            "condition": {
                "contentCondition": "all_content.matches_dlp_detector('US_SOCIAL_SECURITY_NUMBER', "
                "google.privacy.dlp.v2.Likelihood.LIKELY, {minimum_match_count: 1}) || "
                "all_content.matches_dlp_detector('US_DEA_NUMBER', "
                "google.privacy.dlp.v2.Likelihood.LIKELY, {minimum_match_count: 1})"
            },
            "action": {
                "driveAction": {"blockAccess": {}},
                "gmailAction": {"blockContent": {}},
                "chatAction": {"blockContent": {}},
            },
            "state": "ACTIVE",
            "createTime": clinic.time(300),
            "updateTime": clinic.time(300),
        },
    )
    clinic.state["allowlistedDomains"].append(
        {"name": "allowlistedDomains/northpointlab", "domain": "northpoint-lab.example"}
    )


def _apps(clinic: Clinic) -> None:
    clinic.policy("api_controls.unconfigured_third_party_apps", {"accessLevel": "ALLOW_SIGN_IN_ONLY"})
    clinic.policy("api_controls.internal_apps", {"trustInternalApps": False})
    clinic.policy(
        "api_controls.google_services",
        {
            "services": [
                {"scopesGroup": f"{name}_ALL", "isEnabled": False}
                for name in ("DRIVE", "GMAIL", "CALENDAR", "CONTACTS", "GSUITE_ADMIN", "VAULT")
            ]
        },
    )
    clinic.policy("workspace_marketplace.apps_access_options", {"accessLevel": "ALLOW_LISTED_APPS"})
    clinic.policy("enterprise_service_restrictions.service_status", {"serviceState": "ENABLED"})
    for service in TAKEOUT:
        clinic.policy(f"{service}.user_takeout", {"takeoutStatus": "DISABLED"})
    for service in sorted(set(SERVICES_ON) - COVERED):
        clinic.policy(f"{service}.service_status", {"serviceState": "DISABLED"})
    for name, active in ALERT_RULES:
        if not active:
            alert = {"alertCenterConfig": {"severity": "MEDIUM"}, "recipients": [{"allSuperAdmins": {}}]}
            value = {"displayName": name, "state": "ACTIVE", "action": {"alertCenterAction": alert}, "condition": {}}
            clinic.policy("rule.system_defined_alerts", value)
    alert = {"alertCenterConfig": {"severity": "LOW"}, "recipients": [{"allSuperAdmins": {}}]}
    value = {"displayName": "User's password changed", "state": "ACTIVE", "action": {"alertCenterAction": alert}}
    clinic.policy("rule.system_defined_alerts", value)


SCENARIOS = {"google-well-run": well_run}
