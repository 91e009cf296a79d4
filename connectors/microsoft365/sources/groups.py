"""Groups and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.explicit import Explicit
from connectors.microsoft365.calls import Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


@source(
    "graph.groups", MICROSOFT_365, Graph(lambda g: g.groups),
    permission="Group.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class Group(Record):
    """A group or team: who may see it, and whether mail to it goes to many."""

    kind = "group"

    id: str
    display_name: str
    mail: str | None
    mail_enabled: bool
    security_enabled: bool
    group_types: list[str]  # Unified, DynamicMembership
    visibility: str | None  # Public, Private, HiddenMembership; null for security and distribution groups
    resource_provisioning_options: list[str]
    is_assignable_to_role: bool | None
    is_management_restricted: bool | None
    membership_rule: str | None  # null: people are put into the group one by one

    @property
    def label(self) -> str:
        return str(self.display_name)


class GroupOwner(Record):
    """Somebody who decides who is in a group."""

    id: str
    type: str = named("@odata.type")


@source(
    "graph.group_owners", MICROSOFT_365, Graph(lambda g: g.groups, {"expand": ["owners($select=id)"]}),
    permission="Group.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class GroupOwners(Record):
    """Who owns each group; of many owners, Microsoft names twenty."""

    kind = "group"

    id: str
    owners: list[GroupOwner]

    @property
    def label(self) -> str:
        return str(self.id)


MOST_EXPANDED = 20
"""How many related objects Graph adds to one ($expand of directory objects)."""


def _anything(group: Mapping[str, Any]) -> bool:  # noqa: ARG001 - membership decides policies, roles and mail alike
    return True


@source(
    "graph.group_members", MICROSOFT_365,
    Graph(lambda g, group: g.groups.by_group_id(group).transitive_members, per="id", only=_anything),
    permission="GroupMember.Read.All", lane="graph-identity", page_size=999, tier="graph-only", fan_out=True, after=("graph.groups",),
)  # fmt: skip
class GroupMember(Explicit):
    """A member of a group, nested groups included."""

    repeats = True

    # Only people and contacts have these; exports do not ask for names.
    _unset: ClassVar[Mapping[str, Any]] = {
        "displayName": None,
        "userPrincipalName": None,
        "mail": None,
        "userType": None,
    }

    id: str
    type: str = named("@odata.type")
    display_name: str | None
    user_principal_name: str | None
    mail: str | None
    user_type: str | None
