"""Lost or stolen devices are handled in hours.

Why it matters
    A phone that is wiped within the hour is a loss; one that is found by somebody else with the mail open is a breach.

How to fix it
    Evidence folder: Write a card with whom to call, wipe a spare phone once a year to try it, and put a statement of the kind
    lost_device there, with covers = ["whom to call", "who may wipe", "personal phones by signed agreement"] (or "no personal
    phones") and an [[event]] with what = "test wipe".

Does not cover
    Whether each phone can be wiped; see DEV-2.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper, done
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Now, Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-13", Severity.HIGH, cites=["164.310(d)(1)", "164.308(a)(6)(ii)", "164.402"])
PAPER = Paper(
    "lost_device",
    "the card",
    ("whom to call", "who may wipe", ("personal phones by signed agreement", "no personal phones")),
)


@CONTROL.check(EVIDENCE)
def losses_are_prepared_for(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """Everybody knows whom to call, somebody may wipe, and wiping was tried in the last year."""

    def tried(statement: Statement) -> str | None:
        return None if done(statement, now, what="test wipe") else "nobody tried to wipe a phone in the last year"

    return PAPER.judge(attestations, "whom to call and who may wipe is known, and wiping was tried", tried)
