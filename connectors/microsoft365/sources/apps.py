"""Applications that reach into the tenant, and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.microsoft365.calls import RESOURCE_APPS, Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


class VerifiedPublisher(Record):
    """Who Microsoft has verified as an application's maker."""

    display_name: str | None = None  # empty object: nobody is verified
    verified_publisher_id: str | None = None  # empty object: nobody is verified


@source(
    "graph.service_principals", MICROSOFT_365, Graph(lambda g: g.service_principals),
    permission="Application.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class ServicePrincipal(Record):
    """An application as it exists in the tenant."""

    kind = "application"

    id: str
    app_id: str
    display_name: str
    account_enabled: bool | None
    service_principal_type: str | None
    app_owner_organization_id: str | None
    verified_publisher: VerifiedPublisher | None
    tags: list[str]

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "graph.oauth2_permission_grants", MICROSOFT_365, Graph(lambda g: g.oauth2_permission_grants, select=False),
    permission="Directory.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class PermissionGrant(Record):
    """What an application may do in the name of one person, or of everybody."""

    kind = "grant"

    id: str
    client_id: str  # the service principal's id
    consent_type: str  # AllPrincipals, Principal
    principal_id: str | None
    resource_id: str
    scope: str | None  # space-separated, may begin with a space

    @property
    def label(self) -> str:
        return str(self.client_id)


def _resource(principal: Mapping[str, Any]) -> bool:
    """The applications whose permissions open mail, files and directory."""
    return principal.get("appId") in RESOURCE_APPS


@source(
    "graph.app_role_assignments",
    MICROSOFT_365,
    Graph(
        lambda g, resource: g.service_principals.by_service_principal_id(resource).app_role_assigned_to,
        select=False,
        per="id",
        only=_resource,
    ),
    permission="Application.Read.All",
    lane="graph-identity",
    page_size=999,
    tier="graph-only",
    fan_out=True,
    after=("graph.service_principals",),
)
class AppRoleAssignment(Record):
    """A permission an application holds by itself, without any person signed in."""

    id: str
    principal_id: str
    principal_display_name: str | None
    principal_type: str | None
    resource_id: str
    app_role_id: str
    created_date_time: datetime | None


class AppRole(Record):
    """A permission that a resource offers to applications."""

    id: str
    value: str | None


class PermissionScope(Record):
    """A permission that a resource offers in the name of people."""

    id: str
    value: str | None


@source(
    "graph.resource_app_roles",
    MICROSOFT_365,
    Graph(
        lambda g, resource: g.service_principals.by_service_principal_id(resource),
        single=True,
        per="id",
        only=_resource,
    ),
    permission="Application.Read.All",
    lane="graph-identity",
    tier="graph-only",
    fan_out=True,
    after=("graph.service_principals",),
)
class ResourceRoles(Record):
    """The names of the permissions that Graph, Exchange and SharePoint offer, from the tenant's own entries."""

    id: str
    app_id: str
    display_name: str
    app_roles: list[AppRole]
    oauth2_permission_scopes: list[PermissionScope]
