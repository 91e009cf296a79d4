"""Which services the providers' business associate agreements list.

    google("youtube").covered -> False        by the name in Google's policy settings (youtube.service_status)

Google's list is the one revised on 30 September 2025 as others transcribed it: messages should say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rules.data import Provenance, provenance, read


@dataclass(frozen=True)
class Service:
    """One service of a provider."""

    service: str  # Google: the prefix of its policy settings; Microsoft: our own short name
    name: str
    covered: bool | None  # None: sources do not tell
    verified: bool
    weight: str = "medium"  # of an uncovered service: how easily patient data ends up there (high, medium, low)
    basis: str = ""  # why, where it is not the list itself


@cache
def _table(provider: str) -> dict[str, Service]:
    return {
        entry["service"]: Service(
            entry["service"],
            entry["name"],
            entry.get("covered"),
            entry.get("verified", True),
            entry.get("weight", "medium"),
            entry.get("basis", ""),
        )
        for entry in read("baa_services")[provider]
    }


def google(service: str) -> Service | None:
    """A Google service by the name in its policy settings (`youtube`, `service_status` left off), None if not in the table."""
    return _table("google").get(service.removesuffix(".service_status"))


def google_services() -> tuple[Service, ...]:
    """Every Google service in the table."""
    return tuple(_table("google").values())


def microsoft(service: str) -> Service | None:
    """A Microsoft service or feature by our short name, None if not in the table."""
    return _table("microsoft").get(service)


def microsoft_services() -> tuple[Service, ...]:
    """Every Microsoft service or feature in the table."""
    return tuple(_table("microsoft").values())


def google_restriction_setting() -> str:
    """Google's setting for services without a control of their own. Its ENABLED means that they are restricted."""
    return str(read("baa_services")["restriction_setting"])


def source() -> Provenance:
    """The date of Google's list, and where the facts come from."""
    return provenance("baa_services")
