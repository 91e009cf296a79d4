"""The assessment as JUnit XML, which GitLab, Jenkins and Azure Pipelines show as they show tests.

One test case a check. Only what passes is shown as passed: a finding is a failure, what a person must look at or what could not
be seen is skipped, with the reason; what does not apply is left out. SARIF is not written: it points at lines of files, and a
tenant has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

from reports import wording
from reports.escape import visible
from rules.assess import Assessment, CheckOutcome, ControlOutcome, Judgment
from rules.result import Verdict

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML file cannot hold, not even escaped."""


def render(assessment: Assessment) -> str:
    """The file's text. Its names stay the same from scan to scan, so that pipelines can compare."""
    suites = ET.Element("testsuites", {"name": _text(assessment.tenant.name)})
    families: dict[str, list[tuple[ControlOutcome, CheckOutcome]]] = {}
    for outcome in assessment.controls:
        for check in outcome.checks:
            if check.verdict is not Verdict.NOT_APPLICABLE:
                families.setdefault(outcome.control.family, []).append((outcome, check))
    for family, checks in families.items():
        suite = ET.SubElement(suites, "testsuite", {"name": family, **_counts(check for _, check in checks)})
        suite.set("timestamp", f"{assessment.finished:%Y-%m-%dT%H:%M:%S}")
        for outcome, check in checks:
            _case(suite, assessment.tenant.key, outcome, check)
    for name, value in _counts(check for checks in families.values() for _, check in checks).items():
        suites.set(name, value)
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _counts(checks: Iterable[CheckOutcome]) -> dict[str, str]:
    verdicts = [check.verdict for check in checks]
    skipped = sum(verdict in {Verdict.REVIEW, Verdict.NOT_ASSESSED} for verdict in verdicts)
    counts = {
        "tests": len(verdicts),
        "failures": verdicts.count(Verdict.FAIL),
        "errors": 0,
        "skipped": skipped,
        "time": 0,
    }
    return {name: str(number) for name, number in counts.items()}


def _case(suite: Any, tenant: str, outcome: ControlOutcome, check: CheckOutcome) -> None:
    control = outcome.control
    where = f"{tenant}.{check.provider}.{control.family}"
    case = ET.SubElement(suite, "testcase", {"classname": where, "name": _name(outcome, check), "time": "0"})
    open_ = [judgment for judgment in check.judgments if judgment.waiver is None and judgment.verdict is check.verdict]
    if check.verdict is Verdict.FAIL:
        failure = ET.SubElement(case, "failure", {"type": outcome.severity.value})
        failure.set("message", f"{control.title}: {wording.count(len(open_), 'finding')}")
        fix = wording.steps(control.page.get("How to fix it", ""), str(check.provider))
        failure.text = _lines(
            [
                *map(_said, open_),
                *([f"How to fix it: {fix}"] if fix else []),
                *(f"Not seen: {gap}" for gap in _gaps(check)),
            ]
        )
    elif check.verdict is Verdict.REVIEW:
        ET.SubElement(
            case, "skipped", {"message": _text("To look at: " + "; ".join([*map(_said, open_), *_gaps(check)]))}
        )
    elif check.verdict is Verdict.NOT_ASSESSED:
        ET.SubElement(case, "skipped", {"message": _text("Not assessed: " + "; ".join(_gaps(check)))})
    accepted = [judgment for judgment in check.judgments if judgment.waiver is not None]
    if accepted:
        ET.SubElement(case, "system-out").text = _lines(map(_accepted, accepted))


def _name(outcome: ControlOutcome, check: CheckOutcome) -> str:
    return _text(f"{outcome.control.id} {check.check.name}: {check.check.statement}")


def _said(judgment: Judgment) -> str:
    return f"{visible(judgment.entity.label)}: {visible(judgment.result.message)}"


def _accepted(judgment: Judgment) -> str:
    waiver = judgment.waiver
    assert waiver is not None
    who, why = visible(waiver.approver), visible(waiver.reason)
    return f"accepted until {waiver.until.isoformat()} by {who} ({why}): {_said(judgment)}"


def _gaps(check: CheckOutcome) -> Iterator[str]:
    for gap in check.gaps:
        remedy = f"; to see it: {visible(gap.remedy)}" if gap.remedy else ""
        yield f"{visible(gap.detail)}{remedy}"


def _lines(lines: Iterable[str]) -> str:
    return _text("\n".join(lines))


def _text(text: str) -> str:
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
