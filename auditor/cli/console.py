"""The only place that writes to the terminal, asks, or colours. stdout carries results, stderr everything else."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from auditor.errors import AuditorError

if TYPE_CHECKING:
    from connectors.snapshot import SourceState


def result(text: str) -> None:
    """Write a result to stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Write a line for the person at the keyboard to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def complain(err: AuditorError) -> None:
    """Write an error: what, and what to do."""
    for line in err.message.splitlines():
        say(f"error: {printable(line)}")
    if err.advice:
        say(f"  -> {printable(err.advice)}")


def printable(text: str) -> str:
    """A text without terminal control characters."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def printable_lines(text: str) -> str:
    """Lines without terminal control characters."""
    return "\n".join(printable(line) for line in text.split("\n"))


def width() -> int:
    """Columns to write for: the terminal's, or 80."""
    return shutil.get_terminal_size((80, 24)).columns


def coloured() -> bool:
    """Colour if stdout is a terminal, unless NO_COLOR is set; FORCE_COLOR for pipelines."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def progress(tenant: str, *, quiet: bool) -> Callable[[str, SourceState | None], None]:
    """Shows which sources are being read: one moving line on a terminal, else one plain line per finished source."""
    if quiet:
        return lambda name, state: None  # noqa: ARG005
    running: set[str] = set()
    live = sys.stderr.isatty()

    def show(name: str, state: SourceState | None) -> None:
        if state is None:
            running.add(name)
        else:
            running.discard(name)
        if live:
            line = (
                f"{tenant}: reading {len(running)} sources: {', '.join(sorted(running))}"
                if running
                else f"{tenant}: all sources read"
            )
            sys.stderr.write("\r\x1b[2K" + line[: width() - 1] + ("" if running else "\n"))
            sys.stderr.flush()
        elif state is not None:
            say(
                f"{tenant}: {name}: {state.count} records"
                + (f" ({state.gap.reason}: {printable(state.gap.detail)})" if state.gap else "")
            )

    return show


def write_private(path: Path, text: str | Iterable[str]) -> None:
    """Write a file that only its owner can read; the text may come in parts."""
    parts = [text] if isinstance(text, str) else text
    with _private(path) as stream:
        stream.writelines(part.encode("utf-8", "backslashreplace") for part in parts)


def write_private_bytes(path: Path, content: bytes) -> None:
    """Write a file that is no text, for its owner only."""
    with _private(path) as stream:
        stream.write(content)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file in the place of an old one, whole or not at all: on a full disk the old one stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and not path.is_file():  # a device, or a folder, which says so itself
        with path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()  # what a link points to is written, not the link
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)  # its owner's only
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        try:
            Path(name).replace(path)
        except OSError as err:
            if err.errno != errno.EBUSY:
                raise
            shutil.copyfile(name, path)  # a single file that is mounted into a container cannot be replaced
            Path(name).unlink()
    except BaseException:  # an interrupt too: no half-written file may be left behind; it is raised again
        Path(name).unlink(missing_ok=True)
        raise
