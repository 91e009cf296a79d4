"""`auditor report`: one report of a snapshot."""

from __future__ import annotations

from pathlib import Path

import reports
from auditor.cli import console
from auditor.cli.source import assessment_of
from auditor.errors import AuditorError


def run(where: str, *, format_: str, output: Path | None, config: Path, now: str | None) -> None:
    """Render to a file or stdout."""
    if format_ not in reports.FORMATS:
        raise AuditorError(f"--format {format_}: not a format", f"write one of: {', '.join(reports.FORMATS)}")
    if format_ == "xlsx" and output is None:
        raise AuditorError("a spreadsheet cannot be printed", "name a file with --output")
    assessment = assessment_of(where, config, now)
    if output is None:
        console.result(reports.render(assessment, format_, width=console.width(), color=console.coloured()))
        return
    try:
        console.write_private_bytes(output, reports.binary(assessment, format_))
    except OSError as err:
        raise AuditorError(f"{output} cannot be written: {err.strerror}", "name another file with --output") from err
    console.say(f"wrote {output}")
