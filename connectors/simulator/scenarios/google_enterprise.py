"""A practice on Google Workspace that uses all that its plan holds. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import ENTERPRISE_PLUS, IDENTITY_FREE, ROLE_SERVICE, USER_MANAGEMENT_ROLE
from connectors.simulator.google.policies import SERVICES_OFF, SERVICES_ON, compliance_rule
from connectors.simulator.scenarios.google_log import change
from connectors.simulator.scenarios.google_well_run import COVERED, KEEPS_ALL, careful_practice
from connectors.simulator.tenant import SimulatedTenant

ROBOT = "105512345678901234567"
VAULT_KEY = "106612345678901234567"
PHONES = ("AFiSTILLPOND01", "AFiSTILLPOND02")
SANDBOX = "AttachmentDeepScanningSettingsProto deep_scanning_enabled"
OUTSIDE_WARNING_OFF = "OutOfDomainWarningProto disable_untrusted_recipient_warning"
CHALLENGES = {
    "SsoPolicyProto challenge_selection_behavior": "PERFORM_CHALLENGE_SELECTION",
    "SsoPolicyProto sso_profile_challenge_selection_behavior": "SSO_PROFILES_PERFORM_CHALLENGE_SELECTION",
}


def enterprise() -> SimulatedTenant:
    """Stillpond Behavioral Health: Enterprise Plus, a sealed account, a sign-in of its own for residents."""
    clinic = Clinic("google-enterprise", "Stillpond Behavioral Health", "stillpond.example", city="Larkport")
    careful_practice(clinic)
    clinic.unit("/Residents")
    clinic.person("resident", "Tamsin Overlea", unit="/Residents", sku=ENTERPRISE_PLUS, enforced=True, passkeys=1)
    clinic.person(
        "sealed",
        "Sealed Account",
        unit="/Office",
        sku=IDENTITY_FREE,
        mailbox=False,
        admin=True,
        enforced=True,
        keys=1,
        login_days=200,
    )
    clinic.assign(USER_MANAGEMENT_ROLE, ROBOT)
    custom_role(clinic, "73000001", "Records search", ["MANAGE_SEARCHES"], "petra")
    for device, number in zip(clinic.state["mobileDevices"], PHONES, strict=True):
        device["resourceId"] = number
    sign_on(clinic, "/Residents", "https://sso.stillpond.example/saml")
    _settings(clinic)
    _log(clinic)
    return clinic.build()


def custom_role(clinic: Clinic, identity: str, name: str, privileges: Sequence[str], holder: str) -> None:
    """A role that the clinic made, and who holds it."""
    clinic.state["roles"].append(
        {
            "kind": "admin#directory#role",
            "roleId": identity,
            "roleName": name,
            "roleDescription": "",
            "isSystemRole": False,
            "isSuperAdminRole": False,
            "rolePrivileges": [{"privilegeName": entry, "serviceId": ROLE_SERVICE} for entry in privileges],
        }
    )
    clinic.assign(identity, clinic.user(holder)["id"])


def sign_on(clinic: Clinic, unit: str, issuer: str) -> None:
    """People of a unit sign in through another provider."""
    profile = "inboundSamlSsoProfiles/0outside"
    place = next(entry for entry in clinic.state["orgUnits"] if entry["orgUnitPath"] == unit)
    customer = f"customers/{clinic.customer_id}"
    clinic.state["samlProfiles"].append(
        {
            "name": profile,
            "customer": customer,
            "displayName": "Other sign-on",
            "idpConfig": {"entityId": issuer, "singleSignOnServiceUri": f"{issuer}/sso"},
            "spConfig": {"entityId": "https://accounts.google.com/samlrp/simulated"},
        }
    )
    clinic.state["idpCredentials"][profile] = [
        {"name": f"{profile}/idpCredentials/1", "rsaKeyInfo": {"keySize": 2048}, "updateTime": clinic.time(300)}
    ]
    clinic.state["ssoAssignments"].append(
        {
            "name": "inboundSsoAssignments/0outside",
            "customer": customer,
            "targetOrgUnit": f"orgUnits/{place['orgUnitId'].removeprefix('id:')}",
            "ssoMode": "SAML_SSO",
            "samlSsoInfo": {"inboundSamlSsoProfile": profile},
            "signInBehavior": {},
        }
    )


def _settings(clinic: Clinic) -> None:
    """Nothing that nobody judged gets in; every mail that goes out is encrypted on its way."""
    clinic.policy("api_controls.unconfigured_third_party_apps", {"accessLevel": "BLOCK_ALL"})
    clinic.policy("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": False})
    clinic.policy("voice.service_status", {"serviceState": "DISABLED"})
    kept = COVERED - {"alerts", "chrome_sync", "domains", "managed_play"} | {"enterprise_service_restrictions"}
    for service in sorted({*SERVICES_ON, *SERVICES_OFF} - kept):
        clinic.policy(f"{service}.service_status", {"serviceState": "DISABLED"})
    clinic.policy(
        "calendar.interoperability",
        {"enableInteroperability": True, "enableFullEventDetails": False, "enableExchangeRoomBooking": False},
    )
    rule = compliance_rule("9d2e1-stillpond:tls", "Everything encrypted", inbound=False, outbound=True, requireTls=True)
    clinic.policy("gmail.content_compliance", {"contentComplianceRules": [rule]})
    states = [{"ruleId": identity, "enabled": True} for identity in (rule["ruleId"], KEEPS_ALL)]
    clinic.policy("gmail.rule_states", {"ruleStates": states})


def _log(clinic: Clinic) -> None:
    """What only the audit log tells."""
    who = "admin-ines"
    change(clinic, who, 60, "Gmail", SANDBOX, "true")
    change(clinic, who, 60, "Gmail", OUTSIDE_WARNING_OFF, "false")
    change(clinic, who, 50, "Google Chat", "ContentReportingProto enable_content_reporting", "true")
    for setting, value in CHALLENGES.items():
        change(clinic, who, 55, "Security", setting, value)
    clinic.event("admin", 45, who, "SECURITY_SETTINGS/TOGGLE_CAA_ENABLEMENT", {"NEW_VALUE": "ENABLED"})
    given: Mapping[str, Any] = {
        "API_CLIENT_NAME": VAULT_KEY,
        "API_SCOPES": "https://www.googleapis.com/auth/ediscovery.readonly",
    }
    clinic.event("admin", 100, who, "DOMAIN_SETTINGS/AUTHORIZE_API_CLIENT_ACCESS", given)


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"google-enterprise": enterprise}
