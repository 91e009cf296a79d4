"""The vocabulary of cites: closed, complete for the catalogue, and carefully worded."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from rules.citations import CiteKind, UnknownCite, citations, cite, source

SHARED = Path(__file__).resolve().parents[3] / "shared"
HIPAA = (SHARED / "reference" / "hipaa.md").read_text("utf-8")
MARKS = {"R": CiteKind.REQUIRED, "A": CiteKind.ADDRESSABLE, "S": CiteKind.STANDARD, "S/R": CiteKind.STANDARD}


def _rows() -> list[tuple[str, str]]:
    """Ids and marks of section 1 of the reference."""
    section = HIPAA.split("## 1. ")[1].split("## 2. ")[0]
    return re.findall(r"^\| (164\.[^ ]+) \| [^|]+ \| ([RAS/]+) \|", section, re.MULTILINE)


def test_every_cite_of_the_catalogue_is_known() -> None:
    with (SHARED / "controls.csv").open(encoding="utf-8") as file:
        used = {name.strip() for row in csv.DictReader(file) for name in row["hipaa"].split(";")}
    assert len(used) > 40
    for name in used:
        assert cite(name).id == name


def test_every_paragraph_of_the_security_rule_has_the_mark_of_the_reference() -> None:
    rows = _rows()
    assert len(rows) == 64
    for name, mark in rows:
        assert cite(name).kind is MARKS[mark], name


def test_every_paragraph_of_the_other_sections_is_known() -> None:
    section = HIPAA.split("## 3. ")[1].split("## 5. ")[0]
    for cell in re.findall(r"^\| (164\.[^|]+) \|", section, re.MULTILINE):
        whole = re.findall(r"164\.\d+(?:\([a-zA-Z0-9]+\))*", cell)
        for name in whole:
            assert cite(name).kind is CiteKind.RULE


@pytest.mark.parametrize(
    "name", ["", "164.312", "164.312(D)", "45 CFR 164.312(d)", "164.308(b)(4)", "164.312(d) ", "HIPAA"]
)
def test_a_misspelled_cite_is_an_error(name: str) -> None:
    with pytest.raises(UnknownCite, match="not a paragraph we know"):
        cite(name)


def test_what_a_citation_says() -> None:
    mfa = cite("164.312(d)")
    assert (mfa.title, mfa.kind, mfa.label) == (
        "Person or entity authentication",
        CiteKind.STANDARD,
        "45 CFR 164.312(d)",
    )
    assert mfa.evidence == "Evidence relevant to 45 CFR 164.312(d)"
    assert cite("2.16").label == "42 CFR 2.16"


def test_only_addressable_specifications_take_a_documented_alternative() -> None:
    assert cite("164.312(a)(2)(iv)").allows_alternative
    assert cite("164.312(e)(2)(ii)").allows_alternative
    assert not cite("164.312(d)").allows_alternative
    assert not cite("164.308(a)(1)(ii)(A)").allows_alternative


@pytest.mark.parametrize("name", list(citations()))
def test_the_wording_judges_nobody(name: str) -> None:
    one = cite(name)
    text = f"{one.title} {one.text}".casefold()
    assert one.text.endswith(".")
    for word in ("violat", "complian", "illegal", "optional.", "must encrypt", "logs for six years", "proposed"):
        if (name, word) != ("164.306(d)(3)", "optional."):
            assert word not in text
    assert "\u2014" not in text


def test_uncertain_wording_is_marked() -> None:
    for name in ("164.502(a)", "164.502(b)", "164.501", "164.414", "164.530(c)(1)", "2.12"):
        assert cite(name).verified is (name == "164.530(c)(1)")
    assert source().sources
