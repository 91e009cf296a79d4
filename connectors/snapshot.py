"""A Snapshot: all records of one tenant at one time, with the gaps; a folder that is written once and never edited.

    <id>/manifest.json              schema, tool version, tenant, times, and per source: state, gap, counts, hash
    <id>/graph.users.jsonl.zst      one line a record: {"r": {...}}, or {"of": "<parent id>", "r": {...}} for a fan-out
                                    source; {"of": "<parent id>", "gap": {...}} for a parent that could not be read

A parent that was read and holds nothing has a line {"of": "<parent id>"}.
While a run is going on, lines lie uncompressed in a working folder and end each page with a marker; see `Workspace`.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard
from filelock import FileLock, Timeout

from connectors.gap import Gap

SCHEMA = 1
_ENCODER = msgspec.json.Encoder()


class SnapshotError(Exception):
    """A snapshot folder cannot be read or written; the message says which and why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class Line(msgspec.Struct, omit_defaults=True):
    """One stored line: a record, a parent without records, or a parent that could not be read."""

    r: dict[str, Any] | None = None
    of: str | None = None
    gap: Gap | None = None
    page: int | None = None  # only in a working folder: the page that ends here
    next: str | None = None  # only in a working folder: where the next page starts


class Outline(msgspec.Struct):
    """A stored line whose record is left as JSON; `r` is empty where the line holds none."""

    r: msgspec.Raw = msgspec.Raw()
    of: str | None = None
    gap: Gap | None = None
    page: int | None = None


class SourceState(msgspec.Struct, omit_defaults=True):
    """What became of one source in one run.

    `gap` is None when the whole source was read. With a gap, `count` records may still be there: a partial listing.
    `parents` and `parents_read` count the mailboxes, groups or people that a fan-out source was to be read for.
    `note` says in plain words how the source was read, where that is worth knowing (a fallback, an import).
    `whole` names parts of an incomplete source of which nothing is missing: the applications whose changes an export holds.
    """

    provider: str
    count: int = 0
    pages: int = 0
    gap: Gap | None = None
    parents: int | None = None
    parents_read: int | None = None
    permission: str = ""
    note: str = ""
    seconds: float = 0.0
    sha256: str = ""
    whole: list[str] = []


class TenantInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """The clinic a snapshot belongs to. `ids` holds each provider's own tenant id."""

    key: str
    name: str
    providers: list[str]
    ids: dict[str, str] = {}


