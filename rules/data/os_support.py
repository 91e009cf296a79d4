"""Until when versions of Windows and macOS get updates.

support("Windows", "10.0.26100.2314", date(2026, 11, 24)) -> Support.SOME

Windows editions end at different days: the home and professional ones first, the enterprise ones last.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum, auto
from functools import cache

from rules.data import read


class Support(Enum):
    """Whether a version still gets updates."""

    YES = auto()
    SOME = auto()  # only some editions do, or nobody knows the day
    NO = auto()
    UNKNOWN = auto()


@cache
def _versions() -> dict[tuple[str, int], tuple[date | None, date | None]]:
    """By system and number: the first and the last day on which an edition's updates end; None: the day is not known."""
    return {
        (entry["system"], entry["number"]): (entry.get("first_end"), entry.get("last_end"))
        for entry in read("os_support")["version"]
    }


def support(system: str, version: str, today: date) -> Support:
    """Whether a version gets updates today. Windows is known by its build, macOS by its first number."""
    parts = [int(part) for part in re.findall(r"\d+", version)]
    number = parts[2] if system == "Windows" and len(parts) > 2 else parts[0] if system == "macOS" and parts else None
    if number is None:
        return Support.UNKNOWN
    known = _versions()
    if (system, number) not in known:
        oldest = min(found for name, found in known if name == system)
        return Support.NO if number < oldest else Support.UNKNOWN
    first, last = known[system, number]
    if last is not None and today > last:
        return Support.NO
    if first is not None and today <= first:
        return Support.YES
    return Support.SOME
