"""Running sources: which in what order, on how many threads, page by page onto disk, and what became of each.

A source that fails becomes a gap and does not stop its neighbours. A stop request ends the run at a page border; what was read
stays in the working folder, and the next run goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from connectors.gap import Gap, Reason, SourceGap
from connectors.snapshot import Journal, Line, Snapshot, SourceState, TenantInfo, Workspace
from connectors.source import Provider, Source
from connectors.transport import BudgetSpent, Stopped, Unreachable

log = logging.getLogger("auditor.collect")
WORKERS = 32
"""Threads that ask: as many as the widest lane lets through at once."""
A = TypeVar("A")
B = TypeVar("B")


class Interrupted(Exception):
    """The run was stopped before it was whole; the working folder can be resumed."""


class OutOfTime(Exception):
    """A source took longer than it may."""


@dataclass
class Page:
    """One page of a source, as the connector hands it over.

    `records` are the provider's objects; the collector drops what nobody declared before anything is stored.
    `of` is the parent (mailbox, group, person) in a fan-out source; such a page is that parent's whole answer.
    `gap` says why this one parent could not be read. `following` is where the next page starts, for a resumed run.
    """

    records: Sequence[Mapping[str, Any]] = ()
    of: str | None = None
    gap: Gap | None = None
    following: str | None = None


@dataclass
class Fetch:
    """What a connector may use while it reads one source."""

    source: Source
    following: str | None  # where a resumed run goes on
    done: set[str]  # parents that a former run has read
    run: Run
    note: str = ""  # how the source was read, where that is worth knowing
    parents: int | None = None  # set by fan-out sources: how many there are to read
    limit: float | None = None  # seconds that the source may take
    started: float = field(default_factory=time.monotonic)

    def records(self, name: str) -> list[dict[str, Any]]:
        """The stored records of a source that was read before; `SourceGap` if it could not be read at all."""
        return [line.r for line in self.lines(name) if line.r is not None]

    def each(self, name: str) -> Iterator[dict[str, Any]]:
        """The same one by one: who needs thousands of ids need not hold thousands of people."""
        self._there(name)
        return (line.r for line in self.run.journal(name).lines() if line.r is not None)

    def lines(self, name: str) -> list[Line]:
        """The stored lines of a source that was read before; `SourceGap` if it could not be read at all."""
        self._there(name)
        return list(self.run.journal(name).lines())

    def _there(self, name: str) -> None:
        state = self.run.states.get(name)
        if state is None or (state.gap is not None and state.count == 0):
            why = state.gap.detail if state is not None and state.gap is not None else "it is switched off"
            reason = state.gap.reason if state is not None and state.gap is not None else Reason.NOT_COLLECTED
            remedy = state.gap.remedy if state is not None and state.gap is not None else ""
            raise SourceGap(
                Gap(
                    self.source.name,
                    reason,
                    f"it is read one by one from {name}, which could not be read: {why}",
                    remedy,
                )
            )

    def state(self, name: str) -> SourceState | None:
        """What became of a source that was read before."""
        return self.run.states.get(name)

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """Do `work` on every item on the run's worker threads; results come as they are ready."""
        if self.limit is None:
            return self.run.map(work, items)
        return self.run.map(work, items, until=self.started + self.limit)

    def check(self) -> None:
        """Raise `Stopped` if the run was asked to stop, `OutOfTime` if the source took longer than it may."""
        if self.run.stop.is_set():
            raise Stopped
        if self.limit is not None and time.monotonic() - self.started > self.limit:
            raise OutOfTime


class Connector(Protocol):
    """Reads one provider of one tenant."""

    provider: Provider

    def sources(self) -> Sequence[Source]:
        """The sources to read in this run, in any order."""
        ...

    def identify(self) -> str:
        """The provider's own tenant id, read from the provider; raises `auditor`-facing errors if sign-in fails."""
        ...

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """The pages of one source; `SourceGap` ends it early."""
        ...

    def skipped(self) -> Mapping[str, Gap]:
        """Sources that this run does not read, and why."""
        ...

    def disclosures(self) -> Sequence[str]:
        """What this run is allowed to touch beyond settings, in plain words."""
        ...


