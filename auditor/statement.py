"""Writing a statement into the evidence folder: a TOML file that people can read, with the hash of the file that shows it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from auditor.errors import AuditorError
from connectors.evidence.connector import BadStatement
from connectors.evidence.connector import statement as read

_LIMIT = 200 << 20  # bytes of the file that shows it
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def write(folder: Path, fields: Mapping[str, Any], file: Path | None) -> Path:
    """Write a statement and, where it lies elsewhere, a copy of its file; the statement's path. `AuditorError` if it is none.

    The statement comes last and as a whole: a run that is cut short leaves none, or one that holds.
    """
    name = f"{fields['kind']}-{fields['signed_on'].isoformat()}"
    if file is not None and not file.is_file():
        raise AuditorError(f"--file {file}: there is no such file", "name the file that shows it")
    if file is not None and file.stat().st_size > _LIMIT:
        raise AuditorError(f"--file {file}: larger than {_LIMIT >> 20} MB", "name a smaller file")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as place:
            trial = Path(place)
            copy, given = _proof(folder, trial, name, file)
            text = tomlkit.dumps(_document({**fields, **given}))
            _check(trial, text, given)
            path = _free(folder, name, [".toml", copy.suffix] if copy else [".toml"])
            if copy is not None:
                kept = path.with_suffix(copy.suffix)
                text = tomlkit.dumps(_document({**fields, **given, "file": kept.name}))
                _settle(copy, kept)
            draft = trial / "draft"
            draft.write_bytes(text.encode("utf-8"))
            draft.chmod(0o600)
            _settle(draft, path)
    except OSError as err:
        raise AuditorError(f"{folder} cannot be written: {err.strerror or err}", "nothing was put on file") from err
    return path


def _proof(folder: Path, trial: Path, name: str, file: Path | None) -> tuple[Path | None, dict[str, str]]:
    """The file that shows it, copied unless it lies in the folder, and what the statement says of it."""
    if file is None:
        return None, {}
    inside = file.resolve().is_relative_to(folder.resolve())
    if inside and file.suffix.casefold() != ".toml":
        return None, {"file": file.resolve().relative_to(folder.resolve()).as_posix(), "sha256": _hash(file)}
    suffix = (
        file.suffix.lower() if _SUFFIX.fullmatch(file.suffix.lower()) and file.suffix.lower() != ".toml" else ".bin"
    )
    copy = trial / f"{name}{suffix}"
    with file.open("rb") as source, copy.open("xb") as target:
        shutil.copyfileobj(source, target)
        os.fsync(target.fileno())
    copy.chmod(0o600)
    return copy, {"file": copy.name, "sha256": _hash(copy)}


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle(draft: Path, path: Path) -> None:
    """Give a finished file its name, never over another one."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise
        draft.rename(path)


def _check(trial: Path, text: str, given: Mapping[str, str]) -> None:
    """Read it as a scan would; what does not hold there is not put on file."""
    draft = trial / "draft"  # not called .toml: a scan that runs meanwhile takes it for nothing
    try:
        draft.write_bytes(text.encode("utf-8"))
        found = read(trial, draft)
    except BadStatement as err:
        raise AuditorError(str(err).partition(": ")[2], "nothing was put on file") from None
    except UnicodeError:
        raise AuditorError("a text holds characters that cannot be written", "nothing was put on file") from None
    if given and found["file_state"] not in {"ok", "missing"}:  # missing: it lies in the folder, not beside the draft
        raise AuditorError(f"the file is {found['file_state']}", "nothing was put on file")


def _document(fields: Mapping[str, Any]) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    nested = {key: value for key, value in fields.items() if _is_rows(value)}
    for key, value in fields.items():
        if key not in nested and value not in (None, "", []):
            document.add(key, _list(value) if isinstance(value, list) else value)
    for key, rows in nested.items():
        array = tomlkit.aot()
        for row in rows:
            table = tomlkit.table()
            for inner, value in row.items():
                if value not in (None, "", []):
                    table.add(inner, value)
            array.append(table)
        document.add(key, array)
    return document


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _list(values: list[str]) -> Any:
    array = tomlkit.array()
    array.extend(values)
    return array.multiline(sum(len(value) + 4 for value in values) > 90)


def _free(folder: Path, name: str, suffixes: list[str]) -> Path:
    """A path that nothing has yet: two statements of one kind may be signed on one day."""
    number = 1
    while True:
        stem = name if number == 1 else f"{name}-{number}"
        if not any(os.path.lexists(folder / f"{stem}{suffix}") for suffix in suffixes):
            return folder / f"{stem}.toml"
        number += 1


# --- what the command line says, as rows of a statement -------------------------------------------------------------------

_PERSON = re.compile(
    r"(?P<name>[^<>]*[^<>\s])\s*(?:<(?P<address>[^<>\s]+@[^<>\s]+)>)?(?:\s+(?P<on>\d{4}-\d{2}-\d{2}))?\s*", re.DOTALL
)
_ON = re.compile(r"(?P<on>\d{4}-\d{2}-\d{2})(?:\s+(?P<what>\S.*))?")
_ROWS = {
    "vendor": {
        "domain": "domains",
        "client_id": "client_ids",
        "signed": "signed_on",
        "covers": "scope",
        "review": "review_on",
        "no_phi": "no_phi",
    },
    "open_item": {"owner": "owner", "due": "due"},
}
_FIRST = {"vendor": "name", "open_item": "id"}
_DAYS = {"signed_on", "review_on", "due"}
_LISTS = {"domains", "client_ids"}


def day(text: str, where: str) -> date:
    """A day written like 2026-02-01."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise AuditorError(f"{where} {text}: not a day", "write it like 2026-02-01") from None


def person(text: str) -> dict[str, Any]:
    """Somebody written like "Ana Field <ana@clinic.example> 2026-02-01"; address and day may be left out."""
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        raise AuditorError(f"--person {text}: not a name", 'write it like "Ana Field <ana@clinic.example>"')
    on = found["on"]
    return {"name": found["name"], "address": found["address"], "on": day(on, "--person") if on else None}


def event(text: str, where: str = "--event") -> dict[str, Any]:
    """Something done on a day, written like "2026-02-01 restore test"."""
    found = _ON.fullmatch(text.strip())
    if found is None:
        raise AuditorError(f"{where} {text}: no day stands first", 'write it like "2026-02-01 restore test"')
    return {"on": day(found["on"], where), "what": found["what"]}


def row(kind: str, text: str) -> dict[str, Any]:
    """A vendor or an open item, written like "Name; domain=otter.example; signed=2026-01-01; covers=notes"."""
    option = f"--{kind.replace('_', '-')}"
    first, *rest = [part.strip() for part in text.split(";")]
    known = _ROWS[kind]
    if not first or "=" in first:
        raise AuditorError(
            f"{option} {text}: the name must stand first", f"then {'; '.join(f'{k}=...' for k in known)}"
        )
    made: dict[str, Any] = {_FIRST[kind]: first}
    for part in filter(None, rest):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if key not in known or not equals or not value:
            raise AuditorError(f"{option}: {part} is not understood", f"write {', '.join(f'{k}=...' for k in known)}")
        name = known[key]
        if name in _LISTS:
            made.setdefault(name, []).append(value)
        else:
            made[name] = day(value, f"{option}, {key}") if name in _DAYS else value
    return made
