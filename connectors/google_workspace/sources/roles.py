"""Administrator roles and who holds them."""

from __future__ import annotations

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


class Privilege(Record, key="privilege_name"):
    """One right inside a role."""

    privilege_name: str
    service_id: str


@source(
    "directory.roles",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.roles().list,
        "directory",
        {"customer": CUSTOMER},
        items="items",
        filled=True,
    ),
    permission="admin.directory.rolemanagement.readonly",
    lane="directory",
    page_size=100,
    tier="tenant",
)
class Role(Record, key="role_id"):
    """An administrator role with its rights."""

    kind = "role"

    role_id: str
    role_name: str
    # Directory leaves the two marks out of roles that do not have them.
    is_system_role: bool = False
    is_super_admin_role: bool = False
    role_privileges: list[Privilege] = []  # empty lists are left out

    @property
    def label(self) -> str:
        """The role's name."""
        return str(self.role_name)


@source(
    "directory.role_assignments",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.roleAssignments().list,
        "directory",
        {"customer": CUSTOMER},
        items="items",
        filled=True,
    ),
    permission="admin.directory.rolemanagement.readonly",
    lane="directory",
    page_size=200,
    tier="tenant",
)
class RoleAssignment(Record, key="role_assignment_id"):
    """Who holds which administrator role, and over which part of the clinic."""

    kind = "role assignment"

    role_assignment_id: str
    role_id: str
    assigned_to: str  # id of a user, a group or a service account
    assignee_type: str  # "user" or "group"; the case differs between documents
    scope_type: str  # CUSTOMER or ORG_UNIT
    org_unit_id: str | None = None  # only with scope ORG_UNIT

    @property
    def label(self) -> str:
        """Role and holder by id."""
        return f"{self.role_id} of {self.assigned_to}"

    @property
    def to_group(self) -> bool:
        """Whether the holder is a group, so that all its members hold the role."""
        return str(self.assignee_type).lower() == "group"
