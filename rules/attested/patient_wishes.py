"""Patients who want plain email or texts were warned and agreed.

Why it matters
    A patient may ask for plain mail, and the clinic must then send it. It must have said what can go wrong, and be able to show it.

How to fix it
    Evidence folder: Adopt a consent form, trim the reminders, and put a statement of the kind patient_consent_email there, with
    covers = ["consent wording", "where consents are kept", "reminders without diagnosis, clinic type or specialty"], and name = the
    company that sends text messages, or covers = [..., "no text messages"]. The agreement with that company stands in a statement
    of the kind vendor_baas.

Does not cover
    What single reminders say.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.agreements import Agreements
from rules.views.attestations import Attestations

CONTROL = Control("POL-8", Severity.MEDIUM, cites=["164.522(b)(1)", "164.530(c)(1)", "164.502(b)"])
PAPER = Paper(
    "patient_consent_email",
    "the form",
    ("consent wording", "where consents are kept", "reminders without diagnosis, clinic type or specialty"),
)
NO_TEXTS = "no text messages"


@CONTROL.check(EVIDENCE)
def patients_agreed(tenant: Tenant, attestations: Attestations, agreements: Agreements) -> Result:
    """Patients are warned before plain mail or texts, reminders say little, and the sender of texts has an agreement."""

    def sender(statement: Statement) -> str | None:
        if statement.name:
            covered = agreements.covers(statement.name)
            return (
                None if covered else f"no agreement in order with {statement.name}, which sends the texts, is on file"
            )
        silent = NO_TEXTS in {text.casefold() for text in statement.covers}
        return None if silent else "the statement does not name who sends the text messages, or that there are none"

    return PAPER.judge(attestations, "patients are warned and agree before plain mail or texts", sender)
