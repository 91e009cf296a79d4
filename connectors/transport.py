"""The one transport: every request to every provider leaves through here, and only reads can leave.

It owns what providers have in common: the read-only guard, retry with Retry-After, lanes (one per provider quota), the request
budget, and a log of what was asked without any content. What differs by provider (which answers are worth a retry, which posts
are reads) is handed in as data.
"""

from __future__ import annotations

import email.utils
import ipaddress
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
import requests.adapters
import requests.utils
import urllib3

log = logging.getLogger("auditor.transport")
_HEADERS = dict(requests.utils.default_headers())


class Stopped(Exception):
    """The run was asked to stop."""


class WriteRefused(Exception):
    """Something tried to send a request that is not a known read. This is a fault of ours, never of the clinic."""


class BudgetSpent(Exception):
    """The run used up its request budget."""


@dataclass(frozen=True)
class Request:
    """One exchange to make. `operation` is the source's name, for logs and messages; it never holds record content."""

    method: str
    url: str
    operation: str
    lane: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    weight: int = 1  # how many units of the provider's quota it costs: the items of a batch
    timeout: float = 60.0


@dataclass(frozen=True)
class Response:
    """The provider's answer, raw."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The decoded body; `msgspec.DecodeError` if it is not JSON (a torn answer is retried before it gets here)."""
        return msgspec.json.decode(self.content)


class Unreachable(Exception):
    """No usable answer came after all retries: the connection failed, timed out or was cut."""


@dataclass(frozen=True)
class ReadOnly:
    """What may leave: GET to the named hosts, and posts that a predicate knows to be reads.

    `hosts` are exact names or suffixes that begin with a dot. `posts` get (host, path, body). `never` lists path fragments
    that are refused even for GET. Loopback counts as a named host only when `loopback` is set (the simulator).
    """

    hosts: Sequence[str]
    posts: Sequence[Callable[[str, str, bytes], bool]] = ()
    never: Sequence[str] = ()
    loopback: bool = False
    plain: Sequence[str] = ()

    def check(self, method: str, url: str, body: bytes) -> None:
        """Raise `WriteRefused` unless this request is a read of a named host."""
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path
        known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in self.hosts)
        local = is_loopback(host)
        if local and not self.loopback:
            raise WriteRefused(f"{method} {host}: loopback addresses are for the simulator only")
        plain = host in self.plain
        if not (known or local or plain):
            raise WriteRefused(f"{method} {host}: not a host of this provider")
        if parts.scheme != "https" and not (local or plain):
            raise WriteRefused(f"{method} {host}: not over TLS")
        if any(fragment in path for fragment in self.never):
            raise WriteRefused(f"{method} {host}: this path is never read")
        if method == "GET" and not body:
            return
        if method == "POST" and any(is_read(host, path, body) for is_read in self.posts):
            return
        raise WriteRefused(f"{method} {host}: not a known read")


def untrusted(text: str) -> str:
    """What to say of an error text that tells of a certificate nobody here trusts; empty if it tells of something else."""
    if "CERTIFICATE_VERIFY_FAILED" not in text and "certificate verify failed" not in text:
        return ""
    return (
        "the certificate of the server is not trusted here (where a security product opens connections, "
        "name the file of its authority in the environment variable REQUESTS_CA_BUNDLE)"
    )


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Lane:
    """One provider quota: how many requests at a time, how far apart, and a pause that all of them observe."""

    def __init__(
        self, name: str, *, concurrency: int = 4, spacing: float = 0.0, window: tuple[int, float] | None = None
    ) -> None:
        """`spacing` is the least time between two starts, in seconds; for a weighted request it is multiplied.

        `window` is a quota of so many starts in any so many seconds: they may come at once, and then nothing for a while.
        """
        self.name, self.concurrency, self.spacing, self.window = name, concurrency, spacing, window
        self._starts: deque[list[float]] = deque(maxlen=window[0] if window else 1)
        self._slots = threading.Semaphore(concurrency)
        self._guard = threading.Lock()
        self._next = 0.0

    @contextmanager
    def turn(self, stop: threading.Event, weight: int = 1) -> Iterator[None]:
        """Wait for a slot and for the lane to be open; `Stopped` if the run ends meanwhile.

        The provider counts when a request arrives, which is known only when it was answered: a window is counted from then, and
        so is the distance in a lane that lets one through at a time.
        """
        mine = [0.0]
        while not self._slots.acquire(timeout=0.2):
            if stop.is_set():
                raise Stopped
        try:
            while True:
                with self._guard:
                    now = time.monotonic()
                    wait = self._next - now
                    if self.window is not None and len(self._starts) == self.window[0]:
                        wait = max(wait, self._starts[0][0] + self.window[1] - now)
                    if wait <= 0:
                        self._next = now + self.spacing * weight
                        mine[0] = now
                        self._starts.append(mine)
                        break
                if stop.wait(min(wait, 0.5)):
                    raise Stopped
            try:
                yield
            finally:
                with self._guard:
                    mine[0] = time.monotonic()
                    if self.concurrency == 1:
                        self._next = max(self._next, mine[0] + self.spacing * weight)
        finally:
            self._slots.release()

    def pause(self, seconds: float) -> None:
        """Keep the whole lane quiet for so long: a quota is shared, so one 429 speaks to all."""
        with self._guard:
            self._next = max(self._next, time.monotonic() + seconds)


