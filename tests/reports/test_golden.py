"""Text and JSON of two small assessments, letter by letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reports.golden import CONTROLS, assessments, files


@pytest.mark.parametrize(
    ("path", "text"), list(files()), ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_a_report_is_as_it_was(path: Path, text: str) -> None:
    assert text == path.read_text(encoding="utf-8"), "if this is meant, run `make golden` and look at the difference"


def test_the_small_assessments_show_every_pile() -> None:
    for name, assessment in assessments().items():
        assert {outcome.control.id for outcome in assessment.controls} <= set(CONTROLS), name
    shown = assessments()["microsoft"].summary
    assert [pile for pile, count in shown.items() if not count and pile != "not_applicable"] == []


def test_the_json_is_one_object_with_a_schema_number() -> None:
    for path, text in files():
        if path.suffix == ".json":
            found = json.loads(text)
            assert found["schema"] == 1
            assert list(found) == ["schema", "tenant", "snapshot", "summary", "coverage", "controls"]