@dataclass(frozen=True)
class Limits:
    """The seconds that a source may take: those of its own, else those of every source; None is no limit."""

    every: float | None = None
    sources: Mapping[str, float] = field(default_factory=dict)

    def of(self, source: str) -> float | None:
        """The seconds that one source may take."""
        return self.sources.get(source, self.every)


@dataclass
class Run:
    """One running scan: threads, journals and states."""

    workspace: Workspace
    stop: threading.Event
    workers: int = WORKERS
    progress: Callable[[str, SourceState | None], None] = lambda name, state: None  # noqa: ARG005
    states: dict[str, SourceState] = field(default_factory=dict)
    limits: Limits = field(default_factory=lambda: Limits())
    _journals: dict[str, Journal] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None

    def journal(self, name: str) -> Journal:
        """The page journal of one source."""
        return self._journals.setdefault(name, self.workspace.journal(name))

    def map(self, work: Callable[[A], B], items: Iterable[A], *, until: float | None = None) -> Iterator[B]:
        """Do `work` on every item on the worker threads, a bounded number ahead; `OutOfTime` if that takes too long."""
        assert self._pool is not None
        waiting: set[Future[B]] = set()
        source = iter(items)
        try:
            while True:
                while len(waiting) < self.workers * 2:
                    try:
                        item = next(source)
                    except StopIteration:
                        break
                    waiting.add(self._pool.submit(work, item))
                if not waiting:
                    return
                left = None if until is None else max(0.0, until - time.monotonic())
                ready, waiting = wait(waiting, left, return_when=FIRST_COMPLETED)
                if not ready:
                    raise OutOfTime
                for future in ready:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()

    def all(self, connectors: Sequence[Connector]) -> None:
        """Read every source of every connector; dependants start as soon as what they need is there."""
        todo: dict[str, tuple[Connector, Source]] = {}
        for connector in connectors:
            for name, gap in connector.skipped().items():
                self.states[name] = SourceState(str(connector.provider), gap=gap)
            for source in connector.sources():
                if source.name not in self.states:
                    todo[source.name] = (connector, source)
        for name in list(todo):
            journal = self.journal(name)
            finished = journal.finished()
            if finished is None or (finished.gap is not None and finished.gap.reason is Reason.INTERRUPTED):
                continue
            if finished.gap is not None and not (finished.count or finished.parents_read):
                journal.forget()  # somebody may have granted since what was missing: it is asked for again
                continue
            self.states[name] = finished
            del todo[name]
        running: dict[Future[SourceState], str] = {}
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="read")
        drivers = ThreadPoolExecutor(self.workers, thread_name_prefix="source")
        try:
            while todo or running:
                for name in [
                    n for n, (_, s) in todo.items() if not any(a in todo or a in running.values() for a in s.after)
                ]:
                    connector, source = todo.pop(name)
                    self.progress(name, None)
                    running[drivers.submit(self._read, connector, source)] = name
                if not running:
                    raise ValueError(f"sources wait for each other: {sorted(todo)}")
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    name = running.pop(future)
                    self.states[name] = future.result()
                    self.progress(name, self.states[name])
                if self.stop.is_set():
                    todo.clear()
        finally:
            drivers.shutdown(wait=True, cancel_futures=True)
            self._pool.shutdown(wait=True, cancel_futures=True)
        if self.stop.is_set():
            raise Interrupted

    def _read(self, connector: Connector, source: Source) -> SourceState:
        journal = self.journal(source.name)
        pages, following, done = journal.recover()
        state = SourceState(str(source.provider), pages=pages, permission=source.permission)
        fetch = Fetch(source, following, done, self, limit=self.limits.of(source.name))
        if not (pages and following is None and not source.fan_out):
            try:
                for page in connector.pages(fetch):
                    pages += 1
                    journal.append(self._stored(source, page), pages, page.following)
                    fetch.check()
            except SourceGap as missing:
                state.gap = missing.gap
            except Stopped:
                state.gap = Gap(
                    source.name,
                    Reason.INTERRUPTED,
                    "the run was stopped",
                    "run the scan again: it goes on where it stopped",
                )
            except OutOfTime:
                state.gap = Gap(
                    source.name,
                    Reason.INTERRUPTED,
                    f"it took longer than the {fetch.limit:g} seconds that it may take",
                    f"raise the limit of {source.name} in [tenant.limits], or --source-seconds, and scan again",
                )
            except BudgetSpent as spent:
                state.gap = Gap(
                    source.name, Reason.INTERRUPTED, str(spent), "raise the request budget and run the scan again"
                )
            except Unreachable as err:
                state.gap = Gap(
                    source.name,
                    Reason.PROVIDER_ERROR,
                    str(err),
                    "check the network path to the provider and scan again",
                )
            finally:
                journal.close()
        state.pages, state.note = pages, fetch.note
        self._settle(source, state, fetch, journal)
        state.seconds = round(time.monotonic() - fetch.started, 3)
        if state.gap is None or state.gap.reason is not Reason.INTERRUPTED:
            journal.finish(state)
        log.info(
            "%s: %d records, %d pages%s",
            source.name,
            state.count,
            state.pages,
            f", {state.gap.reason}" if state.gap else "",
        )
        return state

    def _stored(self, source: Source, page: Page) -> list[Line]:
        secret = self.workspace.progress.secret
        lines = [Line(r=source.record.project(record, secret), of=page.of) for record in page.records]
        if page.of is not None and (page.gap is not None or not lines):
            lines.append(Line(of=page.of, gap=page.gap))
        return lines

    def _settle(self, source: Source, state: SourceState, fetch: Fetch, journal: Journal) -> None:
        """Count what is on disk; a listing that ended early is partial if some of it is there."""
        unread: list[Gap] = []
        read: set[str] = set()
        for line in journal.outlines():
            state.count += bool(line.r)
            if line.gap is not None:
                unread.append(line.gap)
            elif line.of is not None:
                read.add(line.of)
        if source.fan_out:
            state.parents, state.parents_read = fetch.parents, len(read)
            if state.gap is None and unread:
                reason = unread[0].reason if not read and len({g.reason for g in unread}) == 1 else Reason.PARTIAL
                detail = (
                    f"{len(read)} of {len(read) + len(unread)} were read; the first that was not: {unread[0].detail}"
                )
                state.gap = Gap(source.name, reason, detail, unread[0].remedy)
        if (
            state.gap is not None
            and (state.count or read)
            and state.gap.reason not in {Reason.INTERRUPTED, Reason.PARTIAL}
        ):
            detail = f"{state.count} records were read before it failed ({state.gap.reason}): {state.gap.detail}"
            state.gap = Gap(source.name, Reason.PARTIAL, detail, state.gap.remedy)


