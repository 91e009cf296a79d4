"""Privileged roles are time-limited and granted only through PIM.

Why it matters
    A role that is held only while it is used can be stolen only while it is used.

How to fix it
    Microsoft 365: Entra admin center, Identity Governance, Privileged Identity Management: make the assignments eligible, or give them
    an end. Sealed emergency accounts, and up to two Global Administrators, may keep theirs.

Does not cover
    Applications, which cannot turn a role on; see ADMIN-12. Clinics without Entra ID P2.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.privileged_assignments import PrivilegedAssignment, PrivilegedAssignments
from rules.views.roles import GLOBAL_ADMINISTRATOR

CONTROL = Control(
    "ADMIN-7", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"]
)
NONE = not_applicable("the clinic does not own Entra ID P2, or nobody holds a privileged role")
SPARE = 2
"""Global Administrators who may hold the role at all times (CIS)."""


@CONTROL.check(
    MICROSOFT_365,
    none=NONE,
    scuba=["MS.AAD.7.4v1"],
    cis=["CIS M365 v7.0.0 5.3.1", "CIS M365 v6.0.0 5.3.1"],
)
def role_has_an_end(assignment: PrivilegedAssignment, assignments: PrivilegedAssignments) -> Result:
    """Nobody holds a privileged role at all times, sealed emergency accounts and two Global Administrators aside."""
    if assignment.is_application:
        return not_applicable("is held by an application")
    if not assignment.is_permanent:
        return passed("is turned on when it is needed, or has an end")
    if assignment.is_sealed:
        return passed("is held by a sealed emergency account")
    if assignment.role == GLOBAL_ADMINISTRATOR and assignments.permanent_top <= SPARE:
        return passed("is one of at most two that hold the highest role at all times")
    return failed("is held at all times, without an end")


@CONTROL.check(MICROSOFT_365, none=NONE, scuba=["MS.AAD.7.5v1"])
def role_was_given_through_pim(assignment: PrivilegedAssignment) -> Result:
    """Every privileged role was given through Privileged Identity Management."""
    if assignment.is_application:
        return not_applicable("is held by an application")
    if assignment.record.start_date_time is None:
        return failed("was given past Privileged Identity Management")
    return passed("was given through Privileged Identity Management")
