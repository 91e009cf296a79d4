"""For whom a Google policy is: its query, read as a formula that may also answer "not known".

    parse("entity.org_units.exists(...) && !entity.licenses.exists(...)") -> Formula
    formula.holds(traits) -> True | False | None

The clauses that Google documents (a unit, a group, a set of licenses) and `&&`, `||`, `!` and brackets are understood;
anything else is opaque: its answer is None, so that it neither applies nor fails to apply.
Source: Cloud Identity page "policy API concepts", and the queries of published fixtures.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ADMINS = "WORKSPACE_ALL_ADMIN_GROUP"
"""The pseudo group of all administrators."""


@dataclass(frozen=True)
class Traits:
    """What is known of somebody, as far as policies ask for it."""

    units: frozenset[str]  # ids of the person's unit and all units above it
    units_whole: bool  # whether the chain reaches the root, so that any other unit is known not to be in it
    groups: Mapping[str, bool | None]  # by group id; None: not known
    licences: frozenset[str] | None  # SKU ids; None: not known


class Formula(ABC):
    """A condition on a person."""

    @abstractmethod
    def holds(self, traits: Traits) -> bool | None:
        """Whether it holds; None if that is not known."""

    def atoms(self) -> Iterator[Formula]:
        """The clauses it is made of."""
        yield self


@dataclass(frozen=True)
class InUnit(Formula):
    """In a unit, or in any unit below it."""

    unit: str

    def holds(self, traits: Traits) -> bool | None:
        if self.unit in traits.units:
            return True
        return False if traits.units_whole else None


@dataclass(frozen=True)
class InGroup(Formula):
    """In a group, nested groups included."""

    group: str

    def holds(self, traits: Traits) -> bool | None:
        return traits.groups.get(self.group)


@dataclass(frozen=True)
class HasLicence(Formula):
    """Holds one of some licences."""

    skus: frozenset[str]

    def holds(self, traits: Traits) -> bool | None:
        return None if traits.licences is None else bool(self.skus & traits.licences)


@dataclass(frozen=True)
class Opaque(Formula):
    """A clause that nobody documented."""

    def holds(self, traits: Traits) -> bool | None:  # noqa: ARG002 - nothing is known of it
        return None


@dataclass(frozen=True)
class Not(Formula):
    """The opposite."""

    inner: Formula

    def holds(self, traits: Traits) -> bool | None:
        value = self.inner.holds(traits)
        return None if value is None else not value

    def atoms(self) -> Iterator[Formula]:
        yield from self.inner.atoms()


@dataclass(frozen=True)
class All(Formula):
    """Every part; without parts it holds."""

    parts: tuple[Formula, ...]

    def holds(self, traits: Traits) -> bool | None:
        values = [part.holds(traits) for part in self.parts]
        return False if False in values else (None if None in values else True)

    def atoms(self) -> Iterator[Formula]:
        for part in self.parts:
            yield from part.atoms()


@dataclass(frozen=True)
class Any(Formula):
    """At least one part."""

    parts: tuple[Formula, ...]

    def holds(self, traits: Traits) -> bool | None:
        values = [part.holds(traits) for part in self.parts]
        return True if True in values else (None if None in values else False)

    def atoms(self) -> Iterator[Formula]:
        for part in self.parts:
            yield from part.atoms()


_UNIT = re.compile(
    r"entity\.org_units\.exists\(\s*(\w+)\s*,\s*\1\.org_unit_id\s*==\s*orgUnitId\(\s*'([^']*)'\s*\)\s*\)"
)
_GROUP = re.compile(r"entity\.groups\.exists\(\s*(\w+)\s*,\s*\1\.group_id\s*==\s*groupId\(\s*'([^']*)'\s*\)\s*\)")
_LICENCE = re.compile(r"entity\.licenses\.exists\(\s*(\w+)\s*,\s*\1\s+in\s+\[([^\]]*)\]\s*\)")
_SKU = re.compile(r"\s*'/?product/[^'/]+/sku/([^'/]+)'\s*")
_SPACE = re.compile(r"\s*")


def parse(query: str) -> Formula:
    """Read a query; an empty one holds for everybody, a malformed one is opaque."""
    if not query.strip():
        return All(())
    reader = _Reader(query)
    formula = reader.either()
    reader.skip()
    return formula if reader.at == len(query) else Opaque()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, token: str) -> bool:
        self.skip()
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def either(self) -> Formula:
        parts = [self.every()]
        while self.take("||"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def every(self) -> Formula:
        parts = [self.one()]
        while self.take("&&"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Formula:
        if self.take("!"):
            return Not(self.one())
        if self.take("("):
            inner = self.either()
            return inner if self.take(")") else Opaque()
        self.skip()
        if found := _UNIT.match(self.text, self.at):
            self.at = found.end()
            return InUnit(found[2].removeprefix("orgUnits/"))
        if found := _GROUP.match(self.text, self.at):
            self.at = found.end()
            return InGroup(found[2].removeprefix("groups/"))
        if found := _LICENCE.match(self.text, self.at):
            self.at = found.end()
            listed = [_SKU.fullmatch(item) for item in found[2].split(",")]
            if all(listed):
                return HasLicence(frozenset(item[1] for item in listed if item))
            return Opaque()
        return self.unknown()

    def unknown(self) -> Formula:
        """Step over a clause that is not understood: to the next `&&`, `||` or closing bracket outside it."""
        depth, quote = 0, ""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "'\"":
                quote = sign
            elif sign in "([{":
                depth += 1
            elif sign in ")]}":
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and self.text.startswith(("&&", "||"), self.at):
                break
            self.at += 1
        return Opaque()
