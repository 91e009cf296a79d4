"""One tenant from sign-in to assessment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from auditor import TOOL, heap
from auditor.config import Loaded, TenantSection
from auditor.connect import connectors_for
from auditor.errors import AuditorError, ExitCode
from connectors.collect import Connector, Interrupted, Limits, collect
from connectors.gap import SourceGap
from connectors.signin import SignInFailed
from connectors.snapshot import Snapshot, SnapshotError, SourceState, TenantInfo
from connectors.source import declared
from connectors.transport import Stopped, Unreachable
from rules import Assessment, assess
from rules.control import controls


@dataclass(frozen=True)
class Options:
    """What the command line may change about a scan."""

    skip: tuple[str, ...] = ()
    resume: bool = True
    now: datetime | None = None
    source_seconds: float | None = None
    quick: bool = False  # ask for nothing person by person
    remember: bool = True  # record the run in the history
    clock: Callable[[], datetime] | None = None  # what time it is; the demo plays months that are past


def scan(
    loaded: Loaded,
    section: TenantSection,
    options: Options,
    *,
    stop: threading.Event,
    progress: Callable[[str, SourceState | None], None],
) -> Assessment:
    """Read a tenant into a new snapshot and judge it. `AuditorError` if nothing could be read; `Interrupted` if stopped."""
    heap.share_one()
    skip = {*section.skip, *options.skip}
    _check_names({*skip, *section.limits.sources})
    connectors = connectors_for(section, loaded.base, stop=stop, skip=skip, quick=options.quick)
    tenant = identify(section, connectors)
    _same_as_before(tenant, loaded.snapshots / section.key)
    ahead = threading.Thread(target=_load_ahead, name="ahead", daemon=True)
    ahead.start()
    try:
        snapshot = collect(
            tenant,
            connectors,
            loaded.snapshots,
            stop=stop,
            resume=options.resume,
            tool=TOOL,
            progress=progress,
            now=options.clock or _now,
            limits=Limits(options.source_seconds or section.limits.source_seconds, section.limits.sources),
            quick=options.quick,
        )
    except SnapshotError as err:
        raise AuditorError(str(err), err.advice, code=ExitCode.NOTHING_COLLECTED) from err
    except OSError as err:
        if not AuditorError.is_of_file(err):
            raise
        home = loaded.snapshots / section.key
        said = AuditorError.of_file(err, f"{section.key}: the snapshot in {home} cannot be written")
        advice = f"{said.advice}; what was read is kept, and the next scan goes on from there"
        raise AuditorError(said.message, advice, code=ExitCode.NOTHING_COLLECTED) from err
    if not any(
        state.gap is None or state.count for state in snapshot.sources.values() if state.provider in tenant.providers
    ):
        first = next((s.gap for s in snapshot.sources.values() if s.gap and s.provider in tenant.providers), None)
        raise AuditorError(
            f"{section.key}: nothing could be read" + (f": {first.detail}" if first else ""),
            first.remedy if first else "check the connection",
            code=ExitCode.NOTHING_COLLECTED,
        )
    ahead.join()
    return judge(snapshot, section, now=options.now)


_AHEAD = threading.Lock()


def _load_ahead() -> None:
    """Load, while the providers are asked, what is needed behind that: hundreds of small modules and the database's library.

    One thread at a time: two that import the same libraries in another order can wait for each other for ever.
    """
    with _AHEAD:
        controls()
        from auditor.history import keeping  # noqa: F401, PLC0415
        from reports import console, html  # noqa: F401, PLC0415


def _now() -> datetime:
    return datetime.now(UTC)


def _check_names(named: set[str]) -> None:
    """`AuditorError` if somebody skips or limits a source that does not exist: a misspelt one would be read all the same."""
    if not named:
        return
    from connectors.dns import sources as _dns  # noqa: F401, PLC0415 - importing them declares the sources
    from connectors.evidence import sources as _evidence  # noqa: F401, PLC0415
    from connectors.google_workspace import connector as _google  # noqa: F401, PLC0415
    from connectors.microsoft365 import connector as _microsoft  # noqa: F401, PLC0415

    known = declared()
    unknown = sorted(named - set(known))
    if unknown:
        near = [name for wrong in unknown for name in get_close_matches(wrong, known, 3)]
        advice = f"did you mean {', '.join(near)}?" if near else "`auditor plan` lists the sources"
        raise AuditorError(f"there is no source {', '.join(unknown)}", advice)


def identify(section: TenantSection, connectors: Sequence[Connector]) -> TenantInfo:
    """Sign in to each provider and learn which tenant answers."""
    ids = {}
    for connector in connectors:
        try:
            found = connector.identify()
        except SignInFailed as err:
            raise AuditorError(f"{section.key}: {err.message}", err.advice, code=ExitCode.NOTHING_COLLECTED) from err
        except SourceGap as err:
            raise AuditorError(
                f"{section.key}: {err.gap.detail}", err.gap.remedy, code=ExitCode.NOTHING_COLLECTED
            ) from err
        except Stopped:
            raise Interrupted from None
        except Unreachable as err:
            raise AuditorError(
                f"{section.key}: the provider cannot be reached ({err})",
                "check the network path",
                code=ExitCode.NOTHING_COLLECTED,
            ) from err
        if found:
            ids[str(connector.provider)] = found
    providers = [name for name in ("microsoft365", "google_workspace") if getattr(section, name) is not None]
    return TenantInfo(section.key, section.name, providers, ids)


def _same_as_before(tenant: TenantInfo, home: Path) -> None:
    """`AuditorError` if the snapshots under this key are of another tenant: the next letter would tell its findings as fixed."""
    for folder in newest_first(home):
        try:
            former = Snapshot.open(folder).manifest.tenant.ids
        except SnapshotError:
            continue
        for provider, found in tenant.ids.items():
            known = former.get(provider, "")
            # A domain in the place of an id stood in for one that could not be read.
            if known and "." not in known + found and known.casefold() != found.casefold():
                raise AuditorError(
                    f"{tenant.key}: the snapshots in {home} are of another tenant: {known}, and this is {found}",
                    "give this tenant a key of its own, or move those snapshots and their history away",
                )
        return


def judge(snapshot: Snapshot, section: TenantSection | None, *, now: datetime | None = None) -> Assessment:
    """Judge a snapshot with a tenant's statements and waivers."""
    if section is None:
        return assess(snapshot, now=now)
    return assess(snapshot, now=now, profile=section.clinic.profile(), waivers=[w.waiver() for w in section.waiver])


def latest(home: Path) -> Path:
    """The newest snapshot in a tenant's folder; a quick one only where there is no other."""
    found = newest_first(home)
    if not found:
        raise AuditorError(f"{home} holds no snapshot", "run `auditor scan` first")
    # The newest that is not quick; one that cannot be opened counts too: whoever opens it says what is wrong with it.
    return next((folder for folder in found if not is_quick(folder)), found[0])


def newest_first(home: Path) -> list[Path]:
    """The folders of a tenant's whole snapshots."""
    found = (path.parent for path in home.glob("*/manifest.json") if not path.parent.name.startswith("."))
    return sorted(found, reverse=True)


def is_quick(folder: Path) -> bool:
    """Whether a folder holds the snapshot of a quick scan."""
    try:
        return Snapshot.open(folder).manifest.quick
    except SnapshotError:
        return False
