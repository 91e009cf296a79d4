"""A practice whose second factor is enforced for everyone, except where it is not."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import PLUS, STANDARD, STARTER
from connectors.simulator.tenant import SimulatedTenant


def exempt_ou() -> SimulatedTenant:
    """Fernhill Behavioral Health: the unit Owners and one group exempt four people; settings differ by licence."""
    clinic = Clinic("google-exempt-ou", "Fernhill Behavioral Health", "fernhill.example", city="Asterby")
    for path in ("/Staff", "/Staff/Clinicians", "/Staff/Clinicians/Interns", "/Staff/Office", "/Owners"):
        clinic.unit(path)
    clinic.person("root-admin", "Fernhill Break Glass", admin=True, enforced=True, keys=2, login_days=60, mailbox=False)
    clinic.person("sabine", "Sabine Fernhill", unit="/Owners", sku=PLUS, admin=True, enrolled=False)
    clinic.person("anselm", "Anselm Fernhill", unit="/Owners", sku=PLUS, enrolled=False)
    for local, name, unit, sku in (
        ("corin", "Corin Wexley", "/Staff/Clinicians", STANDARD),
        ("delphine", "Delphine Orchard", "/Staff/Clinicians", STANDARD),
        ("emeric", "Emeric Sloane", "/Staff/Clinicians", STANDARD),
        ("fable", "Fable Winslow", "/Staff/Clinicians/Interns", STARTER),
        ("gideon", "Gideon Marsh", "/Staff/Clinicians/Interns", STARTER),
        ("hollis", "Hollis Banks", "/Staff/Office", STARTER),
        ("imogen", "Imogen Tarrant", "/Staff/Office", STARTER),
    ):
        clinic.person(local, name, unit=unit, sku=sku, enforced=True)
    # The group's members sit in different units; one of its two exceptions is already enrolled all the same.
    clinic.person("jasper", "Jasper Thorne", unit="/Staff/Clinicians", enrolled=False, created_days=1900)
    clinic.person("fax", "Fax Line", unit="/Staff/Office", sku=STARTER, enrolled=True, login_days=None)
    clinic.person("newhire", "Kit Solander", unit="/Staff/Office", sku=STARTER, enrolled=False, created_days=2)
    exempt = clinic.group(
        "2sv-exceptions",
        "2SV exceptions",
        ["jasper", "fax"],
        description=clinic.canary("until Theodora Lisle's chart is moved"),
        whoCanJoin="INVITED_CAN_JOIN",
    )
    clinic.group("clinicians", "Clinicians", [("corin", "OWNER"), "delphine", "emeric"])
    clinic.enforce_two_step()
    clinic.policy("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "1209600s"})
    clinic.policy("security.two_step_verification_enforcement_factor", {"allowedSignInFactorSet": "NO_TELEPHONY"})
    clinic.exempt_from_two_step(unit="/Owners")
    clinic.exempt_from_two_step(group=exempt)
    # A group's exception at the root loses against a deeper unit's own setting: interns stay enforced.
    clinic.enforce_two_step(unit="/Staff/Clinicians/Interns", days=30)
    clinic.policy("gmail.auto_forwarding", {"enableAutoForwarding": False})
    clinic.policy("gmail.auto_forwarding", {"enableAutoForwarding": True}, unit="/Owners")
    clinic.policy("gmail.imap_access", {"enableImapAccess": False}, unit="/Staff")
    clinic.policy("gmail.imap_access", {"enableImapAccess": True}, unit="/Staff/Clinicians/Interns")
    clinic.policy("security.password", {"minimumLength": 12}, unit="/Staff")
    clinic.policy("security.password", {"minimumLength": 16}, unit="/Staff/Clinicians")
    _by_licence(clinic)
    clinic.state["policies"].append(
        {
            "name": "policies/adeletedunit",
            "customer": f"customers/{clinic.customer_id}",
            "policyQuery": {
                "query": "entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('03ph8a2zdeleted'))",
                "orgUnit": "orgUnits/03ph8a2zdeleted",
                "sortOrder": 202.0,
            },
            "setting": {"type": "settings/gmail.pop_access", "value": {"enablePopAccess": True}},
            "type": "ADMIN",
        }
    )
    clinic.forward("anselm", "anselm.fernhill@icloud.com")
    clinic.signature("corin", clinic.canary("seeing Marigold Peake at noon"))
    clinic.mail_filter("hollis", {"query": clinic.canary("insurance Peregrine Vane")}, addLabelIds=["STARRED"])
    clinic.shared_drive(clinic.canary("Group notes, Juniper Ashdown"), [("corin", "organizer")])
    _sign_on(clinic)
    clinic.state["policyEmptyPages"] = 1
    clinic.mail_dns(dmarc="v=DMARC1; p=quarantine; pct=50; rua=mailto:dmarc@fernhill.example", mta_sts="testing")
    return clinic.build()


def _by_licence(clinic: Clinic) -> None:
    """Google's own defaults that differ by licence: two SYSTEM rows of one setting at the root."""
    clinic.policy("voice.service_status", {"serviceState": "DISABLED"}, licences=[STARTER, STANDARD], system=True)
    clinic.policy(
        "drive_and_docs.shared_drive_creation", {"allowSharedDriveCreation": False}, licences=[STARTER], system=True
    )
    clinic.policy("vault.service_status", {"serviceState": "DISABLED"}, licences=[STARTER, STANDARD], system=True)
    clinic.policy("meet.video_recording", {"enableRecording": False}, licences=[STARTER], system=True)


def _sign_on(clinic: Clinic) -> None:
    """Interns sign in through an outside identity provider."""
    profile = "inboundSamlSsoProfiles/0fernhillidp"
    unit = next(entry for entry in clinic.state["orgUnits"] if entry["orgUnitPath"] == "/Staff/Clinicians/Interns")
    customer = f"customers/{clinic.customer_id}"
    clinic.state["samlProfiles"].append(
        {
            "name": profile,
            "customer": customer,
            "displayName": "University sign-on",
            "idpConfig": {
                "entityId": "https://idp.asterby-university.example/saml",
                "singleSignOnServiceUri": "https://idp.asterby-university.example/saml/sso",
            },
            "spConfig": {"entityId": "https://accounts.google.com/samlrp/simulated"},
        }
    )
    clinic.state["idpCredentials"][profile] = [
        {"name": f"{profile}/idpCredentials/1", "rsaKeyInfo": {"keySize": 2048}, "updateTime": clinic.time(300)}
    ]
    clinic.state["ssoAssignments"].append(
        {
            "name": "inboundSsoAssignments/0interns",
            "customer": customer,
            "targetOrgUnit": f"orgUnits/{unit['orgUnitId'].removeprefix('id:')}",
            "ssoMode": "SAML_SSO",
            "samlSsoInfo": {"inboundSamlSsoProfile": profile},
            "signInBehavior": {},
        }
    )


SCENARIOS = {"google-exempt-ou": exempt_ou}
