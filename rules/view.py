"""Views: typed values computed once from tables, where several checks need the same join, inheritance or parse.

A view names what it needs in `__init__` by type, as a check does, and touches none of it there: its properties are lazy
(`derived`), so that what cannot be read becomes a gap of the one entity that needed it.

    class People(View[Person]):                      # the provider-neutral interface
    class MicrosoftPeople(People, provider=MICROSOFT_365):
        def __init__(self, users: Table[User], ...) -> None: ...
        def __iter__(self) -> Iterator[Person]: ...
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, NewType, TypeVar

from connectors.source import Provider

E = TypeVar("E")
V = TypeVar("V")

Now = NewType("Now", datetime)
"""The time a verdict is made for: the end of the scan unless the caller says otherwise."""


def age(now: datetime, then: datetime) -> timedelta:
    """How long ago something was."""
    return now - then


class View(Generic[E]):
    """A value computed from tables. `View[Person]` yields the `Person` entities that checks loop over."""

    implementations: ClassVar[dict[Provider, type[View[Any]]]]
    provider: ClassVar[Provider | None] = None
    entities: ClassVar[dict[type, type[View[Any]]]] = {}

    def __init_subclass__(cls, *, provider: Provider | None = None) -> None:
        """`provider` makes the class the implementation of its base view at that provider."""
        super().__init_subclass__()
        if provider is not None:
            cls.provider = provider
            found = next(b for b in cls.__mro__[1:] if "implementations" in b.__dict__)
            typing.cast("type[View[Any]]", found).implementations[provider] = cls
            return
        cls.implementations = {}
        for base in getattr(cls, "__orig_bases__", ()):
            if typing.get_origin(base) is View and isinstance(typing.get_args(base)[0], type):
                View.entities[typing.get_args(base)[0]] = cls

    def __iter__(self) -> Iterator[E]:
        raise TypeError(f"{type(self).__name__} yields no entities")


class Across(Generic[V]):
    """`Across[People]`: the view at each provider of the tenant, for checks that look at both."""

    def __init__(self, views: list[V]) -> None:
        self.views = views

    def __iter__(self) -> Iterator[V]:
        return iter(self.views)


class Tenant:
    """The clinic itself, for checks of tenant-wide settings: exactly one per provider."""

    kind = "tenant"

    def __init__(self, id: str, label: str, provider: Provider) -> None:  # noqa: A002
        self.id, self.label, self.provider = id, label, provider
