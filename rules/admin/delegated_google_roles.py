"""Delegated Google admin roles and robot admins are minimal.

Why it matters
    A role that may change everybody's account and the security settings is a super administrator under another name. A robot with a
    role has a password that nobody changes.

How to fix it
    Google Workspace: Admin console, Account, Admin roles: split the role; take roles from service accounts, or name those that need one
    under approved_service_accounts in the configuration.

Does not cover
    What service accounts may do by domain-wide delegation.
"""

from __future__ import annotations

from connectors.google_workspace.sources.roles import Role, RoleAssignment
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Keyed
from rules.views.membership import Membership
from rules.views.people import People

CONTROL = Control(
    "ADMIN-23", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"]
)
ALL_USERS = "USERS_ALL"
SECURITY = frozenset({"SECURITY_SETTINGS", "USERS_SECURITY", "USER_SECURITY_ALL", "ADMIN_ROLE_MANAGEMENT"})
"""Privileges over sign-in, second factors and roles (Directory API, privileges)."""
NOBODY = not_applicable("nobody holds an administrator role")


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def role_is_small(assignment: RoleAssignment, roles: Keyed[Role], people: People) -> Result:
    """No smaller role may change both everybody's account and the security settings."""
    role = roles.get(assignment.role_id)
    if role is None:
        return not_assessed("its role is not in the list of roles", source="directory.roles")
    if role.is_super_admin_role:
        return not_applicable("is the role of super administrators; see ADMIN-1")
    held = {privilege.privilege_name for privilege in role.role_privileges}
    if ALL_USERS in held and held & SECURITY:
        person = people.known().get(assignment.assigned_to)
        who = person.address if person is not None else f"holder {assignment.assigned_to}"
        return failed(
            f"{who} may change everybody's account and security settings by the role {role.role_name}",
            privileges=sorted(held),
        )
    return passed(f"the role {role.role_name} is a part of what a super administrator may do")


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def robot_is_approved(assignment: RoleAssignment, people: People, membership: Membership, profile: Profile) -> Result:
    """Every service account with a role is one that the clinic has approved."""
    holder = assignment.assigned_to
    if assignment.to_group:
        return not_applicable("is held by a group")
    if people.by_id(holder) is not None:
        return not_applicable("is held by a person")
    if membership.exists(holder):
        return not_applicable("is held by a group")
    if profile.holds(profile.approved_service_accounts, holder):
        return passed("is held by a service account that the clinic has approved")
    return failed(
        f"is held by {holder}, which is no person and no group: a service account that nobody has approved",
        about={"holder": holder},
    )
