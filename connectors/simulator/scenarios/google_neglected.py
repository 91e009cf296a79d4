"""A practice on Google Workspace that bought the largest plan, and left or made it as it should not be."""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import ENTERPRISE_PLUS, HELP_DESK_ROLE, IDENTITY_FREE
from connectors.simulator.google.policies import compliance_rule
from connectors.simulator.scenarios.google_enterprise import CHALLENGES, SANDBOX, custom_role, sign_on
from connectors.simulator.scenarios.google_log import NOTES, PROTO, change
from connectors.simulator.tenant import SimulatedTenant

ALARMS = (
    "User suspended for spamming",
    "Super admin password reset",
    "Device compromised",
    "User's password changed",
)


def neglected() -> SimulatedTenant:
    """Marsh End Therapy: nine people, Enterprise Plus, two who share the keys and one who left with his."""
    clinic = Clinic("google-neglected", "Marsh End Therapy", "marshend.example", city="Dunmouth")
    clinic.unit("/Administrators")
    _people(clinic)
    _settings(clinic)
    _content(clinic)
    _log(clinic)
    sign_on(clinic, "/Administrators", "https://login.somewhere-else.example/saml")
    clinic.group(
        "intake",
        "Intake",
        ["hester", "orla"],
        enableCollaborativeInbox="true",
        whoCanPostMessage="ANYONE_CAN_POST",
    )
    clinic.group("billing", "Billing", [("gone", "OWNER"), "hester"])
    clinic.share_calendar("orla", f"domain:{clinic.domain} writer")
    clinic.phone("hester", "Galaxy S9", lastSync=clinic.time(300))
    clinic.app_grant(
        "orla", "Otter.ai", "771234500099-otter.apps.googleusercontent.com", ["https://mail.google.com/", "calendar"]
    )
    clinic.state["customer"]["alternateEmail"] = "owner@marshend.example"
    clinic.mail_dns(spf=None, dkim_bits=None, mx=((10, "mx.filter-company.example."),))
    clinic.dns[f"google._domainkey.{clinic.domain}."] = {"TXT": ["v=DKIM1; k=rsa; p="]}
    return clinic.build()


def _people(clinic: Clinic) -> None:
    clinic.person("owner", "Rowan Marsh", unit="/Administrators", sku=ENTERPRISE_PLUS, admin=True, enrolled=False)
    clinic.person("second", "Ida Fenwick", unit="/Administrators", sku=ENTERPRISE_PLUS, admin=True, role=HELP_DESK_ROLE)
    clinic.person("sleeping", "Old Administrator", sku=IDENTITY_FREE, mailbox=False, admin=True, login_days=300)
    clinic.person("emergency", "Emergency", sku=ENTERPRISE_PLUS, admin=True, login_days=3)
    clinic.person("hester", "Hester Lowe", sku=ENTERPRISE_PLUS, enrolled=False)
    clinic.person("orla", "Orla Penn", sku=ENTERPRISE_PLUS)
    clinic.person("leaver", "Jonah Reed", sku=ENTERPRISE_PLUS)
    clinic.person("gone", "Agnes Wray", sku=ENTERPRISE_PLUS, suspended="ADMIN", login_days=200)
    custom_role(clinic, "73000002", "Everything but the name", ["USERS_ALL", "SECURITY_SETTINGS"], "hester")
    custom_role(clinic, "73000003", "Records search", ["MANAGE_SEARCHES"], "hester")
    clinic.enforce_two_step()
    clinic.app_password("leaver", "Old phone", created=900, used=30)


