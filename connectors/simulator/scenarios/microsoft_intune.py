"""Intune as a careful administrator sets it up: what devices must be like, and for whom that holds."""

from __future__ import annotations

from typing import Any

from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago

Record = dict[str, Any]

_EVERYBODY = "#microsoft.graph.allLicensedUsersAssignmentTarget"
INTUNE_ENROLLMENT_APP = "d4ebce55-015a-49b5-a083-c84d1797ae8c"


def careful_devices(clinic: Clinic) -> None:
    """Compliance policies, protected apps, encryption, updates, antivirus, and no private device by accident."""
    graph = clinic.graph
    locked = {"passwordRequired": True, "storageRequireEncryption": True}
    whole = {"securityBlockJailbrokenDevices": True}
    graph["deviceCompliancePolicies"] = [
        _given(clinic, "Healthy iPhones", "iosCompliancePolicy", passcodeRequired=True, **whole),
        _given(clinic, "Healthy Android phones", "androidCompliancePolicy", **locked, **whole),
        _given(clinic, "Healthy computers", "windows10CompliancePolicy", bitLockerEnabled=True, **locked),
    ]
    guarded = {
        "pinRequired": True,
        "minimumPinLength": 6,
        "allowedOutboundDataTransferDestinations": "managedApps",
        "periodOfflineBeforeWipeIsEnforced": "P90D",
        "deviceComplianceRequired": True,
        "isAssigned": True,
    }
    graph["iosManagedAppProtections"] = [
        _given(
            clinic,
            "Apps on iPhones",
            "iosManagedAppProtection",
            appDataEncryptionType="whenDeviceLocked",
            **guarded,
        )
    ]
    graph["androidManagedAppProtections"] = [
        _given(clinic, "Apps on Android phones", "androidManagedAppProtection", encryptAppData=True, **guarded)
    ]
    graph["deviceConfigurations"] = [
        _given(clinic, "BitLocker", "windows10EndpointProtectionConfiguration", bitLockerEncryptDevice=True),
        _given(clinic, "Updates", "windowsUpdateForBusinessConfiguration", qualityUpdatesDeferralPeriodInDays=3),
    ]
    graph["configurationPolicies"] = [
        {
            "id": clinic.id("intune", "Antivirus"),
            "name": "Antivirus",
            "description": f"Since the virus on the computer of {clinic.canary('profile-description')}",
            "platforms": "windows10",
            "technologies": "mdm,microsoftSense",
            "isAssigned": True,
            "settingCount": 12,
            "templateReference": {"templateFamily": "endpointSecurityAntivirus", "templateDisplayName": "Antivirus"},
        }
    ]
    graph["managedDeviceCleanupRules"] = [
        {
            "id": clinic.id("intune", "clean-up"),
            "displayName": "Unused devices",
            "deviceCleanupRulePlatformType": "all",
            "deviceInactivityBeforeRetirementInDays": 90,
        }
    ]
    for name, restriction in graph["deviceEnrollmentConfigurations"][0].items():
        if name.endswith("Restriction"):
            restriction["personalDeviceEnrollmentBlocked"] = True


def _given(clinic: Clinic, name: str, kind: str, **settings: Any) -> Record:
    """A policy that everybody with a licence gets."""
    return {
        "@odata.type": f"#microsoft.graph.{kind}",
        "id": clinic.id("intune", name),
        "displayName": name,
        "description": None,
        "createdDateTime": days_ago(300),
        "lastModifiedDateTime": days_ago(200),
        "version": 1,
        **settings,
        "assignments": [{"id": clinic.id("assignment", name), "target": {"@odata.type": _EVERYBODY}}],
    }


def sessions(**used: Record) -> Record:
    """The session controls of a Conditional Access policy; those that it does not use are null."""
    unused = dict.fromkeys(
        (
            "applicationEnforcedRestrictions",
            "cloudAppSecurity",
            "disableResilienceDefaults",
            "persistentBrowser",
            "secureSignInSession",
            "signInFrequency",
        )
    )
    return unused | used


def access_rules(clinic: Clinic) -> None:
    """Phones use protected apps, unknown computers only look, and enrolling asks for a fresh sign-in."""
    phones = {"platforms": {"includePlatforms": ["iOS", "android"], "excludePlatforms": []}}
    clinic.access_policy(
        "Protected apps on phones", applications=("Office365",), grant=("compliantApplication",), conditions=phones
    )
    clinic.access_policy(
        "Only look on unknown computers",
        applications=("Office365",),
        grant=None,
        session=sessions(applicationEnforcedRestrictions={"isEnabled": True}),
    )
    fresh = {
        "isEnabled": True,
        "value": None,
        "type": None,
        "frequencyInterval": "everyTime",
        "authenticationType": "primaryAndSecondaryAuthentication",
    }
    clinic.access_policy(
        "Enrolling asks for a fresh sign-in",
        applications=(INTUNE_ENROLLMENT_APP,),
        session=sessions(signInFrequency=fresh),
    )
