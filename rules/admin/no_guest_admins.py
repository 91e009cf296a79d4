"""No guest or outside account holds an admin role.

Why it matters
    A guest's password and second factor are another organization's. Whoever opens that account opens the clinic.

How to fix it
    Microsoft 365: Entra admin center, Roles and administrators: remove the guest; give an outside IT company partner access (GDAP) instead.

Does not cover
    Partner access of an outside IT company, which does not show as a guest.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.people import Person

CONTROL = Control("ADMIN-11", Severity.CRITICAL, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"])


@CONTROL.check(MICROSOFT_365)
def admin_is_no_guest(person: Person) -> Result:
    """No guest holds an administrator role."""
    if not person.is_admin:
        return not_applicable("holds no administrator role")
    if person.is_guest:
        return failed("is a guest from outside and holds an administrator role", roles=person.known_roles)
    return passed("is an account of the clinic", roles=person.known_roles)
