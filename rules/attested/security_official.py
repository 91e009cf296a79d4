"""A security official is named.

Why it matters
    Somebody must be asked, and must answer. In a small clinic it may be the owner, but it must be written down.

How to fix it
    Evidence folder: Appoint somebody in writing; put a statement of the kind security_official there, with name, role and address.

Does not cover
    What the person does.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Across, Tenant
from rules.views.attestations import Attestations
from rules.views.people import People

CONTROL = Control("POL-6", Severity.MEDIUM, cites=["164.308(a)(2)", "164.530(a)(1)"])


@CONTROL.check(EVIDENCE)
def official_is_named(tenant: Tenant, attestations: Attestations, everybody: Across[People]) -> Result:
    """A person with a working account is named as security official."""
    statement = attestations.newest("security_official")
    if fault := attestations.fault(statement, within=None):
        return fault
    about = {"statement": statement.id}
    if not statement.name or not statement.role:
        return failed("the statement names no person, or no role", about=about)
    for people in everybody:
        for person in people:
            same = (
                person.name.casefold() == statement.name.casefold()
                or (statement.address or "").casefold() in person.addresses
            )
            if same and person.can_sign_in:
                return passed("the security official works here", name=statement.name)
    return failed(f"{statement.name} is named, but no working account belongs to that person", about=about)
