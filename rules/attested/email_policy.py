"""A written email policy exists and every staff member signed it this year.

Why it matters
    A rule that nobody signed is a rule that nobody knew. It is also the first paper an investigator asks for.

How to fix it
    Evidence folder: Write one page (no personal accounts, no forwarding to personal mail, no patient data in text messages), have
    everybody sign it, and put a statement of the kind email_policy there with a [[person]] for each signature.

Does not cover
    Whether people keep to it; other controls show that.
"""

from __future__ import annotations

from connectors.record import Unreadable
from connectors.source import EVIDENCE
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed
from rules.view import Across, Now, Tenant, age
from rules.views.attestations import YEAR, Attestations
from rules.views.people import People

CONTROL = Control("POL-2", Severity.HIGH, cites=["164.308(a)(3)(ii)(A)", "164.316(a)", "164.316(b)(1)"])
COVERS = ("no personal accounts", "no forwarding to personal email", "no patient data in text messages")


def staff(profile: Profile, everybody: Across[People], now: Now) -> list[tuple[str, frozenset[str]]]:
    """Everybody who works here, with their addresses: the roster, else the working accounts. `Unreadable` if neither is whole."""
    if profile.staff_roster is not None:
        return [
            (person.name, frozenset(a.casefold() for a in person.addresses))
            for person in profile.staff_roster
            if person.departed is None or person.departed > now.date()
        ]
    found = []
    for people in everybody:
        for person in people:
            if person.can_sign_in and not person.is_guest and not person.is_break_glass and not _shared(person):
                found.append((person.name or person.address, person.addresses))
    return found


def _shared(person: object) -> bool:
    try:
        return bool(person.is_shared)  # type: ignore[attr-defined]
    except Unreadable:
        return False  # then the account counts as a person's, which asks for more, never for less


@CONTROL.check(EVIDENCE)
def everybody_signed(
    tenant: Tenant, attestations: Attestations, profile: Profile, everybody: Across[People], now: Now
) -> list[Result]:
    """The policy says what it must, and everybody who works here signed it in the last year."""
    statement = attestations.newest("email_policy")
    if fault := attestations.fault(statement, within=None):
        return [fault]
    about = {"statement": statement.id}
    missing = attestations.missing(statement, COVERS)
    if missing:
        return [failed(f"the policy is not stated to say: {'; '.join(missing)}", about=about)]
    signed = set()
    for person in statement.person:
        on = person.on or statement.signed_on
        if on <= now and age(now, on) <= YEAR:
            signed |= {person.name.casefold(), (person.address or "").casefold()}
    unsigned = [
        name
        for name, addresses in staff(profile, everybody, now)
        if name.casefold() not in signed and not addresses & signed
    ]
    if unsigned:
        return [
            failed(f"not signed this year by {', '.join(sorted(unsigned)[:5])}", about=about, people=sorted(unsigned))
        ]
    return [passed("everybody signed the policy this year", version=statement.version)]
