"""`auditor assess`: judge a snapshot again."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.cli import finish
from auditor.cli.source import assessment_of


def run(
    where: str,
    *,
    config: Path,
    output: Path | None,
    now: str | None,
    fail_on: str,
    require_complete: bool,
    as_json: bool,
) -> None:
    """Judge, print and exit with the code that the findings ask for."""
    finish.check_level(fail_on)
    assessment = assessment_of(where, config, now)
    finish.show([assessment], as_json=as_json, single=True)
    if output is not None:
        finish.write(assessment, output)
    sys.exit(finish.exit_code([assessment], fail_on=fail_on, require_complete=require_complete))
