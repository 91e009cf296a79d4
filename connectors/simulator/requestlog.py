"""What the simulator was asked, judged by the simulator itself.

The log is the second witness for the read-only promise: ``is_read`` is decided here from the method, path and
cmdlet that arrived, not from anything the caller says about itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class LoggedRequest:
    """One request, or one item inside a batch (then ``batch`` holds the item's id).

    ``started`` is a Unix time, ``seconds`` the time to the answer, ``bytes`` the length of the answer's body.
    ``status`` is 0 where a fault cut the connection. ``path`` starts after ``/{provider}/{tenant}/{area}``.
    """

    tenant: str
    provider: str
    area: str
    method: str
    path: str
    query: str
    cmdlet: str | None
    status: int
    started: float
    seconds: float
    bytes: int
    is_read: bool
    batch: str | None = None


class RequestLog:
    """An append-only list that the server thread writes and tests read."""

    def __init__(self) -> None:
        self._entries: list[LoggedRequest] = []
        self._lock = threading.Lock()

    def add(self, entry: LoggedRequest) -> None:
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[LoggedRequest]:
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
