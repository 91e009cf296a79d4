"""Shared drives and who may open them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.google_workspace.calls import Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


class DriveRestrictions(Record):
    """What a shared drive forbids."""

    domain_users_only: bool
    drive_members_only: bool
    copy_requires_writer_permission: bool
    admin_managed_restrictions: bool


@source(
    "drive.shared_drives",
    GOOGLE_WORKSPACE,
    Call(
        "drive",
        "v3",
        lambda s: s.drives().list,
        "drive_admin",
        {"useDomainAdminAccess": True},
        items="drives",
        size="pageSize",
    ),
    permission="drive.readonly",
    lane="drive",
    page_size=100,
    tier="files",
)
class SharedDrive(Record):
    """A shared drive: a folder that belongs to the clinic. Its name may name a patient and is dropped."""

    kind = "shared drive"

    id: str
    org_unit_id: str = ""  # left out for drives in the root unit
    created_time: datetime
    restrictions: DriveRestrictions

    @property
    def label(self) -> str:
        """The drive's id."""
        return f"shared drive {self.id}"


@source(
    "drive.shared_drive_permissions",
    GOOGLE_WORKSPACE,
    Call(
        "drive",
        "v3",
        lambda s: s.permissions().list,
        "drive_admin",
        {"useDomainAdminAccess": True, "supportsAllDrives": True},
        items="permissions",
        size="pageSize",
        per="fileId",
    ),
    permission="drive.readonly",
    lane="drive",
    page_size=100,
    after=("drive.shared_drives",),
    fan_out=True,
    tier="files",
)
class DrivePermission(Record):
    """Who may open a shared drive, and how."""

    kind = "drive member"

    id: str
    type: Literal["user", "group", "domain", "anyone"]
    role: Literal["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"]
    # Which of the two is there depends on the type.
    email_address: str | None = None
    domain: str | None = None
    expiration_time: datetime | None = None  # left out when access does not end
    deleted: bool = False  # left out of permissions of accounts that exist

    @property
    def label(self) -> str:
        """The address or domain that has access."""
        return str(self.email_address or self.domain or self.type)
