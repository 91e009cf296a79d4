"""The mask grammar of partial responses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulator.google.errors import ApiError
from connectors.simulator.google.fields import apply_mask, parse_mask

USERS = {
    "kind": "users",
    "nextPageToken": "t",
    "users": [
        {"id": "1", "name": {"fullName": "A", "givenName": "a"}, "emails": [{"address": "a", "primary": True}]},
        {"id": "2", "emails": []},
    ],
}


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("kind", {"kind": "users"}),
        ("nextPageToken,users/id", {"nextPageToken": "t", "users": [{"id": "1"}, {"id": "2"}]}),
        ("users(id,name/fullName)", {"users": [{"id": "1", "name": {"fullName": "A"}}, {"id": "2"}]}),
        ("users/emails/address", {"users": [{"emails": [{"address": "a"}]}, {"emails": []}]}),
        ("users(name(givenName))", {"users": [{"name": {"givenName": "a"}}, {}]}),
        ("users/name,users/id", {"users": [{"id": "1", "name": USERS["users"][0]["name"]}, {"id": "2"}]}),
        ("users/name/fullName,users/name", {"users": [{"name": USERS["users"][0]["name"]}, {}]}),
        ("*/id", {"users": [{"id": "1"}, {"id": "2"}], "kind": "users", "nextPageToken": "t"}),
        ("*", USERS),
        ("nothing,kind", {"kind": "users"}),
    ],
)
def test_masks(mask: str, expected: Any) -> None:
    assert apply_mask(USERS, parse_mask(mask)) == expected


@pytest.mark.parametrize("mask", ["users(", "users)", "users(id", "a,,b", "/a", "a/", "a()", "a(b)c", ",", "(" * 80])
def test_malformed_masks_are_refused(mask: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_mask(mask)
    assert caught.value.status == 400


NAMES = st.sampled_from(["id", "name", "users", "emails", "x"])
VALUES = st.recursive(
    st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
MASKS = st.recursive(
    NAMES,
    lambda inner: (
        st.tuples(NAMES, inner).map("/".join)
        | st.tuples(NAMES, st.lists(inner, min_size=1, max_size=3)).map(lambda pair: f"{pair[0]}({','.join(pair[1])})")
    ),
    max_leaves=6,
)


def kept(value: Any, path: list[str]) -> bool:
    """Whether something is left at a path, looked for the slow way."""
    if isinstance(value, list):
        return any(kept(item, path) for item in value)
    if not path:
        return True
    return isinstance(value, dict) and path[0] in value and kept(value[path[0]], path[1:])


@given(value=VALUES, mask=st.lists(MASKS, min_size=1, max_size=3).map(",".join))
def test_a_mask_never_adds_and_applies_once(value: Any, mask: str) -> None:
    tree = parse_mask(mask)
    once = apply_mask(value, tree)
    assert apply_mask(once, tree) == once
    for name in ("id", "name", "users", "emails", "x"):
        for below in ("id", "name", "x"):
            if kept(once, [name, below]):
                assert kept(value, [name, below])
        if isinstance(once, dict) and name in once:
            assert name in tree
