"""No guest signs in with a personal mailbox.

Why it matters
    A guest with a private address keeps access to teams and files on an account that nobody at the clinic controls or can
    secure.

How to fix it
    Microsoft 365: Entra admin center, Users, filter Guests: remove the guest, or invite the work address instead.
    Google Workspace: Drive, the shared drive, Manage members: remove the address.

Does not cover
    Files that single people have shared with private addresses.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.drives import DrivePermission, SharedDrive
from connectors.microsoft365.sources.groups import Group, GroupMember
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.sharing.drive_members import outsiders
from rules.tables import Grouped, Keyed
from rules.views.addressing import Addressing
from rules.views.forwards import shown
from rules.views.people import Person

CONTROL = Control("SHARE-38", Severity.HIGH, cites=["164.308(a)(4)(ii)(C)", "164.502(e)(1)", "164.312(d)"])


@CONTROL.check(MICROSOFT_365, none=passed("there are no guests"))
def guest_is_from_work(
    person: Person, addressing: Addressing, members: Grouped[GroupMember], groups: Keyed[Group]
) -> Result:
    """No guest account stands for a personal mailbox."""
    if not person.is_guest:
        return not_applicable("is no guest")
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    led = addressing.lead(person.address)
    about = {"destination": shown(led)}
    facts: dict[str, Any] = {
        "destination_class": led.cls.value,
        "kind_of_address": led.reason,
        "reaches": _reaches(person, members, groups),
    }
    if led.is_consumer:
        return failed(f"is a guest with {led.reason}", about=about, **facts)
    if led.is_internal or led.is_approved:
        return passed("is a guest from an organization the clinic knows", **facts)
    return review(f"is a guest from {led.domain}, which the clinic has not approved", about=about, **facts)


def _reaches(person: Person, members: Grouped[GroupMember], groups: Keyed[Group]) -> list[str]:
    """The groups and teams the guest is in, as far as they could be read."""
    found = []
    for group in members.holding(person.id):
        try:
            entry = groups.get(group)
            found.append(entry.display_name if entry is not None else group)
        except Unreadable:
            found.append(group)
    return sorted(found)


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("there are no shared drives"))
def drive_members_are_from_work(
    drive: SharedDrive, permissions: Grouped[DrivePermission], addressing: Addressing
) -> list[Result]:
    """No shared drive can be opened with a personal account."""
    return outsiders(permissions.of(drive.id), addressing) or [passed("is open to no personal account")]
