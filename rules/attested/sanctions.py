"""Broken rules have consequences.

Why it matters
    A rule without consequence is a wish. The law asks for both: what follows, and a record of when it did.

How to fix it
    Evidence folder: Add a paragraph to the policy, keep a list (it may be empty), and put a statement of the kind sanctions there,
    with covers = ["sanction policy", "sanctions log"].

Does not cover
    Single cases.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.attested.paper import Paper
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-12", Severity.LOW, cites=["164.308(a)(1)(ii)(C)", "164.530(e)(1)"])
PAPER = Paper("sanctions", "the paper", ("sanction policy", "sanctions log"))


@CONTROL.check(EVIDENCE)
def sanctions_are_written(tenant: Tenant, attestations: Attestations) -> Result:
    """A policy says what follows when a rule is broken, and a list records it."""
    return PAPER.judge(attestations, "the clinic says what follows when a rule is broken, and keeps a list")
