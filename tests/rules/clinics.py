"""Simulated clinics with all that belongs to one: what the provider shows, what the clinic states, and its evidence folder.

Each scenario is collected once per test process, and each clinic is judged once; several clinics may share a scenario.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.papers import Today
from auditor.statement import write
from connectors.snapshot import Snapshot
from rules import Assessment, assess
from rules.attested.logs_reviewed import past_months
from rules.profile import Profile, Staff
from tests.promises import clean_snapshots, in_memory

Fields = dict[str, Any]
Outcome = tuple[str, str, str]
"""A check at a provider: (control, check, provider)."""
LAB = "countylab.example"
BACKUP = "KeepSafe"


@dataclass(frozen=True)
class Clinic:
    """One scenario with a profile, and with papers that hold, that do not hold, or none."""

    scenario: str
    profile: Profile = field(default_factory=Profile)
    papers: str = ""  # "", "whole" or "lost": the files that statements name are gone


def clinics() -> dict[str, Clinic]:
    """Every scenario as it is, and those about which the clinic says something."""
    plain = {name: Clinic(name) for name in clean_snapshots()}
    return plain | SAID


def _addresses(aliases: Iterable[str], domain: str) -> frozenset[str]:
    return frozenset(f"{alias}@{domain}" for alias in aliases)


@cache
def snapshot(name: str) -> Snapshot:
    """What is read of a clinic, its papers included."""
    clinic = clinics()[name]
    scan = clean_snapshots()[clinic.scenario]
    if not clinic.papers:
        return scan
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for paper in papers(scan, clinic.profile):
            _file(folder, paper, lost=clinic.papers == "lost")
        return in_memory(Today(scan, folder))


@cache
def judged(name: str) -> Assessment:
    """A clinic's verdicts, for the end of its scan."""
    return assess(snapshot(name), profile=clinics()[name].profile)


@cache
def verdicts() -> dict[Outcome, dict[str, list[str]]]:
    """The clinics on which each check reaches each verdict."""
    found: dict[Outcome, dict[str, list[str]]] = {}
    for name in clinics():
        for control in judged(name).controls:
            for one in control.checks:
                place = (control.control.id, one.check.name, str(one.provider))
                found.setdefault(place, {}).setdefault(str(one.verdict), []).append(name)
    return found


def _file(folder: Path, paper: Fields, *, lost: bool) -> None:
    shown = folder / f"{paper['kind']}.pdf"
    shown.write_bytes(b"signed")
    path = write(folder, paper, shown)
    if lost:
        shown.unlink()
    assert path.is_file()


