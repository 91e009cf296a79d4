"""Apps and app passwords that people let into their accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from connectors.google_workspace.calls import Call
from connectors.google_workspace.explicit import Explicit
from connectors.record import EpochMilliseconds, Record
from connectors.source import GOOGLE_WORKSPACE, source


@source(
    "directory.user_tokens",
    GOOGLE_WORKSPACE,
    Call("admin", "directory_v1", lambda s: s.tokens().list, "user_security", items="items", per="userKey"),
    permission="admin.directory.user.security",
    lane="directory",
    after=("directory.users",),
    fan_out=True,
    optional=True,
)
class UserToken(Explicit, key="client_id"):
    """An app that a person let into the account, and what it may do there."""

    kind = "app access"
    _unset: ClassVar[Mapping[str, Any]] = {"displayText": "", "scopes": [], "anonymous": False, "nativeApp": False}

    client_id: str
    display_text: str  # empty for apps without a name
    scopes: list[str]
    anonymous: bool
    native_app: bool

    @property
    def label(self) -> str:
        """The app's name."""
        return str(self.display_text or self.client_id)


@source(
    "directory.user_asps",
    GOOGLE_WORKSPACE,
    Call("admin", "directory_v1", lambda s: s.asps().list, "user_security", items="items", per="userKey"),
    permission="admin.directory.user.security",
    lane="directory",
    after=("directory.users",),
    fan_out=True,
    optional=True,
)
class AppPassword(Record, key="code_id"):
    """A password for one app, which is never asked for a second factor. Its name is dropped."""

    kind = "app password"

    code_id: int
    creation_time: Annotated[datetime, EpochMilliseconds]
    last_time_used: Annotated[datetime, EpochMilliseconds]  # 0 means never

    @property
    def label(self) -> str:
        """The password's number."""
        return f"app password {self.code_id}"
