"""Risky Google admin changes need a second admin.

Why it matters
    One stolen super administrator cannot then switch off the second factor for everybody.

How to fix it
    Google Workspace: Admin console, Security, Authentication, Multi-party approval settings: require it for sensitive actions.

Does not cover
    Clinics with a single super administrator. Which editions offer it is not stated by Google in one place: ours is a list of those known.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import MultiPartyApproval
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences
from rules.views.people import People

CONTROL = Control("ADMIN-18", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"])
OFFERED = frozenset({"1010020026", "1010020020"})
"""Enterprise Standard and Plus. Education and Essentials editions are said to have it too (not verified)."""
PAIR = 2


@CONTROL.check(
    GOOGLE_WORKSPACE,
    none=not_applicable("no active person works in any unit"),
    scuba=["GWS.COMMONCONTROLS.17.1v1"],
)
def approval_is_required(cell: PolicyCell, people: People, licences: Licences) -> Result:
    """Sensitive changes need the approval of a second administrator."""
    if cell.setting(MultiPartyApproval).multi_party_approval_state == "ENABLED":
        return passed("sensitive changes need a second administrator")
    supers = sum(person.can_sign_in and person.is_highest_admin for person in people)
    if supers < PAIR:
        return not_applicable("there is no second super administrator who could approve")
    if any(licence.id in OFFERED for licence in licences):
        return failed("one administrator alone may change everything")
    return review(
        "one administrator alone may change everything; whether the clinic's edition offers more is to be looked up"
    )
