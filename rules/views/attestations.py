"""Statements by topic: which are valid, and what is wrong with the others."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.evidence.sources import Statement
from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from rules.result import Result, failed
from rules.tables import Table
from rules.view import Now, View, age

YEAR = timedelta(days=365)
TOPICS = {
    "alert_recipients": "who gets the alerts",
    "booking_pages": "what its booking pages ask",
    "calendar_interop": "how its calendar is tied to another system",
    "directory_sharing": "whether outsiders see its directory",
    "intake_forms": "how its intake forms are protected",
    "sway": "whether Sway pages go outside",
    "access_review": "its review of who may do what",
    "ai_notes": "AI notes in meetings",
    "alert_review": "who works through the alerts",
    "backup": "its backup",
    "contingency": "how it works when mail is down",
    "device_encryption": "the encryption of its computers",
    "dwd_clients": "the keys to every Google account",
    "device_mail": "its scanners, fax and phone systems",
    "email_policy": "its e-mail policy",
    "endpoint_protection": "the protection of its computers",
    "evidence_folder": "where its proof is kept",
    "gemini_settings": "its settings of Gemini",
    "incident_plan": "what to do after a breach",
    "inventory": "its accounts and devices",
    "log_export": "logs that are copied elsewhere",
    "log_retention": "how long logs are kept",
    "log_review": "who looks at the logs",
    "lost_device": "what to do about a lost phone",
    "offboarding": "how leaving staff are closed out",
    "patient_consent_email": "patients who want plain mail or texts",
    "personal_accounts": "personal accounts on its devices",
    "portal": "its patient portal",
    "quarantine": "who watches the quarantine",
    "provider_baa": "the agreement with its mail provider",
    "retention_schedule": "how long it keeps what",
    "risk_analysis": "its risk analysis",
    "sanctions": "what follows when a rule is broken",
    "security_official": "who is responsible for security",
    "social_media": "replies to reviews and posts",
    "special_records": "psychotherapy notes and substance-use records",
    "sspr": "self-service password reset",
    "training": "the training of its staff",
    "vendor_baas": "the agreements with its vendors",
}
"""What a statement is about, in words; other kinds stand for themselves."""
FILES = {"missing": "the file it names is missing", "altered": "the file it names was changed after it was signed"}


class Attestations(View[None]):
    """The clinic's statements."""

    def __init__(self, statements: Table[Statement], now: Now) -> None:
        self._statements, self.now = statements, now

    def known(self, topic: str) -> list[Statement]:
        """The statements on a topic that could be read, newest first: for questions that something else may answer as well."""
        found = []
        for statement in self._statements.known():
            try:
                if statement.topic == topic:
                    found.append((statement.signed_on, statement))
            except Unreadable:
                continue
        return [statement for _, statement in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def of(self, topic: str) -> list[Statement]:
        """The statements on a topic, newest first; `Unreadable` (needs input) if there is none."""
        found = [statement for statement in self._statements.known() if statement.topic == topic]
        if not found:
            gap = self._statements.gap
            if gap is not None and gap.reason is not Reason.NOT_COLLECTED:
                raise Unreadable(gap)
            raise Unreadable(
                Gap(
                    "evidence.statements",
                    Reason.NEEDS_INPUT,
                    f"the clinic has put no statement about {TOPICS.get(topic, topic.replace('_', ' '))} ({topic}) on file",
                    "put dated statements into the evidence folder: each question says which kind it asks for",
                )
            )
        return sorted(found, key=lambda statement: statement.signed_on, reverse=True)

    @property
    def whole(self) -> bool:
        """Whether an evidence folder was named and could be read to its end."""
        return self._statements.complete

    def newest(self, topic: str) -> Statement:
        """The newest statement on a topic; `Unreadable` (needs input) if there is none."""
        return self.of(topic)[0]

    def fault(self, statement: Statement, *, within: timedelta | None = YEAR) -> Result | None:
        """Why a statement does not count today: too old, ended, or its file is not what was signed. None if it counts."""
        about = {"statement": statement.id}
        if statement.file_state in FILES:
            return failed(
                f"the statement of {_day(statement.signed_on)} does not hold: {FILES[statement.file_state]}",
                about=about,
            )
        if statement.valid_until is not None and statement.valid_until.date() < self.now.date():
            return failed(
                f"the statement of {_day(statement.signed_on)} ran out on {_day(statement.valid_until)}", about=about
            )
        if statement.signed_on > self.now:
            return failed(f"the statement is dated {_day(statement.signed_on)}, which has not come yet", about=about)
        if within is not None and age(self.now, statement.signed_on) > within:
            allowed = "a year" if within == YEAR else f"{within.days} days"
            return failed(f"the statement of {_day(statement.signed_on)} is older than {allowed}", about=about)
        return None

    def missing(self, statement: Statement, wanted: tuple[str, ...]) -> list[str]:
        """Which of the wanted words the statement's `covers` does not hold."""
        said = {text.casefold() for text in statement.covers}
        return [words for words in wanted if words.casefold() not in said]


def _day(when: datetime) -> str:
    return when.date().isoformat()
