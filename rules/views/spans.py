"""Spans of time as providers write them."""

from __future__ import annotations

import re
from datetime import timedelta

_DOTNET = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?")
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def dotnet(text: str) -> timedelta | None:
    """Exchange's "14.00:00:00" or "00:15:00"; None for anything else, such as Unlimited."""
    found = _DOTNET.fullmatch(text.strip())
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def iso(text: str) -> timedelta | None:
    """Graph's "P90D" or "PT0S"; None for anything else."""
    found = _ISO.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