@dataclass
class Tally:
    """What a run cost so far."""

    requests: int = 0
    items: int = 0  # requests plus the extra items inside batches
    retries: int = 0
    bytes: int = 0
    waited: float = 0.0  # seconds asked for by Retry-After
    by_operation: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Retry:
    """Try again after so many seconds (None: back off), at most `tries` times. `fresh_token` asks for a new token first."""

    after: float | None = None
    tries: int = 5
    fresh_token: bool = False
    at_least: float = 0.0


@dataclass
class Tries:
    """How often a request failed, by the two reasons that are counted apart: trouble over there, and a token that ran out."""

    troubles: int = 0
    tokens: int = 0

    def again(self, verdict: Retry) -> bool:
        """Count one more failure; whether another try is worth it. A long wait is just when a token runs out."""
        if verdict.fresh_token:
            self.tokens += 1
            return self.tokens <= verdict.tries
        self.troubles += 1
        return self.troubles <= verdict.tries


THROTTLED = 40
"""How often a request is refused for haste before it is given up: a storm passes, and the patience of a request ends sooner."""


def ordinary_retry(response: Response) -> Retry | None:
    """The retry that every provider documents: 429 and 5xx, with Retry-After where it is given, and 401 once."""
    if response.status == 401:
        return Retry(after=0.0, tries=1, fresh_token=True)
    if response.status == 429:
        return Retry(after=retry_after(response.headers), tries=THROTTLED)
    if response.status in {503, 504}:
        return Retry(after=retry_after(response.headers))
    if response.status in {500, 502}:
        return Retry(after=retry_after(response.headers), tries=3)
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds a Retry-After header asks for: whole, decimal or a date; None if it is absent or unreadable."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def backoff(attempt: int, base: float) -> float:
    """Seconds to wait before try number `attempt` (1, 2, ...): doubling, capped at a minute, with a quarter of jitter."""
    return float(min(60.0, base * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25))  # noqa: S311


class Streak:
    """Parents in a row of whom no answer came at all: one is a gap of its own, many mean that the way there is cut."""

    def __init__(self, most: int = 10) -> None:
        self.most = most
        self._count = 0

    def answered(self) -> None:
        """Somebody's answer came: the way there is open."""
        self._count = 0

    def lost(self, err: Unreachable) -> None:
        """Nobody's answer came once more; raises the error when that is too often."""
        self._count += 1
        if self._count > self.most:
            raise err


