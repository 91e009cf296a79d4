"""The action plan for whoever fixes things: one row a finding, as CSV, as a spreadsheet, and as tickets in Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from reports import reading, wording
from reports.actions import action_for
from reports.escape import visible
from reports.precedents import precedents
from rules.assess import Assessment
from rules.control import controls
from rules.result import Severity, Verdict

COLUMNS = (
    "priority", "verdict", "control", "who or what", "kind", "destination", "finding", "why it matters", "how to fix it",
    "provider", "who fixes it", "minutes (estimate)", "evidence for", "accepted until", "provider's id",
)  # fmt: skip
_WIDTHS = (12, 11, 10, 34, 14, 30, 50, 50, 60, 18, 26, 10, 30, 14, 36)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_CELL = 32_000  # characters; Excel ends a cell at 32,767


@dataclass(frozen=True)
class Row:
    """One finding, as cells in the order of `COLUMNS`."""

    cells: tuple[str, ...]


def rows(assessment: Assessment) -> list[Row]:
    """Findings to fix, then those to look at, then accepted ones; the most severe first, of these what matters most to patients."""
    known = controls()
    order = list(Severity)

    def rank(finding: reading.Finding) -> tuple[int, int]:
        return order.index(finding.severity), action_for(known[finding.control]).rank

    found = []
    piles = [
        *sorted(reading.findings(assessment, Verdict.FAIL), key=rank),
        *sorted(reading.findings(assessment, Verdict.REVIEW), key=rank),
        *sorted(reading.findings(assessment, Verdict.FAIL, Verdict.REVIEW, waived=True), key=rank),
    ]
    for finding in piles:
        control = known[finding.control]
        action = action_for(control)
        found.append(
            Row(
                (
                    wording.SEVERITIES[finding.severity],
                    "Accepted" if finding.until else wording.VERDICTS[finding.verdict],
                    finding.control,
                    finding.who,
                    finding.kind,
                    finding.destination or "",
                    finding.message,
                    finding.why,
                    finding.fix,
                    wording.provider(finding.provider),
                    action.who,
                    str(action.minutes),
                    "; ".join(f"45 CFR {cite}" if cite[:1].isdigit() else cite for cite in control.cites),
                    finding.until or "",
                    visible(finding.entity),
                )
            )
        )
    return found


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: what starts like one is marked as text."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def as_csv(assessment: Assessment) -> str:
    """CSV with a mark that lets Excel read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe(cell) for cell in row.cells] for row in rows(assessment))
    return "\ufeff" + out.getvalue()


def as_xlsx(assessment: Assessment) -> bytes:
    """A spreadsheet with a filter over its head; every cell is text."""
    from openpyxl import Workbook  # noqa: PLC0415 - only what is asked for is imported
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Action plan"
    book.properties.title = f"{visible(assessment.tenant.name)}: action plan, {wording.day(assessment.finished)}"
    lines = [COLUMNS, *(row.cells for row in rows(assessment))]
    for number, cells in enumerate(lines, 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(number, column)
            cell.value = text[:_CELL]
            cell.data_type = "s"  # openpyxl would take "=..." for a formula
            cell.quotePrefix = number > 1
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(lines)}"
    sheet.print_title_rows = "1:1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&:@])")


_MARKUP = re.compile(r"([\\`*_\[\]<>|~])")


def ours(text: str) -> str:
    """Our own words, which only need be safe from being taken for markup: a command stays one that can be copied."""
    return _MARKUP.sub(r"\\\1", visible(text))


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no link, no picture, no mention, no heading."""
    return _MARKDOWN.sub(r"\\\1", visible(text))


def as_tickets(assessment: Assessment) -> str:
    """One ticket a control that has findings: whom, why, the exact steps by provider, and how to know that it is done."""
    lines = [f"# {escaped(assessment.tenant.name)}: tickets from the scan of {wording.day(assessment.finished)}", ""]
    groups = reading.by_control(reading.findings(assessment, Verdict.FAIL, Verdict.REVIEW))
    if not groups:
        lines += ["Nothing to fix in what was seen.", ""]
    known = controls()
    for group in groups:
        control = known[group.control]
        cites = ", ".join(f"45 CFR {cite}" if cite[:1].isdigit() else cite for cite in control.cites)
        lines += [
            f"## {group.control}: {ours(group.title)}",
            "",
            f"Priority: {wording.SEVERITIES[group.severity]}. Evidence for: {cites}.",
            "",
            *_boxes(group.findings),
            "",
            f"Why: {ours(group.why)}",
            "",
            *_case(group.control),
        ]
        for provider, how in group.fix.items():
            lines += [f"How at {wording.provider(provider)}: {ours(how)}", ""]
        lines += [f"Done when the next scan shows {group.control} as fine for everything above.", ""]
    lines += [wording.DISCLAIMER, ""]
    return "\n".join(lines)


def _case(control: str) -> list[str]:
    case = precedents().get(control)
    return [f"It has happened: {ours(str(case))}", ""] if case is not None else []


def _boxes(findings: Iterable[reading.Finding]) -> list[str]:
    found = []
    for finding in findings:
        told = finding.destination is None or finding.destination in finding.message
        where = "" if told else f" → {escaped(str(finding.destination))}"
        look = " (to look at)" if finding.verdict is Verdict.REVIEW else ""
        found.append(f"- [ ] **{escaped(finding.who)}**{where}: {escaped(finding.message)}{look}")
    return found
