"""Only admins create groups.

Why it matters
    Every group is a new mailbox, a new folder of files and a new list of people. Those that nobody planned are the ones that nobody
    closes.

How to fix it
    Microsoft 365: Entra admin center, Groups, General: "Users can create Microsoft 365 groups" and "security groups": No.
    Google Workspace: Admin console, Apps, Groups for Business, Sharing settings: only administrators create groups.

Does not cover
    Groups that exist already.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GroupsSharing
from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell
from rules.views.group_settings import UnifiedGroups
from rules.views.licences import Licences

CONTROL = Control("SHARE-31", Severity.LOW, cites=["164.308(a)(4)(ii)(B)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.3.4"],
    prowler=["entra_policy_default_user_cannot_create_m365_groups"],
)
def microsoft_groups_are_made_on_purpose(tenant: Tenant, groups: UnifiedGroups, licences: Licences) -> Result:
    """Nobody but chosen people makes Microsoft 365 groups."""
    if not groups.on("EnableGroupCreation"):
        return passed("only chosen people make Microsoft 365 groups", group=groups.text("GroupCreationAllowedGroupId"))
    if not licences.has(Capability.ENTRA_P1):
        return not_applicable("limiting who makes Microsoft 365 groups takes Entra ID P1")
    return failed("anybody at the clinic may make Microsoft 365 groups")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.3.1", "CIS M365 v6.0.0 5.1.3.2"],
    prowler=["entra_policy_default_user_cannot_create_security_groups"],
)
def security_groups_are_made_on_purpose(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Ordinary people cannot make security groups."""
    if policy.value.default_user_role_permissions.allowed_to_create_security_groups:
        return failed("anybody at the clinic may make security groups")
    return passed("ordinary people cannot make security groups")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GROUPS.2.1v1"],
    cis=["CIS GWS v1.3 3.1.6.2"],
    prowler=["groups_creation_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def google_groups_are_made_on_purpose(cell: PolicyCell) -> Result:
    """Only administrators make groups."""
    if not cell.service_on("groups_for_business"):
        return not_applicable("Groups for Business is off here")
    who = cell.setting(GroupsSharing).create_groups_access_level
    origin = str(cell.origin(GroupsSharing, "create_groups_access_level"))
    if who == "ADMIN_ONLY":
        return passed("only administrators make groups", setting=origin)
    wide = "anybody, even outside," if who == "ANYONE_CAN_CREATE" else "anybody at the clinic"
    return failed(f"{wide} may make groups", setting=origin)
