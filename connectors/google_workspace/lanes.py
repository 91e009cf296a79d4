"""Google's quotas, and which answers are worth another try.

Figures: the quota pages of each API; the distance of the Policy API from reports of its users, who were refused when closer
than a second. On loopback no distance is kept, unless the connection asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from connectors.google_workspace.errors import Problem, problem_of
from connectors.transport import Lane, Response, Retry, retry_after

# name -> (requests at a time, least seconds between two)
QUOTAS: dict[str, tuple[int, float]] = {
    "token": (32, 0.0),
    "directory": (16, 60 / 2400),  # 2,400 a minute for the administrator; a batch counts as its parts
    "groups": (8, 0.0),  # 100,000 a day; about ten at a time
    "identity": (4, 0.0),
    "policy": (1, 1.1),  # one a second and customer, cannot be raised
    "licensing": (1, 1.1),  # one a second
    "gmail": (32, 60 / 1_200_000),  # units a minute and project, one unit a setting; a person's own: `allowances.py`
    "alerts": (4, 0.0),  # 150 a second and administrator
    "reports": (4, 60 / 2400),
    "reports_filtered": (4, 60 / 250),  # 250 filtered questions a minute and project
    "mobile": (4, 1 / 8),  # ten lists a second
    "drive": (8, 60 / 12000),
    "calendar": (8, 0.0),  # Google publishes no figures for it
}
BUSY = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "sharingRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
"""Reasons of a 403 that only mean "slower"."""


def lanes(*, paced: bool) -> Sequence[Lane]:
    """One lane per quota."""
    return [Lane(name, concurrency=many, spacing=gap if paced else 0.0) for name, (many, gap) in QUOTAS.items()]


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
            return Retry(after=after, tries=6, at_least=least if paced else 0.0)
        if status == 403:
            return None
        least = 5.0 if status == 503 and "/licensing/" in response.url else 0.0
        return Retry(after=after, tries=4, at_least=least if paced else 0.0)

    return decide
