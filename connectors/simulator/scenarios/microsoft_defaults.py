"""The settings of a Microsoft 365 tenant on the day it was created, before anybody changes them.

Field names and shapes follow Microsoft's documents and a published export of a real tenant; every value is made up.
"""

from __future__ import annotations

import copy
import json
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from connectors.simulator.scenarios.microsoft_protection import protection_settings

Record = dict[str, Any]

GRAPH_APP = "00000003-0000-0000-c000-000000000000"
EXCHANGE_APP = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT_APP = "00000003-0000-0ff1-ce00-000000000000"
MANAGEMENT_APP = "c5393580-f805-4401-95e8-94b7a6ef2fc2"
MICROSOFT_OWNER = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

ROLES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Authentication Policy Administrator": "0526716b-113d-4c15-b2c8-68e3c22b9f80",
    "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "Domain Name Administrator": "8329153b-31d0-4727-b945-745eb3bc5f31",
    "External Identity Provider Administrator": "be2f45a1-457d-42af-a067-6ec1fa63bc45",
    "Hybrid Identity Administrator": "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "SharePoint Administrator": "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Billing Administrator": "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "Directory Synchronization Accounts": "d29b2b05-8046-44ba-8758-1e26182fcf32",
}
"""Built-in directory roles and their template ids."""

_EXCHANGE_1 = ("9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD", "exchange")
_EXCHANGE_2 = ("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE", "exchange")
_SHAREPOINT = ("c7699d2e-19aa-44de-8edf-1736da088ca1", "SHAREPOINTSTANDARD", "SharePoint")
_TEAMS = ("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1", "TeamspaceAPI")

SKUS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "basic": ("3b555118-da6a-4418-894f-7df1e2096870", "O365_BUSINESS_ESSENTIALS", [_EXCHANGE_1, _SHAREPOINT, _TEAMS]),
    "standard": (
        "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
        "O365_BUSINESS_PREMIUM",
        [_EXCHANGE_1, _SHAREPOINT, _TEAMS, ("31cf2cfc-6b0d-4adc-a336-88b724ed8122", "RMS_S_BASIC", "RMSOnline")],
    ),
    "premium": (
        "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46",
        "SPB",
        [
            _EXCHANGE_1,
            _SHAREPOINT,
            _TEAMS,
            ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM", "AADPremiumService"),
            ("f20fedf3-f3c3-43c3-8267-2bfdd51c0939", "ATP_ENTERPRISE", "exchange"),
            ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A", "SCO"),
            ("8e9ff0ff-aa7a-4b20-83c1-2f636b600ac2", "INTUNE_SMBIZ", "SCO"),
            ("9bec7e34-c9fa-40b7-a9d1-bd6d1165c7ed", "BPOS_S_DlpAddOn", "exchange"),
            ("bea4c11e-220a-4e6d-8eb8-8ea15d019f90", "RMS_S_ENTERPRISE", "RMSOnline"),
            ("6c57d4b6-3b23-47a5-9bc9-69f17b4947b3", "RMS_S_PREMIUM", "RMSOnline"),
            ("5136a095-5cf0-4aff-bec3-e84448b38ea5", "MIP_S_CLP1", "exchange"),
            ("176a09a6-7ec5-4039-ac02-b2791c6ba793", "EXCHANGE_S_ARCHIVE_ADDON", "exchange"),
            ("bfc1bbd9-981b-4f71-9b82-17c35fd0e2a4", "MDE_SMB", "WindowsDefenderATP"),
        ],
    ),
    "apps": ("cdd28e44-67e3-425e-be4c-737fab2899d3", "O365_BUSINESS", []),
    "plan1": ("4b9405b0-7788-4568-add1-99614e613b69", "EXCHANGESTANDARD", [_EXCHANGE_1]),
    "plan2": ("19ec0d23-8335-4cbd-94ac-6050e30712fa", "EXCHANGEENTERPRISE", [_EXCHANGE_2]),
    "p1": (
        "078d2b04-f1bd-4111-bbd4-b4b1b354cef4",
        "AAD_PREMIUM",
        [("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM", "AADPremiumService")],
    ),
    "power": (
        "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235",
        "POWER_BI_STANDARD",
        [
            ("2049e525-b859-401b-b2a0-e0a31c4b1fe4", "BI_AZURE_P0", "PowerBI"),
            ("0f9b09cb-62d1-4ff4-9129-43f4996f83f4", "FLOW_O365_P1", "ProcessSimple"),
        ],
    ),
    "e5": (
        "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
        "SPE_E5",
        [
            _EXCHANGE_2,
            ("5dbe027f-2339-4123-9542-606e4d348a72", "SHAREPOINTENTERPRISE", "SharePoint"),
            _TEAMS,
            ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM", "AADPremiumService"),
            ("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2", "AADPremiumService"),
            ("f20fedf3-f3c3-43c3-8267-2bfdd51c0939", "ATP_ENTERPRISE", "exchange"),
            ("8e0c0a52-6a6c-4d40-8370-dd62790dcd70", "THREAT_INTELLIGENCE", "exchange"),
            ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A", "SCO"),
            ("bea4c11e-220a-4e6d-8eb8-8ea15d019f90", "RMS_S_ENTERPRISE", "RMSOnline"),
            ("6c57d4b6-3b23-47a5-9bc9-69f17b4947b3", "RMS_S_PREMIUM", "RMSOnline"),
            ("5689bec4-755d-4753-8b61-40975025187c", "RMS_S_PREMIUM2", "RMSOnline"),
            ("2f442157-a11c-46b9-ae5b-6e39ff4e5849", "M365_ADVANCED_AUDITING", "exchange"),
            ("5136a095-5cf0-4aff-bec3-e84448b38ea5", "MIP_S_CLP1", "exchange"),
            ("efb0351d-3b08-4503-993d-383af8de41e3", "MIP_S_CLP2", "exchange"),
            ("9f431833-0334-42de-a7dc-70aa40db46db", "LOCKBOX_ENTERPRISE", "exchange"),
            ("6dc145d6-95dd-4191-b9c3-185575ee6f6b", "COMMUNICATIONS_DLP", "exchange"),
            ("64bfac92-2b17-4482-b5e5-a0304429de3e", "MICROSOFTENDPOINTDLP", "exchange"),
            ("871d91ec-ec1a-452b-a83f-bd76c7d770ef", "WINDEFATP", "WindowsDefenderATP"),
        ],
    ),
    "copilot": (
        "639dec6b-bb19-468b-871c-c5c441c4b0cb",
        "Microsoft_365_Copilot",
        [
            ("b95945de-b3bd-46db-8437-f2beb6ea2347", "M365_COPILOT_TEAMS", "M365LoopCopilot"),
            ("fe6c28b3-d468-44ea-bbd0-a10a5167435c", "COPILOT_STUDIO_IN_COPILOT_FOR_M365", "CCIBotsProd"),
        ],
    ),
    "phone": (
        "440eaaa8-b3e0-484b-a8be-62870b9ba70a",
        "PHONESYSTEM_VIRTUALUSER",
        [("f47330e9-c134-43b3-9993-e7f004506889", "MCOEV_VIRTUALUSER", "MicrosoftCommunicationsOnline")],
    ),
    "p2": (
        "84a661c4-e949-4bd2-a560-ed7766fcaf2b",
        "AAD_PREMIUM_P2",
        [("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2", "AADPremiumService")],
    ),
}
"""Plans clinics buy: sku id, part number, and the service plans with service name that our scenarios give them."""

