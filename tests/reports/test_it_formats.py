"""The formats for whoever fixes things and for other programs, read back by libraries that we did not write."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from functools import cache

import pandas as pd
import pytest
from openpyxl import load_workbook

import reports
from reports import worklist
from rules import Assessment, assess
from rules.result import Verdict
from rules.waiver import Waiver
from tests.promises import NOW, clean_snapshots, edited

NAMES = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "\u202ereversed", "😀" * 40, "n" * 300, "| a | b |", "`code` **b** #1 @everyone", "&#60;b&#62;",
]  # fmt: skip
CLINICS = ["microsoft-typical", "google-typical", "microsoft-empty", "google-empty", "microsoft-well-run"]


@cache
def assessment(name: str) -> Assessment:
    return assess(clean_snapshots()[name], now=NOW)


@cache
def hostile() -> Assessment:
    """A clinic whose people and guests carry names that mean harm."""
    numbers = iter(range(10**6))

    def rename(holder: dict[str, object], key: str) -> None:
        holder[key] = NAMES[next(numbers) % len(NAMES)]

    snapshot = clean_snapshots()["microsoft-typical"]
    for path in ("graph.users:displayName", "exchange.mailboxes:DisplayName", "graph.service_principals:displayName"):
        if path.split(":", maxsplit=1)[0] in snapshot.sources:
            snapshot = edited(snapshot, path, rename)
    return assess(snapshot, now=NOW)


def waived() -> Assessment:
    (first, *_) = [j for j in assessment("microsoft-typical").control("FWD-3").judgments if j.verdict is Verdict.FAIL]
    waiver = Waiver(
        "FWD-3", first.entity.id, "the second office", "Dana Reyes", date(2027, 1, 1), dict(first.result.about)
    )
    return assess(clean_snapshots()["microsoft-typical"], now=NOW, waivers=[waiver])


def open_findings(found: Assessment) -> int:
    return sum(
        judgment.verdict in {Verdict.FAIL, Verdict.REVIEW}
        for outcome in found.controls
        for judgment in outcome.judgments
    )


@pytest.mark.parametrize("name", CLINICS)
def test_the_spreadsheet_opens_and_holds_every_finding(name: str) -> None:
    content = reports.binary(assessment(name), "xlsx")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.max_row == 1 + open_findings(assessment(name))
    frame = pd.read_excel(io.BytesIO(content), dtype=str, keep_default_na=False)
    assert tuple(frame.columns) == worklist.COLUMNS
    assert len(frame) == open_findings(assessment(name))


def test_no_cell_is_a_formula() -> None:
    sheet = load_workbook(io.BytesIO(reports.binary(hostile(), "xlsx"))).active
    assert sheet is not None
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(text).startswith("=cmd") for text in texts)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert all(cell.value is None for row in sheet.iter_rows() for cell in row if cell.data_type == "n")
    rows = list(csv.reader(io.StringIO(reports.render(hostile(), "csv").removeprefix("\ufeff"))))
    assert len(rows) == 1 + open_findings(hostile())
    assert any("=cmd" in cell for row in rows for cell in row)
    for row in rows[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_the_csv_says_what_is_accepted() -> None:
    rows = list(csv.DictReader(io.StringIO(reports.render(waived(), "csv").removeprefix("\ufeff"))))
    assert [row["accepted until"] for row in rows if row["verdict"] == "Accepted"] == ["2027-01-01"]
    assert (rows[0]["priority"], rows[0]["control"]) == ("Fix first", "FWD-3")  # patients' mail before all else


def test_tickets_name_whom_why_and_the_steps_and_render_as_text() -> None:
    text = reports.render(assessment("microsoft-typical"), "tickets")
    assert "## FWD-3: No mailbox is set to forward to an outside address" in text
    assert "grace\\.holloway\\.example\\@gmail\\.com" in text
    assert "How at Microsoft 365:" in text
    for line in reports.render(hostile(), "tickets").splitlines():
        bare = re.sub(r"\\.", "", line).removeprefix("- [ ] **")
        assert not re.search(r"[<>`\[\]]|!\[|\*\*.*\*\*.*\*\*", bare), line
    assert "Nothing to fix" in reports.render(
        assess(clean_snapshots()["google-well-run"], now=NOW, only=["FWD-3"]), "tickets"
    )


@pytest.mark.parametrize("name", CLINICS)
def test_ocsf_validates(name: str) -> None:
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

    lines = reports.render(assessment(name), "ocsf").splitlines()
    judged = [j for o in assessment(name).controls for j in o.judgments if j.verdict is not Verdict.NOT_APPLICABLE]
    assert len(lines) == len(judged)
    found = [ComplianceFinding.model_validate_json(line) for line in lines]
    identities = {
        (o.control.id, c.check.name, c.provider, j.entity.kind, j.entity.id, tuple(sorted(j.result.about.items())))
        for o in assessment(name).controls
        for c in o.checks
        for j in c.judgments
        if j.verdict is not Verdict.NOT_APPLICABLE
    }
    assert len({finding.finding_info.uid for finding in found}) == len(identities)
    failing = sum(finding.compliance.status_id.name == "Fail" for finding in found)
    assert failing == sum(j.verdict is Verdict.FAIL for j in judged)


def test_ocsf_marks_what_is_accepted_as_suppressed() -> None:
    found = [json.loads(line) for line in reports.render(waived(), "ocsf").splitlines()]
    assert sum(finding["status_id"] == 3 for finding in found) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", CLINICS)
def test_oscal_validates(name: str) -> None:
    from trestle.oscal.assessment_results import Model

    text = reports.render(assessment(name), "oscal")
    found = Model.model_validate_json(text).assessment_results
    (result,) = found.results
    findings = result.findings or []
    expected = [o for o in assessment(name).controls if o.verdict is not Verdict.NOT_APPLICABLE]
    assert len(findings) == len(expected)
    satisfied = sum(str(f.target.status.state.value) == "satisfied" for f in findings if f.target.status)
    assert satisfied == sum(o.verdict is Verdict.PASS for o in expected)
    assert reports.render(assessment(name), "oscal") == text
    uuids = re.findall(r'"uuid": "([^"]+)"', text)
    assert len(uuids) == len(set(uuids))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_oscal_of_hostile_names_and_of_accepted_risks_validates() -> None:
    from trestle.oscal.assessment_results import Model

    Model.model_validate_json(reports.render(hostile(), "oscal"))
    found = Model.model_validate_json(reports.render(waived(), "oscal")).assessment_results.results[0]
    (risk,) = [risk for risk in found.risks or [] if risk.remediations]
    assert "the second office" in risk.remediations[0].description


@pytest.mark.parametrize("name", CLINICS)
def test_junit_is_read_by_others_and_only_what_passes_is_passed(name: str) -> None:
    from junitparser import Failure, JUnitXml, Skipped

    found = assessment(name)
    checks = [c for o in found.controls for c in o.checks if c.verdict is not Verdict.NOT_APPLICABLE]
    read = JUnitXml.fromstring(reports.binary(found, "junit"))
    cases = [case for suite in read for case in suite]
    kinds = Counter(type(case.result[0]) if case.result else None for case in cases)
    assert kinds[Failure] == read.failures == sum(c.verdict is Verdict.FAIL for c in checks)
    assert kinds[None] == sum(c.verdict is Verdict.PASS for c in checks)
    assert kinds[Skipped] == read.skipped == len(checks) - kinds[Failure] - kinds[None]
    assert read.tests == len(checks) == len({(case.classname, case.name) for case in cases})
    read.update_statistics()  # the library's own count
    assert (read.tests, read.failures, read.skipped) == (len(checks), kinds[Failure], kinds[Skipped])


def test_junit_names_every_finding_and_says_what_is_accepted() -> None:
    from junitparser import JUnitXml

    read = JUnitXml.fromstring(reports.binary(waived(), "junit"))
    cases = {case.name.split(":")[0]: case for suite in read for case in suite if case.name.startswith("FWD-3 ")}
    (case,) = [case for case in cases.values() if case.system_out]
    assert case.classname == "microsoft-typical.microsoft365.forwarding"
    assert case.system_out.startswith("accepted until 2027-01-01 by Dana Reyes (the second office): ")
    open_ = [j for j in waived().control("FWD-3").judgments if j.verdict is Verdict.FAIL and j.waiver is None]
    text = "".join(case.result[0].text for case in cases.values() if case.result)
    assert all(f"{j.entity.label}: " in text for j in open_)
    assert "How to fix it: " in text


def test_junit_of_hostile_names_is_xml() -> None:
    from lxml import etree

    def rename(holder: dict[str, object], key: str) -> None:
        holder[key] = "]]><!-- \x00\x1b\ud800\ufffe\uffff & </failure> \u202eabc\n" + "x" * 300

    snapshot = edited(clean_snapshots()["microsoft-typical"], "exchange.mailboxes:DisplayName", rename)
    for found in (hostile(), assess(snapshot, now=NOW)):
        root = etree.fromstring(reports.binary(found, "junit"))
        assert {element.tag for element in root.iter()} <= {
            *("testsuites", "testsuite", "testcase", "failure", "skipped", "system-out")
        }
    assert "\\u202eabc" in "".join(root.itertext())
    assert "x" * 300 in "".join(root.itertext())


def test_every_format_has_a_name_and_bytes() -> None:
    for format_ in reports.FORMATS:
        assert reports.binary(assessment("google-typical"), format_)
    with pytest.raises(ValueError, match="not a text format"):
        reports.render(assessment("google-typical"), "pdf")


def test_a_risk_is_explained_with_the_case_that_there_is() -> None:
    from reports.precedents import precedents
    from rules.control import controls

    assert set(precedents()) <= set(controls())
    text = reports.render(assessment("microsoft-typical"), "tickets")
    assert text.count("It has happened: Phoenix Cardiac Surgery, April 2012") >= 1
    page = reports.render(assessment("microsoft-typical"), "html")
    assert page.count("Phoenix Cardiac Surgery") == 1  # told once, where it is first needed
    assert page.index("It has happened:") < page.index("Fix soon")
