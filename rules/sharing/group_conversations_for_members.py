"""Group conversations are visible to members only.

Why it matters
    The front desk's group holds what patients write. By default every account of the clinic can read it.

How to fix it
    Google Workspace: Admin console, Apps, Groups for Business, Sharing settings: default for permission to view conversations:
    "All group members".

Does not cover
    Groups that exist already: the setting is the default for new ones (SHARE-33 looks at the groups themselves).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GroupsSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-32", Severity.HIGH, cites=["164.502(b)", "164.514(d)(2)", "164.312(a)(1)"], level=Level.SHOULD)
NARROW = {"OWNERS", "MANAGERS", "GROUP_MEMBERS"}
WIDE = {"DOMAIN_USERS": "everybody at the clinic", "ANYONE_CAN_VIEW_TOPICS": "anybody on the internet"}


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GROUPS.3.1v1"],
    cis=["CIS GWS v1.3 3.1.6.3"],
    prowler=["groups_view_conversations_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def new_groups_show_members_only(cell: PolicyCell) -> Result:
    """New groups show their conversations to members only."""
    if not cell.service_on("groups_for_business"):
        return not_applicable("Groups for Business is off here")
    seen_by = cell.setting(GroupsSharing).view_topics_default_access_level
    origin = str(cell.origin(GroupsSharing, "view_topics_default_access_level"))
    if seen_by in NARROW:
        return passed("only members read a new group's conversations", setting=origin)
    return failed(f"a new group's conversations can be read by {WIDE[seen_by]}", setting=origin)