READ_PERMISSIONS = [
    "Organization.Read.All",
    "Domain.Read.All",
    "User.Read.All",
    "AuditLog.Read.All",
    "UserAuthenticationMethod.Read.All",
    "Policy.Read.All",
    "Policy.Read.PermissionGrant",
    "Directory.Read.All",
    "RoleManagement.Read.Directory",
    "RoleAssignmentSchedule.Read.Directory",
    "RoleEligibilitySchedule.Read.Directory",
    "RoleManagementPolicy.Read.Directory",
    "AccessReview.Read.All",
    "Application.Read.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "Device.Read.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementApps.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementServiceConfig.Read.All",
    "MailboxSettings.Read",
    "SharePointTenantSettings.Read.All",
    "SecurityEvents.Read.All",
    "IdentityRiskyUser.Read.All",
    "ServiceHealth.Read.All",
    "ReportSettings.Read.All",
    "Reports.Read.All",
    "OrgSettings-AppsAndServices.Read.All",
    "SecurityAlert.Read.All",
    "OnPremDirectorySynchronization.Read.All",
    "OrgSettings-Forms.Read.All",
    "Bookings.Read.All",
]
"""What the auditor's own app registration is granted on Graph in the scenarios: the reading permissions."""

_METHODS: dict[str, Record] = {
    "Fido2": {"isAttestationEnforced": False, "isSelfServiceRegistrationAllowed": True, "keyRestrictions": None},
    "MicrosoftAuthenticator": {
        "isSoftwareOathEnabled": True,
        "featureSettings": {
            name: {
                "state": "default",
                "includeTarget": {"targetType": "group", "id": "all_users"},
                "excludeTarget": {"targetType": "group", "id": "00000000-0000-0000-0000-000000000000"},
            }
            for name in (
                "companionAppAllowedState",
                "displayAppInformationRequiredState",
                "displayLocationInformationRequiredState",
                "numberMatchingRequiredState",
            )
        },
    },
    "Sms": {},
    "Voice": {"isOfficePhoneAllowed": False},
    "SoftwareOath": {},
    "TemporaryAccessPass": {
        "isUsableOnce": False,
        "defaultLifetimeInMinutes": 60,
        "minimumLifetimeInMinutes": 60,
        "maximumLifetimeInMinutes": 480,
    },
    "QRCodePin": {"standardQRCodeLifetimeInDays": 395, "pinLength": 8},
    "X509Certificate": {},
    "Email": {"allowExternalIdToUseEmailOtp": "default"},
}


