"""Privileged roles that are active now, as Privileged Identity Management lists them.

for assignment in assignments: ...       none at all where the clinic does not own Entra ID P2
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.microsoft365.sources.roles import RoleAssignmentInstance
from connectors.record import Unreadable, derived
from rules.data.service_plans import Capability
from rules.tables import Table
from rules.view import View
from rules.views.licences import Licences
from rules.views.people import People, Person
from rules.views.roles import GLOBAL_ADMINISTRATOR, PRIVILEGED, MicrosoftRoles


class PrivilegedAssignment:
    """One privileged role held by somebody or something."""

    kind = "role assignment"

    def __init__(self, record: RoleAssignmentInstance, role: str, people: People) -> None:
        self.record, self.role, self._people = record, role, people

    @property
    def id(self) -> str:
        return str(self.record.id)

    @property
    def label(self) -> str:
        return f"{PRIVILEGED[self.role]} of {self.record.label}"

    @derived
    def person(self) -> Person | None:
        """Whoever holds it; None if that is a group, an application, or gone."""
        return self._people.by_id(self.record.principal_id)

    @derived
    def is_application(self) -> bool:
        """Whether an application holds it."""
        principal = self.record.principal
        return principal is not None and str(principal.type).endswith("servicePrincipal")

    @derived
    def is_sealed(self) -> bool:
        """Whether a sealed emergency account holds it."""
        return self.person is not None and self.person.is_break_glass

    @derived
    def is_permanent(self) -> bool:
        """Whether it is held at all times: given, not turned on for a while, and without an end."""
        return self.record.assignment_type == "Assigned" and self.record.end_date_time is None


class PrivilegedAssignments(View[PrivilegedAssignment]):
    """All active assignments of privileged roles."""

    def __init__(
        self, instances: Table[RoleAssignmentInstance], licences: Licences, roles: MicrosoftRoles, people: People
    ) -> None:
        self.instances, self.licences, self.roles, self.people = instances, licences, roles, people

    @derived
    def _read(self) -> tuple[list[PrivilegedAssignment], Unreadable | None]:
        found, unread = [], None
        for record in self.instances.known():
            try:
                role = self.roles.template(record.role_definition_id)
            except Unreadable as err:
                unread = unread or err
                continue
            if role in PRIVILEGED:
                found.append(PrivilegedAssignment(record, role, self.people))
        if unread is None and self.instances.gap is not None:
            unread = Unreadable(self.instances.gap)
        return found, unread

    def __iter__(self) -> Iterator[PrivilegedAssignment]:
        """The assignments that are known, then `Unreadable` if there may be more."""
        if not self.licences.has(Capability.ENTRA_P2):
            return
        found, unread = self._read
        yield from found
        if unread is not None:
            raise Unreadable(unread.gap)

    @derived
    def permanent_top(self) -> int:
        """How many hold the highest role at all times, sealed accounts and applications aside."""
        return sum(
            one.role == GLOBAL_ADMINISTRATOR and one.is_permanent and not one.is_application and not one.is_sealed
            for one in self
        )
