"""Who is in which group, nested groups included, and what is not known about it.

    membership.contains(group_id, person_id) -> bool

A group whose members were not read answers with `Unreadable`, never with "nobody": an unknown member must not become covered
by a policy, and must not become exempt from it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.groups import Group as GoogleGroup
from connectors.google_workspace.sources.groups import GroupMember as GoogleMember
from connectors.microsoft365.sources.groups import Group, GroupMember
from connectors.record import Remembered, Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.tables import Grouped, Keyed
from rules.view import View


class Membership(View[None], ABC):
    """Who is in which group of a provider."""

    @abstractmethod
    def contains(self, group: str, person: str) -> bool:
        """Whether the person (by id) is in the group (by id), directly or through other groups.

        A group that no longer exists holds nobody. `Unreadable` where the members could not be read.
        """

    @abstractmethod
    def of(self, group: str) -> list[str]:
        """The ids of all members of a group; `Unreadable` if they could not be read."""

    @abstractmethod
    def exists(self, group: str) -> bool:
        """Whether the group is still there; `Unreadable` if the list of groups could not be read."""

    @abstractmethod
    def name(self, group: str) -> str:
        """What people call the group; its id where that cannot be read."""


class MicrosoftMembership(Membership, provider=MICROSOFT_365):
    """Members as Graph's transitive listing gives them."""

    def __init__(self, groups: Keyed[Group], members: Grouped[GroupMember]) -> None:
        self.groups, self.members = groups, members
        self._ids: Remembered[str, frozenset[str]] = Remembered()

    def exists(self, group: str) -> bool:
        """Whether the group is in the complete listing."""
        return self.groups.get(group) is not None

    def _members(self, group: str) -> frozenset[str]:
        return self._ids.get(group, lambda: frozenset(member.id for member in self.members.of(group)))

    def of(self, group: str) -> list[str]:
        """Ids of users, groups and other objects in the group."""
        if group not in self.members.known() and not self.exists(group):
            return []
        self._whole(group)
        return sorted(self._members(group))

    def contains(self, group: str, person: str) -> bool:
        """Whether the id is among the transitive members."""
        if group not in self.members.known() and not self.exists(group):
            return False
        if person in self._members(group):
            return True
        self._whole(group)
        return False

    def _whole(self, group: str) -> None:
        if (gap := self.members.lacks(group)) is not None:
            raise Unreadable(gap)

    def name(self, group: str) -> str:
        """The group's display name."""
        try:
            found = self.groups.get(group)
            return str(found.display_name) if found is not None else group
        except Unreadable:
            return group


class GoogleMembership(Membership, provider=GOOGLE_WORKSPACE):
    """Members as the Directory API gives them with derived membership."""

    def __init__(self, groups: Keyed[GoogleGroup], members: Grouped[GoogleMember]) -> None:
        self.groups, self.members = groups, members
        self._sets: Remembered[str, tuple[frozenset[str], bool, tuple[str, ...]]] = Remembered()

    def exists(self, group: str) -> bool:
        """Whether the group is in the complete listing."""
        return self.groups.get(group) is not None

    def _read(self, group: str) -> tuple[frozenset[str], bool, tuple[str, ...]]:
        """(ids of members, whether everyone in the organization is one, ids of groups among the members)."""
        return self._sets.get(group, lambda: _kinds(self.members.of(group)))

    def of(self, group: str) -> list[str]:
        """Ids of members; `Unreadable` for a group that holds everyone or a group of another organization."""
        if group not in self.members.known() and not self.exists(group):
            return []
        ids, everyone, nested = self._read(group)
        if (gap := self.members.lacks(group)) is not None:
            raise Unreadable(gap)
        if everyone or any(not self.exists(inner) for inner in nested):
            raise Unreadable(_open(group))
        return sorted(ids)

    def contains(self, group: str, person: str) -> bool:
        """Whether the id is a member; a nested group of another organization leaves it unknown."""
        return self._contains(group, person, frozenset())

    def _contains(self, group: str, person: str, seen: frozenset[str]) -> bool:
        if group not in self.members.known() and not self.exists(group):
            return False
        ids, everyone, nested = self._read(group)
        if everyone or person in ids:
            return True
        for inner in nested:
            if inner in seen or inner == group:
                continue
            if not self.exists(inner):
                raise Unreadable(_open(group))
            if self._contains(inner, person, seen | {group}):
                return True
        if (gap := self.members.lacks(group)) is not None:
            raise Unreadable(gap)
        return False

    def name(self, group: str) -> str:
        """The group's address."""
        try:
            found = self.groups.get(group)
            return str(found.email) if found is not None else group
        except Unreadable:
            return group


def _kinds(members: list[GoogleMember]) -> tuple[frozenset[str], bool, tuple[str, ...]]:
    return (
        frozenset(member.id for member in members),
        any(member.type == "CUSTOMER" for member in members),
        tuple(sorted(member.id for member in members if member.type == "GROUP")),
    )


def _open(group: str) -> Gap:
    return Gap(
        "directory.group_members",
        Reason.UNREADABLE,
        f"group {group} holds a group whose members cannot be listed",
        "list the people in that group one by one",
    )
