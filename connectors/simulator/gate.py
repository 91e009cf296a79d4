"""The one gate every simulated request passes: log, latency, quotas and faults.

A provider's own code only answers; whatever can go wrong on the way is added here, for whole requests and for the
items inside a batch alike, so every source of every provider can be broken in the same ways.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from starlette.routing import BaseRoute

from connectors.simulator.faults import ErrorKind, Fault, FaultBook
from connectors.simulator.requestlog import LoggedRequest, RequestLog
from connectors.simulator.tenant import SimulatedTenant


@dataclass(frozen=True)
class Call:
    """One request as it arrived, or one item inside a batch (``batch`` is then the item's id).

    ``path`` starts after ``/{provider}/{tenant}/{area}`` and ``headers`` have lower-case names.
    """

    provider: str
    tenant: str
    area: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    batch: str | None = None


@dataclass(frozen=True)
class Label:
    """What a call is, in the simulator's own judgment.

    ``target`` is what fault patterns see after provider and area: the path, or the cmdlet's name.
    A ``container`` is a batch: its items wait and are counted one by one, so the batch itself is not.
    """

    target: str
    is_read: bool
    cmdlet: str | None = None
    page: int = 1
    container: bool = False


@dataclass
class Reply:
    """An answer; ``abort`` means that the connection is cut instead."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    abort: bool = False

    @classmethod
    def of(cls, status: int, content: Any, **headers: str) -> Reply:
        return cls(status, json.dumps(content).encode(), {"content-type": "application/json", **headers})


@dataclass(frozen=True)
class Quota:
    """At most ``limit`` cost units in any ``seconds``, and at most ``concurrent`` calls at once, per ``key``."""

    key: str
    limit: float
    seconds: float
    cost: float = 1
    concurrent: int | None = None
    tells_retry_after: bool = True


@dataclass(frozen=True)
class Place:
    """Where the simulator runs: its two base addresses and its private folder."""

    base: str
    secure_base: str
    folder: Path
    ca_file: Path
    client_certificate: Path


class ProviderApp(Protocol):
    """What a provider's module offers the server; ``microsoft.app`` and ``google.app`` are such modules.

    Routes live under ``/{first path segment}/{tenant key}/{area}/...``.
    """

    def routes(self, tenants: Sequence[SimulatedTenant], /) -> Sequence[BaseRoute]: ...

    def connection(self, tenant: SimulatedTenant, place: Place, /) -> dict[str, Any]: ...

    def describe(self, call: Call, /) -> Label: ...

    def quota(self, call: Call, /) -> Sequence[Quota]: ...

    def error(self, kind: ErrorKind, call: Call, /) -> Reply: ...


class _Window:
    """Cost spent per key in a sliding window, and calls under way."""

    def __init__(self) -> None:
        self.spent: dict[str, deque[tuple[float, float]]] = defaultdict(deque)
        self.total: dict[str, float] = defaultdict(float)
        self.running: dict[str, int] = defaultdict(int)

    def wait(self, quota: Quota, now: float) -> float:
        """Seconds until the call would fit; zero when it fits now."""
        spent = self.spent[quota.key]
        while spent and spent[0][0] <= now - quota.seconds:
            self.total[quota.key] -= spent.popleft()[1]
        if quota.concurrent is not None and self.running[quota.key] >= quota.concurrent:
            return 1.0
        if spent and self.total[quota.key] + quota.cost > quota.limit:
            return spent[0][0] + quota.seconds - now
        return 0.0

    def enter(self, quota: Quota, now: float) -> None:
        self.spent[quota.key].append((now, quota.cost))
        self.total[quota.key] += quota.cost
        self.running[quota.key] += 1


class Gate:
    """Answers calls through a provider, adding latency, quotas and faults, and logging each."""

    def __init__(
        self,
        providers: Mapping[str, ProviderApp],
        log: RequestLog,
        *,
        latency: float = 0.0,
        quotas: bool = False,
        faults: Sequence[Fault] = (),
    ) -> None:
        self._providers = providers
        self._log = log
        self._latency = latency
        self._quotas = quotas
        self._faults = FaultBook(faults)
        self._window = _Window()

    async def answer(self, call: Call, handler: Callable[[], Awaitable[Reply]]) -> Reply:
        started, clock = time.time(), time.monotonic()
        provider = self._providers.get(call.provider)
        if provider is None:
            label = Label(call.path, call.method in ("GET", "HEAD"))
            reply = await handler()
        else:
            label = provider.describe(call)
            reply = await self._answer(call, label, provider, handler)
        self._log.add(
            LoggedRequest(
                tenant=call.tenant,
                provider=call.provider,
                area=call.area,
                method=call.method,
                path=call.path,
                query=call.query,
                cmdlet=label.cmdlet,
                status=0 if reply.abort else reply.status,
                started=started,
                seconds=time.monotonic() - clock,
                bytes=len(reply.body),
                is_read=label.is_read,
                batch=call.batch,
            )
        )
        return reply

    async def _answer(
        self, call: Call, label: Label, provider: ProviderApp, handler: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        entered: list[Quota] = []
        if self._quotas and not label.container:
            refused = self._enter(provider.quota(call), entered)
            if refused is not None:
                reply = provider.error("throttled", call)
                if refused.tells_retry_after:
                    wait = max(1, round(self._window.wait(refused, time.monotonic()) + 0.5))
                    reply.headers["Retry-After"] = str(wait)
                return reply
        try:
            if self._latency and not label.container:
                await asyncio.sleep(self._latency)
            return await self._faulty(call, label, provider, handler)
        finally:
            for quota in entered:
                self._window.running[quota.key] -= 1

    async def _faulty(
        self, call: Call, label: Label, provider: ProviderApp, handler: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        hits = self._faults.hits(
            f"{call.provider} {call.area} {label.target}",
            tenant=call.tenant,
            page=label.page,
            in_batch=call.batch is not None,
            token=call.headers.get("authorization", ""),
        )
        for fault in hits:
            early = await fault.before(lambda kind: provider.error(kind, call), Reply)
            if early is not None:
                assert isinstance(early, Reply)
                return early
        reply = await handler()
        for fault in hits:
            reply.body = fault.change(reply.body, reply.headers.get("content-type", ""))
        return reply

    def _enter(self, quotas: Sequence[Quota], entered: list[Quota]) -> Quota | None:
        now = time.monotonic()
        for quota in quotas:
            if self._window.wait(quota, now) > 0:
                return quota
        for quota in quotas:
            self._window.enter(quota, now)
            entered.append(quota)
        return None
