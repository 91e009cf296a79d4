"""There is an incident and breach plan with names and deadlines.

Why it matters
    The clock of a breach notice starts on the day of discovery. A clinic that must first find out whom to call loses half of it.

How to fix it
    Evidence folder: Write two pages and rehearse them once a year; put a statement of the kind incident_plan there, with covers as
    listed below and a [[rehearsal]] with its date.

Does not cover
    Whether people know it by heart. covers must hold: contacts, steps, documentation form, individuals within 60 days, HHS and media,
    state law, provider contacts.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Now, Tenant, age
from rules.views.attestations import YEAR, Attestations

CONTROL = Control(
    "POL-5", Severity.HIGH, cites=["164.308(a)(6)(i)", "164.308(a)(6)(ii)", "164.404", "164.408", "164.414"]
)
COVERS = (
    "contacts",
    "steps",
    "documentation form",
    "individuals within 60 days",
    "HHS and media",
    "state law",
    "provider contacts",
)


@CONTROL.check(EVIDENCE)
def plan_is_current(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """A plan of this year names people, steps and deadlines, and was rehearsed."""
    statement = attestations.newest("incident_plan")
    if fault := attestations.fault(statement):
        return fault
    about = {"statement": statement.id}
    missing = attestations.missing(statement, COVERS)
    if missing:
        return failed(f"the plan is not stated to hold: {', '.join(missing)}", about=about)
    if not any(rehearsal.on <= now and age(now, rehearsal.on) <= YEAR for rehearsal in statement.rehearsal):
        return failed("the plan was not rehearsed this year", about=about)
    return passed("the plan is current and was rehearsed")
