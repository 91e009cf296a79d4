"""Who may open a mailbox at Microsoft beside its owner.

openers.of(mailbox) -> list[Opener]     opener.person: the account, None for a group or somebody who cannot be told
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.microsoft365.sources.mailboxes import Mailbox, MailboxPermission
from rules.tables import Grouped
from rules.view import View
from rules.views.addresses import parse
from rules.views.addressing import Addressing
from rules.views.people import People, Person

SYSTEM = re.compile(
    r"^(NT AUTHORITY\\|BUILTIN\\|NAMPR|[A-Z0-9]+\\(Organization Management|Exchange |Administrator|Domain Admins|Enterprise Admins|Managed Availability))",
    re.IGNORECASE,
)
"""Names of Exchange itself and of groups of its administrators."""


@dataclass(frozen=True)
class Opener:
    """Somebody with full access."""

    trustee: str
    person: Person | None


class Openers(View[None]):
    """Full access to mailboxes, as Exchange lists it mailbox by mailbox."""

    def __init__(self, permissions: Grouped[MailboxPermission], people: People, addressing: Addressing) -> None:
        self.permissions, self.people, self.addressing = permissions, people, addressing

    def of(self, mailbox: Mailbox) -> list[Opener]:
        """Everybody with full access of their own; `Unreadable` if the rights could not be read."""
        found = []
        for permission in self.permissions.of(mailbox.external_directory_object_id):
            if permission.is_inherited or permission.deny or "FullAccess" not in permission.access_rights:
                continue
            if not SYSTEM.match(permission.user):
                found.append(Opener(permission.user, self._person(permission.user)))
        return found

    def _person(self, trustee: str) -> Person | None:
        led = self.addressing.directory.resolutions.get(trustee, trustee)
        return self.people.by_address(parse(led).mailbox or led.casefold())
