"""A Microsoft 365 clinic that bought everything, and set up nothing, or the wrong thing. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulator.scenarios.microsoft_apps import power
from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago
from connectors.simulator.scenarios.microsoft_enterprise import connector
from connectors.simulator.scenarios.microsoft_governance import at_risk, held_roles, partner, role_settings, trace
from connectors.simulator.tenant import SimulatedTenant

Record = dict[str, Any]

STRANGER = "7b0c9d14-0000-4000-8000-0000000000d2"


def neglected() -> SimulatedTenant:
    """Quarry Ridge Health: Microsoft 365 E5 for everybody, and whoever set it up is long gone."""
    clinic = Clinic("microsoft-neglected", "Quarry Ridge Health", "quarryridge")
    clinic.permissions += ["ExchangeMessageTrace.Read.All"]
    bought = ("e5", "power")
    owner = clinic.person("Iris", "Maddox", "Physician, owner", skus=bought)
    manager = clinic.person("Otto", "Kessler", "Practice manager", skus=bought)
    therapist = clinic.person("Lydia", "Farrow", "Therapist", skus=bought)
    desk = clinic.person("Hugo", "Stern", "Front desk", skus=bought)
    temp = clinic.person("Mabel", "Quist", "Temporary help", skus=("copilot",), mailbox=None)
    gone = clinic.person("Ralf", "Dorn", "Nurse (left)", skus=bought, seen=3)
    clinic.person("Edna", "Price", "Billing (left)", skus=(), enabled=False, seen=200)
    clinic.person("Main", "Number", "", skus=("phone",), methods=(), mailbox=None, alias="mainnumber")
    clinic.person("Emergency", "One", "", skus=(), methods=("mobilePhone",), mailbox=None, alias="emergency1", seen=1)
    clinic.shared("referrals", "Referrals")
    everybody = [owner, manager, therapist, desk, gone]
    clinic.synchronized([owner, manager])
    clinic.graph["onPremisesSynchronization"][0]["features"]["passwordSyncEnabled"] = False
    clinic.role(owner, "Global Administrator")
    clinic.role(manager, "Security Administrator")
    _accounts(clinic, therapist, temp, desk)
    _rules(clinic)
    _groups(clinic, everybody, manager)
    _directory(clinic, gone)
    held_roles(clinic, through_pim=False)
    role_settings(clinic, approval=False, told=[])
    partner(clinic, STRANGER)
    _apps(clinic, owner)
    _mail(clinic, therapist, desk)
    _protection(clinic)
    _content(clinic)
    _sharing(clinic)
    _meetings(clinic)
    clinic.mail_records(spf=None, dmarc=None, dkim=False)
    clinic.dns[f"{clinic.domain}."]["MX"] = [[10, "mx.filter-company.example."]]
    tenant = clinic.tenant()
    for sku in tenant.state["graph"]["subscribedSkus"]:
        if sku["skuPartNumber"] == "EXCHANGESTANDARD":
            sku["capabilityStatus"] = "Suspended"
        elif sku["skuPartNumber"] == "SPE_E5":
            sku["prepaidUnits"]["enabled"] = 3
    tenant.state["graph"]["organization"][0]["countryLetterCode"] = "CA"
    return tenant


def _accounts(clinic: Clinic, therapist: str, temp: str, desk: str) -> None:
    """Accounts that made themselves, lie elsewhere, answer questions, or are believed to be stolen."""
    clinic.user(temp)["creationType"] = "SelfServiceSignUp"
    clinic.user(therapist)["preferredDataLocation"] = "EUR"
    for row in clinic.graph["userRegistrationDetails"]:
        if row["id"] == desk:
            row["methodsRegistered"] = ["securityQuestion", *row["methodsRegistered"]]
    at_risk(clinic, therapist, state="atRisk", days=30)
    clinic.person("Old", "Mailer", "Device", skus=("plan1",), methods=(), alias="mailer", seen=30)
    clinic.technical_contacts = ["iris.maddox.example@gmail.com"]


def _rules(clinic: Clinic) -> None:
    """Rules that hang in the air: for accounts that are gone, and without a thought for what must go on working."""
    clinic.graph["securityDefaults"]["isEnabled"] = False
    clinic.access_policy("Require MFA for everyone")
    clinic.access_policy("MFA for contractors", users={"includeUsers": [clinic.id("user", "nobody.any.more")]})
    methods = clinic.graph["authenticationMethodsPolicy"]
    methods["systemCredentialPreferences"]["state"] = "disabled"
    for method in methods["authenticationMethodConfigurations"]:
        if method["id"] == "QRCodePin":
            method["state"] = "enabled"
        elif method["id"] == "MicrosoftAuthenticator":
            method["featureSettings"]["numberMatchingRequiredState"]["state"] = "disabled"
    clinic.group_setting(
        "5cf42378-d67d-4f36-ba46-e8b86229381d",
        "Password Rule Settings",
        EnableBannedPasswordCheck="False",
        BannedPasswordList="",
        EnableBannedPasswordCheckOnPremises="False",
        BannedPasswordCheckOnPremisesMode="Audit",
        LockoutThreshold="50",
        LockoutDurationInSeconds="5",
    )
    clinic.group_setting(
        "dffd5d46-495d-40a9-8e21-954ff55e198a",
        "Consent Policy Settings",
        BlockUserConsentForRiskyApps="false",
        EnableAdminConsentRequests="true",
        EnableGroupSpecificConsent="true",
    )


def _groups(clinic: Clinic, everybody: list[str], manager: str) -> None:
    """A group with a role that anybody's friends are in, and an inbox that nobody looks after."""
    inner = clinic.group("Everybody", everybody)
    powers = clinic.group("Helpers", [manager, inner], role_assignable=True, owners=[clinic.id("user", "mabel.quist")])
    clinic.role(powers, "Helpdesk Administrator")
    clinic.group("Intake", [everybody[3]], kind="microsoft365")
    clinic.group("Clinic team", [*everybody, clinic.id("user", "edna.price")], kind="team", owners=[manager])
    clinic.group_setting(
        "62375ab9-6b52-47ed-826b-58e47e0e304b",
        "Group.Unified",
        EnableGroupCreation="True",
        AllowToAddGuests="True",
        AllowGuestsToBeGroupOwner="True",
        EnableMIPLabels="False",
    )


