"""Administrator roles and who holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


@source(
    "graph.role_definitions", MICROSOFT_365, Graph(lambda g: g.role_management.directory.role_definitions),
    permission="RoleManagement.Read.Directory", lane="graph", tier="graph-only",
)  # fmt: skip
class RoleDefinition(Record):
    """An administrator role."""

    kind = "role"

    id: str
    template_id: str | None
    display_name: str
    is_built_in: bool
    is_enabled: bool

    @property
    def label(self) -> str:
        return str(self.display_name)


class Principal(Record):
    """Who holds a role: a person, a group or an application."""

    id: str
    type: str = named("@odata.type")
    display_name: str | None = None  # not every kind of principal has a name
    user_principal_name: str | None = None  # only people have one


@source(
    "graph.role_assignments", MICROSOFT_365,
    Graph(lambda g: g.role_management.directory.role_assignments, {"expand": ["principal"]}, select=False),
    permission="RoleManagement.Read.Directory", lane="graph", tier="graph-only",
)  # fmt: skip
class RoleAssignment(Record):
    """One administrator role held by one person, group or application."""

    kind = "role assignment"

    id: str
    principal_id: str
    role_definition_id: str
    directory_scope_id: str | None
    # Null when the principal was deleted; left out by exports that do not expand it.
    principal: Principal | None = None

    @property
    def label(self) -> str:
        return str(self.principal_id)


@source(
    "graph.role_assignment_schedule_instances", MICROSOFT_365,
    Graph(lambda g: g.role_management.directory.role_assignment_schedule_instances, {"expand": ["principal"]}, select=False),
    permission="RoleAssignmentSchedule.Read.Directory", licence="p2", lane="graph", tier="graph-only",
)  # fmt: skip
class RoleAssignmentInstance(Record):
    """An administrator role that is active now: for how long, and whether it was given through Privileged Identity Management."""

    kind = "role assignment"

    id: str
    principal_id: str
    role_definition_id: str
    directory_scope_id: str | None
    assignment_type: Literal["Assigned", "Activated"]
    start_date_time: datetime | None  # null: it was not given through Privileged Identity Management
    end_date_time: datetime | None  # null: it never ends
    # Null when the principal was deleted; left out by exports that do not expand it.
    principal: Principal | None = None

    @property
    def label(self) -> str:
        principal = self.principal
        return str(self.principal_id if principal is None else principal.display_name or self.principal_id)


class ApprovalSetting(Record):
    """Whether turning on a role needs somebody's approval."""

    is_approval_required: bool


class RoleRule(Record):
    """One rule of a role's settings. Which of the fields it has hangs on its kind."""

    id: str  # Approval_EndUser_Assignment, Notification_Admin_Admin_Eligibility ...
    setting: ApprovalSetting  # approval rules only
    notification_recipients: list[str]  # notification rules only: addresses beside Microsoft's default recipients


class RoleSettings(Record):
    """The settings behind a role."""

    id: str
    rules: list[RoleRule]

    def rule(self, name: str) -> RoleRule | None:
        """The rule of this id; None if the settings hold none."""
        return next((rule for rule in self.rules if rule.id == name), None)


@source(
    "graph.role_management_policies", MICROSOFT_365,
    Graph(
        lambda g: g.policies.role_management_policy_assignments,
        # The filter is mandatory, and the nested path of the rules would need one more permission.
        {"filter": "scopeId eq '/' and scopeType eq 'DirectoryRole'", "expand": ["policy($expand=rules)"]},
        select=False,
    ),
    permission="RoleManagementPolicy.Read.Directory", licence="p2", lane="graph", tier="graph-only",
)  # fmt: skip
class RolePolicy(Record, key="role_definition_id"):
    """What Privileged Identity Management asks before a role is given or turned on, and whom it tells."""

    kind = "role"

    id: str
    role_definition_id: str
    policy: RoleSettings

    @property
    def label(self) -> str:
        return str(self.role_definition_id)
