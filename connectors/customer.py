"""A clinic that a partner looks after, as the provider's partner interface lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    """One customer: the provider's own tenant id, its name and domain, and what is to be known of the relationship."""

    id: str
    name: str
    domain: str = ""
    notes: tuple[str, ...] = ()
