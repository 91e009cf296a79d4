"""A typical small practice on Google Workspace: well meant, half configured, with the leaks that grow by themselves."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import HELP_DESK_ROLE, STANDARD, STARTER
from connectors.simulator.tenant import SimulatedTenant


def typical() -> SimulatedTenant:
    """Brightwater Family Therapy: eighteen people, Business Starter and Standard mixed."""
    clinic = Clinic("google-typical", "Brightwater Family Therapy", "brightwater.example", city="Redwater")
    clinic.unit("/Clinicians")
    clinic.unit("/Front Desk")
    clinic.unit("/Former staff")
    _people(clinic)
    _settings(clinic)
    _groups(clinic)
    _mailboxes(clinic)
    _apps_and_devices(clinic)
    _sharing(clinic)
    _history(clinic)
    clinic.mail_dns(
        spf="v=spf1 include:_spf.google.com include:mail.pagewell-fax.example ~all",
        dmarc="v=DMARC1; p=none; rua=mailto:dmarc@brightwater.example",
        dkim_bits=1024,
    )
    clinic.state["userInvitations"].append(
        {
            "name": f"customers/{clinic.customer_id}/userinvitations/newsletter%40brightwater.example",
            "state": "NOT_YET_SENT",
            "mailsSentCount": "0",
            "updateTime": clinic.time(120),
        }
    )
    clinic.add_domain("brightwater-groups.example", age_days=600)
    clinic.mail_dns("brightwater-groups.example", spf=None, dkim_bits=None)
    return clinic.build()


def _people(clinic: Clinic) -> None:
    clinic.person(
        "marguerite", "Marguerite Oakhollow", admin=True, keys=1, created_days=2190, recovery="mo.oakhollow@gmail.com"
    )
    clinic.person("tobias", "Tobias Fernleigh", admin=True, created_days=2100, recovery="tfernleigh@yahoo.com")
    clinic.person("it-support", "Cobalt Ridge IT Support", admin=True, enrolled=False, login_days=45, mailbox=False)
    clinic.person("priya", "Priya Sandmoor", role=HELP_DESK_ROLE, unit="/Front Desk")
    clinic.person("dr.wren", "Wren Astergate", unit="/Clinicians")
    clinic.person("dr.lindqvist", "Soren Lindqvist-Vale", unit="/Clinicians", passkeys=1)
    clinic.person("dr.abara", "Chidi Abara-Holm", unit="/Clinicians", enrolled=False)
    clinic.person("noor", "Noor Pellworth", unit="/Clinicians", sku=STANDARD)
    clinic.person("hanna", "Hanna Greybridge", unit="/Clinicians", enrolled=False, login_days=3)
    clinic.person("ezra", "Ezra Quillon", unit="/Clinicians", sku=STARTER, created_days=12, enrolled=False)
    clinic.person("lucia", "Lucia Marrowfield", unit="/Front Desk", sku=STARTER)
    clinic.person("owen", "Owen Tarnbeck", unit="/Front Desk", sku=STARTER, enrolled=False, weak_password=True)
    clinic.person("billing", "Billing Desk", sku=STARTER, enrolled=False)
    clinic.person("intake", "Intake Line", unit="/Front Desk", sku=STARTER, enrolled=False, weak_password=True)
    clinic.person("scanner", "Hallway Scanner", sku=STARTER, enrolled=False, login_days=None)
    clinic.person("greta", "Greta Ravenhurst", unit="/Former staff", sku=STARTER, suspended="ADMIN", login_days=160)
    clinic.person("silas", "Silas Thornquist", unit="/Former staff", sku=STARTER, login_days=210)
    clinic.person("bo", "Bo Winterbourne", unit="/Former staff", sku=None, deleted_days=9, login_days=40)


def _settings(clinic: Clinic) -> None:
    clinic.policy("security.two_step_verification_enrollment", {"allowEnrollment": True})
    clinic.policy("security.password", {"minimumLength": 8, "allowReuse": True})
    clinic.policy("calendar.secondary_calendar_max_allowed_external_sharing", _sharing_cap("READ_WRITE_MANAGE"))
    clinic.policy("calendar.primary_calendar_max_allowed_external_sharing", _sharing_cap("READ_ONLY"))
    clinic.policy(
        "drive_and_docs.external_sharing", {"externalSharingMode": "ALLOWED", "warnForExternalSharing": False}
    )
    clinic.policy("gmail.mail_delegation", {"enableMailDelegation": True})
    clinic.policy("groups_for_business.groups_sharing", {"collaborationCapability": "ANYONE_CAN_ACCESS"})
    clinic.policy("groups_for_business.groups_sharing", {"ownersCanAllowExternalMembers": True})
    clinic.policy("security.session_controls", {"webSessionDuration": "43200s"}, unit="/Front Desk")
    clinic.policy("gmail.pop_access", {"enablePopAccess": False}, unit="/Clinicians")


def _sharing_cap(level: str) -> dict[str, str]:
    return {"maxAllowedExternalSharing": f"EXTERNAL_ALL_INFO_{level}"}


def _groups(clinic: Clinic) -> None:
    clinic.group("clinicians", "Clinicians", [("marguerite", "OWNER"), "dr.wren", "dr.lindqvist", "dr.abara", "noor"])
    clinic.group(
        "front-desk",
        "Front desk",
        [("priya", "OWNER"), "lucia", "owen", "lucia.marrowfield.home@gmail.com"],
        description=clinic.canary("callback list: Pemberton, Isolde, Tuesday"),
        allowExternalMembers="true",
        whoCanPostMessage="ANYONE_CAN_POST",
    )
    clinic.group(
        "parents-circle",
        "Parents' circle",
        [("hanna", "OWNER"), "noor"],
        description=clinic.canary("families of Brambleby and Foxworthy"),
        whoCanJoin="ANYONE_CAN_JOIN",
        whoCanViewGroup="ANYONE_CAN_VIEW",
        whoCanPostMessage="ANYONE_CAN_POST",
        whoCanDiscoverGroup="ANYONE_CAN_DISCOVER",
        allowExternalMembers="true",
    )
    clinic.group("everyone", "Everyone", ["*"], whoCanPostMessage="ALL_MEMBERS_CAN_POST")
    clinic.group("care-team", "Care team", [("dr.wren", "OWNER"), "clinicians", "front-desk"])


def _mailboxes(clinic: Clinic) -> None:
    clinic.forward("dr.abara", "chidi.abara.home@gmail.com")
    clinic.mail_filter(
        "owen",
        {"query": clinic.canary("from the school about Ottoline Marsh"), "hasAttachment": True},
        forward="owen.tarnbeck77@yahoo.com",
        removeLabelIds=["INBOX"],
    )
    clinic.forwarding_address("owen", "owen.tarnbeck77@yahoo.com")
    clinic.mail_filter(
        "lucia",
        {
            "from": clinic.canary("quentin.duskwood@family-mail.example"),
            "subject": clinic.canary("rescheduling Duskwood"),
            "negatedQuery": clinic.canary("not Larkspur"),
        },
        addLabelIds=["IMPORTANT"],
    )
    clinic.mail_filter("priya", {"from": "fax@pagewell-fax.example"}, forward="intake@brightwater.example")
    clinic.forwarding_address("hanna", "hanna.greybridge@icloud.com", status="pending")
    clinic.send_as(
        "noor",
        "noor@noor-pellworth-coaching.example",
        clinic.canary("Noor for Vesper Halloway"),
        replyToAddress="noor.pellworth@gmail.com",
    )
    clinic.send_as(
        "billing",
        "billing@brightwater-billing.example",
        "Brightwater Billing",
        smtpMsa={"host": "smtp.clearpay.example", "port": 587, "username": "brightwater", "securityMode": "none"},
    )
    clinic.signature("dr.wren", clinic.canary("in session with Ambrose Tidewell until 4"))
    clinic.vacation(
        "dr.lindqvist",
        clinic.canary("Away: Tamsin Hollowell's care"),
        clinic.canary("For Tamsin Hollowell please call the front desk"),
    )
    clinic.delegate("marguerite", "silas")
    clinic.delegate("dr.wren", "lucia")
    clinic.delegate("intake", "owen", status="pending")
    clinic.box("billing")["pop"] = {"accessWindow": "allMail", "disposition": "leaveInInbox"}


def _apps_and_devices(clinic: Clinic) -> None:
    clinic.app_grant(
        "hanna",
        "InboxPilot Scheduler",
        "771234500011-inboxpilot.apps.googleusercontent.com",
        ["https://mail.google.com/", "calendar"],
        days=41,
    )
    clinic.app_grant(
        "noor",
        "NoteWhisper AI",
        "771234500012-notewhisper.apps.googleusercontent.com",
        ["drive", "userinfo.email"],
        days=12,
    )
    clinic.app_password("scanner", "Hallway copier", created=800, used=1)
    clinic.app_password("billing", "Old mail program", created=1500, used=None)
    clinic.usage("billing", "gmail:timestamp_last_pop", datetimeValue=clinic.time(4))
    clinic.phone("marguerite", "iPhone 16")
    clinic.phone("dr.abara", "Pixel 8", encrypted=False, locked=False)
    clinic.phone("owen", "Galaxy A15", locked=False)
    clinic.laptop("lucia", "Latitude 5440")
    clinic.laptop("dr.wren", "Inspiron 15", encrypted=False)


def _sharing(clinic: Clinic) -> None:
    link = {"id": "anyoneWithLink", "type": "anyone", "role": "reader", "allowFileDiscovery": False}
    public = {"id": "anyone", "type": "anyone", "role": "writer", "allowFileDiscovery": True}
    clinic.file("hanna", clinic.canary("intake form Merriweather.pdf"), link)
    clinic.file("noor", clinic.canary("progress notes Bellamy.docx"), link, mime="application/msword")
    clinic.file("priya", clinic.canary("waiting list spring.xlsx"), public, mime="application/vnd.ms-excel")
    clinic.file("owen", "Holiday rota")
    for days, who, visibility in (
        (40, "hanna", "people_with_link"),
        (30, "owen", "public_on_the_web"),
        (20, "owen", "private"),
    ):
        clinic.event(
            "drive",
            days,
            who,
            "acl_change/change_document_visibility",
            {
                "doc_id": f"1{who}",
                "doc_title": clinic.canary(f"letter to the parents of {who}"),
                "owner": clinic.address(who),
                "visibility": visibility,
                "old_visibility": "private",
            },
        )
    clinic.calendar("dr.wren", "c_groups@group.calendar.google.com", summary=clinic.canary("Session Rosamund Fairley"))
    wide = "c_rooms@group.calendar.google.com"
    clinic.calendar("priya", wide, summary=clinic.canary("Room 2: Barnaby Sedge"), rules=["default reader"])
    clinic.share_calendar("owen", "user:owen.tarnbeck77@yahoo.com writer")
    clinic.shared_drive(
        clinic.canary("Charts A to F (Applegarth ...)"),
        [("marguerite", "organizer"), ("dr.wren", "fileOrganizer"), ("supervisor@northpoint-lab.example", "reader")],
    )


def _history(clinic: Clinic) -> None:
    clinic.event(
        "login",
        95,
        "dr.abara",
        "email_forwarding_change/email_forwarding_out_of_domain",
        {"email_forwarding_destination_address": "chidi.abara.home@gmail.com"},
    )
    clinic.event("login", 3, "owen", "login/login_success", {"login_type": "google_password", "is_suspicious": False})
    clinic.event(
        "login", 20, "hanna", "login/suspicious_login", {"affected_email_address": "hanna@brightwater.example"}
    )
    codes = {"login_challenge_method": ["password", "idv_preregistered_phone"], "is_second_factor": True}
    clinic.event("login", 4, "noor", "login/login_verification", codes)
    clinic.event("login", 60, "noor", "2sv_change/2sv_enroll", {})
    clinic.event(
        "admin",
        150,
        "marguerite",
        "DOMAIN_SETTINGS/AUTHORIZE_API_CLIENT_ACCESS",
        {"API_CLIENT_NAME": "103312345678901234567", "API_SCOPES": "https://mail.google.com/"},
    )
    clinic.event(
        "admin",
        70,
        "tobias",
        "APPLICATION_SETTINGS/CHANGE_APPLICATION_SETTING",
        {
            "APPLICATION_NAME": "Gmail",
            "ORG_UNIT_NAME": clinic.name,
            "SETTING_NAME": "OutOfDomainWarningProto disable_untrusted_recipient_warning",
            "OLD_VALUE": "false",
            "NEW_VALUE": "true",
        },
    )
    clinic.event("admin", 20, "tobias", "CUSTOMER_TAKEOUT/CUSTOMER_TAKEOUT_CREATED", {})
    clinic.event(
        "drive",
        14,
        "hanna",
        "acl_change/change_document_visibility",
        {
            "doc_id": "1simulated-intake-form",
            "doc_type": "pdf",
            "doc_title": clinic.canary("intake form Merriweather.pdf"),
            "owner": "hanna@brightwater.example",
            "old_visibility": "private",
            "visibility": "people_with_link",
            "visibility_change": "external",
        },
    )
    clinic.alert(
        "User reported phishing",
        "Gmail phishing",
        5,
        {
            "@type": "type.googleapis.com/google.apps.alertcenter.type.MailPhishing",
            "messages": [{"subjectText": clinic.canary("Your appointment, Cordelia Finch"), "recipient": "owen"}],
        },
    )


SCENARIOS = {"google-typical": typical}
