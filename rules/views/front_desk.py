"""Shared inboxes: the addresses that patients write to and several people answer.

    for inbox in front_desk: ...        inbox.person, inbox.group; one of them, or neither

The clinic names them as `front_desk`; without that, accounts and groups whose address says so ("intake@...").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gap import Gap
from connectors.record import Unreadable
from rules.profile import Profile
from rules.view import View
from rules.views.addressing import MailGroup, MailGroups
from rules.views.people import People, Person

SAYS_SO = re.compile(
    r"(?:front[ ._-]?desk|reception|info|office|admin|billing|intake|scheduling|appointments|records|referrals|fax|hello|contact)\d*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Inbox:
    """One shared inbox; `person` is the account and `group` the group behind its address."""

    address: str
    person: Person | None = None
    group: MailGroup | None = None
    gap: Gap | None = None  # why neither could be told
    kind: str = "inbox"

    @property
    def id(self) -> str:
        if self.person is not None:
            return self.person.id
        return self.group.id if self.group is not None else self.address

    @property
    def label(self) -> str:
        return self.person.label if self.person is not None else self.address


class FrontDesk(View[Inbox]):
    """The shared inboxes of the clinic."""

    def __init__(self, people: People, groups: MailGroups, profile: Profile) -> None:
        self.people, self.groups, self.profile = people, groups, profile

    def __iter__(self) -> Iterator[Inbox]:
        """The inboxes, then `Unreadable` if there may be more."""
        if self.profile.front_desk:
            yield from map(self._stated, sorted(name.casefold() for name in self.profile.front_desk))
            return
        unread: Unreadable | None = None
        try:
            for person in self.people:
                try:
                    if not _says_so(person.address) or person.is_guest:
                        continue
                    if person.has_mailbox or person.is_licensed:
                        yield Inbox(person.address, person=person)
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        try:
            for group in self.groups:
                address = next((one for one in sorted(group.addresses) if _says_so(one)), None)
                if address is not None:
                    yield Inbox(address, group=group)
        except Unreadable as err:
            unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)

    def _stated(self, address: str) -> Inbox:
        group = self.groups.by_address.get(address)
        if group is not None:
            return Inbox(address, group=group)
        try:
            person = self.people.by_address(address)
            if person is None:
                sum(1 for _ in self.groups)  # says so if groups may be missing
        except Unreadable as err:
            return Inbox(address, gap=err.gap)
        return Inbox(address, person=person)


def _says_so(address: str) -> bool:
    return SAYS_SO.fullmatch(address.partition("@")[0]) is not None
