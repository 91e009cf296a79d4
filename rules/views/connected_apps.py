"""Apps of other companies with access to clinic data, and what each of them opens for whom.

    for app in apps: ...            app.label, app.opens -> ["files", "mail"], app.everybody, app.people

Microsoft's own applications are left out: they work under the clinic's agreement with Microsoft. The clinic's own registrations
stay in: who made them and what they send where nobody can tell from outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import TokenActivity
from connectors.google_workspace.sources.apps import UserToken
from connectors.microsoft365.sources.apps import AppRoleAssignment, PermissionGrant, ResourceRoles, ServicePrincipal
from connectors.record import Record, Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.data import ai_apps, app_permissions
from rules.profile import Profile
from rules.tables import Grouped, Table
from rules.view import View
from rules.views.people import People

R = TypeVar("R", bound=Record)


@dataclass
class ConnectedApp:
    """One app, with everything that is known of its access."""

    id: str  # the client id
    label: str
    everybody: bool = False  # it was let in for all people, or acts by itself
    people: set[str] = field(default_factory=set)  # addresses of those who let it in
    permissions: set[str] = field(default_factory=set)  # those that open clinic data
    opened: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)  # permissions it holds by itself, whatever they open
    marks: set[str] = field(default_factory=set)  # what else speaks against it
    gap: Gap | None = None  # why it may open more than this
    kind: str = "app"

    @property
    def opens(self) -> list[str]:
        """What it opens; `Unreadable` if nothing is known to be open but not all permissions could be read."""
        if not self.opened and self.gap is not None:
            raise Unreadable(self.gap)
        return sorted(self.opened)

    @property
    def to_everybody(self) -> bool:
        """Whether it reaches more than those who let it in one by one; `Unreadable` if that is not known."""
        if not self.everybody and self.gap is not None:
            raise Unreadable(self.gap)
        return self.everybody

    def facts(self) -> dict[str, Any]:
        """What is shown beside a finding."""
        shown: dict[str, Any] = {"client": self.id, "permissions": sorted(self.permissions)}
        if self.people:
            shown["people"] = sorted(self.people)
        if self.marks:
            shown["to know"] = sorted(self.marks)
        return shown

    def is_approved(self, profile: Profile) -> bool:
        """Whether the clinic has approved of it, by its client id or its name."""
        return profile.holds(profile.approved_apps, self.id, self.label)

    def _open(self, permission: str, opens: str | None) -> None:
        if opens is not None:
            self.permissions.add(permission)
            self.opened.add(opens)

    @property
    def counts(self) -> bool:
        """Whether it opens clinic data, may do so, or looks like an AI product."""
        return bool(self.opened) or self.gap is not None or ai_apps.find(self.label) is not None

    def _name(self) -> None:
        if (found := ai_apps.find(self.label)) is not None:
            self.marks.add(f"looks like the AI product {found.name}")


class ConnectedApps(View[ConnectedApp], ABC):
    """Every app that was let in."""

    @abstractmethod
    def __iter__(self) -> Iterator[ConnectedApp]:
        """The apps that are known, then `Unreadable` if there may be more."""


class MicrosoftApps(ConnectedApps, provider=MICROSOFT_365):
    """Applications of other tenants and the clinic's own, with grants in people's names and permissions of their own."""

    def __init__(
        self,
        principals: Table[ServicePrincipal],
        grants: Table[PermissionGrant],
        assignments: Grouped[AppRoleAssignment],
        resources: Grouped[ResourceRoles],
        people: People,
    ) -> None:
        self.principals, self.grants, self.assignments = principals, grants, assignments
        self.resources, self.people = resources, people

    @derived
    def _grants(self) -> tuple[dict[str, list[PermissionGrant]], Gap | None]:
        return _grouped(self.grants, lambda grant: grant.client_id)

    @derived
    def _assignments(self) -> tuple[dict[str, list[AppRoleAssignment]], Gap | None]:
        return _grouped(_flat(self.assignments), lambda assignment: assignment.principal_id)

    @derived
    def _roles(self) -> tuple[dict[tuple[str, str], str], Gap | None]:
        """Names of permissions by (resource, id)."""
        names: dict[tuple[str, str], str] = {}
        gap: Gap | None = None
        try:
            for resource in _flat(self.resources):
                for role in resource.app_roles:
                    names[resource.id, role.id] = role.value or ""
        except Unreadable as err:
            gap = err.gap
        return names, gap

    def __iter__(self) -> Iterator[ConnectedApp]:
        gap: Gap | None = self.principals.gap
        for principal in self.principals.known():
            try:
                if principal.app_owner_organization_id in app_permissions.microsoft_tenants():
                    continue
                if principal.service_principal_type == "ManagedIdentity":
                    continue
                app = self._app(principal)
            except Unreadable as err:
                gap = gap or err.gap
                continue
            if app.counts:
                yield app
        if gap is not None:
            raise Unreadable(gap)

    def _app(self, principal: ServicePrincipal) -> ConnectedApp:
        app = ConnectedApp(principal.app_id, principal.display_name)
        app._name()
        if principal.verified_publisher is None or principal.verified_publisher.verified_publisher_id is None:
            app.marks.add("Microsoft has not verified who makes it")
        if principal.account_enabled is False:
            app.marks.add("is switched off at the moment")
        grants, gap = self._grants
        app.gap = gap
        for grant in grants.get(principal.id, []):
            try:
                for scope in (grant.scope or "").split():
                    app._open(scope, app_permissions.microsoft(scope))
                if grant.consent_type != "Principal":
                    app.everybody = True
                elif grant.principal_id is not None:
                    app.people.add(self._address(grant.principal_id))
            except Unreadable as err:
                app.gap = app.gap or err.gap
        self._own(app, principal.id)
        return app

    def _own(self, app: ConnectedApp, principal: str) -> None:
        """Permissions that an app holds by itself: they reach everybody."""
        assignments, gap = self._assignments
        names, names_gap = self._roles
        app.gap = app.gap or gap
        for assignment in assignments.get(principal, []):
            try:
                name = names.get((assignment.resource_id, assignment.app_role_id))
            except Unreadable as err:
                app.gap = app.gap or err.gap
                continue
            if name is None:
                app.gap = app.gap or names_gap or _nameless()
                continue
            app.own.add(name)
            opens = app_permissions.microsoft(name)
            app._open(f"{name} (by itself)", opens)
            app.everybody = app.everybody or opens is not None

    def _address(self, person: str) -> str:
        try:
            found = self.people.by_id(person)
        except Unreadable:
            return person  # shown, not judged
        return found.address if found is not None else person


class GoogleApps(ConnectedApps, provider=GOOGLE_WORKSPACE):
    """Apps that people let in, as their accounts list them; without those lists, as the audit log of 180 days tells."""

    def __init__(self, tokens: Grouped[UserToken], log: Table[TokenActivity], people: People) -> None:
        self.tokens, self.log, self.people = tokens, log, people

    def __iter__(self) -> Iterator[ConnectedApp]:
        apps: dict[str, ConnectedApp] = {}
        gap: Gap | None = None
        unread: set[str] = set()
        try:
            for person in self.people:
                try:
                    if not person.can_sign_in or person.is_guest:
                        continue
                    address = person.address
                except Unreadable as err:
                    gap = gap or err.gap
                    continue
                try:
                    for token in self.tokens.of(person.id):
                        self._token(apps, token, address)
                except Unreadable as err:
                    gap = gap or err.gap
                    unread.add(address.casefold())
        except Unreadable as err:
            gap = gap or err.gap
        if unread:
            self._from_log(apps, unread)
        for app in apps.values():
            app._name()
            if app.counts:
                yield app
        if gap is not None:
            raise Unreadable(gap)

    def _token(self, apps: dict[str, ConnectedApp], token: UserToken, address: str) -> None:
        app = apps.setdefault(token.client_id, ConnectedApp(token.client_id, token.client_id))
        try:
            app.label = token.display_text or app.label
            for scope in token.scopes:
                app._open(scope, app_permissions.google(scope))
            app.people.add(address)
            if token.anonymous:
                app.marks.add("is not registered with Google")
            if token.native_app:
                app.marks.add("runs on a computer or phone")
        except Unreadable as err:
            app.gap = app.gap or err.gap

    def _from_log(self, apps: dict[str, ConnectedApp], people: set[str]) -> None:
        """What the log knows of people whose lists were not read: apps let in and not thrown out since."""
        last: dict[tuple[str, str], tuple[str, str, list[str]]] = {}
        for activity in sorted(_readable(self.log), key=lambda found: found[0]):
            _, who, action, client, name, scopes = activity
            if who in people:
                last[who, client] = action, name, scopes
        for (who, client), (action, name, scopes) in last.items():
            if action != "authorize":
                continue
            app = apps.setdefault(client, ConnectedApp(client, name or client))
            for scope in scopes:
                app._open(scope, app_permissions.google(scope))
            app.people.add(who)


def _readable(log: Table[TokenActivity]) -> Iterator[tuple[float, str, str, str, str, list[str]]]:
    """(time, who, what, client, app's name, scopes) of the log's entries that can be read: only ever adds apps."""
    for activity in log.known():
        try:
            who, when = (activity.actor.email or "").casefold(), activity.id.time.timestamp()
            for event in activity.events:
                scope, name = event.detail("scope"), event.detail("app_name")
                yield (
                    when,
                    who,
                    event.name,
                    event.text("client_id"),
                    (name.value or "") if name is not None else "",
                    list(scope.multi_value) if scope is not None else [],
                )
        except Unreadable:
            continue


def _flat(groups: Grouped[R]) -> Iterator[R]:
    """The records of every parent that was read, then `Unreadable` if some are missing."""
    for _, rows in groups:
        yield from rows


def _grouped(rows: Iterable[R], key: Callable[[R], str]) -> tuple[dict[str, list[R]], Gap | None]:
    """(rows by key, why some may be missing)."""
    found: dict[str, list[R]] = {}
    gap: Gap | None = None
    try:
        for row in rows:
            try:
                found.setdefault(key(row), []).append(row)
            except Unreadable as err:
                gap = gap or err.gap
    except Unreadable as err:
        gap = gap or err.gap
    return found, gap


def _nameless() -> Gap:
    return Gap(
        "graph.resource_app_roles:appRoles",
        Reason.UNREADABLE,
        "an app holds a permission whose name is not known",
        "look at the app's permissions in the Entra admin center",
    )
