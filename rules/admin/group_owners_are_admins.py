"""Group ownership is not a path to admin power.

Why it matters
    Whoever owns a group that holds a role can put anybody into it, and so make anybody an administrator.

How to fix it
    Microsoft 365: Entra admin center, Groups, the group, Owners: leave only administrators, or nobody. Members: take groups out of it.

Does not cover
    Groups at Google, whose roles can be held only by groups made for it.
"""

from __future__ import annotations

from connectors.microsoft365.sources.groups import MOST_EXPANDED, Group, GroupMember, GroupOwners
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Grouped, Keyed
from rules.views.people import People
from rules.views.privileged import privileged_roles
from rules.views.roles import MicrosoftRoles

CONTROL = Control("ADMIN-22", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"])


def gives_power(group: Group, roles: MicrosoftRoles) -> bool:
    """Whether a group holds a role or is made to hold one; `Unreadable` if that is not known."""
    if group.is_assignable_to_role:
        return True
    _, by_group, gaps = roles.read
    if any(holder == group.id for holder, _ in by_group):
        return True
    if gaps:
        raise Unreadable(gaps[0])
    return False


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no group"))
def owners_are_administrators(
    group: Group, roles: MicrosoftRoles, owners: Keyed[GroupOwners], people: People
) -> Result:
    """Every owner of a group with a role is a privileged administrator."""
    if not gives_power(group, roles):
        return not_applicable("holds no role")
    found = owners.get(group.id)
    if found is None:
        return not_assessed("its owners are not in the list", source="graph.group_owners")
    ordinary = []
    for owner in found.owners:
        person = people.by_id(owner.id) if owner.type.endswith("user") else None
        if person is None or not privileged_roles(person):
            ordinary.append(person.label if person is not None else owner.id)
    if ordinary:
        return failed(
            f"gives administrator power, and is owned by {', '.join(sorted(ordinary))}", owners=sorted(ordinary)
        )
    if len(found.owners) >= MOST_EXPANDED:
        return not_assessed("has more owners than Microsoft names at once", source="graph.group_owners:owners")
    return passed("is owned by administrators only", owners=len(found.owners))


@CONTROL.check(MICROSOFT_365, none=not_applicable("there is no group"))
def no_group_is_inside(group: Group, roles: MicrosoftRoles, members: Grouped[GroupMember]) -> Result:
    """No other group is inside a group with a role."""
    if not gives_power(group, roles):
        return not_applicable("holds no role")
    inner = sorted(
        member.display_name or member.id for member in members.of(group.id) if member.type.endswith(".group")
    )
    if inner:
        return failed(f"gives administrator power to everybody in {', '.join(inner)}", groups=inner)
    return passed("holds no other group")