def plan_hash(connectors: Sequence[Connector], ids: Mapping[str, str] | None = None) -> str:
    """Equal for two runs that would read the same sources of the same tenant, `ids` by provider, with the same fields."""
    parts = [f"{s.name}:{','.join(s.record.wire_names())}:{s.page_size}" for c in connectors for s in c.sources()]
    parts += [name for c in connectors for name in c.skipped()]
    parts += [f"{provider}={found}" for provider, found in (ids or {}).items()]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def collect(
    tenant: TenantInfo,
    connectors: Sequence[Connector],
    root: Path,
    *,
    stop: threading.Event | None = None,
    workers: int = WORKERS,
    resume: bool = True,
    tool: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str, SourceState | None], None] = lambda name, state: None,  # noqa: ARG005
    limits: Limits | None = None,
    quick: bool = False,
) -> Snapshot:
    """Read every source of every connector into a new snapshot below `root/<tenant key>`.

    `quick` says that the connectors ask for nothing person by person; the snapshot bears the mark.
    Raises `Interrupted` if `stop` was set meanwhile; the next call goes on at the page where this one ended.
    """
    home = root / tenant.key
    plan = plan_hash(connectors, tenant.ids)
    workspace = Workspace(home, plan=plan, now=now(), tool=tool, resume=resume, quick=quick)
    try:
        run = Run(workspace, stop or threading.Event(), workers, progress, limits=limits or Limits())
        run.all(connectors)
        try:
            said = list(dict.fromkeys(line for connector in connectors for line in connector.disclosures()))
        except Stopped:
            raise Interrupted from None
        return Snapshot.open(workspace.finish(tenant, run.states, now=now(), disclosures=said, quick=quick))
    finally:
        workspace.close()
