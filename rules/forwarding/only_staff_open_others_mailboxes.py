"""Only current staff can open someone else's mailbox.

Why it matters
    The right to open another mailbox is given in a minute and forgotten for years. When the person leaves, the shared
    front-desk inbox stays open to them unless somebody takes the right away.

How to fix it
    Microsoft 365: Exchange admin center, Recipients, Mailboxes, the mailbox, Delegation: remove the person.
    Google Workspace: In the mailbox, Settings, Accounts, Grant access to your account: remove the person.

Does not cover
    Rights on single folders and calendars. Rights that administrators hold by their role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.mailboxes import Delegate
from connectors.microsoft365.sources.mailboxes import Mailbox, MailboxPermission, RecipientPermission
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.tables import Grouped, Table
from rules.view import Now, View
from rules.views.addresses import parse
from rules.views.addressing import Addressing, MailGroups
from rules.views.forwards import beyond, worst_first
from rules.views.leavers import departed
from rules.views.openers import SYSTEM
from rules.views.people import People, Person

CONTROL = Control("FWD-10", Severity.HIGH, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"])
_SID = re.compile(r"^S-1-5-", re.IGNORECASE)


class Senders(View[Any]):
    """Who may send in the name of which mailbox."""

    def __init__(self, permissions: Table[RecipientPermission]) -> None:
        self._permissions = permissions

    @derived
    def _read(self) -> tuple[dict[str, list[tuple[int, RecipientPermission]]], Unreadable | None]:
        """The permissions with their place in the listing, by the mailbox's name as Exchange writes it; and what is missing."""
        found: dict[str, list[tuple[int, RecipientPermission]]] = {}
        missing: Unreadable | None = None
        try:
            for place, permission in enumerate(self._permissions):
                try:
                    found.setdefault(permission.identity, []).append((place, permission))
                except Unreadable as err:
                    missing = missing or err
        except Unreadable as err:
            missing = missing or err
        return found, missing

    def of(self, names: set[str]) -> Iterator[RecipientPermission]:
        """The permissions on a mailbox that goes by these names; then `Unreadable` if there may be more."""
        found, missing = self._read
        yield from (
            permission for _, permission in sorted(chain(*(found.get(name, ()) for name in names)), key=itemgetter(0))
        )
        if missing is not None:
            raise Unreadable(missing.gap)


@CONTROL.check(MICROSOFT_365)
def mailbox_is_opened_by_staff(
    mailbox: Mailbox,
    permissions: Grouped[MailboxPermission],
    senders: Senders,
    people: People,
    groups: MailGroups,
    addressing: Addressing,
    profile: Profile,
    now: Now,
) -> list[Result]:
    """Everybody who may open a mailbox, or send in its name, is working staff."""
    trustees: dict[str, str] = {}
    missing: list[Result] = []
    try:
        for permission in permissions.of(mailbox.external_directory_object_id):
            if not permission.is_inherited and not permission.deny and "FullAccess" in permission.access_rights:
                trustees.setdefault(permission.user, "may open it")
    except Unreadable as err:
        missing.append(Result(Verdict.NOT_ASSESSED, "who may open it could not be read", gap=err.gap))
    names = {mailbox.distinguished_name, mailbox.display_name, mailbox.primary_smtp_address, mailbox.guid}
    try:
        for sender in senders.of(names):
            if sender.access_control_type == "Allow" and not sender.is_inherited:
                trustees.setdefault(sender.trustee, "may send in its name")
    except Unreadable as err:
        missing.append(Result(Verdict.NOT_ASSESSED, "who may send in its name could not be read", gap=err.gap))
    for name in mailbox.grant_send_on_behalf_to:
        trustees.setdefault(name, "may send on its behalf")
    results = missing
    for trustee, right in trustees.items():
        if SYSTEM.match(trustee) or trustee.casefold() in {"nt authority\\self", "self"}:
            continue
        try:
            results += _judge(trustee, right, mailbox, people, groups, addressing, profile, now)
        except Unreadable as err:
            results.append(
                Result(Verdict.NOT_ASSESSED, f"{trustee} {right}, but who that is could not be told", gap=err.gap)
            )
    return worst_first(results) or [
        passed("only current staff can open it", people=sum(not SYSTEM.match(t) for t in trustees))
    ]


def _judge(
    trustee: str,
    right: str,
    mailbox: Mailbox,
    people: People,
    groups: MailGroups,
    addressing: Addressing,
    profile: Profile,
    now: datetime,
) -> list[Result]:
    about = {"trustee": trustee}
    if _SID.match(trustee):
        return [failed(f"an account that no longer exists ({trustee}) {right}", about=about)]
    led = addressing.directory.resolutions.get(trustee, trustee)
    # As it is written: a guest's own address may have dots that the comparison of two addresses leaves out.
    address = parse(led).key
    person = people.by_address(address)
    if person is None and mailbox.primary_smtp_address.casefold() != address:
        group = groups.by_address.get(address)
        if group is not None:
            outside = beyond(group, addressing)
            if outside:
                return [
                    failed(
                        f"the group {group.label} {right}, and has outside members: {', '.join(outside[:3])}",
                        about=about,
                    )
                ]
            return []
        raise Unreadable(
            Gap(
                "exchange.mailbox_permissions:User",
                Reason.UNREADABLE,
                "the name belongs to nobody who could be read",
                "look at the mailbox's delegation",
            )
        )
    return _person(person, trustee, right, about, profile, now) if person is not None else []


def _person(
    person: Person, trustee: str, right: str, about: dict[str, str], profile: Profile, now: datetime
) -> list[Result]:
    if person.is_guest:
        return [failed(f"{trustee}, a guest from outside, {right}", about=about)]
    if departed(person, profile, now):
        return [failed(f"{trustee}, who has left, {right}", about=about)]
    if not person.can_sign_in and not person.is_shared:
        return [failed(f"{trustee}, whose account is blocked, still {right}", about=about)]
    return []


@CONTROL.check(GOOGLE_WORKSPACE)
def delegates_are_staff(
    person: Person,
    delegates: Grouped[Delegate],
    people: People,
    groups: MailGroups,
    addressing: Addressing,
    profile: Profile,
    now: Now,
) -> list[Result]:
    """Everybody who may read somebody else's mailbox is working staff."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    results: list[Result] = []
    held = delegates.of(person.id)
    for delegate in held:
        try:
            if delegate.verification_status != "accepted":
                if delegate.verification_status == "verificationStatusUnspecified":
                    raise Unreadable(
                        Gap(
                            "gmail.delegates:verificationStatus",
                            Reason.UNREADABLE,
                            "whether the delegate accepted is not told",
                        )
                    )
                continue
            results += _delegate(delegate.delegate_email, people, groups, addressing, profile, now)
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("only current staff can open it", delegates=len(held))]


def _delegate(
    email: str, people: People, groups: MailGroups, addressing: Addressing, profile: Profile, now: datetime
) -> list[Result]:
    about = {"trustee": email}
    other = people.by_address(email.casefold())
    if other is not None:
        if departed(other, profile, now):
            return [failed(f"{email}, who has left, may open it", about=about)]
        if not other.can_sign_in:
            return [failed(f"{email}, whose account is suspended or archived, may open it", about=about)]
        return []
    group = groups.by_address.get(email.casefold())
    if group is not None:
        outside = beyond(group, addressing)
        if outside:
            return [
                failed(
                    f"the group {group.label} may open it, and has outside members: {', '.join(outside[:3])}",
                    about=about,
                )
            ]
        return [review(f"everybody in the group {group.label} may open it", about=about)]
    return [failed(f"{email}, who has no account at the clinic, may open it", about=about)]
