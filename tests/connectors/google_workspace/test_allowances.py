"""A person's own quota: never more in any minute than Google allows, and nobody waits for somebody else's."""

from __future__ import annotations

import random

import pytest

from connectors.google_workspace.allowances import Allowances
from connectors.google_workspace.errors import problem_of
from connectors.google_workspace.lanes import of_one_person, retries, told_to_wait
from connectors.transport import Response


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("seed", range(5))
def test_no_minute_sees_more_than_is_allowed(seed: int) -> None:
    chance, clock = random.Random(seed), Clock()
    bucket = Allowances(60, 60.0, clock=clock)
    spent: list[tuple[float, int]] = []
    while clock.now < 1600:
        units = chance.choice([1, 7, 7, 20])
        wait = bucket.spend("dana", units)
        if wait:
            clock.now += wait * chance.choice([0.3, 1.0, 1.0])
        else:
            spent.append((clock.now, units))
    for start, _ in spent:
        assert sum(units for when, units in spent if start <= when < start + 60) <= 60
    assert sum(units for _, units in spent) > 200  # and it lets through what it may


def test_a_wait_is_enough_and_takes_nothing_meanwhile() -> None:
    clock = Clock()
    bucket = Allowances(60, 60.0, clock=clock)
    assert bucket.spend("dana", 30) == 0.0
    assert bucket.spend("dana", 7) == bucket.spend("dana", 7) == pytest.approx(14.0)
    clock.now += 14.0
    assert bucket.spend("dana", 7) == 0.0


def test_one_persons_bucket_is_nobody_elses() -> None:
    bucket = Allowances(60, 60.0, clock=Clock())
    assert bucket.spend("dana", 30) == 0.0
    assert bucket.spend("dana", 1) > 0
    assert bucket.spend("chidi", 30) == 0.0


def test_a_refusal_closes_the_bucket_of_whom_it_speaks() -> None:
    clock = Clock()
    bucket = Allowances(60, 60.0, clock=clock)
    bucket.close("dana", 5.0)
    bucket.close("dana", 2.0)
    assert bucket.spend("dana", 1) == pytest.approx(5.0)
    assert bucket.spend("chidi", 1) == 0.0
    clock.now += 5.0
    assert bucket.spend("dana", 1) == 0.0


def test_who_wants_more_than_a_bucket_holds_waits_longer_the_next_time() -> None:
    clock = Clock()
    bucket = Allowances(10, 10.0, clock=clock)
    assert bucket.spend("dana", 7) == 0.0
    assert bucket.spend("dana", 7) == pytest.approx(14.0)


def refusal(status: int, reason: str, message: str) -> Response:
    body = f'{{"error": {{"code": {status}, "message": "{message}", "errors": [{{"reason": "{reason}"}}]}}}}'
    return Response(status, {}, body.encode(), "https://gmail.googleapis.com/gmail/v1/users/me/settings/imap")


@pytest.mark.parametrize(
    ("answer", "personal"),
    [
        (refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded"), True),
        (refusal(429, "rateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-11-24T08:15:00.196Z"), True),
        (refusal(429, "rateLimitExceeded", "Too many concurrent requests for user"), True),
        (refusal(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'"), True),
        (refusal(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'"), False),
        (refusal(429, "rateLimitExceeded", "Resource has been exhausted (e.g. check quota)."), False),
    ],
    ids=["classic", "until", "concurrent", "a person's minute", "the project's minute", "exhausted"],
)  # fmt: skip
def test_whose_quota_a_refusal_speaks_of(answer: Response, personal: bool) -> None:
    assert of_one_person(problem_of(answer)) is personal
    assert retries(paced=True)(answer) is not None


def test_gmail_names_the_time_to_come_back_in_its_sentence() -> None:
    for when, seconds in (("2999-01-01T00:00:00.5Z", 1e9), ("2020-01-01T00:00:00Z", 0.0)):
        answer = refusal(429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {when}")
        found = told_to_wait(answer, problem_of(answer))
        assert found is not None
        assert found >= seconds
        assert (found == 0.0) is (seconds == 0.0)
    for sentence in ("Retry after a while", "Retry after 2026-99-99T00:00:00Z", "Slow down"):
        answer = refusal(429, "rateLimitExceeded", sentence)
        assert told_to_wait(answer, problem_of(answer)) is None
