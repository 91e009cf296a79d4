"""Administrator roles and who holds them."""

from __future__ import annotations

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
