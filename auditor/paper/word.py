"""A paper as a Word file, on letter paper."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from auditor.paper.sheet import Part, Sheet, Table


def render(sheet: Sheet, made: datetime) -> bytes:
    """The file's bytes."""
    document = Document()
    _set_up(document, sheet, made)
    document.add_heading(sheet.title, level=1)
    for part in sheet.parts:
        _part(document, part)
    _small(document.add_paragraph(), f"To put it on file: {sheet.on_file}")
    _small(document.sections[0].footer.paragraphs[0], sheet.note)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _small(paragraph: Any, text: str) -> None:
    paragraph.add_run(text).font.size = Pt(8)


def _set_up(document: Any, sheet: Sheet, made: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(0.75)
    section.top_margin = section.bottom_margin = Inches(0.7)
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = sheet.title[:255], "", "", "en-US"
    properties.created = properties.modified = made.replace(tzinfo=None)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    for name, size in (("Heading 1", 15), ("Heading 2", 11.5)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), None
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(9), Pt(3)
        style.paragraph_format.keep_with_next = True


def _part(document: Any, part: Part) -> None:
    if part.heading:
        document.add_heading(part.heading, level=2)
    if part.text:
        document.add_paragraph(part.text).paragraph_format.keep_with_next = part.table is not None
    for line in part.list:
        document.add_paragraph(line, style="List Bullet").paragraph_format.space_after = Pt(2)
    for number, line in enumerate(part.steps, 1):
        step = document.add_paragraph(f"{number}.\t{line}")
        step.paragraph_format.left_indent, step.paragraph_format.first_line_indent = Inches(0.3), Inches(-0.3)
        step.paragraph_format.tab_stops.add_tab_stop(Inches(0.3))
        step.paragraph_format.space_after = Pt(2)
    if part.table is not None:
        _table(document, part.table)
    if part.fields:
        _table(document, Table((), tuple((name, "") for name in part.fields), (2.6, 4.4)))


def _table(document: Any, table: Table) -> None:
    lines = [*([table.head] if table.head else []), *table.rows]
    made = document.add_table(rows=0, cols=len(table.widths), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, table.widths, strict=True):
        column.width = Inches(width)
    for index, line in enumerate(lines):
        row = made.add_row()
        _keep_whole(row, is_head=index == 0 and bool(table.head))
        if not all(line):
            row.height = Inches(0.29)  # somebody writes here by hand
        for cell, text, width in zip(row.cells, line, table.widths, strict=True):
            cell.width = Inches(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(text)
            run.font.size = Pt(9)
            run.bold = index == 0 and bool(table.head)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _keep_whole(row: Any, *, is_head: bool) -> None:
    """No row breaks over a page, and the head stands on every page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_head else [])):
        element = OxmlElement(name)
        element.set(qn("w:val"), "true")
        properties.append(element)
