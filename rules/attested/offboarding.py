"""Leaving staff are closed out from a checklist.

Why it matters
    An account that was forgotten stays open for years. A list that is ticked off on the last day forgets nothing.

How to fix it
    Evidence folder: Put a statement of the kind offboarding there, with covers = ["accounts", "administrator roles", "shared
    inboxes", "devices"], and a [[person]] with name and on = the day the form was completed for everybody who left in the last year.

Does not cover
    Whether each step was done well: see LIFE-1 (accounts), FWD-10 (shared inboxes), DEV-1 (phones), ADMIN-10 (roles).
"""

from __future__ import annotations

from datetime import date, timedelta

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper
from rules.control import Control
from rules.profile import Profile, Staff
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.view import Across, Now, Tenant
from rules.views.attestations import FILES, YEAR, Attestations
from rules.views.leavers import Leavers

CONTROL = Control("POL-9", Severity.HIGH, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"])
PAPER = Paper("offboarding", "the checklist", ("accounts", "administrator roles", "shared inboxes", "devices"))
SATURDAY = 5


@CONTROL.check(EVIDENCE)
def checklist_exists(tenant: Tenant, attestations: Attestations) -> Result:
    """A checklist for leaving staff names accounts, roles, shared inboxes and devices."""
    return PAPER.judge(attestations, "there is a checklist for leaving staff")


@CONTROL.check(EVIDENCE)
def every_leaver_was_closed_out(
    tenant: Tenant, attestations: Attestations, profile: Profile, leavers: Across[Leavers], now: Now
) -> list[Result]:
    """For everybody who left in the last year, the form was completed within one working day."""
    if profile.staff_roster is None:
        return [
            needs_input(
                "nobody has told who works here and who has left",
                "add the staff to the configuration, with the last day of those who left",
            )
        ]
    today = now.date()
    gone = [s for s in profile.staff_roster if s.departed is not None and today - YEAR <= s.departed < today]
    if not gone:
        return [not_applicable("nobody left in the last year")]
    forms = attestations.of("offboarding")
    working = {leaver.staff.name for view in leavers for leaver in view if leaver.person and leaver.person.can_sign_in}
    return [_judge(person, forms, today, still=person.name in working) for person in gone]


def _judge(person: Staff, forms: list[Statement], today: date, *, still: bool) -> Result:
    assert person.departed is not None
    about = {"person": person.name}
    due = working_day_after(person.departed)
    names = {person.name.casefold(), *(address.casefold() for address in person.addresses)}
    found = [
        (entry.on or form.signed_on).date()
        for form in forms
        if form.file_state not in FILES
        for entry in form.person
        if {entry.name.casefold(), (entry.address or "").casefold()} & names
    ]
    dates = [day for day in found if day <= today]
    if not dates:
        if today <= due:
            return passed(f"{person.name} left on {person.departed.isoformat()}; the form is due on {due.isoformat()}")
        return failed(f"no form for {person.name}, who left on {person.departed.isoformat()}", about=about)
    if still:
        return failed(f"the form for {person.name} is completed, and the account still works", about=about)
    if min(dates) > due:
        return failed(
            f"the form for {person.name}, who left on {person.departed.isoformat()}, was completed on {min(dates).isoformat()}",
            about=about,
        )
    return passed(f"{person.name} was closed out on {min(dates).isoformat()}")


def working_day_after(day: date) -> date:
    """The next day from Monday to Friday; holidays are not known."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    return following
