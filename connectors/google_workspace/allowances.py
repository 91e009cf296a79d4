"""Quotas that each person has of their own, beside those of the project: a bucket of units a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

GMAIL = (6_000, 60.0)
"""Quota units a person and minute (Gmail API, usage limits); every setting that is read costs one.

Projects that used the API before May 2026 keep 15,000. The smaller figure holds for all.
"""


class Allowances:
    """Buckets of units, one a person: they fill up again with time, and a refusal closes only the one of whom it speaks.

    A bucket holds half of what a period allows and fills up with the other half, so that no period of any start sees more.
    """

    def __init__(self, units: float, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """So many units in any so many seconds."""
        self._most = units / 2
        self._rate = units / 2 / seconds
        self._clock = clock
        self._held: dict[str, tuple[float, float]] = {}  # units, and when there were so many
        self._closed: dict[str, float] = {}
        self._lock = threading.Lock()

    def spend(self, whom: str, units: int) -> float:
        """Take units out of somebody's bucket and return 0; or take nothing, and return the seconds to wait for them.

        Who wants more than a bucket holds waits until it is full and leaves it in debt.
        """
        with self._lock:
            now = self._clock()
            closed = self._closed.get(whom, now) - now
            held, at = self._held.get(whom, (self._most, now))
            held = min(self._most, held + (now - at) * self._rate)
            lacking = min(units, self._most) - held
            wait = max(closed, lacking / self._rate if lacking > 1e-9 else 0.0)
            if wait > 0:
                return wait
            self._held[whom] = (held - units, now)
            return 0.0

    def close(self, whom: str, seconds: float) -> None:
        """Nothing more of somebody's for so long: the provider said so."""
        with self._lock:
            self._closed[whom] = max(self._closed.get(whom, 0.0), self._clock() + seconds)
