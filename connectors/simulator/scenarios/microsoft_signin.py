"""What a careful Microsoft 365 clinic sets about signing in, beyond asking everybody for a second factor."""

from __future__ import annotations

from typing import Any

from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago
from connectors.simulator.scenarios.microsoft_defaults import EXCHANGE_APP, SHAREPOINT_APP

TEAMS_APP = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
_NO_SESSION: dict[str, Any] = {
    "signInFrequency": None,
    "persistentBrowser": None,
    "cloudAppSecurity": None,
    "applicationEnforcedRestrictions": None,
    "secureSignInSession": None,
    "disableResilienceDefaults": None,
}


def every_hours(hours: int) -> dict[str, Any]:
    """A session that ends after so many hours, and with the browser."""
    frequency = {"isEnabled": True, "value": hours, "type": "hours", "frequencyInterval": "timeBased"}
    return {
        **_NO_SESSION,
        "signInFrequency": {**frequency, "authenticationType": "primaryAndSecondaryAuthentication"},
        "persistentBrowser": {"isEnabled": True, "mode": "never"},
    }


def careful_rules(clinic: Clinic, spared: dict[str, Any]) -> None:
    """Rules about registering, places, kinds of devices, other people's computers, tokens and idle browsers."""
    action = {
        "includeApplications": [],
        "excludeApplications": [],
        "includeUserActions": ["urn:user:registersecurityinfo"],
        "includeAuthenticationContextClassReferences": [],
        "applicationFilter": None,
    }
    clinic.access_policy(
        "Register factors from clinic computers",
        users=spared,
        conditions={"applications": action},
        grant=("compliantDevice", "domainJoinedDevice"),
    )
    country = clinic.id("location", "country")
    clinic.graph["namedLocations"].append(
        {
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": country,
            "displayName": "Where we work",
            "createdDateTime": days_ago(300),
            "modifiedDateTime": days_ago(300),
            "countriesAndRegions": ["US"],
            "includeUnknownCountriesAndRegions": False,
            "countryLookupMethod": "clientIpAddress",
        }
    )
    clinic.access_policy(
        "Block other countries",
        users=spared,
        grant=("block",),
        conditions={"locations": {"includeLocations": ["All"], "excludeLocations": [country]}},
    )
    known = ["android", "iOS", "windows", "macOS"]
    clinic.access_policy(
        "Block unknown kinds of devices",
        users=spared,
        grant=("block",),
        conditions={"platforms": {"includePlatforms": ["all"], "excludePlatforms": known}},
    )
    rule = 'device.isCompliant -eq True -or device.trustType -eq "ServerAD"'
    clinic.access_policy(
        "Other computers forget",
        users=spared,
        grant=None,
        session=every_hours(1),
        conditions={"devices": {"deviceFilter": {"mode": "exclude", "rule": rule}}},
    )
    clinic.access_policy(
        "Only look, do not download",
        users=spared,
        applications=("Office365",),
        grant=None,
        session={**_NO_SESSION, "applicationEnforcedRestrictions": {"isEnabled": True}},
    )
    clinic.access_policy(
        "Tokens stay on their computer",
        users=spared,
        applications=(EXCHANGE_APP, SHAREPOINT_APP, TEAMS_APP),
        client_apps=("mobileAppsAndDesktopClients",),
        grant=None,
        session={**_NO_SESSION, "secureSignInSession": {"isEnabled": True}},
        conditions={"platforms": {"includePlatforms": ["windows"], "excludePlatforms": []}},
    )
    clinic.idle_timeout("01:00:00")


def careful_methods(methods: dict[str, Any]) -> None:
    """Authenticator prompts that show what they are for; no passes that work twice; people who can report a prompt."""
    methods["policyMigrationState"] = "migrationComplete"
    methods["reportSuspiciousActivitySettings"]["state"] = "enabled"
    for method in methods["authenticationMethodConfigurations"]:
        if method["id"] == "MicrosoftAuthenticator":
            for name, feature in method["featureSettings"].items():
                feature["state"] = "disabled" if name == "companionAppAllowedState" else "enabled"
            method["isSoftwareOathEnabled"] = False
        elif method["id"] == "TemporaryAccessPass":
            method["isUsableOnce"] = True
        elif method["id"] == "Email":
            method["allowExternalIdToUseEmailOtp"] = "disabled"
