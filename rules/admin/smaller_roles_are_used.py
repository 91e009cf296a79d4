"""Smaller admin roles are used instead of the highest one.

Why it matters
    Most work of an administrator needs a small role. Whoever does it with the highest one puts everything at stake every day.

How to fix it
    Microsoft 365: Entra admin center, Roles: give Exchange, User or Helpdesk Administrator instead of Global Administrator.

Does not cover
    Whether each role fits the work of whoever holds it. Sealed emergency accounts that the clinic named are not counted.
"""

from __future__ import annotations

from typing import Any

from connectors.source import MICROSOFT_365
from rules.admin.two_to_four_top_admins import counted
from rules.control import Control, Level
from rules.result import Result, Severity, Verdict, failed, passed, review
from rules.view import Tenant
from rules.views.people import People
from rules.views.privileged import privileged_roles

CONTROL = Control(
    "ADMIN-2", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"]
)
SMALL = 10
"""A clinic with fewer people may have nobody but its owners to administer it."""


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.7.2v1"])
def lesser_roles_outnumber(tenant: Tenant, people: People) -> Result:
    """At least as many people hold a smaller privileged role as hold the highest one."""
    if counted(people).verdict is Verdict.FAIL:
        return failed("the number of Global Administrators is wrong to begin with; see ADMIN-1")
    top, lesser, working = list[str](), list[str](), 0
    for person in people:
        if not person.can_sign_in or person.is_break_glass:
            continue
        working += not person.is_guest
        if person.is_highest_admin:
            top.append(person.label)
        elif privileged_roles(person):
            lesser.append(person.label)
    shown: dict[str, Any] = {"global_administrators": sorted(top), "others": sorted(lesser)}
    if lesser and len(top) <= len(lesser):
        return passed(f"{len(lesser)} people hold a smaller role, {len(top)} the highest", **shown)
    if not lesser and working < SMALL:
        return review("nobody holds a smaller role; in so small a clinic there may be nobody to hold it", **shown)
    return failed(f"{len(top)} people hold the highest role, and {len(lesser)} a smaller one", **shown)
