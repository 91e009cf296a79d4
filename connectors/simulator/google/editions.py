"""What Google's editions bring: products, scopes, administrator roles and the settings of a new group."""

from __future__ import annotations

from typing import Any

SCOPE_ROOT = "https://www.googleapis.com/auth/"
# The scopes that a super admin would grant for a full scan.
ALL_SCOPES = tuple(
    SCOPE_ROOT + name
    for name in (
        "admin.directory.customer.readonly",
        "admin.directory.domain.readonly",
        "admin.directory.orgunit.readonly",
        "admin.directory.user.readonly",
        "admin.directory.group.readonly",
        "admin.directory.rolemanagement.readonly",
        "admin.directory.device.mobile.readonly",
        "admin.directory.device.chromeos.readonly",
        "admin.directory.user.security",
        "admin.reports.audit.readonly",
        "admin.reports.usage.readonly",
        "apps.alerts",
        "apps.groups.settings",
        "apps.licensing",
        "calendar.acls.readonly",
        "calendar.calendarlist.readonly",
        "cloud-identity.allowlisteddomains.readonly",
        "cloud-identity.devices.readonly",
        "cloud-identity.groups.readonly",
        "cloud-identity.inboundsso.readonly",
        "cloud-identity.policies.readonly",
        "cloud-identity.userinvitations.readonly",
        "drive.metadata.readonly",
        "drive.readonly",
        "gmail.settings.basic",
    )
)

PRODUCTS = {
    "Google-Apps": "Google Workspace",
    "101001": "Cloud Identity",
    "101034": "Google Workspace Archived User",
    "101047": "Gemini",
    "Google-Vault": "Google Vault",
}
SKUS = {
    "1010020027": ("Google-Apps", "Google Workspace Business Starter"),
    "1010020028": ("Google-Apps", "Google Workspace Business Standard"),
    "1010020025": ("Google-Apps", "Google Workspace Business Plus"),
    "1010020026": ("Google-Apps", "Google Workspace Enterprise Standard"),
    "1010020020": ("Google-Apps", "Google Workspace Enterprise Plus"),
    "Google-Apps": ("Google-Apps", "G Suite Legacy"),
    "1010010001": ("101001", "Cloud Identity Free"),
    "1010340006": ("101034", "Google Workspace Business Standard - Archived User"),
}
STARTER, STANDARD, PLUS, ENTERPRISE_STANDARD = "1010020027", "1010020028", "1010020025", "1010020026"
ENTERPRISE_PLUS = "1010020020"
LEGACY_FREE, IDENTITY_FREE, ARCHIVED_STANDARD = "Google-Apps", "1010010001", "1010340006"

SUPER_ADMIN_ROLE, HELP_DESK_ROLE, GROUPS_READER_ROLE = "72340001", "72340002", "72340003"
USER_MANAGEMENT_ROLE = "72340004"
SYSTEM_ROLES: tuple[tuple[str, str, str, bool, tuple[str, ...]], ...] = (
    (
        SUPER_ADMIN_ROLE,
        "_SEED_ADMIN_ROLE",
        "Google Apps Administrator Seed Role",
        True,
        ("SUPER_ADMIN", "ROOT_APP_ADMIN", "ADMIN_APIS_ALL"),
    ),
    (
        HELP_DESK_ROLE,
        "_HELP_DESK_ADMIN_ROLE",
        "Help Desk Administrator",
        False,
        ("ORGANIZATION_UNITS_RETRIEVE", "USERS_RETRIEVE", "USERS_RESET_PASSWORD"),
    ),
    (GROUPS_READER_ROLE, "_GROUPS_READER_ROLE", "Groups Reader", False, ("GROUPS_RETRIEVE",)),
    (
        USER_MANAGEMENT_ROLE,
        "_USER_MANAGEMENT_ADMIN_ROLE",
        "User Management Administrator",
        False,
        ("USERS_ALL", "USERS_RETRIEVE"),
    ),
    ("72340005", "_SERVICE_ADMIN_ROLE", "Services Administrator", False, ("SERVICES_ALL", "DRIVE_SETTINGS")),
)
ROLE_SERVICE = "00haapch16h1ysv"

GROUP_DEFAULTS: dict[str, Any] = {
    "whoCanJoin": "CAN_REQUEST_TO_JOIN",
    "whoCanViewMembership": "ALL_MEMBERS_CAN_VIEW",
    "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
    "whoCanInvite": "ALL_MANAGERS_CAN_INVITE",
    "whoCanAdd": "ALL_MANAGERS_CAN_ADD",
    "allowExternalMembers": "false",
    "whoCanPostMessage": "ALL_IN_DOMAIN_CAN_POST",
    "allowWebPosting": "true",
    "primaryLanguage": "en_US",
    "maxMessageBytes": 26214400,
    "isArchived": "true",
    "archiveOnly": "false",
    "messageModerationLevel": "MODERATE_NONE",
    "spamModerationLevel": "MODERATE",
    "replyTo": "REPLY_TO_IGNORE",
    "includeCustomFooter": "false",
    "customFooterText": "",
    "sendMessageDenyNotification": "false",
    "defaultMessageDenyNotificationText": "",
    "showInGroupDirectory": "false",
    "allowGoogleCommunication": "false",
    "membersCanPostAsTheGroup": "false",
    "messageDisplayFont": "DEFAULT_FONT",
    "includeInGlobalAddressList": "true",
    "whoCanLeaveGroup": "ALL_MEMBERS_CAN_LEAVE",
    "whoCanContactOwner": "ALL_IN_DOMAIN_CAN_CONTACT",
    "whoCanModerateMembers": "OWNERS_AND_MANAGERS",
    "whoCanModerateContent": "OWNERS_AND_MANAGERS",
    "whoCanAssistContent": "NONE",
    "customRolesEnabledForSettingsToBeMerged": "false",
    "enableCollaborativeInbox": "false",
    "whoCanDiscoverGroup": "ALL_IN_DOMAIN_CAN_DISCOVER",
    "defaultSender": "DEFAULT_SELF",
}
