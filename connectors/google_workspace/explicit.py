"""Records of which Google leaves out what is not set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.record import Record


class Explicit(Record):
    """A record whose stored form says what is not set, so that a field that got lost is never taken for one that is not set.

    Google leaves empty lists, empty texts and false marks out of its answers. `_unset` names such fields with the value that
    their absence from an answer stands for; it is written down when the answer arrives, and from then on absence is damage.
    """

    _unset: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields, with those that Google left out."""
        return {**cls._unset, **super().project(raw, secret)}