def authentication_methods(enabled: set[str]) -> Record:
    """The authentication methods policy, with these methods switched on."""
    everyone = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]
    return {
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed",
        "policyMigrationState": "migrationInProgress",
        "policyVersion": "1.5",
        "lastModifiedDateTime": None,
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {
                "state": "default",
                "snoozeDurationInDays": 1,
                "includeTargets": [
                    {"targetType": "group", "id": "all_users", "targetedAuthenticationMethod": "microsoftAuthenticator"}
                ],
                "excludeTargets": [],
            }
        },
        "systemCredentialPreferences": {
            "state": "default",
            "includeTargets": [{"targetType": "group", "id": "all_users"}],
            "excludeTargets": [],
        },
        "reportSuspiciousActivitySettings": {
            "state": "default",
            "voiceReportingCode": 0,
            "includeTarget": {"targetType": "group", "id": "all_users"},
        },
        "authenticationMethodConfigurations": [
            {
                "@odata.type": f"#microsoft.graph.{name[0].lower()}{name[1:]}AuthenticationMethodConfiguration",
                "id": name,
                "state": "enabled" if name in enabled else "disabled",
                "includeTargets": everyone,
                "excludeTargets": [],
                **copy.deepcopy(extra),
            }
            for name, extra in _METHODS.items()
        ],
    }


def b2b_policy(allowed: list[str] | None = None, blocked: list[str] | None = None) -> Record:
    """From which domains guests may be invited: a JSON text inside a list. Neither list means from everywhere."""
    domains = (
        {}
        if allowed is None and blocked is None
        else {"AllowedDomains": allowed or [], "BlockedDomains": blocked or []}
    )
    definition = {
        "B2BManagementPolicy": {"InvitationsAllowedAndBlockedDomainsPolicy": domains, "AutoRedeemPolicy": None}
    }
    return {
        "id": "b2b-policy",
        "type": "B2BManagementPolicy",
        "displayName": "B2BManagementPolicy",
        "isOrganizationDefault": True,
        "definition": [json.dumps(definition)],
    }


