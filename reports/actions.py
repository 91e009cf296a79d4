"""What the letter asks for, in words for somebody who runs a clinic: the table `actions.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reports.glossary import plain
from rules.control import Control

WHO = {
    "you": "you",
    "support": "the person who looks after your computers",
    "both": "you, with the person who looks after your computers",
}


@dataclass(frozen=True)
class Action:
    """One thing to do. `rank` orders actions of the same severity; `minutes` is for one finding."""

    controls: tuple[str, ...]
    topic: str  # what it is about, in a few words
    do: str
    why: str
    who: str
    minutes: int
    rank: int


@cache
def actions() -> dict[str, Action]:
    """The action of each control in the table."""
    table = tomllib.loads(files(__package__).joinpath("actions.toml").read_text("utf-8"))["action"]
    found = [
        Action(tuple(row["controls"]), row["topic"], row["do"], row["why"], WHO[row["who"]], row["minutes"], rank)
        for rank, row in enumerate(table)
    ]
    return {control: action for action in found for control in action.controls}


def action_for(control: Control) -> Action:
    """The action of a control; one made from its own page where the table has none."""
    known = actions().get(control.id)
    if known is not None:
        return known
    title = plain(control.title)
    why = " ".join(control.page.get("Why it matters", "").split()).split(". ")[0].rstrip(".")
    do = f"Make this so: {title}."
    return Action((control.id,), f"“{title}”", do, plain(f"{why}." if why else ""), WHO["support"], 30, 10_000)
