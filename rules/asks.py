"""Which kinds of statement a check asks the clinic for, read from the code of the check and of the views it uses.

    asks(check, MICROSOFT_365) -> frozenset({"email_policy"})

There is no list to keep: a check that begins to ask for a kind is known to ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from connectors.evidence.sources import KINDS, Statement
from connectors.source import Provider
from rules.attested.paper import Paper
from rules.control import Check
from rules.needs import hints, needs
from rules.view import View
from rules.views.attestations import Attestations

STATEMENTS: str = Statement.__source__
_KNOWN: dict[tuple[Any, Provider], frozenset[str]] = {}


def asks(check: Check, provider: Provider) -> frozenset[str]:
    """The kinds of statement that may decide a check at a provider."""
    key = (check.function, provider)
    if key not in _KNOWN:
        _KNOWN[key] = frozenset(_asked(check, provider))
    return _KNOWN[key]


def _asked(check: Check, provider: Provider) -> set[str]:
    if STATEMENTS not in needs(check, provider).sources:
        return set()
    found: set[str] = set()
    seen: set[Any] = set()
    _function(check.function, found, seen)
    # Views that the check itself names. What a view reads through another one (which outside domain belongs to a vendor with
    # an agreement) colours an answer; it is not what the check asks for.
    for hint in hints(check.function).values():
        if isinstance(hint, type) and issubclass(hint, View) and hint is not Attestations and _of_statements(hint):
            for member in vars(hint).values():
                _value(member, found, seen)
    return found


def _of_statements(view: type[View[Any]]) -> bool:
    """Whether a view is made of the clinic's statements alone."""
    return Attestations in hints(view.__init__).values()


def _function(function: Any, found: set[str], seen: set[Any]) -> None:
    if function in seen:
        return
    seen.add(function)
    _code(function.__code__, function.__globals__, found, seen)
    for cell in function.__closure__ or ():
        _value(cell.cell_contents, found, seen)


def _code(code: CodeType, scope: Mapping[str, Any], found: set[str], seen: set[Any]) -> None:
    for constant in _flat(code.co_consts):
        if isinstance(constant, CodeType):
            _code(constant, scope, found, seen)
        elif isinstance(constant, str) and constant in KINDS:
            found.add(constant)
    for name in code.co_names:
        if name in scope:
            _value(scope[name], found, seen)


def _value(value: Any, found: set[str], seen: set[Any]) -> None:
    """What a name of ours stands for: a kind, a paper, or more code."""
    value = getattr(value, "compute", getattr(value, "fget", value))
    if isinstance(value, str) and value in KINDS:
        found.add(value)
    elif isinstance(value, Paper):
        found.add(value.topic)
    elif isinstance(value, FunctionType) and value.__module__.startswith("rules."):
        _function(value, found, seen)


def _flat(constants: tuple[Any, ...]) -> Iterator[Any]:
    for constant in constants:
        if isinstance(constant, tuple | frozenset):
            yield from _flat(tuple(constant))
        else:
            yield constant
