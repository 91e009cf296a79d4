"""Two to four people hold the highest admin role.

Why it matters
    One administrator alone can be locked out or gone; many are many doors. Every extra one is a stolen password away from everything.

How to fix it
    Microsoft 365: Entra admin center, Roles, Global Administrator: give the others a smaller role.
    Google Workspace: Admin console, Account, Admin roles, Super Admin: give the others a smaller role.

Does not cover
    Smaller administrator roles, and roles that somebody may switch on for a while but does not hold now (ADMIN-4).
    Sealed emergency accounts that the clinic named are not counted; one of them may stand in for a second administrator.
"""

from __future__ import annotations

from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.view import Tenant
from rules.views.people import People

MOST = 8
"""More are too many for every benchmark; 5 to 8 are accepted by CISA only."""

CONTROL = Control("ADMIN-1", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"])


def counted(people: People) -> Result:
    """What the number of people with the highest role means."""
    names, sealed = list[str](), 0
    unread: Unreadable | None = None
    try:
        for person in people:
            try:
                if person.can_sign_in and person.is_highest_admin:
                    if person.is_break_glass:
                        sealed += 1
                    else:
                        names.append(person.label)
            except Unreadable as err:
                unread = unread or err
    except Unreadable as err:
        unread = unread or err
    names.sort()
    if unread is not None and len(names) <= MOST:
        raise unread  # those who could not be read may be one too few or one too many
    count = len(names)
    if count == 1 and sealed:
        return passed("one person and a sealed emergency account hold the highest role", people=names)
    if 2 <= count <= 4:
        return passed(f"{count} people hold the highest role", people=names)
    if 5 <= count <= MOST:
        return review(f"{count} people hold the highest role; CISA accepts up to eight, CIS four", people=names)
    if count < 2:
        return failed(
            "only one person holds the highest role" if count else "nobody who works holds the highest role",
            people=names,
        )
    return failed(f"{count} people hold the highest role", people=names)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.7.1v1"],
    cis=["CIS M365 v7.0.0 1.1.3", "CIS M365 v6.0.0 1.1.3"],
    prowler=["admincenter_users_between_two_and_four_global_admins"],
)
def few_global_admins(tenant: Tenant, people: People) -> Result:
    """Two to four people are Global Administrators."""
    return counted(people)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.6.2v1"],
    cis=["CIS GWS v1.3 1.1.1", "CIS GWS v1.3 1.1.2"],
    prowler=["directory_super_admin_count"],
)
def few_super_admins(tenant: Tenant, people: People) -> Result:
    """Two to four people are super administrators."""
    return counted(people)
