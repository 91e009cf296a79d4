"""`auditor scan`: read tenants and judge them."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from auditor.cli import console, finish
from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError, ExitCode
from auditor.scan import Options, scan
from connectors.collect import Interrupted
from rules import Assessment


def run(
    keys: list[str],
    *,
    everyone: bool,
    config: Path,
    output: Path | None,
    skip: tuple[str, ...],
    source_seconds: float | None,
    quick: bool,
    fresh: bool,
    fail_on: str,
    require_complete: bool,
    parallel: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Scan the named tenants, or all; one tenant's trouble does not stop the others."""
    finish.check_level(fail_on)
    _share_heaps()
    loaded = load(config)
    sections = chosen(loaded, keys, everyone=everyone)
    options = Options(skip=skip, resume=not fresh, source_seconds=source_seconds, quick=quick)
    with stoppable() as stop:
        done = scan_all(loaded, sections, options, stop=stop, parallel=parallel, quiet=quiet)
    assessments = [found for found in done if isinstance(found, Assessment)]
    if assessments:
        finish.show(assessments, as_json=as_json, single=len(sections) == 1)
    for assessment in assessments:
        if output is not None:
            finish.write(assessment, output)
    errors = [found for found in done if isinstance(found, AuditorError)]
    for err in errors:
        console.complain(err)
    if stop.is_set():
        console.say("interrupted: what was read is kept, no snapshot was written; the next scan goes on from there")
        sys.exit(ExitCode.INTERRUPTED)
    if errors:
        sys.exit(max(err.code for err in errors))
    sys.exit(finish.exit_code(assessments, fail_on=fail_on, require_complete=require_complete))


def _share_heaps() -> None:
    """Let all threads take memory from two heaps, where the C library is glibc.

    By itself it gives each of the threads that read a heap of its own, and what one has let go of no other can use.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


_M_ARENA_MAX = -8  # malloc.h


def chosen(loaded: Loaded, keys: list[str], *, everyone: bool) -> list[TenantSection]:
    """The tenants a command line asks for; a single configured tenant needs no name."""
    if everyone and keys:
        raise AuditorError("name tenants or give --all, not both", "")
    if not loaded.config.tenant:
        raise AuditorError(f"{loaded.path} holds no [[tenant]]", "add one: the README shows how")
    if everyone or (not keys and len(loaded.config.tenant) == 1):
        return list(loaded.config.tenant)
    if not keys:
        raise AuditorError(
            "no tenant is named", f"name some of {', '.join(t.key for t in loaded.config.tenant)}, or give --all"
        )
    return [loaded.tenant(key) for key in dict.fromkeys(keys)]


def scan_all(
    loaded: Loaded,
    sections: list[TenantSection],
    options: Options,
    *,
    stop: threading.Event,
    parallel: int,
    quiet: bool,
) -> list[Assessment | AuditorError | None]:
    """Scan some tenants at a time; results in the order asked for, None for an interrupted one."""

    def one(section: TenantSection) -> Assessment | AuditorError | None:
        if stop.is_set():
            return None
        try:
            found = scan(loaded, section, options, stop=stop, progress=console.progress(section.key, quiet=quiet))
        except AuditorError as err:
            return err
        except Interrupted:
            return None
        except Exception as err:  # noqa: BLE001 - a fault of ours with one tenant takes no result of the others with it
            return AuditorError.unexpected(err, f"{section.key}: ")
        if options.remember:
            remember(loaded, section, found)
        return found

    with ThreadPoolExecutor(min(parallel, len(sections)), thread_name_prefix="tenant") as pool:
        return list(pool.map(one, sections))


def remember(loaded: Loaded, section: TenantSection, judged: Assessment) -> None:
    """Record the run. A history that cannot be written spoils no scan: the snapshot is there, and the next scan records both."""
    from auditor.history import keeping  # noqa: PLC0415 - the database's library is needed at the end only

    try:
        history = keeping.open_history(loaded)
        try:
            keeping.remember(history, loaded, section, judged)
        finally:
            history.close()
    except AuditorError as err:
        console.say(f"{section.key}: the scan is whole, but was not recorded in the history")
        console.complain(err)


@contextmanager
def stoppable(words: str = "stopping at the next page border ...") -> Iterator[threading.Event]:
    """An event that Ctrl-C or a termination signal sets: the run ends at a page border. A second Ctrl-C ends it at once."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        console.say(words)

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
