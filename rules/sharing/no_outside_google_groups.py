"""Staff cannot use Google Groups outside the clinic.

Why it matters
    Groups of the public service are no part of the clinic's agreement with Google, and nobody at the clinic sees what is posted
    there.

How to fix it
    Google Workspace: Admin console, Apps, Additional Google services, Google Groups: off for everyone.

Does not cover
    The clinic's own groups (Groups for Business; SHARE-29 to SHARE-33).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ServiceStatus
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-34", Severity.MEDIUM, cites=["164.308(b)(1)", "164.502(a)"], level=Level.SHOULD)
SERVICE = "groups.service_status"  # the public service; the clinic's own groups are groups_for_business


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.8.1"],
    prowler=["additionalservices_external_groups_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def public_groups_are_off(cell: PolicyCell) -> Result:
    """The public Google Groups service is off in every unit and group."""
    state = cell.setting(ServiceStatus, SERVICE).service_state
    origin = str(cell.origin(ServiceStatus, "service_state", SERVICE))
    if state == "DISABLED":
        return passed("the public Google Groups service is off", setting=origin)
    return failed("people here can use the public Google Groups service", people=cell.names, setting=origin)
