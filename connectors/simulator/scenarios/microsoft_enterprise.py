"""A Microsoft 365 clinic that bought everything, and uses it. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago
from connectors.simulator.scenarios.microsoft_clinics import careful_practice
from connectors.simulator.scenarios.microsoft_governance import (
    at_risk,
    held_roles,
    partner,
    review,
    risk_rules,
    role_settings,
    trace,
)
from connectors.simulator.tenant import SimulatedTenant

Record = dict[str, Any]

LAB = "countylab.example"
IT_COMPANY = "3f1d7a52-0000-4000-8000-0000000000c1"


def enterprise() -> SimulatedTenant:
    """Lakeshore Medical Group: Microsoft 365 E5 with Copilot, a server in the cellar, and somebody who cares."""
    clinic = Clinic("microsoft-enterprise", "Lakeshore Medical Group", "lakeshore")
    careful_practice(clinic, ("e5", "copilot", "power"), sealed_for=200)
    clinic.permissions += ["ExchangeMessageTrace.Read.All"]
    owner, manager, desk = (clinic.id("user", name) for name in ("nadia.halloran", "marcus.penn", "lena.fischer"))
    _people(clinic, desk)
    _rules(clinic)
    _governance(clinic, owner)
    _mail(clinic, owner, manager, desk)
    _compliance(clinic, owner)
    _places(clinic)
    _apps(clinic)
    return clinic.tenant()


def _people(clinic: Clinic, desk: str) -> None:
    """Staff come from the clinic's own server, which is kept on a short lead; phones have accounts of their own."""
    staff = [user["id"] for user in clinic.graph["users"] if user["assignedLicenses"] and user["mail"]]
    clinic.synchronized(staff)
    clinic.graph["onPremisesSynchronization"][0]["features"] |= {
        "blockSoftMatchEnabled": True,
        "blockCloudObjectTakeoverThroughHardMatchEnabled": True,
        "cloudPasswordPolicyForPasswordSyncedUsersEnabled": True,
    }
    for setting in clinic.graph["groupSettings"]:
        if setting["displayName"] == "Password Rule Settings":
            setting["values"].append({"name": "EnableBannedPasswordCheckOnPremises", "value": "True"})
    clinic.person(
        "Main", "Number", "", skus=("phone",), methods=(), enabled=False, seen=None, mailbox=None, alias="mainnumber"
    )
    guests = clinic.group("All guests", [])
    for group in clinic.graph["groups"]:
        if group["id"] == guests:
            group |= {
                "groupTypes": ["DynamicMembership"],
                "membershipRule": '(user.userType -eq "Guest")',
                "membershipRuleProcessingState": "On",
            }
    clinic.computer(desk, "LS-PHONE-01", "iOS")


def _rules(clinic: Clinic) -> None:
    """A key for everybody, rules on risk, one rule that is being tried; and nobody who must not be is ever locked out."""
    clinic.access_policy("A key for everybody", grant=(), strength="Phishing-resistant MFA")
    risk_rules(clinic)
    clinic.access_policy("Ask for terms of use", state="enabledForReportingButNotEnforced")
    clinic.graph["conditionalAccessPolicies"][-1] |= {
        "createdDateTime": days_ago(9),
        "modifiedDateTime": days_ago(4),
    }
    spared = [clinic.id("user", alias) for alias in ("emergency1", "emergency2", "sync")]
    for policy in clinic.graph["conditionalAccessPolicies"]:
        policy["conditions"]["users"]["excludeUsers"] = spared


def _governance(clinic: Clinic, owner: str) -> None:
    """Roles are turned on when they are needed and reviewed; risk is looked after; the IT company is known."""
    held_roles(clinic, through_pim=True)
    role_settings(clinic, approval=True, told=[f"it@{clinic.domain}"])
    review(clinic, "Administrators", "/roleManagement/directory/roleDefinitions")
    review(clinic, "Guests", "/users?$filter=(userType eq 'Guest')")
    at_risk(clinic, owner, state="remediated", days=40)
    partner(clinic, IT_COMPANY)


