"""Each person has their own account.

Why it matters
    What happened under a name must have been done by that person. A shared name proves nothing, and an unknown one is a stranger's.

How to fix it
    Microsoft 365: Make an account for each person; name accounts that are no person's in the configuration (front_desk,
    approved_service_accounts, break_glass).
    Google Workspace: The same. Without a staff roster in the configuration, put a statement of the kind unique_accounts into the
    evidence folder, with covers = ["each person has an account", "no account without a person"].

Does not cover
    Whether people tell each other their passwords.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.attested.paper import Paper
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Across, Tenant
from rules.views.attestations import YEAR, Attestations
from rules.views.conditional_access import is_synchronization
from rules.views.people import People, Person
from rules.views.roster import NO_ROSTER, Member, Roster

CONTROL = Control("LIFE-7", Severity.HIGH, cites=["164.312(a)(2)(i)", "164.308(a)(4)(ii)(B)"])
PAPER = Paper(
    "unique_accounts", "the statement", ("each person has an account", "no account without a person"), within=YEAR
)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def somebody_knows_whose_accounts_they_are(tenant: Tenant, profile: Profile, attestations: Attestations) -> Result:
    """The clinic has told who works here, or states that each person has an account."""
    if profile.staff_roster is not None:
        return passed("the roster is in the configuration", people=len(profile.staff_roster))
    try:
        return PAPER.judge(attestations, "the clinic states that each person has an account of their own")
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT:
            raise Unreadable(NO_ROSTER) from err
        raise


def _accounts(people: People, member: Member) -> list[Person]:
    """The working mailbox accounts of somebody, by address."""
    found = {person.id: person for address in member.addresses if (person := people.by_address(address)) is not None}
    return [person for person in found.values() if person.can_sign_in and person.has_mailbox]


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=not_applicable("there is no roster"))
def person_has_one_account(
    tenant: Tenant, profile: Profile, people: People, everybody: Across[People], roster: Roster
) -> list[Result]:
    """Everybody on the roster with an address has exactly one account with mail, and shares it with nobody."""
    if profile.staff_roster is None:
        return [not_applicable("there is no roster")]
    results = []
    owners: dict[str, list[str]] = {}
    for member in roster.members:
        if not member.addresses:
            continue
        about = {"person": member.label}
        found = _accounts(people, member)
        if len(found) > 1:
            names = ", ".join(sorted(person.address for person in found))
            results.append(failed(f"{member.label} has more than one account: {names}", about=about))
        elif not found and not any(_accounts(others, member) for others in everybody):
            results.append(failed(f"{member.label} is on the roster and has no working account with mail", about=about))
        for person in found:
            owners.setdefault(person.address, []).append(member.label)
    for address, holders in sorted(owners.items()):
        if len(holders) > 1:
            shared = ", ".join(sorted(holders))
            results.append(failed(f"{address} belongs to several people: {shared}", about={"account": address}))
    return results or [passed("everybody on the roster has an account of their own", people=len(owners))]


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def account_has_a_person(person: Person, profile: Profile, roster: Roster) -> Result:
    """Every working account with mail belongs to somebody on the roster."""
    if profile.staff_roster is None:
        return not_applicable("there is no roster")
    if not person.can_sign_in or person.is_guest or not person.has_mailbox:
        return not_applicable("is no working account with mail")
    if person.is_break_glass or profile.holds(profile.approved_service_accounts, person.id, person.address):
        return not_applicable("is a sealed emergency account or a named service account")
    if any(profile.holds(profile.front_desk, address) for address in person.addresses):
        return not_applicable("is a shared inbox that the clinic has named")
    names = roster.names(person)
    if names:
        return passed(f"belongs to {names[0]}")
    if person.is_shared or is_synchronization(person):
        return not_applicable("stands behind a shared mailbox, or synchronizes the directory")
    return failed("belongs to nobody on the roster")