def papers(scan: Snapshot, profile: Profile) -> list[Fields]:
    """Every kind of statement, saying all that its control asks for."""
    today = scan.manifest.finished.date()
    signed = today - timedelta(days=20)
    accounts = _accounts(scan)
    staff = [one for one in profile.staff_roster or () if one.departed is None]
    gone = [one for one in profile.staff_roster or () if one.departed is not None]
    people = [{"name": one.name, "on": signed} for one in staff]
    provider, tenant = next(iter(scan.manifest.tenant.ids.items()))
    vendors = [
        {"name": name, "domains": [domain], "signed_on": signed, "scope": "all that it sees"}
        for name, domain in (("County Lab", LAB), (BACKUP, "keepsafe.example"), ("TextRight", "textright.example"))
    ]
    vendors += [
        {"name": name, "client_ids": [key], "signed_on": signed, "scope": "all that it sees"}
        for key, name in profile.partners.items()
        if key != LAB
    ]
    vendors += [{"name": app, "no_phi": "runs here, and sees no patient data"} for app in sorted(profile.approved_apps)]
    wanted: dict[str, Fields] = {
        "access_review": {
            "covers": ["role-to-access table", "administrators", "shared inboxes", "guests", "app access"]
        },
        "ai_notes": {},
        "alert_recipients": {
            "covers": ["emergency accounts", "users at risk"],
            "person": [{"name": "Front desk", "address": accounts[0]}],
        },
        "alert_review": {},
        "backup": {
            "name": BACKUP,
            "covers": ["mail", "files"],
            "event": [{"on": signed, "what": "restore test"}],
        },
        "booking_pages": {},
        "calendar_interop": {"covers": ["Graph API"]},
        "contingency": {"covers": ["contingency plan", "emergency contact", "restore order"]},
        "device_encryption": {},
        "device_mail": {"account": [_inbox(profile, accounts)]},
        "directory_sharing": {},
        "dwd_clients": {"covers": sorted(profile.approved_service_accounts)},
        "email_policy": {
            "covers": ["no personal accounts", "no forwarding to personal email", "no patient data in text messages"],
            "person": people,
            "version": "3",
        },
        "endpoint_protection": {},
        "evidence_folder": {
            "name": "the binder named Compliance",
            "covers": ["agreements", "training log", "policies", "risk analysis", "scan reports", "six years"],
        },
        "gemini_settings": {"covers": ["history", "retention", "sharing"]},
        "incident_plan": {
            "covers": [
                "contacts",
                "steps",
                "documentation form",
                "individuals within 60 days",
                "HHS and media",
                "state law",
                "provider contacts",
            ],
            "rehearsal": [{"on": signed}],
        },
        "intake_forms": {},
        "inventory": {"account": accounts, "device": ["Front desk PC"]},
        "log_export": {},
        "log_retention": {"covers": ["12 months"]},
        "log_review": {
            "event": [{"on": date(year, month, 15)} for year, month in past_months(scan.manifest.finished, 12)]
        },
        "lost_device": {
            "covers": ["whom to call", "who may wipe", "no personal phones"],
            "event": [{"on": signed, "what": "test wipe"}],
        },
        "offboarding": {
            "covers": ["accounts", "administrator roles", "shared inboxes", "devices"],
            "person": [{"name": one.name, "on": one.departed} for one in gone],
        },
        "patient_consent_email": {
            "name": "TextRight",
            "covers": [
                "consent wording",
                "where consents are kept",
                "reminders without diagnosis, clinic type or specialty",
            ],
        },
        "personal_accounts": {
            "covers": ["mail apps on shared computers"],
            "event": [{"on": signed, "what": "Front desk PC"}],
        },
        "portal": {"name": BACKUP, "covers": ["when email is allowed", "de-identification"]},
        "provider_baa": {
            "provider": provider,
            "tenant_id": tenant,
            "accepted_on": signed,
            "accepted_by": "the owner",
        },
        "quarantine": {},
        "retention_schedule": {"covers": ["shared inboxes"]},
        "risk_analysis": {
            "covers": ["email", "file sharing"],
            "open_item": [{"id": "1", "owner": "the owner", "due": today + timedelta(days=30)}],
        },
        "sanctions": {"covers": ["sanction policy", "sanctions log"]},
        "security_official": {"name": "the owner", "role": "security official", "address": accounts[0]},
        "social_media": {
            "covers": ["in the policy", "in the training"],
            "event": [{"on": signed, "what": "replies checked"}],
        },
        "special_records": {
            "covers": [
                "where process notes are kept",
                "who opens them",
                "not by email",
                "state law",
                "no substance-use program",
            ]
        },
        "sspr": {"covers": ["two methods", "no security questions", "users are told", "administrators are told"]},
        "sway": {},
        "training": {
            "person": [{**one, "topics": ["phishing", "message handling", "incident reporting"]} for one in people]
        },
        "unique_accounts": {"covers": ["each person has an account", "no account without a person"]},
        "vendor_baas": {"vendor": vendors},
    }
    return [
        {"kind": kind, "statement": "As we do it here", "by": "the owner", "signed_on": signed, **more}
        for kind, more in wanted.items()
    ]


def _inbox(profile: Profile, accounts: list[str]) -> str:
    """The shared inbox that devices mail to."""
    return next(iter(sorted(profile.inbox_owners)), accounts[0])


def _accounts(scan: Snapshot) -> list[str]:
    """The sign-in names of everybody at the clinic."""
    names = {"graph.users": "userPrincipalName", "directory.users": "primaryEmail"}
    return sorted(
        line.r[name]
        for source, name in names.items()
        if source in scan.sources
        for line in scan.lines(source)
        if line.r is not None and "#EXT#" not in line.r[name]
    )


def _roster(
    domain: str, people: Mapping[str, str], gone: Mapping[str, int] = MappingProxyType({})
) -> tuple[Staff, ...]:
    """The staff by alias; `gone` says how many days ago somebody left."""
    today = datetime.now(UTC).date()
    return tuple(
        Staff(name, (f"{alias}@{domain}",), departed=today - timedelta(days=gone[alias]) if alias in gone else None)
        for alias, name in people.items()
    )


