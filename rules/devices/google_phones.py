"""What all questions about Google's phones have in common: which of them count."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.google_workspace.sources.devices import MobileDevice
from rules.result import Result, needs_input
from rules.view import age

IN_USE = timedelta(days=90)
OUT = frozenset({"BLOCKED", "WIPED", "WIPING", "UNPROVISIONED"})


def kept_out(device: MobileDevice) -> bool:
    """Whether Google gives the phone nothing any more."""
    return device.status.upper() in OUT


def idle(device: MobileDevice, now: datetime) -> bool:
    """Whether the phone has not synchronized for 90 days."""
    return age(now, device.last_sync) > IN_USE


def absent() -> Result:
    """The answer where Google lists no phone at all."""
    return needs_input(
        "Google lists no phone at all; it only lists them where basic mobile management is on",
        "look at Devices, Mobile and endpoints, Universal settings in the Admin console",
        "directory.mobile_devices",
    )