def _directory(clinic: Clinic, gone: str) -> None:
    """Consent by everybody, requests that nobody answers, and trust in every other organization."""
    graph = clinic.graph
    graph["authorizationPolicy"]["allowUserConsentForRiskyApps"] = True
    graph["authorizationPolicy"]["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"] = [
        "ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team",
        "ManagePermissionGrantsForSelf.microsoft-user-default-legacy",
    ]
    graph["adminConsentRequestPolicy"] |= {
        "isEnabled": True,
        "requestDurationInDays": 90,
        "reviewers": [
            {"query": f"/users/{clinic.id('user', 'edna.price')}", "queryType": "MicrosoftGraph", "queryRoot": None}
        ],
    }
    default = graph["crossTenantAccessDefault"]
    default["inboundTrust"] |= {"isMfaAccepted": True, "isCompliantDeviceAccepted": True}
    for way in ("Inbound", "Outbound"):
        for part in ("usersAndGroups", "applications"):
            default[f"b2bDirectConnect{way}"][part]["accessType"] = "allowed"
    graph["adminForms"]["settings"]["isInOrgFormsPhishingScanEnabled"] = False
    graph["bookings"] = [
        {
            "id": f"intake@{clinic.domain}",
            "displayName": "First visit",
            "isPublished": True,
            "publicUrl": "https://bookings.example/quarryridge",
        }
    ]
    clinic.computer(gone, "QR-PHONE-02", "Android")
    graph["managedDevices"][-1]["jailBroken"] = "True"
    home = {"id": clinic.id("directory-device", "home"), "deviceId": clinic.id("aad-device", "home")}
    home |= {"displayName": "QR-HOME-01", "operatingSystem": "Windows", "operatingSystemVersion": "10.0"}
    graph["devices"].append(
        {
            **home,
            "isCompliant": None,
            "isManaged": None,
            "trustType": "Workplace",
            "accountEnabled": True,
            "approximateLastSignInDateTime": days_ago(2),
            "profileType": "RegisteredDevice",
        }
    )
    clinic.mobile_device(gone, "SM-A546U", "Android 15")