def _mail(clinic: Clinic, owner: str, manager: str, desk: str) -> None:
    """Partners by TLS, a policy of its own for one phone, tight apps, and every chat that can be taken back."""
    exchange = clinic.exchange
    exchange["Get-SharingPolicy"][0]["Domains"] = [f"{LAB}:CalendarSharingFreeBusySimple"]
    exchange["Get-InboundConnector"] = [
        connector(
            f"From {LAB}",
            SenderDomains=[f"smtp:{LAB};1"],
            RequireTls=True,
            RestrictDomainsToCertificate=True,
            TlsSenderCertificateName=f"*.{LAB}",
        )
    ]
    exchange["Get-OutboundConnector"] = [
        connector(f"To {LAB}", RecipientDomains=[LAB], UseMXRecord=True, TlsSettings="CertificateValidation")
    ]
    exchange["Get-EmailTenantSettings"] = [{"Identity": "Default", "EnablePriorityAccountProtection": True}]
    clinic.priority = frozenset({owner})
    exchange["Get-TeamsProtectionPolicy"] = [
        {"Name": "Teams Protection Policy", "Identity": "Teams Protection Policy", "ZapEnabled": True}
    ]
    exchange["Get-ReportSubmissionPolicy"][0]["ReportChatMessageToCustomizedAddressEnabled"] = True
    strict = {
        **exchange["Get-MobileDeviceMailboxPolicy"][0],
        "Name": "Tablets",
        "Identity": "Tablets",
        "IsDefault": False,
    }
    exchange["Get-MobileDeviceMailboxPolicy"].append(strict)
    clinic.access(desk, ActiveSyncMailboxPolicy="Tablets")
    for phone in exchange["Get-MobileDevice"]:
        phone |= {"IsManaged": True, "IsCompliant": True}
    roles = exchange["Get-ManagementRoleAssignment"]
    roles.append(
        {
            **roles[0],
            "Name": "Application Mail.Read-EHR Connector",
            "Identity": "Application Mail.Read-EHR Connector",
            "Role": "Application Mail.Read",
            "RoleAssigneeName": clinic.id("sp", "EHR Connector"),
            "RoleAssigneeType": "ServicePrincipal",
            "CustomResourceScope": "Referrals only",
        }
    )
    roles.append(
        {
            **roles[0],
            "Name": "Mailbox Import Export-adm-provider",
            "Identity": "Mailbox Import Export-adm-provider",
            "Role": "Mailbox Import Export",
            "RoleAssigneeName": "adm-provider",
            "RoleAssigneeType": "User",
        }
    )
    trace(clinic, manager, f"results@{LAB}", 4)
    clinic.dns[f"_dmarc.{clinic.initial_domain}."] = {"TXT": ["v=DMARC1; p=reject"]}
    clinic.teams["TenantFederationSettings"][0]["AllowPublicUsers"] = False


def connector(name: str, **fields: Any) -> Record:
    """A partner connector of Exchange, in or out."""
    return {
        "Name": name,
        "Identity": name,
        "Enabled": True,
        "ConnectorType": "Partner",
        "SenderDomains": [],
        "SenderIPAddresses": [],
        "RequireTls": False,
        "RestrictDomainsToIPAddresses": False,
        "RestrictDomainsToCertificate": False,
        "TlsSenderCertificateName": None,
        "TreatMessagesAsInternal": False,
        "CloudServicesMailEnabled": False,
        "EFSkipLastIP": False,
        "EFSkipIPs": [],
        "EFUsers": [],
        "EFTestMode": False,
        "ScanAndDropRecipients": [],
        "RecipientDomains": [],
        "SmartHosts": [],
        "UseMXRecord": False,
        "TlsSettings": None,
        "TlsDomain": None,
        "IsTransportRuleScoped": False,
        "AllAcceptedDomains": False,
        "RouteAllMessagesViaOnPremises": False,
        "TestMode": False,
        "Comment": None,
        **fields,
    }


def _compliance(clinic: Clinic, owner: str) -> None:
    """The audit log is kept for a year, every way out is checked, and Copilot keeps the rules."""
    clinic.compliance["Get-UnifiedAuditLogRetentionPolicy"] = [
        {
            "Name": "One year for everybody",
            "Identity": "One year for everybody",
            "RetentionDuration": "TwelveMonths",
            "RecordTypes": [],
            "Operations": [],
            "UserIds": [],
            "Priority": 1,
            "Enabled": True,
        }
    ]
    clinic.dlp(
        "Patient identifiers everywhere", scope="All", workload="Exchange, SharePoint, OneDrive, Teams, EndpointDlp"
    )
    clinic.dlp("Patient identifiers in Copilot", scope="All", workload="Exchange")
    clinic.compliance["Get-DlpCompliancePolicy"][-1]["EnforcementPlanes"] = ["CopilotExperiences"]
    for policy in clinic.compliance["Get-RetentionCompliancePolicy"]:
        policy["TeamsChatLocation"] = ["All"]
    for group in clinic.compliance["Get-RoleGroup"]:
        if group["Name"] == "eDiscoveryManager":
            group["Members"] = [clinic.user(owner)["displayName"]]


def _places(clinic: Clinic) -> None:
    """The charts have a site of their own, closed; flows are bound in a second environment as well."""
    clinic.site("/sites/charts", "Patient charts", "STS#3", sharing=0)
    for policy in clinic.power["powerplatform"]["policies"]:
        policy["environmentType"] = "AllEnvironments"
    clinic.power["powerplatform"]["environments"].append(
        {
            "name": "lakeshore-flows",
            "properties": {"displayName": "Flows", "isDefault": False, "environmentSku": "Production"},
        }
    )


def _apps(clinic: Clinic) -> None:
    """One program of the clinic's own, with an administrator's power, sealed: no password, no owner."""
    clinic.app(
        "Leaver clean-up", application_permissions=["Directory.ReadWrite.All"], own=True, everyone=False, verified=True
    )


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"microsoft-enterprise": enterprise}
