"""Cases that show what a risk can come to: the table `precedents.toml`. Never a forecast, never a statistic."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Precedent:
    """One settlement, in our own words."""

    name: str
    when: str
    told: str

    def __str__(self) -> str:
        return f"{self.name}, {self.when}: {self.told}"


@cache
def precedents() -> dict[str, Precedent]:
    """The case of each control that has one."""
    table = tomllib.loads(files(__package__).joinpath("precedents.toml").read_text("utf-8"))["precedent"]
    return {control: Precedent(row["name"], row["when"], row["told"]) for row in table for control in row["controls"]}