def _apps(clinic: Clinic, owner: str) -> None:
    """Programs with all powers and private owners, an unknown note-taker, and limits that spare whom they should bind."""
    clinic.app(
        "Directory robot", application_permissions=["RoleManagement.ReadWrite.Directory"], own=True, owners=[owner]
    )
    clinic.app("Otter.ai", delegated_scopes=["Calendars.Read", "Mail.Read", "OnlineMeetings.Read"])
    clinic.graph["servicePrincipals"][0]["passwordCredentials"] = [
        {
            "keyId": clinic.id("secret", "planted"),
            "displayName": None,
            "hint": "xyz",
            "startDateTime": days_ago(12),
            "endDateTime": days_ago(-700),
        }
    ]
    clinic.graph["appManagementPolicies"] = [
        {
            "id": clinic.id("app-policy", "robot"),
            "displayName": "Leave the robot alone",
            "description": None,
            "isEnabled": True,
            "restrictions": {
                "passwordCredentials": [
                    {
                        "restrictionType": "passwordAddition",
                        "state": "disabled",
                        "maxLifetime": None,
                        "restrictForAppsCreatedAfterDateTime": None,
                    }
                ],
                "keyCredentials": [],
            },
        }
    ]
    clinic.power = power(closed=True)
    flows = clinic.power["powerplatform"]
    flows["policies"][0] |= {
        "environmentType": "OnlyEnvironments",
        "environments": [{"name": "Default-clinic"}],
        "defaultConnectorsClassification": "Confidential",
    }
    flows["environments"].append(
        {"name": "trial", "properties": {"displayName": "Trial", "isDefault": False, "environmentSku": "Trial"}}
    )


def _mail(clinic: Clinic, therapist: str, desk: str) -> None:
    """Mail that leaves by every door: routes, journals, alarms and shortcuts to strangers, and people who write home."""
    exchange = clinic.exchange
    exchange["Get-OutboundConnector"] = [
        connector("Scans", SmartHosts=["relay.oldprovider.example"], RecipientDomains=["billing-house.example"]),
        connector("Unused", UseMXRecord=True, RecipientDomains=["billing-house.example"], IsTransportRuleScoped=True),
    ]
    exchange["Get-JournalRule"] = [
        {
            "Name": "Copy of everything",
            "Identity": "Copy of everything",
            "Enabled": True,
            "JournalEmailAddress": "journal@archive-forgotten.example",
            "Recipient": None,
            "Scope": "Global",
        }
    ]
    exchange["Get-TransportConfig"][0]["JournalingReportNdrTo"] = "iris.maddox.example@gmail.com"
    shortcut = {
        "Identity": "Lydia at home",
        "Name": "Lydia at home",
        "DisplayName": "Lydia Farrow",
        "Guid": clinic.id("mail-user", "lydia"),
        "ExternalDirectoryObjectId": clinic.id("mail-user-object", "lydia"),
        "PrimarySmtpAddress": "lydia.farrow.example@gmail.com",
        "ExternalEmailAddress": "SMTP:lydia.farrow.example@gmail.com",
        "RecipientType": "MailUser",
        "RecipientTypeDetails": "MailUser",
    }
    exchange["Get-MailUser"].append(shortcut)
    exchange["Get-Recipient"].append(shortcut)
    trace(clinic, therapist, "lydia.farrow.example@gmail.com", 4)
    clinic.mailbox(desk, PrimarySmtpAddress=f"hugo.stern@{clinic.initial_domain}", RetentionPolicy=None)
    exchange["Get-MailboxFolderPermission"][therapist][0]["AccessRights"] = ["Reviewer"]
    roles = exchange["Get-ManagementRoleAssignment"]
    for role, holder, kind in (
        ("Application Mail.Read", clinic.id("sp", "Directory robot"), "ServicePrincipal"),
        ("Mailbox Import Export", "Otto Kessler", "User"),
    ):
        name = f"{role}-{holder}"
        more = {"Role": role, "RoleAssigneeName": holder, "RoleAssigneeType": kind}
        roles.append({**roles[0], "Name": name, "Identity": name, **more})
    for service in (exchange, clinic.compliance):
        for group in service["Get-RoleGroup"]:
            if group["Name"] in {"Discovery Management", "eDiscoveryManager"}:
                group["Members"] = ["Otto Kessler"]
    for alert in clinic.compliance["Get-ProtectionAlert"]:
        alert["NotifyUser"] = ["otto.kessler.example@gmail.com"]
    loose = {**exchange["Get-MobileDeviceMailboxPolicy"][0], "Name": "Old", "Identity": "Old", "IsDefault": False}
    exchange["Get-MobileDeviceMailboxPolicy"].append(loose)
    clinic.access(desk, ActiveSyncMailboxPolicy="Old")


