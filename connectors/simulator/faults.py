"""Ways to break a simulated provider on purpose.

A fault names the requests it hits with a glob over ``"provider area target"``, where target is the path below the
service's base or the cmdlet's name: ``"microsoft365 graph /v1.0/users"``, ``"microsoft365 exchange Get-Mailbox"``,
``"google_workspace * /admin/directory/v1/users*"``. What then happens is one of the actions below.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from fnmatch import fnmatchcase
from time import time
from typing import Any, Literal

ErrorKind = Literal["throttled", "permission", "licence", "expired", "unavailable"]
"""Errors each provider words in its own way."""


@dataclass(frozen=True)
class Status:
    """Answer with this status and body; a mapping or list is sent as JSON. ``Status(403)`` is an empty 403."""

    code: int
    body: Any = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Throttle:
    """Answer 429, with ``Retry-After`` in seconds (whole or decimal), as an HTTP date, or without the header."""

    retry_after: float | None = 1
    form: Literal["seconds", "date"] = "seconds"


@dataclass(frozen=True)
class Refuse:
    """Answer with the provider's own error of this kind."""

    kind: ErrorKind


@dataclass(frozen=True)
class Reset:
    """Cut the connection without an answer."""


@dataclass(frozen=True)
class Timeout:
    """Wait this many seconds before answering."""

    seconds: float


@dataclass(frozen=True)
class Truncate:
    """Send only the first half of the body, so that it is not valid JSON."""


@dataclass(frozen=True)
class ExpireToken:
    """Refuse the access token that was used; a newly issued one works again."""


@dataclass(frozen=True)
class Null:
    """Set a field to null. Paths read ``"a.b"`` inside each record, ``"a[].b"`` through lists, ``"$.a"`` from the top.

    ``record`` limits the change to one record of the page, counted from zero.
    """

    path: str
    record: int | None = None


@dataclass(frozen=True)
class Drop:
    """Leave a field out; paths as in `Null`."""

    path: str
    record: int | None = None


@dataclass(frozen=True)
class Replace:
    """Give a field another value, for example an enum member nobody has documented; paths as in `Null`."""

    path: str
    value: Any
    record: int | None = None


Action = Status | Throttle | Refuse | Reset | Timeout | Truncate | ExpireToken | Null | Drop | Replace


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    ``page`` hits only that page of a listing (from 1), ``nth`` only the nth matching request (from 1), ``after`` only
    matching requests later than that number, ``times`` at most so many requests, ``batch`` only items inside a batch
    (True) or only requests outside one (False), ``token`` only requests whose access token holds that text: a person's id.
    """

    match: str
    action: Action
    times: int | None = None
    page: int | None = None
    nth: int | None = None
    after: int = 0
    batch: bool | None = None
    tenant: str | None = None
    token: str | None = None

    async def before(self, error: Callable[[ErrorKind], Any], reply: Callable[..., Any]) -> Any:
        """The answer given instead of the provider's, or None when the provider is asked."""
        match self.action:
            case Status(code, body, headers):
                text = body if isinstance(body, str) else json.dumps(body)
                kind = "text/plain" if isinstance(body, str) else "application/json"
                return reply(code, text.encode(), {"content-type": kind, **dict(headers)})
            case Throttle(retry_after, form):
                answer = error("throttled")
                answer.status = 429
                if retry_after is not None:
                    answer.headers["Retry-After"] = (
                        formatdate(time() + retry_after, usegmt=True) if form == "date" else f"{retry_after:g}"
                    )
                return answer
            case Refuse(kind_of_error):
                return error(kind_of_error)
            case ExpireToken():
                return error("expired")
            case Reset():
                return reply(0, b"", {}, True)
            case Timeout(seconds):
                await asyncio.sleep(seconds)
        return None

    def change(self, body: bytes, content_type: str) -> bytes:
        """The provider's answer with this fault's change made to it."""
        match self.action:
            case Truncate():
                return body[: len(body) // 2]
            case Null(path, record) | Drop(path, record) | Replace(path, _, record) if "json" in content_type and body:
                content = json.loads(body)
                relative = path.removeprefix("$.")
                for target in _records(content, path, record):
                    _change(target, relative.split("."), self.action)
                return json.dumps(content, ensure_ascii=False).encode()
        return body


def storm(match: str, count: int, retry_after: float | None = 1) -> Fault:
    """The next ``count`` matching requests are throttled."""
    return Fault(match, Throttle(retry_after), times=count)


def _records(content: Any, path: str, record: int | None) -> list[Any]:
    """What a path starts from: each record of a listing, or the whole answer for ``$.`` paths and single objects."""
    first = path.split(".", maxsplit=1)[0].removesuffix("[]")
    if path.startswith("$.") or not isinstance(content, dict):
        return [content]
    if isinstance(content.get("value"), list):
        listed = content["value"]
    elif first in content:
        return [content]
    else:
        listed = [item for value in content.values() if isinstance(value, list) for item in value]
    chosen = listed if record is None else listed[record : record + 1]
    return [item for item in chosen if isinstance(item, dict)]


def _change(target: Any, steps: list[str], action: Null | Drop | Replace) -> None:
    if not isinstance(target, dict):
        return
    name, rest = steps[0], steps[1:]
    many = name.endswith("[]")
    name = name.removesuffix("[]")
    if rest:
        inner = target.get(name)
        for item in (inner if isinstance(inner, list) else [inner]) if many else [inner]:
            _change(item, rest, action)
        return
    match action:
        case Drop():
            target.pop(name, None)
        case Null():
            if name in target:
                target[name] = None
        case Replace(_, value):
            if many and isinstance(target.get(name), list):
                target[name] = [value for _ in target[name]]
            else:
                target[name] = value


class FaultBook:
    """The faults of one running simulator and how often each has struck."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)
        self._struck = [0] * len(self._faults)
        self._expired: dict[str, Fault] = {}

    def hits(self, subject: str, *, tenant: str, page: int, in_batch: bool, token: str) -> list[Fault]:
        """The faults that strike this request, which counts as one matching request for each of them."""
        if not self._faults:
            return []
        if token and token in self._expired:
            return [self._expired[token]]
        struck = []
        for index, fault in enumerate(self._faults):
            if not fnmatchcase(subject, fault.match) or fault.tenant not in (None, tenant):
                continue
            if fault.page not in (None, page) or fault.batch not in (None, in_batch):
                continue
            if fault.token is not None and fault.token not in token:
                continue
            self._seen[index] += 1
            # A token expires once: without a limit every token issued afterwards would be refused as well.
            limit = 1 if fault.times is None and isinstance(fault.action, ExpireToken) else fault.times
            if fault.nth not in (None, self._seen[index]) or self._seen[index] <= fault.after:
                continue
            if limit is not None and self._struck[index] >= limit:
                continue
            self._struck[index] += 1
            if isinstance(fault.action, ExpireToken):
                self._expired[token] = fault
            struck.append(fault)
        return struck
