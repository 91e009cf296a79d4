"""Psychotherapy notes and substance-use records are kept out of ordinary mail.

Why it matters
    The law protects these records more than any others, and patients are harmed most by them. Ordinary mail is the wrong place.

How to fix it
    Evidence folder: Keep the notes in a restricted area of the health record; put a statement of the kind special_records there, with
    covers = ["where process notes are kept", "who opens them", "not by email", "state law"] and either "no substance-use program" or
    both "consent wording" and "redisclosure notice" (42 CFR 2.31 and 2.32).

Does not cover
    What people write in mail all the same. A clinic without such records says keeps_therapy_notes = false in the configuration.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.attested.paper import Paper
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, not_applicable
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-14", Severity.HIGH, cites=["164.508(a)(2)", "164.502(b)", "164.530(c)(1)"])
NO_PROGRAM = "no substance-use program"
PAPER = Paper(
    "special_records",
    "the rule",
    (
        "where process notes are kept",
        "who opens them",
        "not by email",
        "state law",
        (NO_PROGRAM, "consent wording"),
        (NO_PROGRAM, "redisclosure notice"),
    ),
)


@CONTROL.check(EVIDENCE)
def notes_are_kept_apart(tenant: Tenant, attestations: Attestations, profile: Profile) -> Result:
    """A rule says where these records are kept and who opens them, and keeps them out of mail."""
    if profile.keeps_therapy_notes is False:
        return not_applicable("the clinic states that it keeps no psychotherapy notes and no substance-use records")
    return PAPER.judge(attestations, "these records are kept apart and out of mail")
