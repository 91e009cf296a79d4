"""OData's verbose form, in which SharePoint's admin service answers: marks and wrappers around the plain values."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """The value without metadata and links to more, and with wrapped lists as lists (microsoft365.md 5.1)."""
    if isinstance(value, dict):
        if isinstance(value.get("results"), list):
            return [plain(item) for item in value["results"]]
        return {
            key: plain(inner)
            for key, inner in value.items()
            if key != "__metadata" and not (isinstance(inner, dict) and "__deferred" in inner)
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
