"""Permission profiles: what a customer consents to, what each permission opens, and what a token holds beyond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.microsoft365 import sources as _declared  # noqa: F401 - declares the sources
from connectors.microsoft365.connection import PROFILES, Profile
from connectors.source import MICROSOFT_365, Source, declared

_SIGN_IN = frozenset({"openid", "profile", "email", "offline_access"})
"""Scopes of a person's sign-in itself."""


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


def resource_of(permission: str) -> str:
    """Which service a permission belongs to: "Sites.FullControl.All (SharePoint)" to sharepoint."""
    if permission.startswith("Exchange."):
        return "exchange"
    return permission.rpartition("(")[2].rstrip(")").casefold() if permission.endswith(")") else "graph"


def owner_of(resource: str) -> str:
    """The service that a token's resource belongs to: Purview counts as Exchange, an address by its host."""
    if resource == "compliance":
        return "exchange"
    return "sharepoint" if ".sharepoint" in resource else resource


def needed(profile: Profile, resource: str) -> list[str]:
    """The permissions of a profile that a service's own token shows; Purview takes Exchange's."""
    where = owner_of(resource)
    return [name for name in permissions_of(profile) if name and resource_of(name) == where]


def held_by(claims: Mapping[str, Any]) -> frozenset[str]:
    """The permissions in a token's claims: an application's roles, or a person's scopes."""
    roles = claims.get("roles")
    given = roles if isinstance(roles, list) else str(claims.get("scp") or "").split()
    return frozenset(str(name) for name in given) - _SIGN_IN


def beyond(held: Iterable[str], profile: Profile, resource: str = "graph") -> list[str]:
    """The permissions that a service's token holds and the profile does not need."""
    return sorted(set(held) - {name.partition(" (")[0] for name in needed(profile, resource)})
