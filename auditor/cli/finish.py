"""What every judging command does at its end: print, write reports, choose the exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import reports
from auditor.cli import console
from auditor.errors import AuditorError, ExitCode
from rules import Assessment
from rules.result import Severity, Verdict

LEVELS = [severity.value for severity in Severity] + ["review", "never"]


def check_level(fail_on: str) -> str:
    """The `--fail-on` level; `AuditorError` if it is none."""
    if fail_on not in LEVELS:
        raise AuditorError(f"--fail-on {fail_on}: not a severity", f"write one of: {', '.join(LEVELS)}")
    return fail_on


def exit_code(assessments: Sequence[Assessment], *, fail_on: str, require_complete: bool) -> ExitCode:
    """0, 4 or 10: what the findings ask for."""
    if fail_on != "never" and any(_reaches(assessment, fail_on) for assessment in assessments):
        return ExitCode.FINDINGS
    if require_complete and any(assessment.summary[Verdict.NOT_ASSESSED.value] for assessment in assessments):
        return ExitCode.INCOMPLETE
    return ExitCode.OK


def _reaches(assessment: Assessment, fail_on: str) -> bool:
    order = [severity.value for severity in Severity]
    for outcome in assessment.controls:
        if fail_on == "review" and outcome.verdict in {Verdict.FAIL, Verdict.REVIEW}:
            return True
        if (
            outcome.verdict is Verdict.FAIL
            and fail_on in order
            and order.index(outcome.severity.value) <= order.index(fail_on)
        ):
            return True
    return False


def show(assessments: Sequence[Assessment], *, as_json: bool, single: bool) -> None:
    """Print to stdout: text for people; JSON is one object for one tenant that was named, else a list of them."""
    if as_json:
        if single and len(assessments) == 1:
            console.result(reports.render(assessments[0], "json"))
        else:
            console.result(json.dumps({"schema": 1, "assessments": [a.to_dict() for a in assessments]}, indent=1))
        return
    for assessment in assessments:
        console.result(reports.render(assessment, "text", width=console.width(), color=console.coloured()))


def write(assessment: Assessment, folder: Path) -> list[Path]:
    """Write HTML and JSON below `folder`, named after the tenant; the files are owner-only."""
    written = []
    for kind in ("html", "json"):
        path = folder / f"{assessment.tenant.key}.{kind}"
        try:
            console.write_private(path, reports.pieces(assessment, kind))
        except OSError as err:
            raise AuditorError(
                f"{path} cannot be written: {err.strerror}", "name another folder with --output"
            ) from err
        written.append(path)
    return written
