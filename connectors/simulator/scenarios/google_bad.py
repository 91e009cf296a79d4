"""A practice on Google Workspace where nearly everything is wrong, and part of it cannot even be read."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import LEGACY_FREE, STANDARD, STARTER, SUPER_ADMIN_ROLE, USER_MANAGEMENT_ROLE
from connectors.simulator.google.policies import compliance_rule
from connectors.simulator.scenarios.google_log import careless
from connectors.simulator.tenant import SimulatedTenant

STAFF = (
    ("dana", "Dana Mirefield"),
    ("ford", "Ford Hatherleigh"),
    ("gwen", "Gwen Saltmarsh"),
    ("hugo", "Hugo Blackthorn"),
    ("iris", "Iris Copperfell"),
    ("jules", "Jules Kettleworth"),
    ("kira", "Kira Dustwell"),
    ("lars", "Lars Ironmonger"),
)


def bad() -> SimulatedTenant:
    """Harrow Lane Wellness: twelve people, five super admins, forwards everywhere."""
    clinic = Clinic("google-bad", "Harrow Lane Wellness", "harrowlane.example", city="Dunmouth")
    clinic.unit("/Therapists")
    clinic.unit("/Therapists/Trainees")
    clinic.person(
        "owner", "Basil Harrowgate", admin=True, enrolled=False, recovery="basil.h@aol.com", weak_password=True
    )
    clinic.person("manager", "Clementine Rusk", admin=True, enrolled=False, sku=STARTER)
    clinic.person("office", "Shared Office Login", admin=True, enrolled=False, sku=STARTER, weak_password=True)
    for number, (local, name) in enumerate(STAFF):
        clinic.person(
            local,
            name,
            unit="/Therapists/Trainees" if number > 5 else "/Therapists",
            sku=STANDARD if number % 2 else STARTER,
            admin=number < 2,
            enrolled=number == 4,
            recovery=f"{local}.home@gmail.com",
        )
    clinic.person("temp", "Ned Passmore", suspended="ADMIN", sku=LEGACY_FREE, login_days=400)
    helpers = clinic.group("admins", "Admins", ["kira", "outside.helper@gmail.com"], allowExternalMembers="true")
    clinic.assign(SUPER_ADMIN_ROLE, helpers, kind="group")
    clinic.assign(USER_MANAGEMENT_ROLE, "104412345678901234567")  # a service account that a biller's program uses
    _settings(clinic)
    _leaks(clinic)
    _logs(clinic)
    clinic.mail_dns(spf=["v=spf1 +all", "v=spf1 include:_spf.google.com ?all"], dmarc=None, dkim_bits=None)
    clinic.add_domain("harrowlane-old.example", verified=True)
    clinic.dns["harrowlane-old.example."] = {"rcode": "SERVFAIL"}
    clinic.dns["_dmarc.harrowlane-old.example."] = {"rcode": "TIMEOUT"}
    return clinic.build()


def _settings(clinic: Clinic) -> None:
    clinic.policy("security.two_step_verification_enrollment", {"allowEnrollment": False}, unit="/Therapists")
    clinic.policy("security.less_secure_apps", {"allowLessSecureApps": True})
    clinic.policy("security.password", {"allowedStrength": "WEAK", "minimumLength": 6, "allowReuse": True})
    clinic.policy("security.session_controls", {"webSessionDuration": "2592000s"})
    clinic.policy("security.super_admin_account_recovery", {"enableAccountRecovery": True})
    clinic.policy("security.user_account_recovery", {"enableAccountRecovery": True})
    clinic.policy("gmail.auto_forwarding", {"enableAutoForwarding": True})
    clinic.policy("gmail.mail_delegation", {"enableMailDelegation": True})
    clinic.policy("gmail.per_user_outbound_gateway", {"allowUsersToUseExternalSmtpServers": True})
    clinic.policy("gmail.enhanced_pre_delivery_message_scanning", {"enableImprovedSuspiciousContentDetection": False})
    clinic.policy("gmail.email_attachment_safety", {"applyFutureRecommendedSettingsAutomatically": False})
    clinic.policy("gmail.links_and_external_images", {"applyFutureSettingsAutomatically": False})
    clinic.policy("gmail.email_spam_filter_ip_allowlist", {"allowedIpAddresses": ["198.51.100.0/24"]})
    clinic.policy(
        "gmail.email_attachment_safety",
        {
            "enableEncryptedAttachmentProtection": False,
            "enableAttachmentWithScriptsProtection": False,
            "enableAnomalousAttachmentProtection": False,
        },
    )
    clinic.policy(
        "gmail.spoofing_and_authentication",
        {"detectDomainNameSpoofing": False, "detectEmployeeNameSpoofing": False, "detectUnauthenticatedEmails": False},
    )
    clinic.policy(
        "drive_and_docs.general_access_default", {"defaultFileAccess": "PRIMARY_AUDIENCE_WITH_LINK_OR_SEARCH"}
    )
    clinic.policy(
        "calendar.interoperability",
        {"enableInteroperability": True, "enableFullEventDetails": True, "enableExchangeRoomBooking": False},
    )
    clinic.policy("drive_and_docs.external_sharing", {"warnForExternalSharing": False, "allowPublishingFiles": True})
    for calendar in ("primary", "secondary"):
        setting = f"calendar.{calendar}_calendar_max_allowed_external_sharing"
        clinic.policy(setting, {"maxAllowedExternalSharing": "EXTERNAL_ALL_INFO_READ_WRITE_MANAGE"})
    clinic.policy("chat.chat_history", {"historyOnByDefault": False, "allowUserModification": True})
    clinic.policy(
        "groups_for_business.groups_sharing",
        {
            "collaborationCapability": "ANYONE_CAN_ACCESS",
            "createGroupsAccessLevel": "ANYONE_CAN_CREATE",
            "ownersCanAllowExternalMembers": True,
            "viewTopicsDefaultAccessLevel": "ANYONE_CAN_VIEW_TOPICS",
        },
    )
    clinic.policy("api_controls.unconfigured_third_party_apps", {"accessLevel": "UNSPECIFIED_UBER_BLOCK"})
    clinic.policy(
        "chat.chat_third_party_archiving", {"enabled": True, "destinationEmailAddress": "harrowlane.archive@gmail.com"}
    )
    clinic.policy(
        "gmail.email_address_lists",
        {
            "emailAddressList": [
                {
                    "id": "51aa0-harrow:friends",
                    "name": "Friends",
                    "addressList": {"address": [{"address": "gmail.com", "requireAddressVerification": False}]},
                }
            ]
        },
    )
    override = {
        "ruleId": "51aa0-harrow:override",
        "description": clinic.canary("let mail of Augustin Vale through"),
        "enableAggressiveFiltering": False,
        "addToQuarantine": False,
        "hideWarningBannerFromSelectedSenders": True,
        "hideWarningBannerSenderAllowlist": ["51aa0-harrow:friends"],
        "bypassInternalSenders": True,
        "bypassSelectedSenders": True,
        "bypassSenderAllowlist": ["51aa0-harrow:friends"],
        "hideWarningBannerForAll": True,
    }
    clinic.policy("gmail.spam_override_lists", {"spamOverride": [override]})
    clinic.policy("ai_studio.service_status", {"serviceState": "ENABLED"})
    rule = compliance_rule(
        "51aa0-harrow:copyall",
        clinic.canary("copy of everything about Sebastian Crowe to the outside biller"),
        inbound=True,
        outbound=True,
        matching=[clinic.canary("Crowe")],
        changeEnvelopeRecipient=True,
        recipientAddress="claims@quick-biller.example",
    )
    clinic.policy("gmail.content_compliance", {"contentComplianceRules": [rule]})
    enabled = [{"ruleId": identity, "enabled": True} for identity in (rule["ruleId"], override["ruleId"])]
    clinic.policy("gmail.rule_states", {"ruleStates": enabled})


def _leaks(clinic: Clinic) -> None:
    clinic.forward("owner", "basil.h@aol.com", disposition="archive")
    clinic.forward("gwen", "gwen.saltmarsh@gmail.com", disposition="trash")
    clinic.forward("hugo", "hugo@hugo-blackthorn.example")
    for local in ("iris", "jules", "lars"):
        to = f"{local}.home@gmail.com"
        clinic.forwarding_address(local, to)
        criteria = {"to": clinic.canary(f"{local} for Winifred Gale"), "size": 1000, "sizeComparison": "larger"}
        clinic.mail_filter(local, criteria, forward=to, removeLabelIds=["INBOX", "UNREAD"])
    clinic.mail_filter("kira", {"from": "security@harrowlane.example"}, addLabelIds=["TRASH"])
    clinic.delegate("owner", "temp")
    clinic.delegate("manager", "office")
    clinic.send_as(
        "ford",
        "ford@ford-hatherleigh.example",
        clinic.canary("Ford for the Umberleigh family"),
        smtpMsa={"host": "smtp.ford-hatherleigh.example", "port": 25, "username": "ford", "securityMode": "none"},
    )
    clinic.vacation("dana", clinic.canary("Out, ask about Persephone Ware"), clinic.canary("Persephone Ware: see Ford"))
    clinic.group(
        "waiting-list",
        "Waiting list",
        [("manager", "OWNER"), "office", "volunteer@outlook.com"],
        description=clinic.canary("next: Balthazar Rookwood"),
        whoCanJoin="ANYONE_CAN_JOIN",
        whoCanViewGroup="ANYONE_CAN_VIEW",
        whoCanPostMessage="ANYONE_CAN_POST",
        whoCanDiscoverGroup="ANYONE_CAN_DISCOVER",
        allowExternalMembers="true",
    )
    clinic.share_calendar("owner", "default reader")
    clinic.share_calendar("ford", "user:ford.home@gmail.com owner")
    public = {"id": "anyone", "type": "anyone", "role": "reader", "allowFileDiscovery": True}
    clinic.file("office", clinic.canary("all clients 2026 (Abernathy ... Zephyrine)"), public)
    clinic.app_grant(
        "owner", "MailMerge Magic", "771234500077-mm.apps.googleusercontent.com", ["https://mail.google.com/", "drive"]
    )
    clinic.app_password("office", "Front desk Outlook", created=1200, used=1)
    clinic.usage("office", "accounts:is_less_secure_apps_access_allowed", boolValue=True)
    clinic.phone("owner", "Galaxy S9", encrypted=False, locked=False, deviceCompromisedStatus="Compromised")
    clinic.shared_drive(
        clinic.canary("Notes of Lysander Pike"), [("owner", "organizer"), ("outside.helper@gmail.com", "fileOrganizer")]
    )


def _logs(clinic: Clinic) -> None:
    for local, to in (("owner", "basil.h@aol.com"), ("gwen", "gwen.saltmarsh@gmail.com")):
        parameters = {"email_forwarding_destination_address": to}
        clinic.event("login", 30, local, "email_forwarding_change/email_forwarding_out_of_domain", parameters)
    clinic.event(
        "admin",
        10,
        "owner",
        "USER_SETTINGS/GRANT_ADMIN_PRIVILEGE",
        {"USER_EMAIL": "dana@harrowlane.example"},
    )
    clinic.event(
        "admin",
        25,
        "owner",
        "EMAIL_SETTINGS/CREATE_GMAIL_SETTING",
        {
            "SETTING_NAME": "ROUTING",
            "USER_DEFINED_SETTING_NAME": clinic.canary("send Ophelia Strand's mail on"),
            "NEW_VALUE": "claims@quick-biller.example",
        },
    )
    careless(clinic, "owner")
    off = {"displayName": "Leaked password", "state": "INACTIVE", "action": {"alertCenterAction": {}}}
    clinic.policy("rule.system_defined_alerts", off)
    clinic.state["unavailableLogs"] = ["drive"]


SCENARIOS = {"google-bad": bad}
