"""Controls and their checks: one file a control, whose docstring is the control's page."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from connectors.source import Provider
from rules.result import Result, Severity

CheckFunction = Callable[..., Any]


class Level(StrEnum):
    """How binding a control is in the clinic profile."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True)
class Check:
    """One statement of a control, at one or more providers.

    `function` takes one entity, then whatever tables, views, `Profile` or `Now` it names by type, and returns a `Result` or
    a list of them. `none` is the result when the tenant holds no such entity.
    """

    control: Control
    function: CheckFunction
    providers: tuple[Provider, ...]
    references: Mapping[str, tuple[str, ...]]
    none: Result | None = None

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def statement(self) -> str:
        """The sentence that the check asserts."""
        return (self.function.__doc__ or self.control.title).strip().split("\n")[0].rstrip(".")


@dataclass
class Control:
    """One safeguard. Create it as the constant CONTROL of its own module; the module's docstring is its page."""

    id: str
    severity: Severity
    cites: tuple[str, ...]
    level: Level = Level.SHALL
    checks: list[Check] = field(default_factory=list, repr=False)
    outside: dict[Provider, str] = field(default_factory=dict, repr=False)
    module: str = ""

    def __init__(self, id: str, severity: Severity, *, cites: Iterable[str], level: Level = Level.SHALL) -> None:  # noqa: A002
        """`cites` are paragraphs as `rules.citations` knows them."""
        self.id, self.severity, self.cites, self.level = id, severity, tuple(cites), level
        self.checks, self.outside = [], {}
        self.module = sys._getframe(1).f_globals["__name__"]

    def check(
        self,
        *providers: Provider,
        none: Result | None = None,
        scuba: Iterable[str] = (),
        cis: Iterable[str] = (),
        prowler: Iterable[str] = (),
    ) -> Callable[[CheckFunction], CheckFunction]:
        """Add a statement that is judged at these providers, with its own references to peers' policy ids."""
        references = {"scuba": tuple(scuba), "cis": tuple(cis), "prowler": tuple(prowler)}

        def add(function: CheckFunction) -> CheckFunction:
            self.checks.append(Check(self, function, providers, references, none))
            return function

        return add

    def not_applicable(self, provider: Provider, why: str) -> None:
        """Say that the question does not arise at a provider, and why."""
        self.outside[provider] = why

    @property
    def family(self) -> str:
        """The folder the control lives in."""
        return self.module.split(".")[1]

    @property
    def title(self) -> str:
        """The good condition, in one sentence."""
        return self.page[""].split("\n")[0].strip().rstrip(".")

    @property
    def page(self) -> dict[str, str]:
        """The sections of the control's page by heading; "" holds what stands before the first."""
        return sections(sys.modules[self.module].__doc__ or "")


HEADINGS = ("Why it matters", "How to fix it", "Does not cover")


@cache
def sections(docstring: str) -> dict[str, str]:
    """Split a control's page at its headings."""
    parts: dict[str, list[str]] = {"": []}
    current = ""
    for line in docstring.strip().splitlines():
        if line.strip() in HEADINGS and not line.startswith(" "):
            current = line.strip()
            parts[current] = []
        else:
            parts[current].append(line.strip())
    return {heading: "\n".join(lines).strip() for heading, lines in parts.items()}


_NOT_FAMILIES = {"rules.views", "rules.data"}


@cache
def controls() -> dict[str, Control]:
    """Every control of the product by id: the family folders are walked, there is no list to keep."""
    import rules  # noqa: PLC0415 - the package imports this module

    found: dict[str, Control] = {}
    for family in pkgutil.iter_modules(rules.__path__, "rules."):
        if not family.ispkg or family.name in _NOT_FAMILIES:
            continue
        for module in pkgutil.iter_modules(importlib.import_module(family.name).__path__, f"{family.name}."):
            control = getattr(importlib.import_module(module.name), "CONTROL", None)
            if isinstance(control, Control):
                if control.id in found:
                    raise ValueError(f"{control.id} is declared twice: {control.module} and {found[control.id].module}")
                found[control.id] = control
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def natural(control_id: str) -> tuple[str, int]:
    """Sort key: MFA-2 before MFA-10."""
    family, _, number = control_id.partition("-")
    return family, int(number) if number.isdigit() else 0
