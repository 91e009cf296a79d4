"""Names chosen by outsiders, and clinics of any size: shown harmlessly, whole, in every format."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser

import pytest

from connectors.snapshot import Snapshot, TenantInfo
from reports import render
from rules import assess
from tests.promises import NOW, clean_snapshots
from tests.rules.identity import microsoft, user

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    '=HYPERLINK("http://x.example")',
    "+1+1", "-2+3", "@SUM(1)",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m",
    "abc\u202egnp.exe", "\u2066left\u2069", "zero\u200bwidth", "\ufeffbom",
    "line\nbreak\r\nand\ttab", "nul\x00byte",
    "👩‍⚕️ Dr. Ünïcødé 中文 עברית",
    "x" * 300,
    "</style></script><!-- -->",
    "&lt;b&gt; & \"quotes\" 'single'",
]  # fmt: skip


class Page(HTMLParser):
    """Counts what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(text: str) -> Page:
    found = Page()
    found.feed(text)
    return found


def clinic(*names: str) -> Snapshot:
    people = [user(f"p{index}", displayName=name) for index, name in enumerate(names)]
    return microsoft(people)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_nothing_but_the_text(name: str) -> None:
    plain, hostile = (assess(clinic(one), now=NOW) for one in ("Ann Plain", name))
    before, after = page(render(plain, "html")), page(render(hostile, "html"))
    assert after.tags == before.tags
    assert after.handlers == before.handlers
    text = render(hostile, "text")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(after.text))
    assert name in json.dumps(json.loads(render(hostile, "json")), ensure_ascii=False) or "\\" in json.dumps(name)


def test_a_name_of_300_letters_is_shown_to_its_end() -> None:
    name = "Long " + "x" * 290 + "END"
    assert name in "".join(page(render(assess(clinic(name), now=NOW), "html")).text)


def test_nobody_is_cut_off_after_200_rows() -> None:
    names = [f"Person Number{index:03}" for index in range(260)]
    shown = "".join(page(render(assess(clinic(*names), now=NOW), "html")).text)
    assert [name for name in names if name not in shown] == []


def test_an_empty_clinic_and_one_of_which_nothing_was_read() -> None:
    nothing = Snapshot.of(TenantInfo("field", "Field Clinic", ["microsoft365"]), {}, taken=NOW)
    for snapshot in (nothing, microsoft()):
        assessment = assess(snapshot, now=NOW)
        for form in ("text", "html", "json"):
            assert render(assessment, form)
    text = render(assess(nothing, now=NOW), "text")
    assert "could not be answered" in text
    assert "Everything that the checks look at was seen" not in text


@pytest.mark.parametrize("name", sorted({"microsoft-typical", "google-typical", "google-empty"}))
def test_the_page_is_accessible_by_its_structure(name: str) -> None:
    text = render(assess(clean_snapshots()[name], now=NOW), "html")
    assert '<html lang="en"' in text
    assert re.search(r"<title>[^<]+</title>", text)
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= set(ids)
    for table in re.findall(r"<table>.*?</table>", text, re.DOTALL):
        assert 'scope="col"' in table
    assert not re.search(r'(?:src|href)="https?://', text)


def test_the_page_needs_no_network_and_says_so_to_the_browser() -> None:
    text = render(assess(clean_snapshots()["microsoft-typical"], now=NOW), "html")
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert "url(" not in text
