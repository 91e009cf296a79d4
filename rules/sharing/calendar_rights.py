"""Which mailboxes have a calendar that is read."""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox


def has_calendar(mailbox: Mailbox) -> bool:
    """Whether people, rooms or shared desks keep a calendar in this mailbox."""
    return mailbox.recipient_type_details in {"UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"}
