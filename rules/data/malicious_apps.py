"""Applications that attackers are known to use, recognized by application id.

find("ff8d92dc-3d82-41d6-bcbd-b9174d163620").name -> "PerfectData Software"
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read


class AppKind(StrEnum):
    """Whether honest people use an application too."""

    MADE = "made"  # made for attacks, or known from attacks alone
    ABUSED = "abused"  # a product that attackers like


@dataclass(frozen=True)
class KnownApp:
    """One application on the lists."""

    id: str
    name: str
    kind: AppKind
    does: str  # what it does to the clinic's data, as a phrase
    reports: tuple[str, ...]


@cache
def _apps() -> dict[str, KnownApp]:
    return {
        entry["id"]: KnownApp(
            entry["id"], entry["name"], AppKind(entry["kind"]), entry["does"], tuple(entry["reports"])
        )
        for entry in read("malicious_apps")["app"]
    }


def find(app_id: str) -> KnownApp | None:
    """The application with this id, None if it is on no list."""
    return _apps().get(app_id.casefold())


def all_apps() -> tuple[KnownApp, ...]:
    """Every application in the table."""
    return tuple(_apps().values())


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("malicious_apps")
