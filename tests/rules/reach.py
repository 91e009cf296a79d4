"""Which verdicts a check can give at all, read from its code: through helpers, views and constants, as far as `rules` reaches.

sayable(check) -> {"pass", "review", "not_applicable"}      this one never says "fail"
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from rules.control import Check
from rules.needs import hints
from rules.result import Result, Verdict, failed, needs_input, not_applicable, not_assessed, passed, review
from rules.view import View

_SAYS: dict[Any, Verdict] = {
    passed: Verdict.PASS,
    failed: Verdict.FAIL,
    review: Verdict.REVIEW,
    not_applicable: Verdict.NOT_APPLICABLE,
    not_assessed: Verdict.NOT_ASSESSED,
    needs_input: Verdict.NOT_ASSESSED,
}


def sayable(check: Check) -> set[Verdict]:
    """The verdicts that the check's code can name; that something could not be read is always possible."""
    walk = _Walk()
    if check.none is not None:
        walk.found.add(check.none.verdict)
    walk.function(check.function, [kind for hint in hints(check.function).values() for kind in _classes(hint)])
    return walk.found | {Verdict.NOT_ASSESSED}


class _Walk:
    def __init__(self) -> None:
        self.found: set[Verdict] = set()
        self._seen: set[int] = set()

    def function(self, function: Any, kinds: list[type]) -> None:
        """Look at what a function names; `kinds` are the classes whose members it may use."""
        code = function.__code__
        if id(code) in self._seen:
            return
        self._seen.add(id(code))
        if not kinds:
            kinds = [kind for hint in _hints(function) for kind in _classes(hint)]
        names = set(_names(code))
        cells = [cell.cell_contents for cell in function.__closure__ or () if cell.cell_contents is not None]
        values = [function.__globals__[name] for name in names if name in function.__globals__]
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        for value in (*values, *cells, *defaults):
            self.value(value, names)
        for kind in kinds:
            for name in names:
                self.member(kind, name)

    def value(self, value: Any, names: set[str]) -> None:
        """A thing that is named: a verdict, a function of ours, or something whose members are used."""
        if isinstance(value, Result):
            self.found.add(value.verdict)
        elif isinstance(value, types.FunctionType):
            if value in _SAYS:
                self.found.add(_SAYS[value])
            elif _ours(value):
                self.function(value, [])
        elif isinstance(value, types.ModuleType):
            if value.__name__.startswith("rules."):
                for name in names:
                    self.value(getattr(value, name, None), names)
        elif isinstance(value, type):
            if _ours(value):
                for name in names:
                    self.member(value, name)
        elif isinstance(value, tuple | list | dict):
            for item in value.values() if isinstance(value, dict) else value:
                self.value(item, names)
        elif _ours(type(value)):
            for name in names:
                self.member(type(value), name)

    def member(self, kind: type, name: str) -> None:
        """A member of a class, its property's code included."""
        found = next((one.__dict__[name] for one in kind.__mro__ if name in one.__dict__), None)
        code = next((getattr(found, at) for at in ("fget", "compute", "func", "__func__") if hasattr(found, at)), found)
        if isinstance(code, types.FunctionType) and _ours(code):
            self.function(code, [kind, *(one for hint in _hints(code) for one in _classes(hint))])


def _names(code: types.CodeType) -> Iterator[str]:
    """What a function and those inside it name."""
    yield from code.co_names
    yield from code.co_freevars
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _ours(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).startswith("rules.")


def _hints(function: Any) -> list[Any]:
    try:
        return [hint for name, hint in typing.get_type_hints(function).items() if name != "return"]
    except (NameError, TypeError):
        return []


def _classes(hint: Any) -> Iterator[type]:
    """The classes of ours that a hint names, views with what implements them at each provider."""
    for part in (hint, *typing.get_args(hint)):
        if isinstance(part, type) and _ours(part):
            yield part
            if issubclass(part, View):
                yield from getattr(part, "implementations", {}).values()
        elif typing.get_args(part) and part is not hint:
            yield from _classes(part)
