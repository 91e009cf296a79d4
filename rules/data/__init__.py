"""Dated tables of facts: mail services, vendors, plans. Each is a TOML file beside one small loader.

Every table says when it was compiled (`as_of`) and from what (`sources`); an entry that no solid source confirmed has
`verified = false`, and no verdict may rest on such an entry alone. Tables are read when first asked for, once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Provenance:
    """Where a table's facts come from."""

    as_of: date
    sources: tuple[str, ...]


@cache
def read(name: str) -> dict[str, Any]:
    """The content of `rules/data/<name>.toml`."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


def provenance(name: str) -> Provenance:
    """When a table was compiled, and from what."""
    table = read(name)
    return Provenance(table["as_of"], tuple(table["sources"]))
