"""Administrator roles: who holds which, directly or through a group.

    roles.held_by(person_id) -> Iterator[HeldRole]

Going through them yields what is known and then raises `Unreadable` where something is not: `any(...)` finds a role that is
there, and nobody is called an ordinary person because a group could not be looked into.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gap import Gap
from connectors.google_workspace.sources.people import User as GoogleUser
from connectors.google_workspace.sources.roles import Role
from connectors.google_workspace.sources.roles import RoleAssignment as GoogleAssignment
from connectors.microsoft365.sources.groups import Group
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.roles import RoleAssignment, RoleDefinition
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.tables import Keyed, Table
from rules.view import View
from rules.views.membership import Membership

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
DIRECTORY_SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"

PRIVILEGED = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    PRIVILEGED_ROLE_ADMINISTRATOR: "Privileged Role Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "b0f54661-2d74-4c50-afa3-1ec803f12efe": "Billing Administrator",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8": "Helpdesk Administrator",
    "966707d0-3269-4727-9be2-8c3a10f19b9d": "Password Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
    "69091246-20e8-4a56-aa4d-066075b2a7a8": "Teams Administrator",
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
}
"""Template ids of the roles that open patient data or the sign-in of others.

Source: SCuBA's list of highly privileged roles and those that CIS adds; ids are Microsoft's, equal in every tenant
(Entra page "built-in roles").
"""

CORE_ROLES = tuple(PRIVILEGED)[:8]
"""SCuBA's list: what a policy for administrators must name."""


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds: its template id (Microsoft) or role id (Google), what it is called, and through which group."""

    role: str
    name: str
    highest: bool  # Global Administrator, or super administrator
    scope: str = ""  # empty: the whole tenant
    group: str | None = None  # the group that holds the role, None if the person does


@dataclass(frozen=True, slots=True)
class _Assignment:
    """An assignment whose fields could be read."""

    principal: str
    kind: str  # user, group, application, gone
    held: HeldRole


class Roles(View[None], ABC):
    """Who holds which administrator role."""

    @abstractmethod
    def held_by(self, person: str) -> Iterator[HeldRole]:
        """The roles of a person (by id): what is known first, then `Unreadable` if something is not."""


def _replay(known: list[HeldRole], gaps: list[Gap]) -> Iterator[HeldRole]:
    yield from known
    if gaps:
        raise Unreadable(gaps[0])


class MicrosoftRoles(Roles, provider=MICROSOFT_365):
    """Assignments of Entra roles; roles that were only made available to somebody are not among them."""

    def __init__(
        self,
        assignments: Table[RoleAssignment],
        definitions: Keyed[RoleDefinition],
        users: Keyed[User],
        groups: Keyed[Group],
        membership: Membership,
    ) -> None:
        self.assignments, self.definitions, self.users, self.groups = assignments, definitions, users, groups
        self.membership = membership

    @derived
    def read(self) -> tuple[dict[str, list[HeldRole]], list[tuple[str, HeldRole]], list[Gap]]:
        """(roles by user, roles by group, what could not be read)."""
        by_user: dict[str, list[HeldRole]] = {}
        by_group: list[tuple[str, HeldRole]] = []
        gaps: list[Gap] = []
        for assignment in self.assignments.known():
            try:
                one = self._one(assignment)
            except Unreadable as err:
                gaps.append(err.gap)
                continue
            if one.kind == "group":
                by_group.append((one.principal, one.held))
            elif one.kind == "user":
                by_user.setdefault(one.principal, []).append(one.held)
        if self.assignments.gap is not None:
            gaps.append(self.assignments.gap)
        return by_user, by_group, gaps

    def template(self, definition: str) -> str:
        """A role's template id: equal in every tenant, and the id that Conditional Access policies name."""
        if definition in PRIVILEGED or definition == DIRECTORY_SYNCHRONIZATION:
            return definition  # built-in roles have their template's id (Graph, unifiedRoleDefinition)
        found = self.definitions.get(definition)
        if found is None:
            return definition
        return str(found.template_id or found.id)

    def _name(self, definition: str, template: str) -> str:
        if template in PRIVILEGED:
            return PRIVILEGED[template]
        found = self.definitions.get(definition)
        return definition if found is None else str(found.display_name)

    def _one(self, assignment: RoleAssignment) -> _Assignment:
        definition = assignment.role_definition_id
        template = self.template(definition)
        scope = assignment.directory_scope_id or "/"
        principal = assignment.principal_id
        held = HeldRole(
            template,
            self._name(definition, template),
            template == GLOBAL_ADMINISTRATOR,
            "" if scope == "/" else scope,
        )
        return _Assignment(principal, self._kind(assignment, principal), held)

    def _kind(self, assignment: RoleAssignment, principal: str) -> str:
        if assignment.principal is not None:
            kind = assignment.principal.type.rpartition(".")[2]
            return kind if kind in {"user", "group"} else "application"
        # Not expanded, or deleted: the id tells. A role of an application is no person's.
        if self.users.get(principal) is not None:
            return "user"
        return "group" if self.groups.get(principal) is not None else "gone"

    def held_by(self, person: str) -> Iterator[HeldRole]:
        """Direct roles, then those of groups the person is in."""
        by_user, by_group, gaps = self.read
        known, missing = list(by_user.get(person, [])), list(gaps)
        for group, held in by_group:
            try:
                if self.membership.contains(group, person):
                    known.append(HeldRole(held.role, held.name, held.highest, held.scope, group))
            except Unreadable as err:
                missing.append(err.gap)
        return _replay(known, missing)


