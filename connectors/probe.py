"""What a look at a connection found before any scan: a way in, a permission, a role; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing stands."""

    OK = "ok"
    MISSING = "missing"  # something that the profile or tier needs is not granted
    BEYOND = "beyond"  # something is granted that nothing here needs
    FAILED = "failed"  # there is no way in, or no answer
    UNKNOWN = "unknown"  # it could not be told


@dataclass(frozen=True)
class Probe:
    """One thing that was tried. `permission` is what it is about, in the provider's spelling, if it is about one."""

    what: str
    state: State
    detail: str = ""
    remedy: str = ""
    permission: str = ""