def _protection(clinic: Clinic) -> None:
    """Defender is bought; its doors were opened one by one, whenever something did not get through."""
    exchange = clinic.exchange
    exchange["Get-AntiPhishPolicy"][0] |= {"ExcludedDomains": ["gmail.com"], "ExcludedSenders": ["boss@gmail.com"]}
    exchange["Get-TenantAllowBlockListItems"] = [
        {
            "Identity": clinic.id("allowed", "newsletter"),
            "Value": "newsletter.example",
            "Action": "Allow",
            "ListType": "Sender",
            "ExpirationDate": None,
            "Notes": f"Asked for by {clinic.canary('allow-notes')}",
        }
    ]
    exchange["Get-ATPBuiltInProtectionRule"][0]["ExceptIfRecipientDomainIs"] = [clinic.domain]
    exchange["Get-AtpPolicyForO365"][0]["EnableATPForSPOTeamsODB"] = False
    exchange["Get-HostedContentFilterPolicy"][0] |= {
        "HighConfidencePhishQuarantineTag": "DefaultFullAccessPolicy",
        "PhishSpamAction": "Quarantine",
        "PhishQuarantineTag": "DefaultFullAccessPolicy",
    }
    exchange["Get-MalwareFilterPolicy"][0]["QuarantineTag"] = "DefaultFullAccessPolicy"
    exchange["Get-TeamsProtectionPolicy"] = [
        {"Name": "Teams Protection Policy", "Identity": "Teams Protection Policy", "ZapEnabled": False}
    ]
    exchange["Get-EmailTenantSettings"] = [{"Identity": "Default", "EnablePriorityAccountProtection": False}]
    exchange["Get-ReportSubmissionPolicy"][0] |= {
        "ReportPhishToCustomizedAddress": True,
        "ReportPhishAddresses": ["otto.kessler.example@gmail.com"],
        "ReportChatMessageEnabled": False,
    }


def _content(clinic: Clinic) -> None:
    """A rule that only looks at mail, stops nothing and tells nobody."""
    clinic.dlp("Trial from the sales call", block=False, workload="Exchange")
    clinic.compliance["Get-DlpComplianceRule"][-1]["NotifyUser"] = []


def _sharing(clinic: Clinic) -> None:
    """SharePoint is narrow and OneDrive is not; scripts run where the charts are."""
    clinic.site("/sites/charts", "Patient charts", "STS#3", sharing=3, scripts=True)
    clinic.sharepoint |= {"SharingCapability": 3, "CoreSharingCapability": 3}
    clinic.graph["sharepointSettings"]["sharingCapability"] = "existingExternalUserSharingOnly"


def _meetings(clinic: Clinic) -> None:
    """Trials and Skype may write to staff, who cannot report it."""
    clinic.teams["TenantFederationSettings"][0] |= {
        "ExternalAccessWithTrialTenants": "Allowed",
        "AllowPublicUsers": True,
    }
    clinic.teams["TeamsMessagingPolicy"][0]["AllowSecurityEndUserReporting"] = False


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"microsoft-neglected": neglected}
