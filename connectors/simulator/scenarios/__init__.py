"""The named clinics the simulator can play, and a generator for big ones.

Each ``microsoft_*.py`` or ``google_*.py`` module here offers ``SCENARIOS``: a mapping from scenario name to a
function that builds the tenant anew, so that no test sees another's changes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from connectors.simulator.tenant import SimulatedTenant

_FAMILIES = ("google", "microsoft")


@cache
def _catalogue(family: str) -> dict[str, Callable[[], SimulatedTenant]]:
    found: dict[str, Callable[[], SimulatedTenant]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith(f"{family}_"):
            found.update(getattr(importlib.import_module(f"{__name__}.{module.name}"), "SCENARIOS", {}))
    return dict(sorted(found.items()))


def scenarios() -> list[str]:
    """The names of all scenarios, sorted."""
    return [name for family in _FAMILIES for name in _catalogue(family)]


def scenario(name: str) -> SimulatedTenant:
    """Build the scenario of this name; `KeyError` with the known names for any other."""
    try:
        build = _catalogue(name.partition("-")[0])[name]
    except KeyError:
        raise KeyError(f"no scenario {name!r}; known: {', '.join(scenarios())}") from None
    return build()


def generate(provider: str, *, users: int, seed: int, **sizes: int) -> SimulatedTenant:
    """Make up a tenant with this many people; the same seed gives the same tenant.

    A provider's module ``microsoft_generated`` or ``google_generated`` does the work; Microsoft's takes further ``sizes``.
    """
    short = {"microsoft365": "microsoft", "google_workspace": "google"}.get(provider)
    if short is None:
        raise ValueError(f"unknown provider {provider!r}")
    module = importlib.import_module(f"{__name__}.{short}_generated")
    tenant = module.generate(users=users, seed=seed, **sizes)
    assert isinstance(tenant, SimulatedTenant)
    return tenant
