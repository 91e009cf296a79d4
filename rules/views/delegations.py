"""Keys to every Google account (domain-wide delegation), as far as the audit log of 180 days tells.

    for key in delegations: ...     key.id -> "1033...", key.scopes, key.wide

No interface lists the keys, so what is missing here proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.gap import Gap
from connectors.google_workspace.sources.activity import AdminActivity
from connectors.record import Unreadable
from rules.tables import Table
from rules.view import View

GIVEN, TAKEN = "AUTHORIZE_API_CLIENT_ACCESS", "REMOVE_API_CLIENT_ACCESS"
_WHOLE = frozenset({"mail.google.com", "gmail.modify", "gmail.readonly", "drive", "drive.readonly"})
_HEAD = re.compile(r"^https?://(?:www\.googleapis\.com/auth/)?|/$")


@dataclass
class Delegation:
    """One key: which program it is, and what it opens in everybody's account."""

    id: str  # the client id
    since: datetime
    scopes: set[str] = field(default_factory=set)
    kind: str = "key"

    @property
    def label(self) -> str:
        return f"client {self.id}"

    @property
    def wide(self) -> list[str]:
        """The scopes that open all mail or all files."""
        return sorted(scope for scope in self.scopes if _HEAD.sub("", scope) in _WHOLE)


class Delegations(View[Delegation]):
    """The keys that were given and not taken back since, then `Unreadable` if the log is incomplete."""

    def __init__(self, log: Table[AdminActivity]) -> None:
        self._log = log

    def __iter__(self) -> Iterator[Delegation]:
        last: dict[str, tuple[datetime, str, set[str]]] = {}
        gap: Gap | None = self._log.gap
        for activity in self._log.known():
            try:
                for event in activity.events:
                    if event.name not in {GIVEN, TAKEN}:
                        continue
                    client, when = event.text("API_CLIENT_NAME"), activity.id.time
                    if client not in last or when > last[client][0]:
                        said = event.detail("API_SCOPES")
                        texts = [said.value or "", *said.multi_value] if said is not None else []
                        found = {scope for text in texts for scope in re.split(r"[,\s]+", text) if scope}
                        last[client] = when, event.name, found
            except Unreadable as err:
                gap = gap or err.gap
        for client, (when, what, scopes) in last.items():
            if what == GIVEN:
                yield Delegation(client, when, scopes)
        if gap is not None:
            raise Unreadable(gap)