class Manifest(msgspec.Struct, omit_defaults=True):
    """What a snapshot says of itself."""

    id: str
    tenant: TenantInfo
    started: datetime
    finished: datetime
    sources: dict[str, SourceState]
    tool: str = ""
    schema: int = SCHEMA
    origin: str = "scan"  # "scan", or the name of the export it was imported from
    disclosures: list[str] = []  # what the run was allowed to touch beyond settings, in plain words
    quick: bool = False  # nothing was asked person by person; such a scan stands for no month

    @property
    def sha256(self) -> str:
        """One hash over tenant, times and the hash of every source's lines."""
        parts = [self.id, self.tenant.key, self.started.isoformat(), self.finished.isoformat()]
        parts += [f"{name}:{state.sha256}:{state.gap}" for name, state in sorted(self.sources.items())]
        parts += ["quick"] if self.quick else []
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Snapshot:
    """All records of one tenant at one time, with gaps. Open one with `Snapshot.open`, or make one with `Snapshot.of`."""

    def __init__(
        self, manifest: Manifest, *, folder: Path | None = None, lines: Mapping[str, list[Line]] | None = None
    ) -> None:
        self.manifest = manifest
        self.folder = folder
        self._lines = lines

    @classmethod
    def open(cls, path: str | Path) -> Snapshot:
        """Open a snapshot folder; `SnapshotError` if it is none, is damaged or comes from a newer version."""
        folder = Path(path)
        try:
            manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        except FileNotFoundError:
            raise SnapshotError(
                f"{folder} is not a snapshot: it holds no manifest.json", "name a folder that `auditor scan` made"
            ) from None
        except (msgspec.DecodeError, OSError) as err:
            raise SnapshotError(
                f"{folder / 'manifest.json'} cannot be read: {err}", "restore the folder, or scan again"
            ) from err
        if manifest.schema > SCHEMA:
            raise SnapshotError(
                f"{folder} was written by a newer version (schema {manifest.schema})", "update the auditor"
            )
        return cls(manifest, folder=folder)

    @classmethod
    def of(
        cls,
        tenant: TenantInfo,
        lines: Mapping[str, Iterable[Mapping[str, Any] | Line]],
        *,
        states: Mapping[str, SourceState] | None = None,
        taken: datetime | None = None,
        origin: str = "scan",
        id: str | None = None,  # noqa: A002
        quick: bool = False,
    ) -> Snapshot:
        """A snapshot in memory. Plain mappings are records; `states` gives the state of sources, gaps included."""
        taken = taken or datetime.now(UTC)
        held = {name: [x if isinstance(x, Line) else Line(r=dict(x)) for x in given] for name, given in lines.items()}
        final: dict[str, SourceState] = {}
        for name in sorted({*held, *(states or {})}):
            state = (states or {}).get(name) or SourceState(provider=_provider_of(name), pages=1)
            rows = held.setdefault(name, [])
            state.count = sum(line.r is not None for line in rows)
            state.sha256 = hashlib.sha256(b"".join(_ENCODER.encode(line) + b"\n" for line in rows)).hexdigest()
            final[name] = state
        manifest = Manifest(id or new_id(taken), tenant, taken, taken, final, origin=origin, quick=quick)
        return cls(manifest, lines=held)

    @property
    def sources(self) -> dict[str, SourceState]:
        """What became of each source, by name."""
        return self.manifest.sources

    def lines(self, source: str) -> Iterator[Line]:
        """The stored lines of one source, in stable order; `SnapshotError` at the end if they are not those that were written."""
        if self._lines is not None:
            yield from self._lines.get(source, [])
            return
        if source not in self.manifest.sources or self.folder is None:
            return
        path = self.folder / f"{source}.jsonl.zst"
        decoder, digest = msgspec.json.Decoder(Line), hashlib.sha256()
        try:
            with path.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as plain:
                for text in io.BufferedReader(plain, 1 << 18):
                    digest.update(text)
                    yield decoder.decode(text)
        except (OSError, zstandard.ZstdError, msgspec.DecodeError) as err:
            raise SnapshotError(f"{path} cannot be read: {err}", "restore the folder, or scan again") from err
        # A compressed file that was cut short reads as one that ends early: missing lines would look like absence.
        if digest.hexdigest() != self.manifest.sources[source].sha256:
            raise SnapshotError(f"{path} does not hold what was written", "restore the folder, or scan again")

    def verify(self) -> list[str]:
        """The names of sources whose stored lines no longer have the hash in the manifest."""
        changed = []
        for name, state in self.sources.items():
            digest = hashlib.sha256()
            try:
                for line in self.lines(name):
                    digest.update(_ENCODER.encode(line) + b"\n")
            except SnapshotError:
                changed.append(name)
                continue
            if digest.hexdigest() != state.sha256:
                changed.append(name)
        return changed

    def save(self, root: str | Path) -> Path:
        """Write an in-memory snapshot below `root` as `<tenant key>/<id>`, whole or not at all."""
        workspace = Path(root) / self.manifest.tenant.key / f".{self.manifest.id}.writing"
        _private_folder(workspace)
        for name in self.manifest.sources:
            texts = (_ENCODER.encode(line) + b"\n" for line in self.lines(name))
            _compress(workspace / f"{name}.jsonl.zst", texts)
        _write_manifest(workspace, self.manifest)
        return _publish(workspace, self.manifest, Path(root) / self.manifest.tenant.key)


def _provider_of(name: str) -> str:
    head = name.split(".")[0]
    if head in {"graph", "exchange", "purview", "sharepoint", "teams"}:
        return "microsoft365"
    return head if head in {"dns", "evidence"} else "google_workspace"


