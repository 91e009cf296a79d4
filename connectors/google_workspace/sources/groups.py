"""Groups: who is in them, and who may join, post and read."""

from __future__ import annotations

from typing import Annotated, Literal

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import Record, Text
from connectors.source import GOOGLE_WORKSPACE, source


@source(
    "directory.groups",
    GOOGLE_WORKSPACE,
    Call("admin", "directory_v1", lambda s: s.groups().list, "directory", {"customer": CUSTOMER}, items="groups"),
    permission="admin.directory.group.readonly",
    lane="directory",
    page_size=200,
    tier="tenant",
)
class Group(Record):
    """A group: a shared address whose mail goes to all its members."""

    kind = "group"

    id: str
    email: str
    admin_created: bool
    direct_members_count: Annotated[int, Text]
    # Empty lists are left out of the Directory API's answers.
    aliases: list[str] = []
    non_editable_aliases: list[str] = []

    @property
    def label(self) -> str:
        """The group's address."""
        return str(self.email)


@source(
    "directory.group_members",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.members().list,
        "directory",
        {"includeDerivedMembership": True},
        items="members",
        per="groupKey",
    ),
    permission="admin.directory.group.readonly",
    lane="directory",
    page_size=200,
    after=("directory.groups",),
    fan_out=True,
    tier="tenant",
)
class GroupMember(Record):
    """A member of a group, those of nested groups included. An outsider shows as an ordinary user with a foreign address."""

    kind = "group member"

    id: str
    # "All users of the organization" has no address, nor has a foreign group that cannot be looked into.
    email: str | None = None
    role: Literal["OWNER", "MANAGER", "MEMBER"]
    type: Literal["USER", "GROUP", "CUSTOMER", "EXTERNAL"]
    # The status says something about accounts of this customer only; it is left out for everyone else.
    status: str | None = None

    @property
    def label(self) -> str:
        """The member's address, or that it stands for everyone."""
        return str(self.email or ("everyone in the organization" if self.type == "CUSTOMER" else self.id))


@source(
    "groups.settings",
    GOOGLE_WORKSPACE,
    Call(
        "groupssettings",
        "v1",
        lambda s: s.groups().get,
        "groups_settings",
        # Without alt=json this API answers in XML.
        {"alt": "json"},
        per="groupUniqueId",
        by="email",
    ),
    permission="apps.groups.settings",
    lane="groups",
    after=("directory.groups",),
    fan_out=True,
)
class GroupSettings(Record, key="email"):
    """What a group allows: who may join, read, post, and whether outsiders may be members."""

    kind = "group"

    email: str
    allow_external_members: Annotated[bool, Text]
    allow_web_posting: Annotated[bool, Text]
    archive_only: Annotated[bool, Text]
    is_archived: Annotated[bool, Text]
    members_can_post_as_the_group: Annotated[bool, Text]
    include_in_global_address_list: Annotated[bool, Text]
    enable_collaborative_inbox: Annotated[bool, Text]
    who_can_join: Literal["INVITED_CAN_JOIN", "CAN_REQUEST_TO_JOIN", "ALL_IN_DOMAIN_CAN_JOIN", "ANYONE_CAN_JOIN"]
    who_can_view_group: Literal[
        "ALL_OWNERS_CAN_VIEW",
        "ALL_MANAGERS_CAN_VIEW",
        "ALL_MEMBERS_CAN_VIEW",
        "ALL_IN_DOMAIN_CAN_VIEW",
        "ANYONE_CAN_VIEW",
    ]
    who_can_view_membership: Literal["ALL_MANAGERS_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"]
    who_can_post_message: Literal[
        "NONE_CAN_POST",
        "ALL_OWNERS_CAN_POST",
        "ALL_MANAGERS_CAN_POST",
        "ALL_MEMBERS_CAN_POST",
        "ALL_IN_DOMAIN_CAN_POST",
        "ANYONE_CAN_POST",
    ]
    who_can_discover_group: Literal["ALL_MEMBERS_CAN_DISCOVER", "ALL_IN_DOMAIN_CAN_DISCOVER", "ANYONE_CAN_DISCOVER"]
    who_can_contact_owner: Literal[
        "ALL_OWNERS_CAN_CONTACT",
        "ALL_MANAGERS_CAN_CONTACT",
        "ALL_MEMBERS_CAN_CONTACT",
        "ALL_IN_DOMAIN_CAN_CONTACT",
        "ANYONE_CAN_CONTACT",
    ]
    message_moderation_level: Literal[
        "MODERATE_NONE", "MODERATE_NEW_MEMBERS", "MODERATE_NON_MEMBERS", "MODERATE_ALL_MESSAGES"
    ]

    @property
    def label(self) -> str:
        """The group's address."""
        return str(self.email)
