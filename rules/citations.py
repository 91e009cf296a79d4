"""The paragraphs of law that controls cite, as a closed list in plain words.

    cite("164.312(d)") -> Citation("164.312(d)", "Person or entity authentication", CiteKind.STANDARD, "Verify that ...")

A finding is *evidence relevant to* a paragraph. Whether a clinic meets the rule is for a qualified professional to say, and
this product never does. General information, not legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read


class CiteKind(StrEnum):
    """How the rule marks a paragraph."""

    REQUIRED = "required"  # an implementation specification that must be in place
    ADDRESSABLE = "addressable"  # assess it; then do it, or document an equivalent alternative. Never "optional"
    STANDARD = "standard"  # binding, with or without specifications under it
    RULE = "rule"  # a provision outside the Security Rule's system of standards


class UnknownCite(LookupError):
    """A paragraph that is not in the list: a misspelling, or one that nobody has described yet."""


@dataclass(frozen=True)
class Citation:
    """One paragraph."""

    id: str
    title: str
    kind: CiteKind
    text: str  # a summary in plain words, not the wording of the law
    verified: bool = True  # False: the summary rests on general knowledge, not on a text that was read

    @property
    def label(self) -> str:
        """The cite as people write it: `45 CFR 164.312(d)`."""
        return f"{'42 CFR' if self.id.startswith('2.') else '45 CFR'} {self.id}"

    @property
    def evidence(self) -> str:
        """The sentence a finding may print about it."""
        return f"Evidence relevant to {self.label}"

    @property
    def allows_alternative(self) -> bool:
        """Whether a documented alternative is an answer to a finding (45 CFR 164.306(d)(3))."""
        return self.kind is CiteKind.ADDRESSABLE


@cache
def citations() -> dict[str, Citation]:
    """The whole vocabulary by id, in the order of the rule."""
    return {
        entry["id"]: Citation(
            entry["id"], entry["title"], CiteKind(entry["kind"]), entry["text"], entry.get("verified", True)
        )
        for entry in read("citations")["citation"]
    }


def cite(id: str) -> Citation:  # noqa: A002
    """The paragraph with an id such as `164.312(d)`, without "45 CFR"; raises `UnknownCite`."""
    try:
        return citations()[id]
    except KeyError:
        raise UnknownCite(f"{id!r} is not a paragraph we know; see rules/data/citations.toml") from None


def source() -> Provenance:
    """When the list was compiled, and from what."""
    return provenance("citations")
