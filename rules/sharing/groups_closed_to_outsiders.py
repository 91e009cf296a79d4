"""Google Groups cannot be opened from outside.

Why it matters
    A group's archive holds every message that was sent to it. One switch decides whether such an archive can ever be read from
    the internet.

How to fix it
    Google Workspace: Admin console, Apps, Groups for Business, Sharing settings: "Accessing groups from outside this
    organization": Private.

Does not cover
    What single groups have set (SHARE-33).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GroupsSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-29", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GROUPS.1.1v1"],
    cis=["CIS GWS v1.3 3.1.6.1"],
    prowler=["groups_external_access_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def groups_are_private(cell: PolicyCell) -> Result:
    """Groups can be reached only from inside the clinic."""
    if not cell.service_on("groups_for_business"):
        return not_applicable("Groups for Business is off here")
    origin = str(cell.origin(GroupsSharing, "collaboration_capability"))
    if cell.setting(GroupsSharing).collaboration_capability == "ANYONE_CAN_ACCESS":
        return failed("groups may be opened to anybody on the internet", setting=origin)
    return passed("groups stay inside the clinic", setting=origin)