def graph_settings() -> Record:
    """Graph's single objects and built-in lists in a new tenant."""
    return {
        "securityDefaults": {
            "id": "00000000-0000-0000-0000-000000000005",
            "displayName": "Security Defaults",
            "description": "Security defaults is a set of basic identity security mechanisms.",
            "isEnabled": True,
        },
        "authenticationMethodsPolicy": authentication_methods(
            {"MicrosoftAuthenticator", "Sms", "SoftwareOath", "Email"}
        ),
        "uxSetting": {"restrictNonAdminAccess": "false"},
        "authorizationPolicy": {
            "id": "authorizationPolicy",
            "displayName": "Authorization Policy",
            "description": "Used to manage authorization related settings across the company.",
            "allowInvitesFrom": "everyone",
            "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
            "allowedToSignUpEmailBasedSubscriptions": True,
            "allowedToUseSSPR": True,
            "allowEmailVerifiedUsersToJoinOrganization": False,
            "allowUserConsentForRiskyApps": None,
            "blockMsolPowerShell": False,
            "defaultUserRolePermissions": {
                "allowedToCreateApps": True,
                "allowedToCreateSecurityGroups": True,
                "allowedToCreateTenants": True,
                "allowedToReadBitlockerKeysForOwnedDevice": True,
                "allowedToReadOtherUsers": True,
                "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-recommended"],
            },
        },
        "adminConsentRequestPolicy": {
            "isEnabled": False,
            "notifyReviewers": False,
            "remindersEnabled": False,
            "requestDurationInDays": 0,
            "version": 0,
            "reviewers": [],
        },
        "permissionGrantPolicies": [
            {
                "id": "microsoft-user-default-low",
                "displayName": "Default User Low Risk Policy",
                "includes": [
                    {
                        "id": "cc8e5b6f-1b7a-4c0e-9d1a-2f3b6f3f7a01",
                        "permissionType": "delegated",
                        "permissionClassification": "low",
                        "clientApplicationsFromVerifiedPublisherOnly": True,
                        "resourceApplication": "any",
                        "permissions": ["all"],
                    }
                ],
                "excludes": [],
            }
        ],
        "b2bPolicies": [b2b_policy()],
        "adminForms": {
            "id": "forms",
            "settings": {
                "isBingImageSearchEnabled": True,
                "isExternalSendFormEnabled": True,
                "isExternalShareCollaborationEnabled": True,
                "isExternalShareResultEnabled": True,
                "isExternalShareTemplateEnabled": True,
                "isInOrgFormsPhishingScanEnabled": True,
                "isRecordIdentityByDefaultEnabled": True,
            },
        },
        "bookings": [],
        "crossTenantAccessDefault": {
            "isServiceDefault": True,
            "inboundTrust": {
                "isMfaAccepted": False,
                "isCompliantDeviceAccepted": False,
                "isHybridAzureADJoinedDeviceAccepted": False,
            },
            "b2bCollaborationInbound": _access("allowed"),
            "b2bCollaborationOutbound": _access("allowed"),
            "b2bDirectConnectInbound": _access("blocked"),
            "b2bDirectConnectOutbound": _access("blocked"),
            "automaticUserConsentSettings": {"inboundAllowed": None, "outboundAllowed": None},
        },
        "deviceRegistrationPolicy": {
            "id": "deviceRegistrationPolicy",
            "displayName": "Device Registration Policy",
            "userDeviceQuota": 50,
            "multiFactorAuthConfiguration": "notRequired",
            "azureADJoin": {
                "isAdminConfigurable": True,
                "allowedToJoin": {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"},
                "localAdmins": {
                    "enableGlobalAdmins": True,
                    "registeringUsers": {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"},
                },
            },
            "azureADRegistration": {
                "isAdminConfigurable": False,
                "allowedToRegister": {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"},
            },
            "localAdminPassword": {"isEnabled": False},
        },
        "defaultAppManagementPolicy": {
            "id": "00000000-0000-0000-0000-000000000000",
            "displayName": "Default app management tenant policy",
            "isEnabled": False,
            "applicationRestrictions": {"passwordCredentials": [], "keyCredentials": []},
            "servicePrincipalRestrictions": {"passwordCredentials": [], "keyCredentials": []},
        },
        "authenticationStrengths": [
            _strength("00000000-0000-0000-0000-000000000002", "Multifactor authentication", ["password,sms", "fido2"]),
            _strength("00000000-0000-0000-0000-000000000003", "Passwordless MFA", ["deviceBasedPush", "fido2"]),
            _strength(
                "00000000-0000-0000-0000-000000000004",
                "Phishing-resistant MFA",
                ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"],
            ),
        ],
        "roleDefinitions": [
            {"id": key, "templateId": key, "displayName": name, "isBuiltIn": True, "isEnabled": True}
            for name, key in ROLES.items()
        ],
        "sharepointSettings": {
            "sharingCapability": "externalUserAndGuestSharing",
            "sharingDomainRestrictionMode": "none",
            "sharingAllowedDomainList": [],
            "sharingBlockedDomainList": [],
            "isResharingByExternalUsersEnabled": True,
            "isRequireAcceptingUserToMatchInvitedUserEnabled": False,
            "isLegacyAuthProtocolsEnabled": True,
            "isUnmanagedSyncAppForTenantRestricted": False,
            "allowedDomainGuidsForSyncApp": [],
            "idleSessionSignOut": {"isEnabled": False, "signOutAfterInSeconds": 0, "warnAfterInSeconds": 0},
            "isLoopEnabled": True,
            "isSiteCreationEnabled": True,
            "isMacSyncAppEnabled": True,
            "deletedUserPersonalSiteRetentionPeriodInDays": 30,
        },
        "deviceEnrollmentConfigurations": [
            {
                "@odata.type": "#microsoft.graph.deviceEnrollmentPlatformRestrictionsConfiguration",
                "id": "default_platform_restrictions",
                "displayName": "All users and all devices",
                "priority": 0,
                **{
                    f"{platform}Restriction": {"platformBlocked": False, "personalDeviceEnrollmentBlocked": False}
                    for platform in ("ios", "android", "windows", "windowsMobile", "macOS")
                },
            },
            {
                "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration",
                "id": "default_limit",
                "displayName": "All users and all devices",
                "priority": 0,
                "limit": 5,
            },
        ],
        "deviceManagement": {
            "id": "deviceManagement",
            "settings": {
                "secureByDefault": False,
                "deviceComplianceCheckinThresholdDays": 30,
                "isScheduledActionEnabled": True,
            },
        },
        "reportSettings": {"displayConcealedNames": True},
        "appsAndServices": {
            "id": "appsAndServices",
            "settings": {"isOfficeStoreEnabled": True, "isAppAndServicesTrialEnabled": True},
        },
        "appManagementPolicies": [],
        "securityAlerts": [],
        "healthOverviews": [{"id": "Exchange", "service": "Exchange Online", "status": "serviceOperational"}],
    }


def _access(kind: str) -> Record:
    return {
        "usersAndGroups": {"accessType": kind, "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": kind, "targets": [{"target": "AllApplications", "targetType": "application"}]},
    }


def _strength(key: str, name: str, combinations: list[str]) -> Record:
    return {
        "id": key,
        "displayName": name,
        "description": f"Built-in: {name}.",
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": combinations,
    }


def exchange_settings(initial_domain: str) -> Record:
    """Exchange's organization-wide settings in a new tenant, by cmdlet."""
    return protection_settings() | {
        "Get-OrganizationConfig": [
            {
                "Name": initial_domain,
                "Identity": initial_domain,
                "DisplayName": initial_domain,
                "AuditDisabled": False,
                "CustomerLockboxEnabled": False,
                "DelayedDelicensingEnabled": False,
                "OAuth2ClientProfileEnabled": True,
                "DefaultAuthenticationPolicy": None,
                "RejectDirectSend": False,
                "EwsEnabled": None,
                "EwsApplicationAccessPolicy": None,
                "EwsAllowList": None,
                "ActivityBasedAuthenticationTimeoutEnabled": True,
                "ActivityBasedAuthenticationTimeoutInterval": "06:00:00",
                "ActivityBasedAuthenticationTimeoutWithSingleSignOnEnabled": True,
                "MailTipsAllTipsEnabled": True,
                "MailTipsExternalRecipientsTipsEnabled": False,
                "MailTipsGroupMetricsEnabled": True,
                "MailTipsLargeAudienceThreshold": 25,
                "BookingsEnabled": True,
                "BookingsAuthEnabled": False,
                "BookingsSocialSharingRestricted": False,
                "BookingsExposureOfStaffDetailsRestricted": False,
                "BookingsPhoneNumberEntryRestricted": False,
                "BookingsNotesEntryRestricted": False,
                "BookingsSmsMicrosoftEnabled": True,
                "ConnectorsEnabled": True,
                "SmtpActionableMessagesEnabled": True,
                "AutoExpandingArchiveEnabled": False,
                "ElcProcessingDisabled": False,
                "PublicFoldersEnabled": "Local",
                "LinkPreviewEnabled": True,
                "AppsForOfficeEnabled": True,
                "SendFromAliasEnabled": False,
                "FocusedInboxOn": None,
                "IsDehydrated": False,
            }
        ],
        "Get-RemoteDomain": [
            {
                "DomainName": "*",
                "Identity": "Default",
                "Name": "Default",
                "IsInternal": False,
                "AllowedOOFType": "External",
                "AutoReplyEnabled": True,
                "AutoForwardEnabled": True,
                "DeliveryReportEnabled": True,
                "NDREnabled": True,
                "TNEFEnabled": None,
                "TrustedMailOutboundEnabled": False,
                "TrustedMailInboundEnabled": False,
            }
        ],
        "Get-HostedOutboundSpamFilterPolicy": [
            {
                "Name": "Default",
                "Identity": "Default",
                "IsDefault": True,
                "AutoForwardingMode": "Automatic",
                "ActionWhenThresholdReached": "BlockUserForToday",
                "RecipientLimitExternalPerHour": 0,
                "RecipientLimitInternalPerHour": 0,
                "RecipientLimitPerDay": 0,
                "NotifyOutboundSpam": False,
                "NotifyOutboundSpamRecipients": [],
                "BccSuspiciousOutboundMail": False,
                "BccSuspiciousOutboundAdditionalRecipients": [],
            }
        ],
        "Get-HostedOutboundSpamFilterRule": [],
        "Get-TransportConfig": [
            {
                "Name": "Transport Settings",
                "Identity": "Transport Settings",
                "SmtpClientAuthenticationDisabled": True,
                "AllowLegacyTLSClients": None,
                "ExternalPostmasterAddress": None,
                "JournalingReportNdrTo": "<>",
                "MaxSendSize": "Unlimited",
                "MaxReceiveSize": "Unlimited",
                "MessageExpiration": "1.00:00:00",
            }
        ],
        "Get-AdminAuditLogConfig": [
            {
                "Name": "Admin Audit Log Settings",
                "Identity": "Admin Audit Log Settings",
                "AdminAuditLogEnabled": True,
                "AdminAuditLogAgeLimit": "90.00:00:00",
                "UnifiedAuditLogIngestionEnabled": True,
                "UnifiedAuditLogFirstOptInDate": None,
            }
        ],
        "Get-IRMConfiguration": [
            {
                "Identity": "ControlPoint Config",
                "AzureRMSLicensingEnabled": False,
                "InternalLicensingEnabled": True,
                "ExternalLicensingEnabled": True,
                "SimplifiedClientAccessEnabled": False,
                "SimplifiedClientAccessEncryptOnlyDisabled": False,
                "SimplifiedClientAccessDoNotForwardDisabled": False,
                "EnablePdfEncryption": False,
                "DecryptAttachmentForEncryptOnly": False,
                "AutomaticServiceUpdateEnabled": True,
                "TransportDecryptionSetting": "Optional",
                "JournalReportDecryptionEnabled": True,
                "LicensingLocation": [],
            }
        ],
        "Get-SharingPolicy": [
            {
                "Name": "Default Sharing Policy",
                "Identity": "Default Sharing Policy",
                "Default": True,
                "Enabled": True,
                "Domains": [
                    "Anonymous:CalendarSharingFreeBusyReviewer",
                    "*:CalendarSharingFreeBusySimple",
                ],
            }
        ],
        "Get-OwaMailboxPolicy": [
            {
                "Name": "OwaMailboxPolicy-Default",
                "Identity": "OwaMailboxPolicy-Default",
                "IsDefault": True,
                "AdditionalStorageProvidersAvailable": True,
                "PersonalAccountsEnabled": True,
                "AdditionalAccountsEnabled": True,
                "PersonalAccountCalendarsEnabled": True,
                "ConditionalAccessPolicy": "Off",
                "ExternalImageProxyEnabled": True,
                "WacExternalServicesEnabled": True,
                "DirectFileAccessOnPublicComputersEnabled": True,
                "BookingsMailboxCreationEnabled": True,
                "OutlookDataFile": "Allow",
                "BulkImportEMLEnabled": True,
            }
        ],
        "Get-CASMailboxPlan": [
            {
                "Name": "ExchangeOnline",
                "Identity": "ExchangeOnline",
                "DisplayName": "ExchangeOnline",
                "ImapEnabled": True,
                "PopEnabled": True,
                "ActiveSyncEnabled": True,
                "OWAEnabled": True,
            }
        ],
        "Get-ApplicationAccessPolicy": [],
        "Get-ManagementRoleAssignment": [
            {
                "Name": f"{role}-{holder}",
                "Identity": f"{role}-{holder}",
                "Role": role,
                "RoleAssigneeName": holder,
                "RoleAssigneeType": kind,
                "RoleAssignmentDelegationType": delegation,
                "Enabled": True,
                "CustomResourceScope": None,
                "RecipientAdministrativeUnitScope": None,
                "RecipientWriteScope": "Organization",
            }
            for role, holder, kind, delegation in (
                ("Audit Logs", "Organization Management", "RoleGroup", "Regular"),
                ("ApplicationImpersonation", "Organization Management", "RoleGroup", "DelegatingOrgWide"),
                ("Mailbox Import Export", "Organization Management", "RoleGroup", "DelegatingOrgWide"),
                ("MyBaseOptions", "Default Role Assignment Policy", "RoleAssignmentPolicy", "Regular"),
                ("View-Only Recipients", "View-Only Organization Management", "RoleGroup", "Regular"),
            )
        ],
        "Get-RoleGroup": _role_groups(
            initial_domain,
            "Organization Management",
            "Compliance Management",
            "Discovery Management",
            "Records Management",
            "View-Only Organization Management",
        ),
        "Get-RoleAssignmentPolicy": [
            {
                "Name": "Default Role Assignment Policy",
                "Identity": "Default Role Assignment Policy",
                "IsDefault": True,
                "AssignedRoles": [
                    "MyBaseOptions",
                    "My Custom Apps",
                    "My Marketplace Apps",
                    "My ReadWriteMailbox Apps",
                ],
            }
        ],
        "Get-ActiveSyncOrganizationSettings": [
            {
                "Identity": "Mobile Mailbox Settings",
                "DefaultAccessLevel": "Allow",
                "AllowAccessForUnSupportedPlatform": False,
            }
        ],
        "Get-MobileDeviceMailboxPolicy": [
            {
                "Name": "Default",
                "Identity": "Default",
                "IsDefault": True,
                "PasswordEnabled": False,
                "MinPasswordLength": None,
                "MaxInactivityTimeLock": "Unlimited",
                "MaxPasswordFailedAttempts": "Unlimited",
                "RequireDeviceEncryption": False,
                "DeviceEncryptionEnabled": False,
                "AllowNonProvisionableDevices": True,
                "AllowSimplePassword": True,
                "AlphanumericPasswordRequired": False,
            }
        ],
        "Get-RetentionPolicy": [
            {
                "Name": "Default MRM Policy",
                "Identity": "Default MRM Policy",
                "IsDefault": True,
                "RetentionPolicyTagLinks": ["Default 2 year move to archive", "Junk Email"],
            }
        ],
    }


def _role_groups(place: str, *names: str) -> list[Record]:
    """Groups of people with powers that exist in every tenant, with nobody in them."""
    return [
        {"Name": name, "Identity": name, "Guid": str(uuid5(NAMESPACE_DNS, f"{place}/{name}")), "Members": []}
        for name in names
    ]


def compliance_settings() -> Record:
    """Purview's alert policies, which Microsoft creates in every tenant."""
    return {
        "Get-ProtectionAlert": [
            {
                "Name": name,
                "Identity": name,
                "Disabled": False,
                "IsSystemRule": True,
                "NotificationEnabled": True,
                "NotifyUser": ["TenantAdmins"],
                "Severity": severity,
                "Category": category,
                "Operation": [operation],
                "ThreatType": "Activity",
            }
            for name, severity, category, operation in (
                ("Creation of forwarding/redirect rule", "Low", "ThreatManagement", "MailRedirect"),
                ("Elevation of Exchange admin privilege", "Low", "AccessGovernance", "ManagementRoleAssignment"),
                (
                    "Suspicious email sending patterns detected",
                    "Medium",
                    "ThreatManagement",
                    "CompromisedWarningAccount",
                ),
                ("Suspicious connector activity", "High", "ThreatManagement", "CompromisedConnector"),
                ("Suspicious Email Forwarding Activity", "High", "ThreatManagement", "MailRedirect"),
                ("Tenant restricted from sending email", "High", "ThreatManagement", "CompromisedTenant"),
                (
                    "Tenant restricted from sending unprovisioned email",
                    "High",
                    "ThreatManagement",
                    "UnprovisionedDomain",
                ),
                ("User restricted from sending email", "High", "ThreatManagement", "CompromisedAccount"),
                ("Unusual volume of external file sharing", "Medium", "DataGovernance", "FileShared"),
            )
        ],
        "Get-DlpCompliancePolicy": [],
        "Get-DlpComplianceRule": [],
        "Get-UnifiedAuditLogRetentionPolicy": [],
        "Get-RoleGroup": _role_groups(
            "purview", "eDiscoveryManager", "OrganizationManagement", "ComplianceAdministrator", "Reviewer"
        ),
        "Get-Label": [],
        "Get-LabelPolicy": [],
        "Get-RetentionCompliancePolicy": [],
        "Get-RetentionComplianceRule": [],
        "Get-AdminAuditLogConfig": [
            {
                "Identity": "Admin Audit Log Settings",
                "UnifiedAuditLogIngestionEnabled": True,
                "AdminAuditLogEnabled": True,
            }
        ],
    }


def sharepoint_settings() -> Record:
    """SharePoint's tenant object: sharing is wide open in a new tenant. Enums are SharePoint's own numbers."""
    return {
        "SharingCapability": 2,
        "ODBSharingCapability": 2,
        "CoreSharingCapability": 2,
        "CoreLoopSharingCapability": 2,
        "OneDriveLoopSharingCapability": 2,
        "CoreRequestFilesLinkEnabled": True,
        "CoreRequestFilesLinkExpirationInDays": -1,
        "OneDriveRequestFilesLinkEnabled": True,
        "OneDriveRequestFilesLinkExpirationInDays": -1,
        "GuestSharingGroupAllowListInTenantByGroupId": [],
        "SelfServiceSiteCreationDisabled": False,
        "DefaultSharingLinkType": 3,
        "DefaultLinkPermission": 2,
        "FileAnonymousLinkType": 2,
        "FolderAnonymousLinkType": 2,
        "RequireAnonymousLinksExpireInDays": -1,
        "ExternalUserExpirationRequired": False,
        "ExternalUserExpireInDays": 60,
        "EmailAttestationRequired": False,
        "EmailAttestationReAuthDays": 30,
        "SharingDomainRestrictionMode": 0,
        "SharingAllowedDomainList": "",
        "SharingBlockedDomainList": "",
        "PreventExternalUsersFromResharing": False,
        "RequireAcceptingAccountMatchInvitedAccount": False,
        "LegacyAuthProtocolsEnabled": True,
        "DisallowInfectedFileDownload": False,
        "IPAddressEnforcement": False,
        "IsUnmanagedSyncClientForTenantRestricted": False,
        "AllowedDomainListForSyncClient": [],
        "EnableAzureADB2BIntegration": False,
        "ConditionalAccessPolicy": 0,
        "EnableAIPIntegration": False,
        "BlockMacSync": False,
        "OrphanedPersonalSitesRetentionPeriod": 30,
        "CoreDefaultShareLinkScope": -1,
        "OneDriveDefaultShareLinkScope": -1,
        "BlockDownloadLinksFileType": 1,
        "ShowEveryoneClaim": False,
        "ShowAllUsersClaim": False,
        "ShowEveryoneExceptExternalUsersClaim": True,
        "NotifyOwnersWhenItemsReshared": True,
    }


def teams_settings() -> Record:
    """Teams' organization-wide configuration in a new tenant, by type."""
    return {
        "TenantFederationSettings": [
            {
                "Identity": "Global",
                "AllowFederatedUsers": True,
                "AllowedDomains": {},
                "BlockedDomains": [],
                "AllowTeamsConsumer": True,
                "AllowTeamsConsumerInbound": True,
                "ExternalAccessWithTrialTenants": "Blocked",
                "TreatDiscoveredPartnersAsUnverified": False,
                "SharedSipAddressSpace": False,
                "RestrictTeamsConsumerToExternalUserProfiles": False,
                "BlockAllSubdomains": False,
            }
        ],
        "ExternalAccessPolicy": [
            {
                "Identity": "Global",
                "EnableFederationAccess": True,
                "EnableTeamsConsumerAccess": True,
                "EnableTeamsConsumerInbound": True,
                "EnableAcsFederationAccess": True,
            }
        ],
        "TeamsMeetingPolicy": [
            {
                "Identity": "Global",
                "AllowAnonymousUsersToJoinMeeting": True,
                "AllowAnonymousUsersToStartMeeting": False,
                "AutoAdmittedUsers": "EveryoneInCompanyExcludingGuests",
                "AllowPSTNUsersToBypassLobby": False,
                "DesignatedPresenterRoleMode": "EveryoneUserOverride",
                "AllowExternalParticipantGiveRequestControl": False,
                "AllowExternalNonTrustedMeetingChat": True,
                "MeetingChatEnabledType": "Enabled",
                "AllowCloudRecording": True,
                "AllowTranscription": True,
                "AllowRecordingStorageOutsideRegion": False,
                "NewMeetingRecordingExpirationDays": 120,
                "ExplicitRecordingConsent": "Disabled",
                "Copilot": "Enabled",
            }
        ],
        "TeamsClientConfiguration": [
            {
                "Identity": "Global",
                "AllowGuestUser": True,
                "AllowEmailIntoChannel": True,
                "RestrictedSenderList": None,
                "AllowDropBox": True,
                "AllowBox": True,
                "AllowGoogleDrive": True,
                "AllowShareFile": True,
                "AllowEgnyte": True,
                "AllowOrganizationTab": True,
                "ResourceAccountContentAccess": "NoAccess",
            }
        ],
        "TeamsMessagingPolicy": [
            {
                "Identity": "Global",
                "AllowUserChat": True,
                "AllowUserDeleteMessage": True,
                "AllowUserEditMessage": True,
                "AllowOwnerDeleteMessage": False,
                "AllowSecurityEndUserReporting": True,
                "AllowUrlPreviews": True,
                "UseB2BInvitesToAddExternalUsers": True,
            }
        ],
        "TeamsMeetingBroadcastPolicy": [
            {
                "Identity": "Global",
                "Description": None,
                "AllowBroadcastScheduling": True,
                "AllowBroadcastTranscription": False,
                "BroadcastAttendeeVisibilityMode": "EveryoneInCompany",
                "BroadcastRecordingMode": "AlwaysEnabled",
            },
            {
                "Identity": "Tag:Default",
                "Description": None,
                "AllowBroadcastScheduling": True,
                "AllowBroadcastTranscription": False,
                "BroadcastAttendeeVisibilityMode": "EveryoneInCompany",
                "BroadcastRecordingMode": "AlwaysEnabled",
            },
        ],
        "TeamsAppPermissionPolicy": [
            {
                "Identity": "Global",
                "Description": None,
                "DefaultCatalogAppsType": "BlockedAppList",
                "GlobalCatalogAppsType": "BlockedAppList",
                "PrivateCatalogAppsType": "BlockedAppList",
                "DefaultCatalogApps": [],
                "GlobalCatalogApps": [],
                "PrivateCatalogApps": [],
            }
        ],
        "TeamsGuestMessagingConfiguration": [
            {"Identity": "Global", "AllowUserEditMessage": True, "AllowUserDeleteMessage": True, "AllowUserChat": True}
        ],
        "TeamsGuestMeetingConfiguration": [
            {"Identity": "Global", "AllowIPVideo": True, "ScreenSharingMode": "EntireScreen", "AllowMeetNow": True}
        ],
        "TeamsGuestCallingConfiguration": [{"Identity": "Global", "AllowPrivateCalling": True}],
    }
