"""`auditor attest --template`: a paper to start from, filled with what the last scan saw."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from auditor.cli import console
from auditor.cli.waive import open_latest
from auditor.config import Loaded, TenantSection
from auditor.errors import AuditorError
from auditor.paper import markdown
from auditor.paper.facts import Facts, facts
from auditor.paper.sheet import names, sheet
from auditor.scan import judge


def run(loaded: Loaded, section: TenantSection, template: str, output: Path, when: datetime | None) -> None:
    """Write the paper into a new file."""
    name = template.replace("_", "-")
    if name not in names():
        raise AuditorError(f"--template {template}: there is no such paper", f"write one of: {', '.join(names())}")
    ending = output.suffix.lower()
    if ending not in {".docx", ".md"}:
        raise AuditorError(f"--output {output}: not a kind of file that can be written", "end its name in .docx or .md")
    seen = _facts(loaded, section, when)
    made = sheet(name, seen)
    if ending == ".md":
        content = markdown.render(made).encode("utf-8")
    else:
        from auditor.paper import word  # noqa: PLC0415 - a large library

        content = word.render(made, when or datetime.now(UTC))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
    except FileExistsError:
        raise AuditorError(f"{output} is there already", "name another file; nothing was overwritten") from None
    except OSError as err:
        raise AuditorError(f"{output} cannot be written: {err.strerror}", "name another file") from err
    console.say(f"wrote {output}")


def _facts(loaded: Loaded, section: TenantSection, when: datetime | None) -> Facts:
    try:
        snapshot = open_latest(loaded, section)
    except AuditorError:
        console.say("no scan is at hand: the tables are left empty")
        return Facts(section.key, section.name, unseen="No scan was at hand, so the tables are empty.")
    assessment = judge(snapshot, section, now=when)
    return facts(section.key, section.name, assessment, snapshot, section.clinic.profile(), assessment.judged_for)
