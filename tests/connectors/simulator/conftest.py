"""What several tests of the simulator need."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from connectors.simulator import gate


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The quotas' clock: it stands still until its one value is changed, so that a slow machine counts like a fast one."""
    now = [1000.0]
    monkeypatch.setattr(gate, "time", SimpleNamespace(time=time.time, monotonic=lambda: now[0]))
    return now
