"""Quotas of so many units in so many seconds: what fits comes at once, and no span of time sees more."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.google_workspace.lanes import QUOTAS, Quota, Windowed, lanes
from connectors.transport import Stopped


@pytest.mark.parametrize("weight", [1, 3, 5])
def test_no_span_sees_more_units_than_the_quota_allows(weight: int) -> None:
    quota = Quota(8, units=10, seconds=0.2)
    lane, stop = Windowed("directory", quota), threading.Event()
    seen: list[tuple[float, float]] = []

    def ask(_: int) -> None:
        with lane.turn(stop, weight):
            begins = time.monotonic()
            time.sleep(0.002)
            seen.append((begins, time.monotonic()))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40 // weight)))
    assert len(seen) == 40 // weight
    for _, ended in seen:
        # Wherever between question and answer Google counts, at most the quota lies within its seconds.
        assert sum(weight for begun, _ in seen if ended <= begun < ended + quota.seconds) <= 10


def test_what_is_heavier_than_the_quota_goes_alone() -> None:
    lane, stop = Windowed("directory", Quota(2, units=10, seconds=0.05)), threading.Event()
    for _ in range(3):
        with lane.turn(stop, 50):
            pass


def test_a_stop_ends_the_wait() -> None:
    lane, stop = Windowed("directory", Quota(2, units=1, seconds=3600.0)), threading.Event()
    with lane.turn(stop):
        pass
    stop.set()
    with pytest.raises(Stopped), lane.turn(stop):
        pass


def test_the_least_time_of_a_quota() -> None:
    assert [QUOTAS["directory"].least(units) for units in (0, 1, 2400, 2401, 10_000)] == [0, 0, 0, 60, 240]
    assert QUOTAS["licensing"].least(10) == pytest.approx(9 * QUOTAS["licensing"].apart)
    assert QUOTAS["groups"].least(10_000) == 0


def test_on_loopback_nothing_is_kept() -> None:
    assert not [lane for lane in lanes(paced=False) if isinstance(lane, Windowed) or lane.spacing]
