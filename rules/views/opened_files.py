"""Files that somebody opened to the whole world, by the audit log: a second witness where the files themselves were not listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connectors.google_workspace.sources.activity import DriveActivity
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View

CHANGE = "change_document_visibility"
OPEN = frozenset({"people_with_link", "public_on_the_web"})
"""Values of `visibility` that need no account (Reports API, Drive audit activity events)."""


class OpenedFiles(View[None]):
    """The files whose newest entry in the log leaves them open. Files that nobody touched since do not show, and none is told closed."""

    def __init__(self, log: Table[DriveActivity]) -> None:
        self._log = log

    @derived
    def _by_owner(self) -> dict[str, list[str]]:
        newest: dict[str, tuple[datetime, bool, str]] = {}
        for activity in self._log.known():
            try:
                when = activity.id.time
                for event in activity.events:
                    if event.name != CHANGE:
                        continue
                    file, owner = event.text("doc_id"), event.text("owner").casefold()
                    entry = when, event.text("visibility") in OPEN, owner
                    newest[file] = max(newest.get(file, entry), entry)
            except Unreadable:
                continue  # what an entry does not tell only leaves a file out: nothing passes by it
        found: dict[str, list[str]] = {}
        for file, (_, is_open, owner) in sorted(newest.items()):
            if is_open:
                found.setdefault(owner, []).append(file)
        return found

    def of(self, addresses: Iterable[str]) -> list[str]:
        """The ids of somebody's files that the log last saw open to anybody."""
        return sorted(file for address in addresses for file in self._by_owner.get(address.casefold(), []))
