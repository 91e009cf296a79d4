"""`auditor report`: one report of a snapshot."""

from __future__ import annotations

from pathlib import Path

import reports
from auditor.cli import console
from auditor.cli.source import assessment_of
from auditor.errors import AuditorError

FORMATS = ("text", "html", "json")


def run(where: str, *, format_: str, output: Path | None, config: Path, now: str | None) -> None:
    """Render to a file or stdout."""
    if format_ not in FORMATS:
        raise AuditorError(f"--format {format_}: not a format", f"write one of: {', '.join(FORMATS)}")
    assessment = assessment_of(where, config, now)
    to_terminal = output is None
    text = reports.render(
        assessment, format_, width=console.width() if to_terminal else 100, color=to_terminal and console.coloured()
    )
    if output is None:
        console.result(text)
        return
    try:
        console.write_private(output, text)
    except OSError as err:
        raise AuditorError(f"{output} cannot be written: {err.strerror}", "name another file with --output") from err
    console.say(f"wrote {output}")
