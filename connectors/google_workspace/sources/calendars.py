"""People's calendars and files that are open to others: which they are, and to whom."""

from __future__ import annotations

from typing import Literal

from connectors.google_workspace.calls import Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


@source(
    "calendar.list",
    GOOGLE_WORKSPACE,
    Call(
        "calendar",
        "v3",
        lambda s: s.calendarList().list,
        "calendar_user",
        {"minAccessRole": "owner", "showHidden": True},
        items="items",
        subject="user",
    ),
    permission="calendar.calendarlist.readonly",
    lane="calendar",
    page_size=250,
    after=("directory.users",),
    fan_out=True,
    tier="files",
)
class OwnedCalendar(Record):
    """A calendar that somebody owns. Its name may name a patient and is dropped."""

    kind = "calendar"

    id: str
    primary: bool = False  # left out for further calendars (Calendar API, CalendarListEntry)

    @property
    def label(self) -> str:
        """The calendar's id: a person's own calendar has their address."""
        return str(self.id)


@source(
    "calendar.acl",
    GOOGLE_WORKSPACE,
    Call("calendar", "v3", lambda s: s.acl().list, "calendar_user", items="items", per="calendarId", subject="user"),
    permission="calendar.acls.readonly",
    lane="calendar",
    page_size=250,
    after=("calendar.list", "directory.users"),
    fan_out=True,
    tier="files",
)
class CalendarRule(Record):
    """Who may see a calendar, and how much of it."""

    class Scope(Record, key="type"):
        """To whom a rule speaks: everybody, a domain, a group, a person."""

        type: Literal["default", "user", "group", "domain"]
        value: str | None = None  # left out for everybody (Calendar API, AclRule)

    id: str
    role: Literal["none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"]
    scope: Scope


@source(
    "drive.exposed_files",
    GOOGLE_WORKSPACE,
    Call(
        "drive",
        "v3",
        lambda s: s.files().list,
        "drive_user",
        {
            "corpora": "user",
            "q": "'me' in owners and trashed = false and (visibility = 'anyoneWithLink' or visibility = 'anyoneCanFind')",
        },
        items="files",
        size="pageSize",
        subject="user",
    ),
    permission="drive.metadata.readonly",
    lane="drive",
    page_size=1000,
    after=("directory.users",),
    fan_out=True,
    tier="files",
)
class ExposedFile(Record):
    """A file that anybody can open who has its address. Its name may name a patient and is never asked for."""

    class Permission(Record):
        """One of the rights to a file."""

        id: str
        type: Literal["user", "group", "domain", "anyone"]
        role: Literal["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"]
        allow_file_discovery: bool = False  # left out for people and groups (Drive API, Permission)

    kind = "file"

    id: str
    mime_type: str
    permissions: list[Permission]
