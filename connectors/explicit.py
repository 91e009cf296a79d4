"""Records of which a provider leaves out what is not set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.record import Record


class Explicit(Record):
    """A record whose stored form says what is not set, so that a field that got lost is never taken for one that is not set.

    Google leaves empty lists, empty texts and false marks out of its answers; Graph leaves out or nulls what a rule or policy
    does not use. `_unset` names such fields with the value that their absence from an answer stands for; it is written down
    when the answer arrives, and from then on absence is damage. `_null_is_unset` says that null means the same.
    """

    _unset: ClassVar[Mapping[str, Any]] = {}
    _null_is_unset: ClassVar[bool] = False

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields, with those that the provider left out."""
        kept = super().project(raw, secret)
        if cls._null_is_unset:
            kept = {key: value for key, value in kept.items() if value is not None or key not in cls._unset}
        return {**cls._unset, **kept}
