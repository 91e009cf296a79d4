"""The evidence folder, as the collector sees it: a bad file is a gap of its own, never the end of the scan."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_origin

from connectors.collect import Fetch, Page
from connectors.evidence.sources import KINDS, Statement
from connectors.gap import Gap, Reason, SourceGap
from connectors.record import Record
from connectors.source import EVIDENCE, Source, declared

_LIMIT = 1 << 20  # bytes; a statement is a page, not a book
_DATES = {"signed_on", "valid_until", "review_on", "accepted_on", "on", "due"}


class BadStatement(Exception):
    """A file of the folder cannot be used; the message says which, where and what to do."""


class Evidence:
    """Reads one folder of statements."""

    provider = EVIDENCE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sources(self) -> Sequence[Source]:
        """The one source there is."""
        return [declared()["evidence.statements"]]

    def identify(self) -> str:
        """A folder has no tenant."""
        return ""

    def skipped(self) -> Mapping[str, Gap]:
        """Nothing is skipped."""
        return {}

    def disclosures(self) -> Sequence[str]:
        """Nothing to disclose."""
        return []

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """All statements on one page; `SourceGap` behind it if some could not be read."""
        if not self.folder.is_dir():
            raise SourceGap(
                Gap(
                    fetch.source.name,
                    Reason.NEEDS_INPUT,
                    "the evidence folder does not exist",
                    f"make the folder {self.folder.name}, or name another in the configuration",
                )
            )
        records, bad = statements(self.folder)
        yield Page(records)
        if bad:
            raise SourceGap(
                Gap(
                    fetch.source.name, Reason.UNREADABLE, "; ".join(bad), "mend the files that are named and scan again"
                )
            )


def statements(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """All statements of a folder as records, and what is wrong with the files that are none."""
    records, bad = [], []
    for path in sorted(folder.rglob("*.toml")):
        try:
            records.append(statement(folder, path))
        except BadStatement as err:
            bad.append(str(err))
    return records, bad


def statement(folder: Path, path: Path) -> dict[str, Any]:
    """One statement as a record; `BadStatement` says what is wrong with it."""
    name = path.relative_to(folder).as_posix()
    if not _inside(folder, path):
        raise BadStatement(f"{name}: it lies outside the evidence folder")
    try:
        if path.stat().st_size > _LIMIT:
            raise BadStatement(f"{name}: larger than a statement can be")
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise BadStatement(f"{name}: not readable TOML ({err})") from None
    topic = raw.pop("kind", None)
    if topic not in KINDS:
        raise BadStatement(f"{name}: kind: {topic!r} is not something that can be stated here")
    wanted = raw.pop("file", None)
    sealed = raw.pop("sha256", None)
    for key in ("statement", "by", "signed_on"):
        if not raw.get(key):
            raise BadStatement(f"{name}: {key}: it is missing")
    _check(name, raw, Statement, "")
    return {"id": name, "topic": topic, **_plain(raw), "file_state": file_state(folder, path, wanted, sealed, name)}


def _check(name: str, raw: Mapping[str, Any], record: type[Record], place: str) -> None:
    """Every key is one that the kind of record declares, and every date is a date."""
    fields = record.fields()
    for key, value in raw.items():
        if key not in fields or (not place and key in {"id", "topic", "file_state"}):
            raise BadStatement(f"{name}: {place}{key}: not a key of a statement")
        nested = fields[key].nested
        if nested is not None:
            if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
                raise BadStatement(f"{name}: {place}{key}: write it as [[{key}]]")
            for item in value:
                _check(name, item, nested, f"{place}{key}, ")
        elif key in _DATES:
            if not isinstance(value, date):
                raise BadStatement(f"{name}: {place}{key}: write a date like 2026-02-01, without quotes")
        elif get_origin(fields[key].hint) is list:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise BadStatement(f"{name}: {place}{key}: write a list of texts")
        elif not isinstance(value, str):
            raise BadStatement(f"{name}: {place}{key}: write a text in quotes")


def _plain(value: Any) -> Any:
    """TOML's dates as ISO text, as all records hold them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def file_state(folder: Path, path: Path, wanted: Any, sealed: Any, name: str) -> str:
    """Whether the file a statement names is there and has the hash it had when it was signed."""
    if wanted is None:
        return "none"
    if not isinstance(wanted, str):
        raise BadStatement(f"{name}: file: write a path in quotes")
    target = path.parent / wanted
    if not _inside(folder, target):
        raise BadStatement(f"{name}: file: it lies outside the evidence folder")
    if not target.is_file():
        return "missing"
    if sealed is None:
        return "unsealed"
    with target.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return "ok" if isinstance(sealed, str) and found == sealed.casefold() else "altered"


def _inside(folder: Path, path: Path) -> bool:
    """Whether a path, links followed, lies below the folder."""
    return path.resolve().is_relative_to(folder.resolve())