LAKESHORE, QUARRY, STILLPOND, MARSH = (
    "lakeshore.example",
    "quarryridge.example",
    "stillpond.example",
    "marshend.example",
)
SAID: dict[str, Clinic] = {
    "microsoft-well-run, as it says": Clinic(
        "microsoft-well-run",
        Profile(break_glass=_addresses(("emergency1", "emergency2"), "harborstreet.example")),
    ),
    "microsoft-enterprise, in order": Clinic(
        "microsoft-enterprise",
        Profile(
            break_glass=_addresses(("emergency1", "emergency2"), LAKESHORE),
            approved_external_domains=frozenset({LAB}),
            sensitive_users=frozenset({f"nadia.halloran@{LAKESHORE}"}),
            tls_partners=frozenset({LAB}),
            partners={LAB: "County Lab", "3f1d7a52-0000-4000-8000-0000000000c1": "Northside Computer Help"},
            inbox_owners={f"frontdesk@{LAKESHORE}": f"lena.fischer@{LAKESHORE}"},
            patient_sites=frozenset({"Patient charts"}),
            patient_facing_domains=frozenset({LAKESHORE}),
            contact_addresses=frozenset({f"hello@{LAKESHORE}"}),
            privileged_readers=frozenset({"adm-provider", "Nadia Halloran"}),
            stay_signed_in_offered=False,
            remembers_devices=False,
            approved_apps=frozenset({"Leaver clean-up", "EHR Connector"}),
            staff_roster=_roster(
                LAKESHORE,
                {
                    "nadia.halloran": "Nadia Halloran",
                    "felix.arroyo": "Felix Arroyo",
                    "ingrid.solberg": "Ingrid Solberg",
                    "marcus.penn": "Marcus Penn",
                    "lena.fischer": "Lena Fischer",
                    "priya.nair": "Priya Nair",
                    "samuel.boateng": "Samuel Boateng",
                    "elise.moreau": "Elise Moreau",
                    "odette.marsh": "Odette Marsh",
                },
                {"odette.marsh": 150},
            ),
        ),
        papers="whole",
    ),
    "microsoft-neglected, papers lost": Clinic(
        "microsoft-neglected",
        Profile(
            break_glass=frozenset({f"emergency1@{QUARRY}"}),
            sensitive_users=frozenset({f"iris.maddox@{QUARRY}"}),
            tls_partners=frozenset({LAB}),
            partners={LAB: "County Lab"},
            inbox_owners={f"referrals@{QUARRY}": f"ralf.dorn@{QUARRY}"},
            therapists=frozenset({f"lydia.farrow@{QUARRY}"}),
            patient_sites=frozenset({"Patient charts", "Old charts"}),
            patient_facing_domains=frozenset({QUARRY}),
            contact_addresses=frozenset({"quarryridge.example@gmail.com"}),
            privileged_readers=frozenset(),
            stay_signed_in_offered=True,
            remembers_devices=True,
            staff_roster=_roster(
                QUARRY,
                {"iris.maddox": "Iris Maddox", "nobody": "Nora Vance", "ralf.dorn": "Ralf Dorn"},
                {"ralf.dorn": 150},
            ),
        ),
        papers="lost",
    ),
    "microsoft-bad, papers lost": Clinic("microsoft-bad", papers="lost"),
    "microsoft-hybrid, another provider named": Clinic(
        "microsoft-hybrid", Profile(approved_idps=frozenset({"idp.example"}))
    ),
    "microsoft-refused, with a roster": Clinic(
        "microsoft-refused",
        Profile(
            staff_roster=_roster("willowcreek.example", {"petra.lindahl": "Petra Lindahl"}),
            partners={LAB: "County Lab"},
            tls_partners=frozenset({LAB}),
        ),
    ),
    "google-enterprise, in order": Clinic(
        "google-enterprise",
        Profile(
            break_glass=frozenset({f"sealed@{STILLPOND}"}),
            approved_external_domains=frozenset({LAB}),
            tls_partners=frozenset({LAB}),
            partners={LAB: "County Lab"},
            patient_facing_domains=frozenset({STILLPOND}),
            contact_addresses=frozenset({f"hello@{STILLPOND}"}),
            privileged_readers=frozenset({f"petra@{STILLPOND}"}),
            approved_service_accounts=frozenset({"105512345678901234567", "106612345678901234567"}),
            approved_idps=frozenset({f"sso.{STILLPOND}"}),
            device_inventory=frozenset({"AFiSTILLPOND01", "AFiSTILLPOND02"}),
            inbox_owners={f"office@{STILLPOND}": f"rufus@{STILLPOND}"},
            staff_roster=_roster(
                STILLPOND,
                {
                    "ines": "Ines Calloway",
                    "amara": "Amara Voss",
                    "declan": "Declan Moorcroft",
                    "yuki": "Yuki Stonefield",
                    "bram": "Bram Ellery",
                    "rufus": "Rufus Penhallow",
                    "petra": "Petra Lindgate",
                    "sol": "Sol Everhart",
                    "resident": "Tamsin Overlea",
                    "former.maeve": "Maeve Dunmore",
                },
                {"former.maeve": 60},
            ),
        ),
        papers="whole",
    ),
    "google-neglected, papers lost": Clinic(
        "google-neglected",
        Profile(
            break_glass=frozenset({f"emergency@{MARSH}"}),
            tls_partners=frozenset({LAB}),
            partners={LAB: "County Lab"},
            patient_facing_domains=frozenset({MARSH}),
            contact_addresses=frozenset({"marshend.example@gmail.com"}),
            privileged_readers=frozenset(),
            approved_idps=frozenset({"idp.example"}),
            therapists=frozenset({f"orla@{MARSH}"}),
            staff_roster=_roster(
                MARSH, {"owner": "Rowan Marsh", "nobody": "Nora Vance", "leaver": "Jonah Reed"}, {"leaver": 150}
            ),
        ),
        papers="lost",
    ),
    "google-bad, papers lost": Clinic("google-bad", papers="lost"),
    "google-well-run, as it says": Clinic(
        "google-well-run", Profile(tls_partners=frozenset({"northpoint-lab.example"}))
    ),
    "google-refused, with a roster": Clinic(
        "google-refused",
        Profile(
            staff_roster=_roster("alderrow.example", {"owner": "Bettina Alder"}),
            partners={LAB: "County Lab"},
            tls_partners=frozenset({LAB}),
        ),
    ),
}