def _settings(clinic: Clinic) -> None:
    clinic.policy("multi_party_approval.require_approvals", {"multiPartyApprovalState": "DISABLED"})
    clinic.policy("security.password", {"expirationDuration": "7776000s"})
    clinic.policy("security.login_challenges", {"enableEmployeeIdChallenge": True})
    clinic.policy("security.passkeys_restriction", {"allowedPasskeysType": "SECURITY_KEYS_ONLY"})
    clinic.policy("security.advanced_protection_program", {"enableAdvancedProtectionSelfEnrollment": False})
    clinic.policy("data_regions.data_at_rest_region", {"region": "EUROPE"})
    clinic.policy("data_regions.data_processing_region", {"limitToStorageRegion": False})
    clinic.policy("access_approval.axa_user_scoping", {"requiresCustomerApproval": False})
    clinic.policy("access_management.user_scoping", {"accessManagementRegime": "EU_GOOGLE_STAFF"})
    clinic.policy("provisioning.conflicting_accounts_management", {"option": "PRESERVE_CONFLICTING_ACCOUNT"})
    clinic.policy("voice.service_status", {"serviceState": "ENABLED"})
    clinic.policy(
        "gmail.links_and_external_images", {"enableShortenerScanning": False, "enableExternalImageScanning": False}
    )
    clinic.policy("gmail.spoofing_and_authentication", {"applyFutureSettingsAutomatically": False})
    clinic.policy("meet.meet_joining", {"allowedAudience": "OPEN"})
    clinic.policy("meet.safety_external_participants", {"enableExternalLabel": False})
    clinic.policy("meet.automatic_recording", {"enabled": True})
    clinic.policy("meet.automatic_transcription", {"enabled": True})
    clinic.policy("drive_and_docs.external_file_warning", {"highlightingEnabled": False})
    clinic.policy("drive_and_docs.external_sharing", {"externalSharingMode": "ALLOWLISTED_DOMAINS"})
    clinic.policy("calendar.external_invitations", {"warnOnInvite": False})
    clinic.policy("calendar.appointment_schedules", {"enablePayments": True})
    clinic.policy(
        "calendar.interoperability",
        {"enableInteroperability": True, "enableFullEventDetails": True, "enableExchangeRoomBooking": False},
    )
    clinic.policy("groups_for_business.groups_sharing", {"ownersCanHideGroups": True, "newGroupsAreHidden": True})
    for name in ALARMS:
        off = {"displayName": name, "state": "INACTIVE", "action": {"alertCenterAction": {}}, "condition": {}}
        clinic.policy("rule.system_defined_alerts", off)


def _content(clinic: Clinic) -> None:
    """One rule that warns about chats, and one that sends everything to a stranger."""
    clinic.policy(
        "rule.dlp",
        {
            "displayName": "Look at chats",
            "description": f"After the talk about {clinic.canary('Thaddeus Hale')}",
            "triggers": ["google.workspace.chat.message.v1.send"],
            "condition": {
                "contentCondition": "all_content.matches_dlp_detector('CREDIT_CARD_NUMBER', "
                "google.privacy.dlp.v2.Likelihood.LIKELY, {minimum_match_count: 1})"
            },
            "action": {"chatAction": {"warnUser": {}}},
            "state": "ACTIVE",
            "createTime": clinic.time(300),
            "updateTime": clinic.time(300),
        },
    )
    rule = compliance_rule(
        "7a3c4-marshend:copy",
        clinic.canary("everything about Lucinda Frome to the biller"),
        inbound=True,
        outbound=True,
        changeEnvelopeRecipient=True,
        recipientAddress="claims@quick-biller.example",
    )
    clinic.policy("gmail.content_compliance", {"contentComplianceRules": [rule]})
    clinic.policy("gmail.rule_states", {"ruleStates": [{"ruleId": rule["ruleId"], "enabled": True}]})


def _log(clinic: Clinic) -> None:
    who = "second"
    change(clinic, who, 60, "Gmail", SANDBOX, "false")
    change(clinic, who, 50, NOTES, f"{PROTO} manage_smart_notes_doc_access", "true")
    change(clinic, who, 50, NOTES, f"{PROTO} exclude_ai_content_in_email", "false")
    for setting in CHALLENGES:
        change(clinic, who, 55, "Security", setting, "SKIP_CHALLENGE_SELECTION")
    clinic.event("admin", 45, who, "SECURITY_SETTINGS/TOGGLE_CAA_ENABLEMENT", {"NEW_VALUE": "DISABLED"})


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"google-neglected": neglected}
