"""The people of the customer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import MailDomain, Presence, Record
from connectors.source import GOOGLE_WORKSPACE, source

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""How Google writes "never" in times."""


class PersonName(Record):
    """A person's name."""

    full_name: str


@source(
    "directory.users",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.users().list,
        "directory",
        {"customer": CUSTOMER, "projection": "full", "orderBy": "email"},
        items="users",
        filled=True,
    ),
    permission="admin.directory.user.readonly",
    lane="directory",
    page_size=500,
    tier="tenant",
)
class User(Record):
    """A person's account: whether it works, whether it administers, and whether a second factor is registered and asked for."""

    kind = "person"

    id: str
    primary_email: str
    name: PersonName
    is_admin: bool  # super administrator
    is_delegated_admin: bool  # any other administrator role
    is_enrolled_in2_sv: bool
    is_enforced_in2_sv: bool  # resolved by Google from units, groups and exceptions
    suspended: bool
    suspension_reason: str = ""  # present only for suspended accounts (Directory API, users)
    archived: bool
    last_login_time: datetime  # 1970-01-01 means never
    creation_time: datetime
    org_unit_path: str
    is_mailbox_setup: bool
    customer_id: str
    # Empty lists are left out of the Directory API's answers.
    aliases: list[str] = []
    non_editable_aliases: list[str] = []
    # Left out when the person gave none; only whose service it is at is kept, not whose it is.
    recovery_email: Annotated[str, MailDomain] = ""
    recovery_phone: Annotated[bool, Presence] = False  # left out when the person gave none
    include_in_global_address_list: bool
    change_password_at_next_login: bool
    agreed_to_terms: bool
    # Set on guest accounts only; the Directory API leaves it out for everyone else.
    is_guest_user: bool = False

    @property
    def label(self) -> str:
        """The address."""
        return str(self.primary_email)

    @property
    def can_sign_in(self) -> bool:
        """Whether the account works: neither suspended nor archived."""
        return not self.suspended and not self.archived

    @property
    def last_login(self) -> datetime | None:
        """The last sign-in, None if there never was one."""
        when: datetime = self.last_login_time
        return None if when == NEVER else when
