"""Search-all-mail powers are held by few.

Why it matters
    Whoever may search or export all mailboxes can read every patient's mail without a trace in the mailbox. Therapy notes need this most.

How to fix it
    Microsoft 365: Purview portal, Roles & scopes, Role groups: eDiscovery Manager, Compliance and Organization Management: only those whom
    the clinic names. Exchange: take ApplicationImpersonation and Mailbox Import Export from whoever does not need them.
    Google Workspace: Admin console, Account, Admin roles: take Vault privileges from whoever does not need them. Name those who do need
    the power in privileged_readers.

Does not cover
    Super administrators and Global Administrators, who can give themselves every power (ADMIN-1).
"""

from __future__ import annotations

from connectors.google_workspace.sources.roles import Role
from connectors.google_workspace.sources.roles import RoleAssignment as GoogleAssignment
from connectors.microsoft365.sources.powers import (
    ExchangeRoleGroup,
    ManagementRoleAssignment,
    PurviewRoleGroup,
)
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.tables import Table
from rules.views.people import People

CONTROL = Control(
    "AUDIT-13", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.502(b)", "164.312(b)"], level=Level.SHOULD
)
PURVIEW = {
    "ediscoverymanager",
    "organizationmanagement",
    "complianceadministrator",
    "compliancedataadministrator",
    "reviewer",
}
EXCHANGE = {"organizationmanagement", "discoverymanagement", "compliancemanagement"}
ROLES = {"applicationimpersonation", "mailboximportexport"}
VAULT = {"MANAGE_SEARCHES", "MANAGE_EXPORTS", "ACCESS_ALL_MATTERS", "ADMIN_MATTER"}
NAMED = "the clinic has not said who may search all mail"
REMEDY = "name them in privileged_readers; an empty list says that nobody may"


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "")


def _judge(profile: Profile, holders: list[str], what: str) -> Result:
    if not holders:
        return passed("nobody holds it")
    if profile.privileged_readers is None:
        return needs_input(f"{NAMED}: {', '.join(holders[:5])} can", REMEDY)
    unknown = sorted(name for name in holders if not profile.holds(profile.privileged_readers, name))
    if unknown:
        return failed(f"{what}: {', '.join(unknown[:5])}", about={"holders": ", ".join(unknown)})
    return passed("is held by those whom the clinic names", holders=len(holders))


@CONTROL.check(MICROSOFT_365, none=not_applicable("Purview lists no role group"))
def purview_group_is_known(group: PurviewRoleGroup, profile: Profile) -> Result:
    """Only people whom the clinic names may search all mail and files in Purview."""
    if _plain(group.name) not in PURVIEW:
        return not_applicable("gives no power to search everything")
    return _judge(profile, list(group.members), "lets people search everything whom the clinic does not name")


@CONTROL.check(MICROSOFT_365, none=not_applicable("Exchange lists no role group"))
def exchange_group_is_known(group: ExchangeRoleGroup, profile: Profile) -> Result:
    """Only people whom the clinic names may search all mailboxes in Exchange."""
    if _plain(group.name) not in EXCHANGE:
        return not_applicable("gives no power to search everything")
    return _judge(profile, list(group.members), "lets people search every mailbox whom the clinic does not name")


@CONTROL.check(MICROSOFT_365, none=not_applicable("Exchange lists no role"))
def role_is_known(assignment: ManagementRoleAssignment, profile: Profile) -> Result:
    """Only those whom the clinic names may act as others or export mailboxes."""
    if _plain(assignment.role) not in ROLES:
        return not_applicable("gives no power over all mailboxes")
    if not assignment.enabled or assignment.role_assignment_delegation_type != "Regular":
        return not_applicable("only lets its holder give the role to others")
    return _judge(profile, [assignment.role_assignee_name], f"gives {assignment.role} to")


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("Google lists no role"))
def vault_role_is_known(role: Role, assignments: Table[GoogleAssignment], people: People, profile: Profile) -> Result:
    """Only people whom the clinic names may search all mail in Vault."""
    if role.is_super_admin_role:
        return not_applicable("is the role of super administrators")
    if not any(one.privilege_name in VAULT for one in role.role_privileges):
        return not_applicable("gives no power to search everything")
    holders = []
    for assignment in assignments:
        if assignment.role_id == role.role_id:
            person = people.known().get(assignment.assigned_to)
            holders.append(person.address if person is not None else assignment.assigned_to)
    return _judge(profile, holders, "lets people search all mail whom the clinic does not name")
