"""Applications with an administrator's power: a role, or a permission that leads to one.

for app in apps: ...        app.record, app.why, app.secrets, app.owners
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.apps import AppRoleAssignment, ResourceRoles, ServicePrincipal
from connectors.microsoft365.sources.governance import PrincipalSecrets
from connectors.microsoft365.sources.registrations import Application
from connectors.microsoft365.sources.roles import RoleAssignment
from connectors.record import Unreadable, derived
from rules.tables import Grouped, Keyed, Table
from rules.view import View
from rules.views.roles import PRIVILEGED, MicrosoftRoles

TIER_0 = frozenset(
    {
        "AppRoleAssignment.ReadWrite.All",
        "Application.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.ReadWrite.All",
        "Domain.ReadWrite.All",
        "Organization.ReadWrite.All",
        "Policy.ReadWrite.PermissionGrant",
        "PrivilegedAccess.ReadWrite.AzureADGroup",
        "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory",
        "RoleManagement.ReadWrite.Directory",
        "RoleManagementPolicy.ReadWrite.AzureADGroup",
        "RoleManagementPolicy.ReadWrite.Directory",
        "UserAuthenticationMethod.ReadWrite.All",
    }
)
"""Permissions with which an application can make itself, or anybody, an administrator (Graph permissions reference)."""


class PowerfulApp:
    """One such application."""

    kind = "application"

    def __init__(self, record: ServicePrincipal, why: list[str], apps: PowerfulApps) -> None:
        self.record, self.why, self._apps = record, why, apps

    @property
    def id(self) -> str:
        return str(self.record.id)

    @property
    def label(self) -> str:
        return str(self.record.display_name)

    @derived
    def secrets(self) -> int:
        """How many passwords it has, here and at its registration in this tenant."""
        found = len(self._apps.secrets_of(self.id).password_credentials)
        registration = self._apps.registration(self.record.app_id)
        return found + (0 if registration is None else len(registration.password_credentials))

    @derived
    def owners(self) -> list[str]:
        """The ids of its owners, here and at its registration in this tenant."""
        registration = self._apps.registration(self.record.app_id)
        here = [owner.id for owner in self._apps.secrets_of(self.id).owners]
        there = [] if registration is None else [owner.id for owner in registration.owners]
        return sorted({*here, *there})


class PowerfulApps(View[PowerfulApp]):
    """Every application with an administrator's power."""

    def __init__(
        self,
        principals: Table[ServicePrincipal],
        secrets: Keyed[PrincipalSecrets],
        registrations: Table[Application],
        assignments: Table[RoleAssignment],
        roles: MicrosoftRoles,
        grants: Grouped[AppRoleAssignment],
        resources: Grouped[ResourceRoles],
    ) -> None:
        self.principals, self.secrets, self.registrations = principals, secrets, registrations
        self.assignments, self.roles, self.grants, self.resources = assignments, roles, grants, resources

    def secrets_of(self, principal: str) -> PrincipalSecrets:
        """Secrets and owners of an application here; `Unreadable` if they were not read."""
        found = self.secrets.get(principal)
        if found is None:
            raise Unreadable(
                Gap("graph.service_principal_secrets", Reason.UNREADABLE, "the application is not in the list")
            )
        return found

    @derived
    def _registered(self) -> dict[str, Application]:
        return {one.app_id: one for one in self.registrations}

    def registration(self, app_id: str) -> Application | None:
        """The application's own entry, if it was registered in this tenant."""
        return self._registered.get(app_id)

    @derived
    def _power(self) -> tuple[dict[str, list[str]], Gap | None]:
        """(what gives power, by application; why there may be more)."""
        found: dict[str, list[str]] = {}
        gaps: list[Gap] = []
        try:
            for assignment in self.assignments:
                try:
                    role = self.roles.template(assignment.role_definition_id)
                    found.setdefault(assignment.principal_id, []).append(PRIVILEGED.get(role, "an administrator role"))
                except Unreadable as err:
                    gaps.append(err.gap)
        except Unreadable as err:
            gaps.append(err.gap)
        try:
            names = {
                (resource.id, role.id): role.value or ""
                for _, held in self.resources
                for resource in held
                for role in resource.app_roles
            }
            for _, held in self.grants:
                for grant in held:
                    name = names.get((grant.resource_id, grant.app_role_id), "")
                    if name in TIER_0:
                        found.setdefault(grant.principal_id, []).append(name)
        except Unreadable as err:
            gaps.append(err.gap)
        return found, gaps[0] if gaps else None

    def __iter__(self) -> Iterator[PowerfulApp]:
        """The applications that are known, then `Unreadable` if there may be more."""
        power, gap = self._power
        unread: Unreadable | None = None
        try:
            for record in self.principals:
                try:
                    if record.id in power:
                        yield PowerfulApp(record, sorted(set(power[record.id])), self)
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        if gap is not None or unread is not None:
            raise Unreadable(gap if unread is None else unread.gap)  # type: ignore[arg-type]
