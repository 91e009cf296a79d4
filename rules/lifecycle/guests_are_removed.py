"""Guests who stopped visiting are removed.

Why it matters
    A guest keeps what was shared with them for as long as the account is there. The accountant of three years ago still reads along.

How to fix it
    Microsoft 365: Entra admin center, Users, filter by guests: delete those who are no longer needed; or, with Entra ID P2, an access
    review of guests every month or quarter.

Does not cover
    What a guest can open. When a guest last signed in is told only to tenants with Entra ID P1.
"""

from __future__ import annotations

import re
from datetime import timedelta

from connectors.microsoft365.sources.groups import Group
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table
from rules.view import Now, Tenant, age
from rules.views.licences import Licences
from rules.views.people import MicrosoftPerson, People, Person
from rules.views.reviews import Reviews

CONTROL = Control("LIFE-8", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"])
PENDING, DORMANT = timedelta(days=30), timedelta(days=90)
_GUESTS = re.compile(r"user\.usertype\s+-eq\s+[\"']guest[\"']", re.IGNORECASE)
NO_GUEST = not_applicable("there is no guest")


def _reviewed(licences: Licences, reviews: Reviews) -> list[str]:
    """The running reviews of guests; none without Entra ID P2."""
    return reviews.guests if licences.has(Capability.ENTRA_P2) else []


@CONTROL.check(MICROSOFT_365, none=NO_GUEST)
def guest_still_visits(person: Person, licences: Licences, reviews: Reviews, now: Now) -> list[Result]:
    """Each guest accepted the invitation and signed in within 90 days, or is reviewed at least every quarter."""
    assert isinstance(person, MicrosoftPerson)
    if not person.is_guest or not person.can_sign_in:
        return []
    stale = _stale(person, now)
    if stale is None:
        return [passed("still visits")]
    if reviews_of_guests := _reviewed(licences, reviews):
        return [passed(f"{stale}; guests are reviewed regularly", reviews=reviews_of_guests)]
    return [failed(stale)]


def _stale(person: MicrosoftPerson, now: Now) -> str | None:
    """What says that a guest is not needed any more; None if nothing does."""
    created = person.created
    if person.record.external_user_state == "PendingAcceptance":
        if created is None or age(now, created) > PENDING:
            return "never accepted the invitation"
        return None
    last = person.last_sign_in
    if last is None:
        if created is not None and age(now, created) <= PENDING:
            return None
        return "has never signed in"
    return f"last signed in on {last.date().isoformat()}" if age(now, last) > DORMANT else None


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.3.2", "CIS M365 v6.0.0 5.3.2"],
    prowler=["entra_access_review_guest_users_configured"],
)
def guests_are_reviewed(tenant: Tenant, people: People, licences: Licences, reviews: Reviews) -> Result:
    """Guests are reviewed every month or quarter."""
    if not licences.has(Capability.ENTRA_P2):
        return not_applicable("reviews of guests need Entra ID P2; each guest is judged by itself")
    if found := reviews.guests:
        return passed("guests are reviewed at least every quarter", reviews=found)
    if not any(person.is_guest for person in people):
        return NO_GUEST
    return not_applicable("no review of guests is set up; each guest is judged by itself")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v6.0.0 5.1.3.1"], prowler=["entra_dynamic_group_for_guests_created"])
def guests_are_in_one_group(tenant: Tenant, groups: Table[Group]) -> Result:
    """One group gathers all guests by itself: told for whoever follows the older benchmark, and no finding."""
    for group in groups:
        if "DynamicMembership" in group.group_types and _GUESTS.search(group.membership_rule or ""):
            return passed(f"the group {group.label} gathers all guests")
    return not_applicable("no group gathers all guests by itself; only the older benchmark asks for one")
