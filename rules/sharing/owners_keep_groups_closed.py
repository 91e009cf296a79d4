"""Owners cannot add outsiders, open a group to public mail or hide it.

Why it matters
    An owner of a group is a member of staff, not an administrator. What the owner may switch on, somebody will.

How to fix it
    Google Workspace: Admin console, Apps, Groups for Business, Sharing settings: owners may not allow members or mail from outside,
    nor hide groups.
    Microsoft 365: Entra admin center, Groups, General: guests cannot own groups (AllowGuestsToBeGroupOwner).

Does not cover
    Groups that were opened before (SHARE-33).
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.settings import GroupsSharing
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Tenant
from rules.views.google_policy import PolicyCell
from rules.views.group_settings import UnifiedGroups

CONTROL = Control(
    "SHARE-30",
    Severity.MEDIUM,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.308(a)(1)(ii)(D)", "164.310(d)(2)(iii)"],
    level=Level.SHOULD,
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GROUPS.1.2v1", "GWS.GROUPS.1.3v1"],
    cis=["CIS GWS v1.3 3.1.6.2"],
    prowler=["groups_creation_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def owners_let_nobody_in(cell: PolicyCell) -> list[Result]:
    """Owners of groups cannot add members from outside or take mail from everybody."""
    if not cell.service_on("groups_for_business"):
        return [not_applicable("Groups for Business is off here")]
    setting = cell.setting(GroupsSharing)
    return [
        _switch(cell, on=setting.owners_can_allow_external_members, name="owners_can_allow_external_members",
                what="add members from outside"),
        _switch(cell, on=setting.owners_can_allow_incoming_mail_from_public,
                name="owners_can_allow_incoming_mail_from_public", what="let everybody write to a group"),
    ]  # fmt: skip


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GROUPS.4.1v1"], none=not_applicable("no active person works in any unit"))
def groups_can_be_seen(cell: PolicyCell) -> list[Result]:
    """No group is hidden from the clinic's own list."""
    if not cell.service_on("groups_for_business"):
        return [not_applicable("Groups for Business is off here")]
    setting = cell.setting(GroupsSharing)
    results = [_switch(cell, on=setting.owners_can_hide_groups, name="owners_can_hide_groups", what="hide a group")]
    origin = str(cell.origin(GroupsSharing, "new_groups_are_hidden"))
    if setting.new_groups_are_hidden:
        results.append(failed("new groups are hidden", about={"what": "new_groups_are_hidden"}, setting=origin))
    else:
        results.append(passed("new groups are listed", setting=origin))
    return results


def _switch(cell: PolicyCell, *, on: bool, name: str, what: str) -> Result:
    origin = str(cell.origin(GroupsSharing, name))
    if on:
        return failed(f"owners may {what}", about={"what": name}, setting=origin)
    return passed(f"owners cannot {what}", setting=origin)


@CONTROL.check(MICROSOFT_365)
def guests_own_no_groups(tenant: Tenant, groups: UnifiedGroups) -> Result:
    """Guests cannot become owners of a group."""
    facts: dict[str, Any] = {"guests_reach_files_of_groups": groups.on("AllowGuestsToAccessGroups")}
    if groups.on("AllowGuestsToBeGroupOwner"):
        return failed("guests may own groups", **facts)
    return passed("guests cannot own groups", **facts)
