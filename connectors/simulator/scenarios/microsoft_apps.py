"""Applications, alarms and powers of the Microsoft clinics: what a careful, a middling and a careless one make of them."""

from __future__ import annotations

from typing import Any

from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago

FOR_ALL = "0001-01-01T00:00:00Z"


def _password(kind: str, lifetime: str | None = None) -> dict[str, Any]:
    return {
        "restrictionType": kind,
        "state": "enabled",
        "maxLifetime": lifetime,
        "restrictForAppsCreatedAfterDateTime": FOR_ALL,
        "excludeActors": None,
    }


def careful(clinic: Clinic, watcher: str) -> None:
    """Secrets are blocked, stores closed, add-ins gone, and alarms reach somebody who reads mail."""
    limits = {
        "passwordCredentials": [
            _password("passwordAddition"),
            _password("customPasswordAddition"),
            _password("passwordLifetime", "P90D"),
        ],
        "keyCredentials": [_password("asymmetricKeyLifetime", "P180D")],
    }
    clinic.graph["defaultAppManagementPolicy"] |= {
        "isEnabled": True,
        "applicationRestrictions": {**limits, "identifierUris": None},
        "servicePrincipalRestrictions": limits,
    }
    clinic.graph["appsAndServices"]["settings"] = {
        "isOfficeStoreEnabled": False,
        "isAppAndServicesTrialEnabled": False,
    }
    clinic.exchange["Get-OrganizationConfig"][0]["DelayedDelicensingEnabled"] = True
    for alert in clinic.compliance["Get-ProtectionAlert"]:
        alert["NotifyUser"] = [watcher]
    clinic.power = power(closed=True)
    clinic.graph["securityAlerts"] = [_alert(clinic, "one", "low", 30), _alert(clinic, "two", "high", 2)]


def middling(clinic: Clinic) -> None:
    """Somebody switched off the alarm that rang too often, and an alert has lain there for weeks."""
    for alert in clinic.compliance["Get-ProtectionAlert"]:
        if alert["Name"] == "Suspicious Email Forwarding Activity":
            alert["Disabled"] = True
    clinic.graph["securityAlerts"] = [_alert(clinic, "one", "medium", 40)]


def careless(clinic: Clinic, owner: str) -> None:
    """Attackers' tools sit among the apps, and one of them calls itself Microsoft."""
    clinic.app(
        "PerfectData Software",
        app_id="ff8d92dc-3d82-41d6-bcbd-b9174d163620",
        delegated_scopes=["EWS.AccessAsUser.All", "offline_access"],
        everyone=False,
    )
    clinic.app("Microsoft Mail Upgrade", delegated_scopes=["Mail.ReadWrite", "offline_access"], everyone=False)
    clinic.exchange["Get-ManagementRoleAssignment"].append(
        {
            **clinic.exchange["Get-ManagementRoleAssignment"][0],
            "Name": "ApplicationImpersonation-old-migration",
            "Identity": "ApplicationImpersonation-old-migration",
            "Role": "ApplicationImpersonation",
            "RoleAssigneeName": "itguy",
            "RoleAssigneeType": "User",
        }
    )
    clinic.power = power(closed=False)
    for group in clinic.compliance["Get-RoleGroup"]:
        if group["Name"] == "eDiscoveryManager":
            group["Members"] = [owner, "Kim Droste"]
    clinic.graph["securityAlerts"] = [_alert(clinic, "one", "high", 60), _alert(clinic, "two", "high", 9)]


def power(*, closed: bool) -> dict[str, Any]:
    """Power Platform and Power BI, with every door closed or open, of a clinic that let the application in."""
    kinds = ("Environment", "TrialEnvironment", "Portals")
    apis = "/providers/Microsoft.PowerApps/apis"
    business = [{"id": f"{apis}/{name}", "name": name} for name in ("shared_office365", "shared_sharepointonline")]
    policy = {
        "name": "b6a1c2d4-0000-4000-8000-000000000001",
        "displayName": "Keep clinic data in",
        "environmentType": "AllEnvironments",
        "environments": [],
        "defaultConnectorsClassification": "General",
        "connectorGroups": [{"classification": "Confidential", "connectors": business}],
    }
    place = {"displayName": "Clinic (default)", "isDefault": True, "environmentSku": "Default"}
    fabric = {
        "PublishToWeb": False,
        "AllowGuestUserToAccessSharedContent": False,
        "ExternalSharingV2": False,
        "ElevatedGuestsTenant": False,
        "EnableDatasetInPlaceSharing": False,
        "ShareLinkToEntireOrg": False,
        "ServicePrincipalAccessPermissionAPIs": False,
        "ServicePrincipalAccessGlobalAPIs": False,
        "AllowServicePrincipalsCreateAndUseProfiles": False,
        "RScriptVisual": False,
        "BlockResourceKeyAuthentication": True,
        "EimInformationProtectionEdit": True,
    }
    return {
        "powerplatform": {
            "settings": {
                **{f"disable{kind}CreationByNonAdminUsers": closed for kind in kinds},
                "powerPlatform": {"powerApps": {"disableShareWithEveryone": closed, "enableGuestsToMake": not closed}},
            },
            "environments": [{"name": "Default-clinic", "properties": place}],
            "policies": [policy] if closed else [],
            "isolated": closed,
        },
        "powerbi": [
            {"settingName": name, "title": name, "enabled": good is closed, "tenantSettingGroup": "Settings"}
            for name, good in fabric.items()
        ],
    }


def _alert(clinic: Clinic, name: str, severity: str, days: float) -> dict[str, Any]:
    return {
        "id": clinic.id("alert", name),
        "status": "new",
        "severity": severity,
        "createdDateTime": days_ago(days),
        "lastUpdateDateTime": days_ago(days),
        "serviceSource": "microsoftDefenderForOffice365",
        "category": "InitialAccess",
        "title": f"Suspicious link in a message about {clinic.canary('alert-title')}",
        "description": f"Opened by the family of {clinic.canary('alert-description')}",
        "assignedTo": None,
    }
