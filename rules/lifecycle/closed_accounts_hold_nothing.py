"""Unlicensed leftovers and disabled accounts hold no access.

Why it matters
    Blocking an account is half of the work. Its mailbox may still forward, its groups still get mail, and its license costs money.

How to fix it
    Microsoft 365: Take the license and the groups from the account, stop its forwarding, and turn its mailbox into a shared one or
    hand it over; see the checklist (POL-9).
    Google Workspace: Take the account's ownership of groups away, and give it to somebody who works here.

Does not cover
    Accounts behind Teams phone numbers, which are blocked on purpose and need their license (LIFE-3).
    Mailboxes that are only kept on hold. Google does not let the settings of a suspended account's mailbox be read; while suspended, it
    takes in no mail and forwards none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from connectors.google_workspace.sources.groups import Group as GoogleGroup
from connectors.google_workspace.sources.groups import GroupMember as GoogleMember
from connectors.microsoft365.sources.groups import Group, GroupMember
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.lifecycle.phone_accounts import answers_calls
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Grouped, Keyed, Table
from rules.view import View
from rules.views.openers import Openers
from rules.views.people import MicrosoftPerson, Person

CONTROL = Control("LIFE-9", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"])
NONE = not_applicable("no account is blocked")


def _closed(person: Person) -> bool:
    """Whether the account is somebody's and blocked; accounts of shared mailboxes are blocked on purpose."""
    return not person.can_sign_in and not person.is_guest and not person.is_shared


class Holdings(View[None], ABC):
    """Which groups somebody holds in some way."""

    @abstractmethod
    def pairs(self) -> Iterator[tuple[str, str]]:
        """(who, the group's name), then `Unreadable` if there may be more."""

    @derived
    def _read(self) -> tuple[dict[str, list[str]], Unreadable | None]:
        found: dict[str, list[str]] = {}
        try:
            for member, label in self.pairs():
                found.setdefault(member, []).append(label)
        except Unreadable as err:
            return found, err
        return found, None

    def of(self, person: str) -> list[str]:
        """Names of the groups; `Unreadable` if none is known and some may be missing."""
        found, unread = self._read
        names = sorted(found.get(person, ()))
        if not names and unread is not None:
            raise Unreadable(unread.gap)
        return names


class MailGroupsOf(Holdings):
    """The teams and mail groups that somebody is in."""

    def __init__(self, groups: Table[Group], members: Grouped[GroupMember]) -> None:
        self.groups, self.members = groups, members

    def pairs(self) -> Iterator[tuple[str, str]]:
        unread: Unreadable | None = None
        for group in self.groups:
            try:
                if group.mail_enabled:
                    yield from ((member.id, group.label) for member in self.members.of(group.id))
            except Unreadable as err:
                unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)


class OwnedGroups(Holdings):
    """The groups that somebody owns at Google."""

    def __init__(self, groups: Table[GoogleGroup], members: Grouped[GoogleMember]) -> None:
        self.groups, self.members = groups, members

    def pairs(self) -> Iterator[tuple[str, str]]:
        unread: Unreadable | None = None
        for group in self.groups:
            try:
                yield from ((m.id, group.label) for m in self.members.of(group.id) if m.role == "OWNER")
            except Unreadable as err:
                unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)


@CONTROL.check(MICROSOFT_365, none=NONE)
def license_is_gone(person: Person) -> list[Result]:
    """No blocked account holds a license."""
    if not _closed(person) or answers_calls(person):
        return []
    if person.is_licensed:
        return [failed("is blocked and still holds a license")]
    return [passed("is blocked and holds no license")]


@CONTROL.check(MICROSOFT_365, none=NONE)
def groups_are_left(person: Person, groups: MailGroupsOf) -> list[Result]:
    """No blocked account is in a team or gets the mail of a group."""
    if not _closed(person):
        return []
    if names := groups.of(person.id):
        return [failed(f"is blocked and still in {', '.join(names[:5])}", groups=names)]
    return [passed("is blocked and in no team or mail group")]


@CONTROL.check(MICROSOFT_365, none=NONE)
def mailbox_is_still(person: Person, mailboxes: Keyed[Mailbox], openers: Openers) -> list[Result]:
    """No blocked account's mailbox forwards, or is opened by others without a decision."""
    assert isinstance(person, MicrosoftPerson)
    if not _closed(person):
        return []
    mailbox = mailboxes.get(person.id)
    if mailbox is None:
        return [passed("is blocked and has no mailbox")]
    if mailbox.forwarding_smtp_address or mailbox.forwarding_address:
        return [failed("is blocked, and its mailbox still forwards; see FWD-3")]
    others = sorted(one.trustee for one in openers.of(mailbox))
    if others:
        return [review(f"is blocked, and others may open its mailbox: {', '.join(others[:5])}", openers=others)]
    return [passed("is blocked; its mailbox forwards nothing, and nobody else opens it")]


@CONTROL.check(GOOGLE_WORKSPACE, none=NONE)
def groups_are_handed_over(person: Person, owned: OwnedGroups) -> list[Result]:
    """No suspended or archived account owns a group."""
    if not _closed(person):
        return []
    if names := owned.of(person.id):
        return [failed(f"is closed and still owns {', '.join(names[:5])}", groups=names)]
    return [passed("is closed and owns no group")]
