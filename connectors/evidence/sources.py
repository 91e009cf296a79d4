"""A statement: who says what, since when, until when, and which file shows it.

One TOML file a statement. Every kind takes `statement`, `by`, `signed_on`, and may take `valid_until`, `review_on`, `file` and `sha256`:

    kind = "training"
    statement = "Yearly training on phishing, message handling and reporting"
    by = "Dana Reyes"
    signed_on = 2026-02-01
    file = "training-2026.pdf"
    sha256 = "..."
    [[person]]
    name = "Ana Field"
    address = "ana@brightwater.example"
    on = 2026-02-01
    topics = ["phishing", "message handling", "incident reporting"]
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.record import Record
from connectors.source import EVIDENCE, source

KINDS = frozenset(
    [
        "access_review",
        "ai_notes",
        "alert_recipients",
        "alert_review",
        "backup",
        "booking_pages",
        "calendar_interop",
        "contingency",
        "device_encryption",
        "device_mail",
        "directory_sharing",
        "dwd_clients",
        "email_policy",
        "endpoint_protection",
        "evidence_folder",
        "gemini_settings",
        "incident_plan",
        "intake_forms",
        "inventory",
        "log_export",
        "log_retention",
        "log_review",
        "lost_device",
        "offboarding",
        "patient_consent_email",
        "personal_accounts",
        "portal",
        "provider_baa",
        "quarantine",
        "retention_schedule",
        "risk_analysis",
        "sanctions",
        "secure_messaging",
        "security_official",
        "social_media",
        "special_records",
        "sspr",
        "sway",
        "training",
        "unique_accounts",
        "vendor_baas",
    ]
)
"""What can be stated (controls.md section 6)."""


class Person(Record, case="snake", key="name"):
    """One person in a statement: whose signature or training it is, and when."""

    name: str
    address: str | None = None  # a statement may know people by name alone
    on: datetime | None = None  # not every kind dates each person
    topics: list[str] = []  # training only


class Vendor(Record, case="snake", key="name"):
    """One vendor: what was signed and when, or why it never sees patient data."""

    name: str
    domains: list[str] = []  # vendors may be known by their application alone
    client_ids: list[str] = []  # vendors may be known by their domain alone
    signed_on: datetime | None = None  # missing: nothing was signed
    scope: str | None = None  # what the agreement covers
    review_on: datetime | None = None
    no_phi: str | None = None  # the reason why no agreement is needed


class OpenItem(Record, case="snake", key="id"):
    """One open item of a risk analysis."""

    id: str
    owner: str | None = None  # missing: nobody has it
    due: datetime | None = None  # missing: no date


class Rehearsal(Record, case="snake", key="on"):
    """One rehearsal of the incident plan."""

    on: datetime


class Event(Record, case="snake", key="on"):
    """Something that was done on a day: a monthly look at the logs, a restored file, a wiped phone, a checked computer."""

    on: datetime
    what: str | None = None  # what was done, or to which device; a look at the logs needs no more than its day


@source("evidence.statements", EVIDENCE, "statements", lane="evidence")
class Statement(Record, case="snake"):
    """A dated statement by a person, with the file that shows it."""

    kind = "statement"

    id: str  # the file's name in the folder
    topic: str  # one of KINDS; "kind" in the file
    statement: str
    by: str
    signed_on: datetime
    valid_until: datetime | None = None  # missing: the row's own period counts
    review_on: datetime | None = None
    # Whether the named file is there and unchanged; "none": the statement names no file.
    file_state: Literal["ok", "missing", "altered", "unsealed", "none"]
    provider: str | None = None  # provider_baa: microsoft365 or google_workspace
    tenant_id: str | None = None  # provider_baa: the provider's tenant id
    accepted_on: datetime | None = None  # provider_baa
    accepted_by: str | None = None  # provider_baa
    version: str | None = None  # email_policy
    covers: list[str] = []  # what a policy, plan or analysis speaks of, in the words of its control's page
    person: list[Person] = []
    vendor: list[Vendor] = []
    account: list[str] = []  # inventory: addresses
    device: list[str] = []  # inventory: devices
    open_item: list[OpenItem] = []  # risk_analysis
    rehearsal: list[Rehearsal] = []  # incident_plan
    event: list[Event] = []  # what was done, and when: log_review, lost_device, backup, social_media, personal_accounts
    # security_official: who; portal, secure_messaging, backup, patient_consent_email: which product; evidence_folder: where
    name: str | None = None
    role: str | None = None  # security_official
    address: str | None = None  # security_official

    @property
    def label(self) -> str:
        return str(self.id)
