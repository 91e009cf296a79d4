"""Six Microsoft 365 clinics, from a careful one to a careless one. Everybody in them is made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.simulator.scenarios.microsoft_apps import careful, careless, middling
from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago
from connectors.simulator.scenarios.microsoft_defaults import ROLES, authentication_methods, b2b_policy
from connectors.simulator.scenarios.microsoft_intune import access_rules, careful_devices
from connectors.simulator.scenarios.microsoft_protection import protect
from connectors.simulator.scenarios.microsoft_signin import careful_methods, careful_rules, every_hours
from connectors.simulator.tenant import SimulatedTenant

_LEGACY = ("exchangeActiveSync", "other")
_ADMIN_ROLES = [key for name, key in ROLES.items() if name.endswith("Administrator")]


def typical() -> SimulatedTenant:
    """Brightwater Family Health: means well, bought Business Standard, was never quite finished being set up."""
    clinic = Clinic("microsoft-typical", "Brightwater Family Health", "brightwater")
    push, text = ("microsoftAuthenticatorPush",), ("mobilePhone",)
    owner = clinic.person("Maya", "Okafor", "Physician, owner", skus=("premium",), methods=push)
    manager = clinic.person("Daniel", "Reyes", "Practice manager", skus=("premium",), methods=(*push, "mobilePhone"))
    nurse = clinic.person("Hannah", "Lindqvist", "Nurse practitioner", skus=("premium",), methods=push)
    biller = clinic.person("Tomas", "Wojcik", "Billing", methods=push)
    desk = clinic.person("Aisha", "Grant", "Front desk", methods=text)
    desk_two = clinic.person("Luis", "Ferreira", "Front desk", methods=push)
    therapist = clinic.person("Grace", "Holloway", "Therapist", methods=push)
    counselor = clinic.person("Peter", "Nyland", "Counselor", methods=(*push, "email"))
    assistant = clinic.person("Rosa", "Delgado", "Medical assistant", methods=push, seen=4)
    clinic.person("Owen", "Bright", "Physical therapist", methods=push, seen=2)
    old = clinic.person("Carol", "Jensen", "Therapist (left)", methods=text, seen=160)
    gone = clinic.person("Victor", "Amsel", "Nurse (left)", enabled=False, seen=240)
    scanner = clinic.person("Scanner", "Hallway", "Device", skus=("plan1",), methods=(), alias="scanner", seen=0.5)
    admin = clinic.person("Brightwater", "Admin", "IT", skus=(), methods=push, mailbox=None, alias="admin", seen=9)
    front = clinic.shared("frontdesk", "Front Desk", sign_in=True)
    referrals = clinic.shared("referrals", "Referrals")
    fax = clinic.guest("Riverside Fax Service", "intake@riversidefax.example")
    friend = clinic.guest("Jo Bright", "jo.bright.example@gmail.com", seen=300)

    for person, role in (
        (owner, "Global Administrator"),
        (manager, "Global Administrator"),
        (admin, "Global Administrator"),
        (old, "User Administrator"),
        (biller, "Billing Administrator"),
    ):
        clinic.role(person, role)

    clinic.graph["securityDefaults"]["isEnabled"] = False
    staff = clinic.group("MFA exceptions", [scanner])
    clinic.access_policy("Require MFA for everyone", users={"excludeUsers": [biller, admin], "excludeGroups": [staff]})
    clinic.access_policy(
        "Block legacy authentication",
        state="enabledForReportingButNotEnforced",
        client_apps=_LEGACY,
        grant=("block",),
    )
    clinic.graph["namedLocations"] = [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": clinic.id("location", "office"),
            "displayName": "Main Street office",
            "createdDateTime": days_ago(300),
            "modifiedDateTime": days_ago(300),
            "isTrusted": True,
            "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/28"}],
        }
    ]

    personal = "grace.holloway.example@gmail.com"
    clinic.mailbox(therapist, ForwardingSmtpAddress=f"smtp:{personal}", DeliverToMailboxAndForward=True)
    clinic.rule(desk_two, redirect=["luis.ferreira.example@yahoo.com"])
    clinic.rule(desk, attach=["aisha.example@outlook.com"], enabled=False)
    clinic.rule(nurse)
    clinic.rule(manager, forward=[f"frontdesk@{clinic.domain}"])
    clinic.rule(counselor, read_only=True)
    clinic.rule(assistant, redirect=["rosa.delgado.example@aol.com"], delete=True, hidden=True)
    contact = clinic.contact("Vic at home", "victor.amsel.example@icloud.com")
    clinic.mailbox(gone, ForwardingAddress=contact)
    clinic.away(nurse)
    clinic.folder(therapist, "folder")
    clinic.transport_rule(
        "Copy lab results to archive",
        BlindCopyTo=["archive@brightwater-backup.example"],
        Actions=["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.BlindCopyToAction"],
    )
    clinic.transport_rule(
        "External tag",
        FromScope="NotInOrganization",
        PrependSubject="[External] ",
        Conditions=["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromScopePredicate"],
    )
    clinic.distribution_group("allstaff", [owner, manager, nurse, desk], ["victor.amsel.example@icloud.com"])
    clinic.access(scanner, SmtpClientAuthenticationDisabled=False)
    clinic.full_access(front, desk)
    clinic.full_access(front, gone)
    clinic.full_access(owner, manager)
    clinic.send_as(front, desk)
    clinic.mailbox(referrals, HiddenFromAddressListsEnabled=True)
    clinic.mailbox(owner, GrantSendOnBehalfTo=["daniel.reyes"])
    bypass = clinic.exchange["Get-MailboxAuditBypassAssociation"]
    next(row for row in bypass if row["ObjectId"] == scanner)["AuditBypassEnabled"] = True
    clinic.exchange["Get-MailboxFolderPermission"][owner][0]["AccessRights"] = ["Reviewer"]
    clinic.sign_in(scanner, "Authenticated SMTP")
    clinic.sign_in(owner, "Browser")
    clinic.mobile_device(nurse, "iPhone15,2", "iOS 18.1")
    clinic.mobile_device(desk, "SM-A546U", "Android 15")

    clinic.group("Clinic team", [owner, manager, nurse, friend], kind="team", visibility="Public", owners=[manager])
    clinic.group("Billing", [biller, fax], kind="microsoft365", owners=[biller])
    clinic.app("NoteTaker AI", delegated_scopes=["Calendars.Read", "Mail.Read", "OnlineMeetings.Read"], everyone=False)
    clinic.app("ReminderBot", application_permissions=["Mail.Read"], secret_days=500, own=True)
    clinic.app("Calendly Sync", delegated_scopes=["Calendars.ReadWrite"], verified=True)
    middling(clinic)
    clinic.computer(manager, "BW-FRONT-01", "Windows")
    clinic.computer(nurse, "BW-NURSE-02", "Windows", compliant=False, encrypted=False)
    clinic.computer(owner, "BW-ATTIC-07", "Windows")
    clinic.graph["devices"][-1]["approximateLastSignInDateTime"] = days_ago(420)
    clinic.graph["managedDevices"][-1]["osVersion"] = "10.0.19045.3930"
    clinic.mail_records(
        spf="v=spf1 include:spf.protection.outlook.com ~all",
        dmarc=f"v=DMARC1; p=none; rua=mailto:dmarc@{clinic.domain}",
        dkim=True,
    )
    return clinic.tenant()


def well_run() -> SimulatedTenant:
    """Harbor Street Pediatrics: Business Premium for everyone, configured by somebody who cares."""
    clinic = Clinic("microsoft-well-run", "Harbor Street Pediatrics", "harborstreet")
    careful_practice(clinic)
    return clinic.tenant()


def careful_practice(clinic: Clinic, skus: Sequence[str] = ("premium", "power"), sealed_for: float = 60) -> None:
    """People and settings of a practice that somebody cares for; nobody used the sealed accounts for so many days."""
    strong = ("microsoftAuthenticatorPush", "passKeyDeviceBound")
    staff = [
        clinic.person(first, last, title, skus=skus, methods=strong)
        for first, last, title in (
            ("Nadia", "Halloran", "Pediatrician, owner"),
            ("Felix", "Arroyo", "Pediatrician"),
            ("Ingrid", "Solberg", "Nurse"),
            ("Marcus", "Penn", "Practice manager"),
            ("Lena", "Fischer", "Front desk"),
            ("Priya", "Nair", "Front desk"),
            ("Samuel", "Boateng", "Billing"),
            ("Elise", "Moreau", "Nurse"),
        )
    ]
    owner, _, nurse, manager, desk, desk_two, *_ = staff
    keys = ("fido2",)
    admins = [
        clinic.person("Admin", name, "Administrator", skus=("p1",), methods=keys, mailbox=None, alias=alias, seen=6)
        for name, alias in (
            ("Penn", "adm-penn"),
            ("Provider", "adm-provider"),
            ("Helpdesk", "adm-helpdesk"),
            ("Reader", "adm-reader"),
        )
    ]
    sealed = [
        clinic.person("Emergency", name, "", skus=(), methods=keys, mailbox=None, alias=alias, seen=sealed_for)
        for name, alias in (("One", "emergency1"), ("Two", "emergency2"))
    ]
    clinic.person("Odette", "Marsh", "Nurse (left)", skus=(), methods=(), enabled=False, seen=200, mailbox=None)
    front = clinic.shared("frontdesk", "Front Desk")
    for account in (admins[0], *sealed):
        clinic.role(account, "Global Administrator")
    clinic.role(admins[1], "Exchange Administrator")
    clinic.role(admins[1], "Security Administrator")
    clinic.role(admins[2], "Helpdesk Administrator")
    clinic.role(admins[3], "Global Reader")
    clinic.security_contacts = [f"it@{clinic.domain}"]
    clinic.graph["uxSetting"]["restrictNonAdminAccess"] = "true"

    emergency = clinic.group("Emergency access", sealed, role_assignable=True)
    spared = {"excludeUsers": [sealed[0], sealed[1]]}
    clinic.graph["securityDefaults"]["isEnabled"] = False
    clinic.access_policy("Require MFA for everyone", users=spared)
    clinic.access_policy(
        "Phishing-resistant MFA for admins",
        users={"includeUsers": [], "includeRoles": _ADMIN_ROLES, "excludeGroups": [emergency]},
        grant=(),
        strength="Phishing-resistant MFA",
    )
    clinic.access_policy(
        "Short sessions for admins",
        users={"includeUsers": [], "includeRoles": _ADMIN_ROLES, "excludeGroups": [emergency]},
        grant=None,
        session=every_hours(4),
    )
    clinic.access_policy("Block legacy authentication", users=spared, client_apps=_LEGACY, grant=("block",))
    clinic.access_policy(
        "Block device code flow",
        users=spared,
        grant=("block",),
        conditions={"authenticationFlows": {"transferMethods": "deviceCodeFlow,authenticationTransfer"}},
    )
    clinic.access_policy("Require a compliant device", users=spared, grant=("compliantDevice",))
    clinic.access_policy("Guests use MFA", users={"includeUsers": ["GuestsOrExternalUsers"], **spared}, grant=("mfa",))
    clinic.access_policy(
        "Sign in again every day",
        users=spared,
        grant=None,
        session=every_hours(12),
    )
    careful_rules(clinic, spared)
    clinic.remote_shell = frozenset(admins)
    for row in clinic.graph["userRegistrationDetails"]:
        row["isSsprEnabled"] = True
    methods = authentication_methods({"MicrosoftAuthenticator", "Fido2", "TemporaryAccessPass"})
    careful_methods(methods)
    clinic.graph["authenticationMethodsPolicy"] = methods
    clinic.group_setting(
        "62375ab9-6b52-47ed-826b-58e47e0e304b",
        "Group.Unified",
        EnableGroupCreation="False",
        AllowToAddGuests="False",
        AllowGuestsToBeGroupOwner="False",
        EnableMIPLabels="True",
    )
    clinic.group_setting(
        "5cf42378-d67d-4f36-ba46-e8b86229381d",
        "Password Rule Settings",
        EnableBannedPasswordCheck="True",
        BannedPasswordList="harborstreet\tpediatrics",
        BannedPasswordCheckOnPremisesMode="Enforced",
        LockoutThreshold="10",
        LockoutDurationInSeconds="60",
    )
    clinic.group_setting(
        "dffd5d46-495d-40a9-8e21-954ff55e198a",
        "Consent Policy Settings",
        BlockUserConsentForRiskyApps="true",
        EnableAdminConsentRequests="true",
        EnableGroupSpecificConsent="false",
    )
    authorization = clinic.graph["authorizationPolicy"]
    authorization |= {
        "allowInvitesFrom": "adminsAndGuestInviters",
        "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
        "allowedToSignUpEmailBasedSubscriptions": False,
        "allowedToUseSSPR": False,
        "allowUserConsentForRiskyApps": False,
        "blockMsolPowerShell": True,
    }
    authorization["defaultUserRolePermissions"] |= {
        "allowedToReadBitlockerKeysForOwnedDevice": False,
        "allowedToCreateApps": False,
        "allowedToCreateSecurityGroups": False,
        "allowedToCreateTenants": False,
        "permissionGrantPoliciesAssigned": [],
    }
    clinic.graph["adminConsentRequestPolicy"] |= {
        "isEnabled": True,
        "notifyReviewers": True,
        "remindersEnabled": True,
        "requestDurationInDays": 30,
        "reviewers": [
            {"query": f"/users/{admins[0]}", "queryType": "MicrosoftGraph", "queryRoot": None},
        ],
    }
    clinic.graph["deviceRegistrationPolicy"]["multiFactorAuthConfiguration"] = "required"
    clinic.graph["deviceRegistrationPolicy"]["userDeviceQuota"] = 10
    joining = clinic.graph["deviceRegistrationPolicy"]["azureADJoin"]
    joining["allowedToJoin"] = {
        "@odata.type": "#microsoft.graph.enumeratedDeviceRegistrationMembership",
        "users": [admins[0]],
        "groups": [],
    }
    joining["localAdmins"] = {
        "enableGlobalAdmins": False,
        "registeringUsers": {"@odata.type": "#microsoft.graph.noDeviceRegistrationMembership"},
    }
    clinic.graph["deviceRegistrationPolicy"]["localAdminPassword"]["isEnabled"] = True
    careful_devices(clinic)
    access_rules(clinic)
    clinic.graph["deviceManagement"]["settings"]["secureByDefault"] = True
    clinic.graph["sharepointSettings"] |= {
        "sharingCapability": "existingExternalUserSharingOnly",
        "sharingDomainRestrictionMode": "allowList",
        "sharingAllowedDomainList": ["countylab.example"],
        "isResharingByExternalUsersEnabled": False,
        "isRequireAcceptingUserToMatchInvitedUserEnabled": True,
        "isLegacyAuthProtocolsEnabled": False,
        "isUnmanagedSyncAppForTenantRestricted": True,
        "allowedDomainGuidsForSyncApp": [clinic.id("domain", "office")],
        "isMacSyncAppEnabled": False,
        "deletedUserPersonalSiteRetentionPeriodInDays": 365,
        "idleSessionSignOut": {"isEnabled": True, "signOutAfterInSeconds": 3600, "warnAfterInSeconds": 3300},
        "isSiteCreationEnabled": False,
    }
    clinic.sharepoint |= {
        "SharingCapability": 3,
        "ODBSharingCapability": 0,
        "CoreSharingCapability": 3,
        "CoreLoopSharingCapability": 0,
        "OneDriveLoopSharingCapability": 0,
        "CoreRequestFilesLinkEnabled": False,
        "OneDriveRequestFilesLinkEnabled": False,
        "SelfServiceSiteCreationDisabled": True,
        "DefaultSharingLinkType": 1,
        "DefaultLinkPermission": 1,
        "FileAnonymousLinkType": 1,
        "FolderAnonymousLinkType": 1,
        "RequireAnonymousLinksExpireInDays": 30,
        "ExternalUserExpirationRequired": True,
        "ExternalUserExpireInDays": 30,
        "EmailAttestationRequired": True,
        "EmailAttestationReAuthDays": 15,
        "SharingDomainRestrictionMode": 1,
        "SharingAllowedDomainList": "countylab.example",
        "PreventExternalUsersFromResharing": True,
        "RequireAcceptingAccountMatchInvitedAccount": True,
        "LegacyAuthProtocolsEnabled": False,
        "DisallowInfectedFileDownload": True,
        "IsUnmanagedSyncClientForTenantRestricted": True,
        "EnableAzureADB2BIntegration": True,
        "ConditionalAccessPolicy": 1,
        "EnableAIPIntegration": True,
        "BlockMacSync": True,
        "AllowedDomainListForSyncClient": [clinic.id("domain", "office")],
        "ShowEveryoneExceptExternalUsersClaim": False,
    }
    clinic.teams["TenantFederationSettings"][0] |= {
        "AllowedDomains": {"AllowedDomain": [{"Domain": "countylab.example"}]},
        "AllowTeamsConsumer": False,
        "AllowTeamsConsumerInbound": False,
    }
    clinic.teams["ExternalAccessPolicy"][0] |= {
        "EnableTeamsConsumerAccess": False,
        "EnableTeamsConsumerInbound": False,
    }
    clinic.teams["TeamsMeetingPolicy"][0] |= {
        "AllowAnonymousUsersToJoinMeeting": False,
        "AutoAdmittedUsers": "EveryoneInCompanyExcludingGuests",
        "DesignatedPresenterRoleMode": "OrganizerOnlyUserOverride",
        "AllowExternalNonTrustedMeetingChat": False,
        "MeetingChatEnabledType": "EnabledExceptAnonymous",
        "AllowCloudRecording": False,
        "AllowTranscription": False,
        "ExplicitRecordingConsent": "Enabled",
    }
    closed = ("AllowEmailIntoChannel", "AllowDropBox", "AllowBox", "AllowGoogleDrive", "AllowShareFile", "AllowEgnyte")
    clinic.teams["TeamsClientConfiguration"][0] |= dict.fromkeys(closed, False)
    clinic.teams["TeamsClientConfiguration"][0]["AllowGuestUser"] = False
    clinic.teams["TeamsMeetingBroadcastPolicy"][0]["BroadcastRecordingMode"] = "UserOverride"
    clinic.teams["TeamsMessagingPolicy"][0] |= {
        "AllowUserDeleteMessage": False,
        "UseB2BInvitesToAddExternalUsers": False,
    }
    clinic.teams["TeamsAppPermissionPolicy"][0] |= {
        "DefaultCatalogAppsType": "AllowedAppList",
        "GlobalCatalogAppsType": "AllowedAppList",
        "PrivateCatalogAppsType": "AllowedAppList",
    }
    clinic.graph["reportSettings"]["displayConcealedNames"] = False
    clinic.graph["adminForms"]["settings"] |= {
        "isExternalSendFormEnabled": False,
        "isExternalShareCollaborationEnabled": False,
        "isExternalShareResultEnabled": False,
        "isExternalShareTemplateEnabled": False,
    }
    clinic.graph["b2bPolicies"] = [b2b_policy(allowed=["countylab.example"])]
    clinic.third_party_storage(enabled=False)

    exchange = clinic.exchange
    exchange["Get-RemoteDomain"][0]["AutoForwardEnabled"] = False
    exchange["Get-HostedOutboundSpamFilterPolicy"][0] |= {
        "AutoForwardingMode": "Off",
    }
    exchange["Get-OrganizationConfig"][0] |= {
        "CustomerLockboxEnabled": True,
        "RejectDirectSend": True,
        "EwsEnabled": False,
        "MailTipsExternalRecipientsTipsEnabled": True,
        "BookingsEnabled": False,
        "SmtpActionableMessagesEnabled": False,
    }
    exchange["Get-TransportConfig"][0]["AllowLegacyTLSClients"] = False
    exchange["Get-SharingPolicy"][0] |= {"Domains": ["*:CalendarSharingFreeBusySimple"], "Enabled": True}
    exchange["Get-OwaMailboxPolicy"][0] |= {
        "AdditionalStorageProvidersAvailable": False,
        "PersonalAccountsEnabled": False,
        "AdditionalAccountsEnabled": False,
        "PersonalAccountCalendarsEnabled": False,
        "ConditionalAccessPolicy": "ReadOnlyPlusAttachmentsBlocked",
        "BookingsMailboxCreationEnabled": False,
        "OutlookDataFile": "NoAccess",
        "BulkImportEMLEnabled": False,
    }
    exchange["Get-CASMailboxPlan"][0] |= {"ImapEnabled": False, "PopEnabled": False}
    for row in exchange["Get-CASMailbox"]:
        row |= {"ImapEnabled": False, "PopEnabled": False, "EwsEnabled": False}
    exchange["Get-RoleAssignmentPolicy"][0]["AssignedRoles"] = ["MyBaseOptions"]
    exchange["Get-IRMConfiguration"][0] |= {
        "AzureRMSLicensingEnabled": True,
        "SimplifiedClientAccessEnabled": True,
        "LicensingLocation": ["https://rms.example/_wmcs/licensing"],
    }
    exchange["Get-ActiveSyncOrganizationSettings"][0]["DefaultAccessLevel"] = "Quarantine"
    exchange["Get-MobileDeviceMailboxPolicy"][0] |= {
        "PasswordEnabled": True,
        "MinPasswordLength": 6,
        "MaxInactivityTimeLock": "00:05:00",
        "MaxPasswordFailedAttempts": "10",
        "RequireDeviceEncryption": True,
        "DeviceEncryptionEnabled": True,
        "AllowNonProvisionableDevices": False,
        "AllowSimplePassword": False,
    }
    protect(clinic)
    for account, model in ((owner, "iPhone16,1"), (nurse, "iPhone15,4")):
        clinic.mobile_device(account, model, "iOS 18.1")
    clinic.rule(nurse)
    clinic.away(desk)
    clinic.folder(manager, "folder")
    clinic.full_access(front, desk)
    clinic.full_access(front, desk_two)
    clinic.send_as(front, desk)
    clinic.transport_rule(
        "Encrypt when the subject says [secure]",
        SentToScope="NotInOrganization",
        ApplyRightsProtectionTemplate="Encrypt",
        Actions=["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.ApplyOMEAction"],
    )
    clinic.distribution_group("allstaff", staff)
    clinic.group("Clinic team", staff, kind="team", owners=[manager, owner])
    clinic.guest("County Lab", "results@countylab.example")
    clinic.app("EHR Connector", application_permissions=["User.Read.All"], verified=True)
    careful(clinic, f"marcus.penn@{clinic.domain}")
    clinic.dlp("Patient identifiers", scope="All", workload="Exchange, SharePoint, OneDrive, Teams")
    clinic.compliance["Get-Label"] = [
        {
            "Name": "Patient",
            "DisplayName": "Patient data",
            "Guid": clinic.id("label", "patient"),
            "Disabled": False,
            "ContentType": "File, Email",
            "Priority": 0,
            "ParentId": None,
            "Tooltip": f"For papers like those of {clinic.canary('label-tooltip')}",
            "LabelActions": ['{"Type":"encrypt","SubType":null,"Settings":[{"Key":"disabled","Value":"false"}]}'],
        }
    ]
    clinic.compliance["Get-LabelPolicy"] = [
        {
            "Name": "Labels for everybody",
            "Guid": clinic.id("label-policy", "everybody"),
            "Enabled": True,
            "Mode": "Enforce",
            "Labels": ["Patient"],
            "ExchangeLocation": ["All"],
            "ModernGroupLocation": [],
            "Settings": ["[mandatory, true]"],
            "Comment": f"Because of {clinic.canary('label-policy-comment')}",
        }
    ]
    for row in exchange["Get-Mailbox"]:
        row["RetainDeletedItemsFor"] = "30.00:00:00"
    clinic.compliance["Get-RetentionCompliancePolicy"] = [
        {
            "Name": "Keep mail six years",
            "Guid": clinic.id("retention", "mail"),
            "Enabled": True,
            "Mode": "Enforce",
            "Type": "Retention",
            "ExchangeLocation": ["All"],
            "SharePointLocation": ["All"],
            "OneDriveLocation": ["All"],
            "Workload": "Exchange, SharePoint, OneDriveForBusiness",
            "ExchangeLocationException": [],
            "TeamsChatLocation": [],
            "RestrictiveRetention": False,
            "Comment": f"After {clinic.canary('retention-comment')} asked",
        }
    ]
    clinic.compliance["Get-RetentionComplianceRule"] = [
        {
            "Name": "Six years",
            "Policy": clinic.id("retention", "mail"),
            "RetentionDuration": "2192",
            "RetentionComplianceAction": "Keep",
            "ExpirationDateOption": "ModificationAgeInDays",
            "ContentMatchQuery": None,
        }
    ]
    for number, account in enumerate(staff):
        clinic.computer(account, f"HS-{number + 1:02d}", "Windows")
    clinic.mail_records(
        spf="v=spf1 include:spf.protection.outlook.com -all",
        dmarc=f"v=DMARC1; p=reject; rua=mailto:dmarc@{clinic.domain}; adkim=s; aspf=s",
        dkim=True,
        mta_sts=True,
    )


def bad() -> SimulatedTenant:
    """Cedar Hollow Therapy: one shared password, mail copied everywhere, nobody looking."""
    clinic = Clinic("microsoft-bad", "Cedar Hollow Therapy", "cedarhollow")
    people = [
        clinic.person(
            first,
            last,
            title,
            skus=(sku, "power"),
            methods=methods,
            seen=seen,
            mailbox=None if sku == "apps" else "UserMailbox",
        )
        for first, last, title, sku, methods, seen in (
            ("Gordon", "Vale", "Owner, therapist", "standard", (), 1),
            ("Beth", "Marlow", "Therapist", "standard", ("mobilePhone",), 2),
            ("Ivan", "Petrov", "Therapist", "basic", (), 3),
            ("Dee", "Castell", "Office manager", "standard", ("email",), 1),
            ("Ruth", "Abara", "Front desk", "basic", (), 1),
            ("Sol", "Winter", "Intern", "basic", (), 400),
            ("Tess", "Quill", "Therapist (left)", "basic", (), 380),
            ("Kim", "Droste", "Billing", "apps", (), 5),
        )
    ]
    owner, therapist, ivan, manager, desk, intern, left, _ = people
    info = clinic.person("Info", "Mailbox", "Everyone uses it", skus=("basic",), methods=(), alias="info", seen=0.2)
    support = clinic.person("Old", "Provider", "IT company", skus=(), methods=(), alias="itguy", mailbox=None, seen=700)
    front = clinic.shared("frontdesk", "Front Desk", sign_in=True)
    records = clinic.shared("records", "Records", sign_in=True)
    outsider = clinic.guest("Cousin Vale", "cousin.vale.example@hotmail.com", seen=None, accepted=False)
    helper = clinic.guest("Freelance Biller", "billing.helper.example@gmail.com", seen=500)
    for account in (owner, therapist, manager, support, info, helper):
        clinic.role(account, "Global Administrator")
    clinic.graph["securityDefaults"]["isEnabled"] = False
    clinic.graph["authorizationPolicy"]["guestUserRoleId"] = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
    clinic.graph["authorizationPolicy"]["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"] = [
        "ManagePermissionGrantsForSelf.microsoft-user-default-legacy"
    ]
    clinic.graph["authenticationMethodsPolicy"] = authentication_methods(
        {"Sms", "Voice", "Email", "SoftwareOath", "TemporaryAccessPass"}
    )
    campaign = clinic.graph["authenticationMethodsPolicy"]["registrationEnforcement"]
    campaign["authenticationMethodsRegistrationCampaign"]["state"] = "disabled"
    for domain in clinic.graph["domains"]:
        domain["passwordValidityPeriodInDays"] = 60

    clinic.mailbox(
        owner,
        ForwardingSmtpAddress="smtp:gordon.vale.example@gmail.com",
        DeliverToMailboxAndForward=False,
        AuditEnabled=False,
    )
    contact = clinic.contact("Ivan home", "ivan.petrov.example@mail.ru")
    clinic.mailbox(ivan, ForwardingAddress=contact, DeliverToMailboxAndForward=True)
    clinic.mailbox(left, ForwardingSmtpAddress="smtp:tess.quill.example@icloud.com")
    clinic.rule(therapist, forward=["beth.marlow.example@yahoo.com"])
    clinic.rule(desk, redirect=["collector@mailbox-thief.example"], delete=True)
    clinic.rule(manager, attach=["dee.example@comcast.net"])
    clinic.rule(info, redirect=["info.copy.example@proton.me"], hidden=True)
    clinic.away(owner)
    clinic.folder(therapist, "folder")
    for account in (desk, manager, intern, left):
        clinic.full_access(front, account)
        clinic.full_access(owner, account)
    clinic.send_as(owner, intern)
    clinic.exchange["Get-MailboxFolderPermission"][owner][0]["AccessRights"] = ["Editor"]
    clinic.exchange["Get-MailboxFolderPermission"][owner][1]["AccessRights"] = ["Reviewer"]
    clinic.exchange["Get-MailboxFolderPermission"][owner].append(
        clinic.folder_right("ExchangePublishedUser.victor.amsel.example@icloud.com", ["Reviewer"])
    )
    clinic.exchange["Get-MailboxCalendarFolder"][owner][0] |= {
        "PublishEnabled": True,
        "DetailLevel": "FullDetails",
        "PublishedCalendarUrl": "http://outlook.example/owa/calendar/cedarhollow/calendar.html",
    }
    clinic.transport_rule("Backup everything", BlindCopyTo=["cedarhollow.backup.example@gmail.com"])
    clinic.transport_rule(
        "Let our newsletter through", SenderDomainIs=["newsletter.example"], SetSCL="-1", FromScope="NotInOrganization"
    )
    clinic.transport_rule("Send intake to the cousin", RedirectMessageTo=["cousin.vale.example@hotmail.com"])
    clinic.distribution_group("team", [owner, therapist, left], ["tess.quill.example@icloud.com"])
    exchange = clinic.exchange
    exchange["Get-OrganizationConfig"][0] |= {
        "AuditDisabled": True,
        "OAuth2ClientProfileEnabled": False,
        "EwsEnabled": True,
    }
    exchange["Get-HostedOutboundSpamFilterPolicy"][0]["AutoForwardingMode"] = "On"
    exchange["Get-TransportConfig"][0] |= {"SmtpClientAuthenticationDisabled": False, "AllowLegacyTLSClients": True}
    exchange["Get-AdminAuditLogConfig"][0]["UnifiedAuditLogIngestionEnabled"] = False
    clinic.teams["TeamsMeetingPolicy"][0] |= {
        "AllowAnonymousUsersToStartMeeting": True,
        "AutoAdmittedUsers": "Everyone",
        "AllowExternalParticipantGiveRequestControl": True,
        "AllowPSTNUsersToBypassLobby": True,
    }
    exchange["Get-SharingPolicy"][0]["Domains"] = [
        "Anonymous:CalendarSharingFreeBusyReviewer",
        "*:CalendarSharingFreeBusyReviewer,ContactsSharing",
    ]
    exchange["Get-HostedContentFilterPolicy"][0] |= {
        "AllowedSenderDomains": ["gmail.com"],
        "AllowedSenders": ["newsletter@newsletter.example"],
        "SpamAction": "AddXHeader",
        "SpamZapEnabled": False,
        "PhishZapEnabled": False,
    }
    exchange["Get-HostedConnectionFilterPolicy"][0] |= {"IPAllowList": ["198.51.100.7"], "EnableSafeList": True}
    exchange["Get-MalwareFilterPolicy"][0] |= {"EnableFileFilter": False, "ZapEnabled": False}
    exchange["Get-AntiPhishPolicy"][0] |= {"EnableSpoofIntelligence": False, "HonorDmarcPolicy": False}
    exchange["Get-InboundConnector"] = [
        {
            "Name": "Copier",
            "Identity": "Copier",
            "Enabled": True,
            "ConnectorType": "OnPremises",
            "SenderDomains": ["smtp:*;1"],
            "SenderIPAddresses": [],
            "RequireTls": False,
            "RestrictDomainsToIPAddresses": False,
            "RestrictDomainsToCertificate": False,
            "TlsSenderCertificateName": None,
            "TreatMessagesAsInternal": True,
            "CloudServicesMailEnabled": False,
            "EFSkipLastIP": False,
            "EFSkipIPs": [],
            "EFUsers": [],
            "EFTestMode": False,
            "ScanAndDropRecipients": [],
            "Comment": f"For {clinic.canary('connector-comment')}",
        }
    ]
    exchange["Get-OutboundConnector"] = [
        {
            "Name": "Old relay",
            "Identity": "Old relay",
            "Enabled": True,
            "ConnectorType": "Partner",
            "RecipientDomains": ["*"],
            "SmartHosts": ["relay.oldprovider.example"],
            "UseMXRecord": False,
            "TlsSettings": None,
            "TlsDomain": None,
            "IsTransportRuleScoped": False,
            "AllAcceptedDomains": False,
            "RouteAllMessagesViaOnPremises": False,
            "TestMode": False,
            "Comment": f"For {clinic.canary('connector-comment')}",
        }
    ]
    exchange["Get-JournalRule"] = [
        {
            "Name": "Journal all",
            "Identity": "Journal all",
            "Enabled": True,
            "JournalEmailAddress": "journal@archive-forgotten.example",
            "Recipient": None,
            "Scope": "Global",
        }
    ]
    exchange["Get-RemoteDomain"].append(
        {**exchange["Get-RemoteDomain"][0], "DomainName": "gmail.com", "Identity": "Gmail", "Name": "Gmail"}
    )
    for row in exchange["Get-MailboxAuditBypassAssociation"][:2]:
        row["AuditBypassEnabled"] = True
    for alert in clinic.compliance["Get-ProtectionAlert"]:
        alert |= {"Disabled": True, "NotifyUser": []}
    clinic.compliance["Get-ProtectionAlert"][0]["Comment"] = f"Because of {clinic.canary('alert-comment')}"
    clinic.dlp("Trial DLP", mode="TestWithoutNotifications", block=False, workload="Exchange")
    clinic.mobile_device(desk, "SM-J320", "Android 8")
    clinic.group("Everyone", [*people, outsider, helper], kind="team", visibility="Public")
    clinic.mailbox(records, HiddenFromAddressListsEnabled=True)
    clinic.mailbox(intern, HiddenFromAddressListsEnabled=True)
    clinic.fill(records, gigabytes=47, days=2900)
    clinic.app("MailMerge Pro", application_permissions=["Mail.ReadWrite", "Mail.Send", "Directory.ReadWrite.All"])
    clinic.app("PDF Wizard", delegated_scopes=["Files.ReadWrite.All", "Mail.Read", "offline_access"])
    clinic.app(
        "Setup Helper", application_permissions=["RoleManagement.ReadWrite.Directory"], secret_days=300, own=True
    )
    clinic.app("Old Exporter", application_permissions=["Files.Read.All"], secret_days=-200, own=True, owners=[helper])
    careless(clinic, "Gordon Vale")
    clinic.mail_records(spf=None, dmarc=None, dkim=False)
    return clinic.tenant(trial=True)


def no_p1() -> SimulatedTenant:
    """Mossbank Counseling: Business Basic and security defaults, so the reports that need Entra P1 are refused.

    The usage reports name people, and one of them has not been there for months; the front desk still fetches mail by IMAP.
    """
    clinic = Clinic("microsoft-no-p1", "Mossbank Counseling", "mossbank")
    push = ("microsoftAuthenticatorPush",)
    owner = clinic.person("Eleanor", "Shaw", "Counselor, owner", skus=("basic",), methods=push)
    second = clinic.person("Idris", "Cole", "Counselor", skus=("basic",), methods=push)
    third = clinic.person("Mina", "Park", "Counselor", skus=("basic",), methods=("mobilePhone",))
    desk = clinic.person("Joan", "Byrne", "Front desk", skus=("basic",), methods=())
    clinic.person("Walt", "Simmons", "Billing", skus=("basic",), methods=push, per_user_mfa="enforced", seen=120)
    clinic.person("Nell", "Tran", "Counselor (left)", skus=(), enabled=False, seen=None)
    clinic.graph["reportSettings"]["displayConcealedNames"] = False
    clinic.graph["mailPrograms"] = {desk: ["imap4App"]}
    front = clinic.shared("hello", "Hello")
    clinic.role(owner, "Global Administrator")
    clinic.role(second, "Global Administrator")
    clinic.full_access(front, desk)
    clinic.rule(third, forward=["mina.park.example@gmail.com"])
    clinic.rule(owner)
    clinic.away(second)
    clinic.folder(owner, "folder")
    clinic.distribution_group("clinicians", [owner, second, third])
    clinic.transport_rule("Footer")
    clinic.group("Clinicians", [owner, second, third], kind="team", owners=[owner])
    clinic.app("Booking Page", delegated_scopes=["Calendars.ReadWrite"], verified=True)
    clinic.mail_records(
        spf="v=spf1 include:spf.protection.outlook.com -all",
        dmarc=f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{clinic.domain}",
        dkim=True,
    )
    return clinic.tenant()


def empty() -> SimulatedTenant:
    """Newleaf Physical Therapy: a tenant created this morning, with one administrator and no mailbox."""
    clinic = Clinic("microsoft-empty", "Newleaf Physical Therapy", "newleaf", custom_domain=False)
    admin = clinic.person("Nora", "Leaf", "Owner", skus=(), methods=(), mailbox=None, alias="admin", seen=0)
    clinic.role(admin, "Global Administrator")
    clinic.group("Owners", [admin])
    return clinic.tenant()


def hybrid() -> SimulatedTenant:
    """Stonebridge Orthopedics: accounts come from a server in the back room, and sign-in is handed to it."""
    clinic = Clinic("microsoft-hybrid", "Stonebridge Orthopedics", "stonebridge")
    push = ("microsoftAuthenticatorPush",)
    owner = clinic.person("Rafael", "Quint", "Surgeon, owner", skus=("premium",), methods=push)
    manager = clinic.person("Anita", "Voss", "Practice manager", skus=("premium",), methods=push)
    nurse = clinic.person("Colm", "Daly", "Nurse", skus=("standard",), methods=("mobilePhone",))
    desk = clinic.person("June", "Osei", "Front desk", skus=("standard",), methods=())
    cloud = clinic.person("Cloud", "Admin", "", skus=(), methods=("fido2",), mailbox=None, alias="cloudadmin")
    front = clinic.shared("frontdesk", "Front Desk")
    clinic.synchronized([owner, manager, nurse, desk, front])
    clinic.federate("http://sts.stonebridge.example/adfs/services/trust")
    clinic.role(manager, "Global Administrator")
    clinic.role(cloud, "Global Administrator")
    clinic.graph["securityDefaults"]["isEnabled"] = False
    clinic.access_policy("Require MFA for admins", users={"includeUsers": [], "includeRoles": _ADMIN_ROLES})
    clinic.full_access(front, desk)
    clinic.rule(nurse)
    clinic.away(owner)
    clinic.folder(manager, "folder")
    clinic.transport_rule("Footer")
    clinic.group("Surgery", [owner, nurse], kind="microsoft365", owners=[owner])
    # Links for anyone are wanted here, for X-ray pictures; at least they end, and only show.
    clinic.sharepoint |= {
        "RequireAnonymousLinksExpireInDays": 30,
        "FileAnonymousLinkType": 1,
        "FolderAnonymousLinkType": 1,
    }
    clinic.exchange["Get-InboundConnector"] = [
        {
            "Name": "Back room server",
            "Identity": "Back room server",
            "Enabled": True,
            "ConnectorType": "OnPremises",
            "SenderDomains": ["smtp:*;1"],
            "SenderIPAddresses": ["192.0.2.40"],
            "RequireTls": True,
            "RestrictDomainsToIPAddresses": True,
            "RestrictDomainsToCertificate": False,
            "TlsSenderCertificateName": None,
            "TreatMessagesAsInternal": False,
            "CloudServicesMailEnabled": True,
            "EFSkipLastIP": False,
            "EFSkipIPs": [],
            "EFUsers": [],
            "EFTestMode": False,
            "ScanAndDropRecipients": [],
            "Comment": None,
        }
    ]
    clinic.mail_records(
        spf="v=spf1 include:spf.protection.outlook.com ip4:192.0.2.40 -all",
        dmarc=f"v=DMARC1; p=quarantine; pct=50; rua=mailto:dmarc@{clinic.domain}",
        dkim=True,
    )
    return clinic.tenant()


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {
    "microsoft-typical": typical,
    "microsoft-well-run": well_run,
    "microsoft-bad": bad,
    "microsoft-no-p1": no_p1,
    "microsoft-hybrid": hybrid,
    "microsoft-empty": empty,
}
