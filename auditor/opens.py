"""What each permission buys: the sources it opens and the controls that go dark, in whole or in part, without it."""

from __future__ import annotations

from collections.abc import Mapping

from rules.control import controls
from rules.needs import needed_sources


def opened(permissions: Mapping[str, str]) -> dict[str, list[str]]:
    """For each permission, the controls that read something it opens. `permissions` are given by source."""
    found: dict[str, set[str]] = {permission: set() for permission in permissions.values()}
    for control in controls().values():
        for check in control.checks:
            for provider in check.providers:
                for source in needed_sources(check, provider):
                    if source in permissions:
                        found[permissions[source]].add(control.id)
    return {permission: sorted(ids) for permission, ids in sorted(found.items())}
