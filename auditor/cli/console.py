"""The only place that writes to the terminal, asks, or colours. stdout carries results, stderr everything else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

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
    with os.fdopen(_private(path), "w", encoding="utf-8", newline="\n") as stream:
        stream.writelines([text] if isinstance(text, str) else text)
    path.chmod(0o600)


def write_private_bytes(path: Path, content: bytes) -> None:
    """Write a file that is no text, for its owner only."""
    with os.fdopen(_private(path), "wb") as stream:
        stream.write(content)
    path.chmod(0o600)


def _private(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