class Transport:
    """Sends requests of one tenant's run. Safe to use from many threads."""

    def __init__(
        self,
        guard: ReadOnly,
        lanes: Sequence[Lane] = (),
        *,
        retry: Callable[[Response], Retry | None] = ordinary_retry,
        stop: threading.Event | None = None,
        budget: int | None = None,
        patience: float = 120.0,
        backoff_base: float = 1.0,
        verify: str | bool = True,
        pool: int = 64,
    ) -> None:
        """`budget` is the most requests a run may send; `patience` the longest total wait for one request, in seconds."""
        self.guard, self.retry, self.stop = guard, retry, stop or threading.Event()
        self.budget, self.patience, self.backoff_base = budget, patience, backoff_base
        self.lanes = {lane.name: lane for lane in lanes}
        self.tally = Tally()
        self._lock = threading.Lock()
        self._adapter = _GuardedAdapter(guard, pool)
        self._verify = verify
        self._local = threading.local()
        self._environments: dict[str, dict[str, Any]] = {}

    def session(self) -> requests.Session:
        """This thread's guarded session; the connection pool under it is shared. Token libraries may use it too."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.verify = self._verify
            session.trust_env = True
            session.mount("https://", self._adapter)
            session.mount("http://", self._adapter)
            self._local.session = session
        return session

    def send(self, request: Request, token: Callable[[bool], str] | None = None) -> Response:
        """Send until there is an answer that is not worth a retry, and return it whatever its status.

        `token(fresh)` gives the Authorization header's value. Raises `Unreachable`, `Stopped`, `BudgetSpent`, `WriteRefused`.
        """
        lane = self.lanes.get(request.lane) or self.lanes.setdefault(request.lane, Lane(request.lane))
        attempt, waited, fresh, tries = 0, 0.0, False, Tries()
        while True:
            if self.stop.is_set():
                raise Stopped
            attempt += 1
            headers = dict(request.headers)
            if token is not None:
                headers["Authorization"] = token(fresh)
            fresh = False
            failure: str | None = None
            response: Response | None = None
            started = time.monotonic()
            with lane.turn(self.stop, request.weight):
                self._count(request, attempt)
                try:
                    response = self._exchange(request, headers)
                except (
                    requests.ConnectionError,
                    requests.Timeout,
                    requests.exceptions.ChunkedEncodingError,
                    requests.exceptions.ContentDecodingError,
                ) as err:
                    failure = untrusted(str(err)) or type(err).__name__
                except urllib3.exceptions.HTTPError as err:
                    failure = type(err).__name__
            if response is not None:
                log.debug(
                    "%s %s %d in %.3f s, %d bytes",
                    request.operation,
                    request.method,
                    response.status,
                    time.monotonic() - started,
                    len(response.content),
                )
                verdict = self.retry(response)
                if verdict is None and response.ok and _torn(response):
                    failure, verdict = "truncated answer", Retry(tries=3)
            else:
                verdict = Retry(tries=3)
            if verdict is None and response is not None:
                return response
            assert verdict is not None
            pause = verdict.after if verdict.after is not None else backoff(attempt, self.backoff_base)
            pause = max(pause, verdict.at_least)
            if not tries.again(verdict) or waited + pause > self.patience:
                if response is not None and failure is None:
                    return response
                raise Unreachable(f"{request.operation}: {failure} after {attempt} tries")
            waited += pause
            fresh = verdict.fresh_token
            with self._lock:
                self.tally.retries += 1
                self.tally.waited += pause
            log.info(
                "%s: %s, trying again in %.1f s",
                request.operation,
                failure or (response.status if response else "?"),
                pause,
            )
            if response is not None and response.status in {429, 503}:
                lane.pause(pause)
            elif self.stop.wait(pause):
                raise Stopped

    def pause(self, lane: str, seconds: float) -> None:
        """Wait, and keep the whole lane quiet meanwhile: the items of a batch share its quota. `Stopped` if the run ends."""
        with self._lock:
            self.tally.retries += 1
            self.tally.waited += seconds
        if lane in self.lanes:
            self.lanes[lane].pause(seconds)
        if self.stop.wait(seconds):
            raise Stopped

    def _count(self, request: Request, attempt: int) -> None:
        with self._lock:
            if self.budget is not None and self.tally.requests >= self.budget:
                raise BudgetSpent(f"the run's budget of {self.budget} requests is used up")
            self.tally.requests += 1
            self.tally.items += request.weight
            if attempt == 1:
                self.tally.by_operation[request.operation] = self.tally.by_operation.get(request.operation, 0) + 1

    def _exchange(self, request: Request, headers: Mapping[str, str]) -> Response:
        # Without a session no cookie is kept, and no .netrc puts its own Authorization in the place of ours.
        prepared = requests.Request(
            request.method, request.url, headers=_HEADERS | dict(headers), data=request.body
        ).prepare()
        settings = self._environment(request.url)
        answer = self._adapter.send(prepared, timeout=(10.0, request.timeout), **settings)
        content = answer.content
        with self._lock:
            self.tally.bytes += len(content)
        return Response(answer.status_code, answer.headers, content, answer.url)

    def _environment(self, url: str) -> dict[str, Any]:
        """What the environment says of proxies and certificates for a host; looking it up costs as much as a request."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._environments:
            found = self.session().merge_environment_settings(place, {}, None, self._verify, None)
            self._environments[place] = {name: found[name] for name in ("proxies", "verify", "cert")}
        return self._environments[place]


def _torn(response: Response) -> bool:
    """Whether an answer that should be JSON stops in the middle, wherever that is: a cut may well end in a bracket."""
    if response.status == 204 or "json" not in response.headers.get("Content-Type", ""):
        return False
    try:
        msgspec.json.decode(response.content, type=msgspec.Raw)  # walks through to the end, and builds nothing
    except msgspec.DecodeError:
        return True
    return False


class _GuardedAdapter(requests.adapters.HTTPAdapter):
    """Where the read-only promise is kept: nothing reaches a socket without passing the guard."""

    def __init__(self, guard: ReadOnly, pool: int) -> None:
        self.guard = guard
        super().__init__(pool_connections=pool, pool_maxsize=pool, max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one prepared request if it is a read."""
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            raise WriteRefused(f"{request.method}: a streamed body is never a read")
        self.guard.check(request.method or "", request.url or "", body)
        return super().send(request, *args, **kwargs)
