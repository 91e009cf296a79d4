"""Mailboxes' calendars: what is published, and what colleagues and strangers may see.

One question a mailbox each, so only the profile `full` reads them. The folder is asked for by its English name; a mailbox in
another language answers that there is none, which is a gap of that mailbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from connectors.microsoft365.calls import Cmdlet
from connectors.record import Record
from connectors.source import MICROSOFT_365, source

CALENDAR = ":\\Calendar"
PUBLISHED = "ExchangePublishedUser."
"""What Exchange puts before the address of an outsider who was sent a sharing invitation."""


def _has_calendar(mailbox: Mapping[str, Any]) -> bool:
    return mailbox.get("RecipientTypeDetails") in {"UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"}


@source(
    "exchange.mailbox_calendar_folder", MICROSOFT_365,
    Cmdlet("Get-MailboxCalendarFolder", per="Guid", of="ExternalDirectoryObjectId", folder=CALENDAR, only=_has_calendar),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
    tier="full",
)  # fmt: skip
class CalendarFolder(Record, case="pascal", key="publish_enabled"):
    """Whether a calendar is published on the internet, and how much of it."""

    publish_enabled: bool
    detail_level: Literal["AvailabilityOnly", "LimitedDetails", "FullDetails"]
    searchable_url_enabled: bool


@source(
    "exchange.mailbox_folder_permissions", MICROSOFT_365,
    Cmdlet("Get-MailboxFolderPermission", per="Guid", of="ExternalDirectoryObjectId", folder=CALENDAR, only=_has_calendar),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange", fan_out=True, after=("exchange.mailboxes",),
    tier="full",
)  # fmt: skip
class CalendarPermission(Record, case="pascal", key="user"):
    """What everybody at the clinic ("Default"), everybody else ("Anonymous") and single people may do with a calendar."""

    user: str
    access_rights: list[str]

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; of somebody who is told in an object, the name by which Exchange lists them."""
        kept = super().project(raw, secret)
        user = kept.get("User")
        if isinstance(user, Mapping):
            name = user.get("DisplayName")
            outside = user.get("UserType") == "External" and not str(name).startswith(PUBLISHED)
            kept["User"] = f"{PUBLISHED}{name}" if outside else name
        return kept

    @property
    def single(self) -> str:
        """The name or address of a single person or group; empty for "Default" and "Anonymous"."""
        return "" if self.user in {"Default", "Anonymous"} else str(self.user).removeprefix(PUBLISHED)