def new_id(when: datetime) -> str:
    """A snapshot's name: its UTC time, sortable, and four random digits."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ-") + secrets.token_hex(2)


def _private_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for folder in (path, path.parent):
        folder.chmod(0o700)


def _open_private(path: Path, mode: str) -> IO[bytes]:
    descriptor = os.open(
        path, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if "w" in mode else 0) | (os.O_APPEND if "a" in mode else 0), 0o600
    )
    return os.fdopen(descriptor, mode)


def _compress(path: Path, texts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with _open_private(path, "wb") as stream, zstandard.ZstdCompressor(level=6).stream_writer(stream) as packed:
        for text in texts:
            digest.update(text)
            packed.write(text)
    return digest.hexdigest()


def _write_manifest(workspace: Path, manifest: Manifest) -> None:
    with _open_private(workspace / "manifest.json", "wb") as stream:
        stream.write(msgspec.json.format(_ENCODER.encode(manifest), indent=1))
        stream.flush()
        os.fsync(stream.fileno())


def _publish(workspace: Path, manifest: Manifest, home: Path) -> Path:
    target = home / manifest.id
    workspace.rename(target)
    return target


class Progress(msgspec.Struct, omit_defaults=True):
    """What a working folder says of itself: enough to know whether a later run may go on with it."""

    id: str
    started: datetime
    plan: str  # hash of the sources asked for, with their fields
    secret: bytes  # key of the keyed hashes of this tenant
    tool: str = ""


class Workspace:
    """The working folder of one running scan, resumable at the page.

    Each page is appended in one write and ends with a marker line, so that a killed process leaves whole pages and at
    most one torn one, which the next run cuts off. A lock file keeps two scans of one tenant apart.
    """

    MAX_AGE_HOURS = 24

    def __init__(
        self, home: Path, *, plan: str, now: datetime, tool: str = "", resume: bool = True, quick: bool = False
    ) -> None:
        """`home` is the tenant's snapshot folder; `plan` must be equal for a run to be resumed.

        A quick scan works in a folder of its own, so that it throws away nothing of a whole one that waits to be gone on with.
        """
        self.home = home
        self.folder = home / (".working-quick" if quick else ".working")
        _private_folder(self.folder)
        self._lock = FileLock(home / ".lock", timeout=0, mode=0o600)
        try:
            self._lock.acquire()
        except Timeout:
            raise SnapshotError(
                f"another scan of this tenant is running ({home})", "wait for it to end, or stop it"
            ) from None
        self.resumed = False
        progress = self._progress() if resume else None
        age = (now - progress.started).total_seconds() / 3600 if progress else None
        if progress is None or progress.plan != plan or age is None or not 0 <= age < self.MAX_AGE_HOURS:
            shutil.rmtree(self.folder)
            _private_folder(self.folder)
            progress = Progress(new_id(now), now, plan, tenant_secret(home), tool)
            with _open_private(self.folder / "progress.json", "wb") as stream:
                stream.write(_ENCODER.encode(progress))
        else:
            self.resumed = True
        self.progress = progress

    def _progress(self) -> Progress | None:
        try:
            return msgspec.json.decode((self.folder / "progress.json").read_bytes(), type=Progress)
        except (OSError, msgspec.DecodeError):
            return None

    def journal(self, source: str) -> Journal:
        """The page journal of one source."""
        return Journal(self.folder / f"{source}.jsonl")

    def finish(
        self,
        tenant: TenantInfo,
        states: Mapping[str, SourceState],
        *,
        now: datetime,
        disclosures: list[str],
        quick: bool = False,
    ) -> Path:
        """Compress every journal, write the manifest and rename the folder: from here on it is a snapshot."""
        for name, state in states.items():
            state.sha256 = _compress(self.folder / f"{name}.jsonl.zst", self.journal(name).sorted_texts())
        manifest = Manifest(
            self.progress.id,
            tenant,
            self.progress.started,
            now,
            dict(sorted(states.items())),
            self.progress.tool,
            disclosures=disclosures,
            quick=quick,
        )
        _write_manifest(self.folder, manifest)  # the last thing that a full disk can refuse: until here nothing is lost
        # Progress goes first: a run that is killed in here begins anew, and takes no state whose lines are gone for read.
        for leftover in (self.folder / "progress.json", *self.folder.glob("*.state"), *self.folder.glob("*.jsonl")):
            leftover.unlink(missing_ok=True)
        return _publish(self.folder, manifest, self.home)

    def close(self) -> None:
        """Let go of the lock; what is in the working folder stays."""
        self._lock.release()


class Journal:
    """The pages of one source that are safely on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state_path = path.with_suffix(".state")
        self._stream: IO[bytes] | None = None

    def finished(self) -> SourceState | None:
        """The source's final state, if it was reached."""
        try:
            return msgspec.json.decode(self.state_path.read_bytes(), type=SourceState)
        except (OSError, msgspec.DecodeError):
            return None

    def recover(self) -> tuple[int, str | None, set[str]]:
        """Cut off a torn page. Returns (pages on disk, where the next one starts, parents that are done)."""
        pages, following, done, good, at = 0, None, set[str](), 0, 0
        decoder = msgspec.json.Decoder(Line)
        try:
            stream = self.path.open("rb")
        except FileNotFoundError:
            return 0, None, set()
        with stream:
            pending: set[str] = set()
            for text in stream:
                at += len(text)
                if not text.endswith(b"\n"):  # the next page would be written onto this line
                    break
                try:
                    line = decoder.decode(text)
                except msgspec.DecodeError:
                    break
                if line.of is not None:
                    pending.add(line.of)
                if line.page is not None:
                    pages, following, good = line.page, line.next, at
                    done |= pending
                    pending = set()
        os.truncate(self.path, good)
        return pages, following, done

    def append(self, lines: Iterable[Line], page: int, following: str | None) -> None:
        """Put one page on disk in one write."""
        text = b"".join(_ENCODER.encode(line) + b"\n" for line in lines)
        text += _ENCODER.encode(Line(page=page, next=following)) + b"\n"
        if self._stream is None:
            self._stream = _open_private(self.path, "ab")
        self._stream.write(text)
        self._stream.flush()

    def close(self) -> None:
        """Let go of the file between two appends."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def finish(self, state: SourceState) -> None:
        """Write down that the source is done, and how it ended."""
        with _open_private(self.state_path.with_suffix(".new"), "wb") as stream:
            stream.write(_ENCODER.encode(state))
        self.state_path.with_suffix(".new").replace(self.state_path)

    def forget(self) -> None:
        """Let the source be read from its start: for one of which nothing could be read."""
        self.path.unlink(missing_ok=True)  # first, so that a run that is killed in between forgets it again
        self.state_path.unlink(missing_ok=True)

    def lines(self) -> Iterator[Line]:
        """The stored lines without markers, in the order they came in."""
        decoder = msgspec.json.Decoder(Line)
        try:
            stream = self.path.open("rb")
        except FileNotFoundError:
            return
        with stream:
            for text in stream:
                line = decoder.decode(text)
                if line.page is None:
                    yield line

    def outlines(self) -> Iterator[Outline]:
        """The stored lines without markers and with their records undecoded: for counting."""
        return (outline for outline, _, _ in self._outlined())

    def sorted_texts(self) -> Iterator[bytes]:
        """The lines as they are stored, in an order that does not depend on which mailbox answered first.

        Only where each parent's lines lie is held in memory, not the lines.
        """
        places: list[tuple[str, int, int]] = []
        for outline, start, text in self._outlined():
            parent, end = outline.of or "", start + len(text)
            if places and places[-1][0] == parent and places[-1][2] == start:
                places[-1] = parent, places[-1][1], end
            else:
                places.append((parent, start, end))
        if not places:
            return
        with self.path.open("rb") as stream:
            for _, start, end in sorted(places, key=itemgetter(0)):
                stream.seek(start)
                yield stream.read(end - start)

    def _outlined(self) -> Iterator[tuple[Outline, int, bytes]]:
        """Each line with where it begins."""
        decoder = msgspec.json.Decoder(Outline)
        try:
            stream = self.path.open("rb")
        except FileNotFoundError:
            return
        start = 0
        with stream:
            for text in stream:
                outline = decoder.decode(text)
                if outline.page is None:
                    yield outline, start, text
                start += len(text)


def tenant_secret(home: Path) -> bytes:
    """The key of a tenant's keyed hashes: made once, kept owner-only beside its snapshots."""
    path = home / ".hash-key"
    try:
        return bytes.fromhex(path.read_text())
    except (OSError, ValueError):
        secret = secrets.token_bytes(32)
        with _open_private(path, "wb") as stream:
            stream.write(secret.hex().encode())
        return secret
