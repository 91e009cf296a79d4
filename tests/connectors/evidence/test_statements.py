"""Statements in an evidence folder: read, checked against their files, and refused with one clear line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from connectors.evidence.connector import BadStatement, statement

GOOD = 'kind = "training"\nstatement = "all were trained"\nby = "Ann"\nsigned_on = 2026-02-01\n'


def write(folder: Path, text: str | bytes, name: str = "training.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes, name: str = "training.toml") -> dict[str, object]:
    return statement(folder, write(folder, text, name))


def test_a_statement_and_its_file(tmp_path: Path) -> None:
    proof = write(tmp_path, b"signed", "proof.pdf")
    digest = hashlib.sha256(b"signed").hexdigest()
    assert read(tmp_path, GOOD) == {
        "id": "training.toml", "topic": "training", "statement": "all were trained", "by": "Ann",
        "signed_on": "2026-02-01", "file_state": "none",
    }  # fmt: skip
    named = GOOD + 'file = "proof.pdf"\n'
    assert read(tmp_path, named)["file_state"] == "unsealed"
    assert read(tmp_path, named + f'sha256 = "{digest}"')["file_state"] == "ok"
    assert read(tmp_path, named + f'sha256 = "{digest.upper()}"')["file_state"] == "ok"
    proof.write_bytes(b"signed later")
    assert read(tmp_path, named + f'sha256 = "{digest}"')["file_state"] == "altered"
    proof.unlink()
    assert read(tmp_path, named)["file_state"] == "missing"


def test_people_and_dates_inside(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD + '[[person]]\nname = "Bob"\non = 2026-01-05\ntopics = ["phishing"]\n')
    assert found["person"] == [{"name": "Bob", "on": "2026-01-05", "topics": ["phishing"]}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "kind"),
        (GOOD.replace("training", "singing"), "kind"),
        (GOOD.replace('by = "Ann"\n', ""), "by"),
        (GOOD.replace("2026-02-01", '"2026-02-01"'), "signed_on"),
        (GOOD.replace("2026-02-01", "soon"), "TOML"),
        (GOOD + "colour = 1", "colour"),
        (GOOD + 'covers = "email"', "covers"),
        (GOOD + 'person = "Bob"', "person"),
        (GOOD + '[[person]]\nname = "Bob"\nage = 3', "age"),
        (GOOD + "file = 3", "file"),
        (GOOD + 'file = "../outside.pdf"', "outside"),
        (GOOD + 'file = "/etc/hostname"', "outside"),
        (b"\xff\xfe", "TOML"),
        (GOOD + "#" * 3_000_000, "larger"),
    ],
)
def test_a_bad_statement_is_one_clear_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(BadStatement) as caught:
        read(tmp_path / "evidence", text)
    assert str(caught.value).startswith("training.toml: ")
    assert said in str(caught.value)


def test_links_do_not_lead_outside(tmp_path: Path) -> None:
    outside = write(tmp_path, GOOD, "outside.toml")
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "link.toml").symlink_to(outside)
    with pytest.raises(BadStatement):
        statement(folder, folder / "link.toml")
