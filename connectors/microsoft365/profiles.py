"""Permission profiles: what a customer consents to, what each permission opens, and what a token holds beyond."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.microsoft365 import sources as _declared  # noqa: F401 - declares the sources
from connectors.microsoft365.connection import PROFILES, Profile
from connectors.source import MICROSOFT_365, Source, declared


def sources_of(profile: Profile) -> list[Source]:
    """The sources that a profile reads."""
    wanted = PROFILES[: PROFILES.index(profile) + 1]
    return [source for source in declared().values() if source.provider is MICROSOFT_365 and source.tier in wanted]


def permissions_of(profile: Profile) -> dict[str, list[str]]:
    """The least permissions of a profile, each with the sources that it opens."""
    found: dict[str, list[str]] = {}
    for source in sources_of(profile):
        found.setdefault(source.permission, []).append(source.name)
    return dict(sorted(found.items()))


def beyond(held: Iterable[str], profile: Profile) -> list[str]:
    """The permissions that a token holds and the profile does not need."""
    return sorted(set(held) - set(permissions_of(profile)))
