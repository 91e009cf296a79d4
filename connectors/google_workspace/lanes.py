"""Google's quotas, and which answers are worth another try.

Figures: the quota pages of each API; the second of the Policy API from reports of its users, who were refused when closer: it
is counted from the answer to the next question, which is more than from question to question. On loopback no quota is kept,
unless the connection asks for it.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.google_workspace.errors import Problem, problem_of
from connectors.transport import THROTTLED, Lane, Response, Retry, Stopped, retry_after


class Quota(NamedTuple):
    """What an API bears: requests at a time, seconds between an answer and the next question, and units in any so many seconds.

    The parts of a batch count as units of their own.
    """

    at_once: int
    apart: float = 0.0
    units: int = 0  # 0: no figure that is counted here
    seconds: float = 60.0

    def least(self, units: int) -> float:
        """The seconds below which so many units cannot be asked for."""
        if self.apart:
            return max(0, units - 1) * self.apart
        return (math.ceil(units / self.units) - 1) * self.seconds if self.units and units else 0.0


QUOTAS: dict[str, Quota] = {
    "token": Quota(32),
    "directory": Quota(16, units=2400),  # a minute, for the administrator
    "groups": Quota(8),  # 100,000 a day; about ten at a time
    "identity": Quota(4),
    "policy": Quota(1, apart=1.02),  # one a second and customer, cannot be raised
    "licensing": Quota(1, apart=1.02),  # one a second
    "gmail": Quota(32, units=1_200_000),  # a minute and project, one a setting; a person's own: `allowances.py`
    "alerts": Quota(4),  # 150 a second and administrator
    "reports": Quota(4, units=2400),
    "reports_filtered": Quota(4, units=250),  # filtered questions a minute and project
    "mobile": Quota(4, units=10, seconds=1.0),  # ten lists a second
    "drive": Quota(8, units=10_000),  # a million of Drive's units a minute and project, of which a list takes a hundred
    "calendar": Quota(8, units=10_000),  # a minute and project
}
BUSY = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "sharingRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
"""Reasons of a 403 that only mean "slower"."""


class Windowed(Lane):
    """A lane with so many units in any so many seconds: they may come at once, and the next waits until the first are over.

    Google counts when a question arrives, which is known only when it was answered: from then on its time runs.
    """

    def __init__(self, name: str, quota: Quota) -> None:
        super().__init__(name, concurrency=quota.at_once)
        self._quota = quota
        self._spent: deque[list[float]] = deque()  # when, and how many units
        self._total = 0.0
        self._count = threading.Lock()

    @contextmanager
    def turn(self, stop: threading.Event, weight: int = 1) -> Iterator[None]:
        """Wait for a slot, and until the quota has room for so many units; `Stopped` if the run ends meanwhile."""
        with super().turn(stop, weight):
            mine = [0.0, float(weight)]
            while wait := self._room(mine):
                if stop.wait(min(wait, 0.5)):
                    raise Stopped
            try:
                yield
            finally:
                with self._count:
                    mine[0] = time.monotonic()

    def _room(self, mine: list[float]) -> float:
        """Take the units; or the seconds until there may be room."""
        with self._count:
            now = time.monotonic()
            while self._spent and self._spent[0][0] <= now - self._quota.seconds:
                self._total -= self._spent.popleft()[1]
            if self._spent and self._total + mine[1] > self._quota.units:
                return max(0.01, self._spent[0][0] + self._quota.seconds - now)
            mine[0] = now
            self._spent.append(mine)
            self._total += mine[1]
            return 0.0


def lanes(*, paced: bool) -> Sequence[Lane]:
    """One lane per quota."""
    return [
        Windowed(name, quota)
        if paced and quota.units
        else Lane(name, concurrency=quota.at_once, spacing=quota.apart if paced else 0.0)
        for name, quota in QUOTAS.items()
    ]


_UNTIL = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)", re.IGNORECASE)


def told_to_wait(response: Response, found: Problem) -> float | None:
    """The seconds that Google asks for, in the header or, as Gmail does it, as a time in the sentence; None if it asks for none."""
    until = _UNTIL.search(found.message)
    if until is None:
        return retry_after(response.headers)
    try:
        return max(0.0, (datetime.fromisoformat(until[1]) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return retry_after(response.headers)


def is_busy(response: Response, found: Problem) -> bool:
    """Whether Google only means "slower"."""
    return response.status == 429 or (response.status == 403 and found.reason in BUSY)


def of_one_person(found: Problem) -> bool:
    """Whether a "slower" speaks to one person's quota, and not to all of the project.

    Gmail says "User-rate limit exceeded", "Too many concurrent requests for user" or "... limit 'Queries per minute per user'".
    """
    return found.reason == "userRateLimitExceeded" or "user" in found.message.casefold()


def retries(*, paced: bool) -> Callable[[Response], Retry | None]:
    """What to do about an answer: None means that it is final."""

    def decide(response: Response) -> Retry | None:
        status = response.status
        if status < 400:
            # A part of a batch has no length of its own, and an object that was cut may end in any way but one.
            torn = response.content[:1] == b"{" and response.content.rstrip()[-1:] != b"}"
            return Retry(tries=3) if torn else None
        if status == 401:
            return Retry(after=0.0, tries=1, fresh_token=True)
        if status not in {403, 429} and status < 500:
            return None
        found = problem_of(response)
        after = told_to_wait(response, found)
        if is_busy(response, found):
            least = 0.0
            if "/policies" in response.url:
                least = 30.0 if "per minute" in found.message else 5.0
            return Retry(after=after, tries=THROTTLED, at_least=least if paced else 0.0)
        if status == 403:
            return None
        least = 5.0 if status == 503 and "/licensing/" in response.url else 0.0
        return Retry(after=after, tries=4, at_least=least if paced else 0.0)

    return decide
