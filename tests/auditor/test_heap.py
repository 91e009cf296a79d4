"""One heap for all threads, where the C library can be asked for it."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace

import pytest

from auditor import heap


@pytest.mark.parametrize("agrees", [1, 0])
def test_glibc_is_asked_for_one_heap_with_big_blocks_outside(monkeypatch: pytest.MonkeyPatch, agrees: int) -> None:
    asked: dict[int, int] = {}

    def mallopt(parameter: int, value: int) -> int:
        asked[parameter] = value
        return agrees

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    assert heap.share_one() is bool(agrees)
    assert asked[-8] == 1
    assert not agrees or asked[-3] == 1 << 20


@pytest.mark.parametrize(("platform", "library"), [("darwin", None), ("win32", None), ("linux", SimpleNamespace())])
def test_other_libraries_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, platform: str, library: SimpleNamespace | None
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    assert heap.share_one() is False