class GoogleRoles(Roles, provider=GOOGLE_WORKSPACE):
    """Role assignments, and the super administrator mark of the account itself."""

    def __init__(
        self,
        assignments: Table[GoogleAssignment],
        roles: Keyed[Role],
        users: Keyed[GoogleUser],
        membership: Membership,
    ) -> None:
        self.assignments, self.roles, self.users, self.membership = assignments, roles, users, membership

    @derived
    def read(self) -> tuple[dict[str, list[HeldRole]], list[tuple[str, HeldRole]], list[Gap]]:
        """(roles by user, roles by group, what could not be read)."""
        by_user: dict[str, list[HeldRole]] = {}
        by_group: list[tuple[str, HeldRole]] = []
        gaps: list[Gap] = []
        for assignment in self.assignments.known():
            try:
                role_id, holder = assignment.role_id, assignment.assigned_to
                role = self.roles.get(role_id)
                scope = "" if assignment.scope_type == "CUSTOMER" else str(assignment.org_unit_id or "a part")
                name, highest = (role_id, False) if role is None else (role.role_name, role.is_super_admin_role)
                held = HeldRole(role_id, _plain(name), highest, scope)
                if assignment.to_group:
                    by_group.append((holder, held))
                else:
                    by_user.setdefault(holder, []).append(held)
            except Unreadable as err:
                gaps.append(err.gap)
        if self.assignments.gap is not None:
            gaps.append(self.assignments.gap)
        return by_user, by_group, gaps

    def held_by(self, person: str) -> Iterator[HeldRole]:
        """Direct roles, the account's own mark, then those of groups the person is in."""
        by_user, by_group, gaps = self.read
        known, missing = list(by_user.get(person, [])), list(gaps)
        try:
            user = self.users.get(person)
            if user is not None and user.is_admin and not any(held.highest for held in known):
                known.append(HeldRole("super administrator", "Super Admin", True))
            if user is not None and user.is_delegated_admin and not known:
                known.append(HeldRole("administrator", "an administrator role", False))
        except Unreadable as err:
            missing.append(err.gap)
        for group, held in by_group:
            try:
                if self.membership.contains(group, person):
                    known.append(HeldRole(held.role, held.name, held.highest, held.scope, group))
            except Unreadable as err:
                missing.append(err.gap)
        return _replay(known, missing)


def _plain(name: str) -> str:
    """Google's system roles by a name for people: `_SEED_ADMIN_ROLE` is the super administrator."""
    if name == "_SEED_ADMIN_ROLE":
        return "Super Admin"
    if name.startswith("_") and name.endswith("_ROLE"):
        return name.strip("_").removesuffix("_ROLE").replace("_", " ").title()
    return name
