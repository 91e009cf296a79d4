"""Partial responses: the ``fields=`` mask of Google's APIs, parsed and really applied.

Grammar: ``a,b`` chooses both; ``a/b`` descends; ``a(b,c)`` descends into several; ``*`` stands for every key.
A list is passed through, so that ``items/id`` means the id of every item.
Source: Google's guide to partial responses (the same for every API with the classic front end).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from connectors.simulator.google.errors import ApiError

Mask = dict[str, Any]  # name -> Mask; an empty Mask keeps everything below
MAX_MASK_DEPTH = 50


def _refuse(mask: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {mask}", location="fields")


@lru_cache(maxsize=2048)
def parse_mask(text: str) -> Mask:
    """The tree of a mask; ``{}`` keeps everything. Raises ApiError 400 for a malformed mask."""
    position = 0

    def selection(depth: int) -> Mask:
        nonlocal position
        if depth > MAX_MASK_DEPTH:
            raise _refuse(text)
        chosen: Mask = {}
        while True:
            path(chosen, depth)
            if position < len(text) and text[position] == ",":
                position += 1
                continue
            return chosen

    def path(into: Mask, depth: int) -> None:
        nonlocal position
        start = position
        while position < len(text) and text[position] not in ",/()":
            position += 1
        name = text[start:position].strip()
        if not name:
            raise _refuse(text)
        mark = text[position] if position < len(text) else ""
        below: Mask = {}
        if mark == "/":
            position += 1
            path(below, depth)
        elif mark == "(":
            position += 1
            below = selection(depth + 1)
            if position >= len(text) or text[position] != ")":
                raise _refuse(text)
            position += 1
        into[name] = merge(into[name], below) if name in into else below

    tree = selection(0)
    if position != len(text):
        raise _refuse(text)
    return tree


def merge(left: Mask, right: Mask) -> Mask:
    """Both selections together; an empty one already keeps everything."""
    if not left or not right:
        return {}
    merged = dict(left)
    for name, below in right.items():
        merged[name] = merge(merged[name], below) if name in merged else below
    return merged


def apply_mask(value: Any, mask: Mask) -> Any:
    """A copy of ``value`` with only what the mask names. Names that the value lacks are ignored, as Google does."""
    if not mask:
        return value
    if isinstance(value, list):
        return [apply_mask(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        every = mask["*"]
        return {key: apply_mask(item, merge(every, mask[key]) if key in mask else every) for key, item in value.items()}
    return {
        key: (apply_mask(value[key], below) if below else value[key]) for key, below in mask.items() if key in value
    }
