"""Evidence packs: what is in them, that nothing in them can be changed unseen, and that a redacted one names nobody."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.config import load
from auditor.errors import AuditorError
from auditor.history.keeping import open_history, remember
from auditor.pack import build, crosswalk, seal
from auditor.pack.redact import Redactor
from connectors.snapshot import Snapshot
from rules import assess
from rules.control import controls
from tests.promises import NOW, clean_snapshots

CONFIG = """
pack_key = "file:pack.pem"
[[tenant]]
key = "microsoft-typical"
name = "Brightwater Family Health"
evidence = "evidence"
[tenant.microsoft365]
tenant_id = "00000000-0000-0000-0000-000000000000"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:NOWHERE"
[tenant.clinic]
staff = [{ name = "Maya Okafor", addresses = ["maya.okafor@brightwater.example"] }]
[[tenant.waiver]]
control = "FWD-6"
entity = "none"
reason = "the archive of Doctor Okafor, until it moves"
approver = "Dana Reyes"
until = 2027-01-31
"""
STATEMENT = """
kind = "risk_analysis"
statement = "Maya Okafor looked at everything"
by = "Maya Okafor"
signed_on = 2026-02-01
file = "analysis.txt"
covers = ["email", "file sharing"]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "auditor.toml").write_text(CONFIG)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "risk.toml").write_text(STATEMENT)
    (folder / "evidence" / "analysis.txt").write_text("Maya Okafor: all fine")
    (folder / "outside.txt").write_text("a secret of another folder")
    (folder / "evidence" / "link.txt").symlink_to(folder / "outside.txt")
    (folder / "pack.pem").write_bytes(seal.new_key())
    (folder / "pack.pem").chmod(0o600)
    clean = clean_snapshots()["microsoft-typical"]
    held = {name: list(clean.lines(name)) for name in clean.sources}
    for months in (0, 1):
        snapshot = Snapshot.of(
            clean.manifest.tenant, held, states=clean.sources, taken=NOW - timedelta(days=60 - 30 * months)
        )
        snapshot.save(folder / "snapshots")
        if months == 0:
            held["exchange.remote_domains"] = []
    loaded = load(folder / "auditor.toml")
    history = open_history(loaded)
    assert len(remember(history, loaded, loaded.config.tenant[0])) == 2
    history.close()
    return folder


def make(home: Path, folder: Path, *words: str) -> Path:
    before = set(folder.glob("*.zip"))
    main.app(["evidence", "-c", str(home / "auditor.toml"), "-o", str(folder), *words], standalone_mode=False)
    (made,) = set(folder.glob("*.zip")) - before
    return made


def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_holds_everything_and_verifies(home: Path, tmp_path: Path) -> None:
    path = make(home, tmp_path, "--period", "2026", "--with-snapshots")
    found = files(path)
    assert {
        "README.txt", "manifest.json", "manifest.sig", "assessments/last.html", "assessments/last.csv",
        "assessments/last.oscal.json", "snapshots.json", "waivers.json", "changes.json", "not-assessed.json",
        "crosswalk-cfr.csv", "crosswalk-practices.csv", "statements/risk.toml", "statements/analysis.txt",
    } <= set(found)  # fmt: skip
    assert sum(name.startswith("assessments/2026-") for name in found) == 2
    assert sum(name.endswith("/manifest.json") and name.startswith("snapshots/") for name in found) == 2
    assert "statements/link.txt" not in found
    changes = json.loads(found["changes.json"])
    assert changes
    assert all(change["causes"] for change in changes)
    assert json.loads(found["waivers.json"])["unused"][0]["approver"] == "Dana Reyes"
    assert seal.verify(path).good
    assert path.stat().st_mode & 0o77 == 0


def test_the_same_content_is_sealed_with_the_same_bytes(home: Path, tmp_path: Path) -> None:
    one = make(home, tmp_path / "a", "--period", "2026-Q3..2026-Q4".replace("2026-Q3..2026-Q4", "2026"))
    two = make(home, tmp_path / "b", "--period", "2026")
    assert one.read_bytes() == two.read_bytes()


def test_packs_are_chained(home: Path, tmp_path: Path) -> None:
    first = make(home, tmp_path, "--period", "2026-09")
    second = make(home, tmp_path, "--period", "2026-10")
    assert seal.verify(second, previous=first).good
    assert seal.verify(first).manifest["previous"] == ""
    assert not seal.verify(first, previous=second).good
    with pytest.raises(AuditorError, match="exists already"):
        make(home, tmp_path, "--period", "2026-10")


def damaged(path: Path, change: dict[str, bytes | None], extra: tuple[str, bytes] | None = None) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**files(path), **change}.items():
            if content is not None:
                archive.writestr(name, content)
        if extra is not None:
            archive.writestr(*extra)
    target = path.with_name("damaged.zip")
    target.write_bytes(out.getvalue())
    return target


def test_nothing_can_be_changed_unseen(home: Path, tmp_path: Path) -> None:
    path = make(home, tmp_path, "--period", "2026")
    for name in files(path):
        assert not seal.verify(
            damaged(path, {name: b"{}" if name == "waivers.json" else files(path)[name] + b" "})
        ).good, name
    for name in set(files(path)) - {"manifest.json", "manifest.sig"}:
        assert seal.verify(damaged(path, {name: None})).troubles == (f"{name} is missing",)
    assert seal.verify(damaged(path, {}, ("more.txt", b"x"))).troubles == ("more.txt is not in the manifest",)


def test_a_pack_that_was_sealed_anew_shows_by_its_key(home: Path, tmp_path: Path) -> None:
    path = make(home, tmp_path, "--period", "2026")
    ours = str(seal.verify(path).manifest["public_key"])
    content = {name: data for name, data in files(path).items() if not name.startswith("manifest.")}
    forged = tmp_path / "forged.zip"
    seal.write(
        forged,
        content | {"waivers.json": b"{}"},
        {"period": ["2026-01-01", "2026-12-31"]},
        seal.load_key(seal.new_key().decode(), "k"),
        "",
    )
    assert seal.verify(forged).good
    assert seal.verify(forged, public_key=ours).troubles == (
        "it was signed with another key than the one that was given",
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a pack at all"])
def test_what_is_no_pack_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(AuditorError, match="not an evidence pack"):
        seal.verify(tmp_path / "x.zip")
    with pytest.raises(AuditorError):
        seal.verify(tmp_path / "nowhere.zip")


def test_the_commands_say_what_they_found(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make(home, tmp_path, "--period", "2026")
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        main.app(["verify", str(path)], standalone_mode=False)
    assert caught.value.code == 0
    assert "as sealed: microsoft-typical, 2026-01-01 to 2026-12-31" in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main.app(["verify", str(damaged(path, {"waivers.json": b"{}"})), "--json"], standalone_mode=False)
    assert caught.value.code == 10
    assert json.loads(capsys.readouterr().out)["troubles"] == ["waivers.json was changed"]
    main.app(["evidence", "--new-key", str(tmp_path / "k.pem")], standalone_mode=False)
    assert (tmp_path / "k.pem").stat().st_mode & 0o77 == 0
    assert "PRIVATE" not in capsys.readouterr().out
    with pytest.raises(AuditorError, match="exists already"):
        main.app(["evidence", "--new-key", str(tmp_path / "k.pem")], standalone_mode=False)
    with pytest.raises(AuditorError, match="no run of"):
        make(home, tmp_path, "--period", "2020")
    with pytest.raises(AuditorError, match="do not go together"):
        make(home, tmp_path, "--period", "2026", "--redact", "--with-snapshots")


def test_a_redacted_pack_names_nobody(home: Path, tmp_path: Path) -> None:
    path = make(home, tmp_path, "--period", "2026", "--redact")
    snapshot = clean_snapshots()["microsoft-typical"]
    people = [line.r for line in snapshot.lines("graph.users") if line.r is not None]
    names = {
        str(person[key])
        for person in people
        for key in ("displayName", "userPrincipalName", "mail", "id")
        if person.get(key)
    }
    names |= {"Maya Okafor", "Dana Reyes", "Brightwater", "brightwater", "microsoft-typical", "grace.holloway.example"}
    # The pages of controls speak of a front desk, whatever a clinic calls its mailboxes.
    pages = " ".join(text for control in controls().values() for text in control.page.values()).casefold()
    ordinary = {name for name in names if name.casefold() in pages}
    assert ordinary <= {"Front Desk"}
    names -= ordinary
    assert len(names) > 40
    for name, content in files(path).items():
        text = content.decode()
        found = [one for one in names if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text, re.IGNORECASE)]
        assert found == [], name
    assert "microsoft-typical" not in path.name
    assert "all fine" not in str(files(path))
    assert seal.verify(path).good
    verdicts = json.loads(next(c for n, c in files(path).items() if n.startswith("assessments/2026-")))["summary"]
    plain = json.loads(
        next(
            c
            for n, c in files(make(home, tmp_path / "p", "--period", "2026")).items()
            if n.startswith("assessments/2026-")
        )
    )
    assert verdicts == plain["summary"]
    assert "gmail.com" in files(path)["assessments/last.csv"].decode(), "the kind of place stays"


def test_words_are_the_same_within_a_pack_and_differ_between_packs() -> None:
    one, other = Redactor(["Ana Field"], b"1"), Redactor(["Ana Field"], b"2")
    assert one.text("Ana Field and ANA FIELD") == f"{one.word('ana field')} and {one.word('Ana Field')}"
    assert one.word("Ana Field") != other.word("Ana Field")
    assert one.text("write to ana@clinic.example or ana@gmail.com").endswith("@gmail.com")
    assert "clinic" not in one.text("write to ana@clinic.example")
    assert one.text("MFA-2 is a control, Anabel Fields is another") == "MFA-2 is a control, Anabel Fields is another"
    assert Redactor([], b"1").text("nobody") == "nobody"


def test_periods() -> None:
    assert build.period("2026-Q4") == build.Period(date(2026, 10, 1), date(2026, 12, 31))
    assert build.period("2026") == build.Period(date(2026, 1, 1), date(2026, 12, 31))
    assert build.period("2024-02").last == date(2024, 2, 29)
    assert build.period("2026-12").last == date(2026, 12, 31)
    assert build.period("2026-10-02..2026-10-05").first == date(2026, 10, 2)
    for wrong in ("2026-Q5", "last year", "2026-13", "2026-10-05..2026-10-02", "", "2026-10-01.."):
        with pytest.raises(AuditorError, match="--period"):
            build.period(wrong)


def test_crosswalks_hold_every_control() -> None:
    assessment = assess(clean_snapshots()["microsoft-typical"], now=NOW)
    table = crosswalk.by_paragraph(assessment)
    for outcome in assessment.controls:
        assert f'"{outcome.control.id}"' in table
    assert '"45 CFR 164.312(d)"' in table
    known = set(controls())
    families = {name.partition("-")[0] for name in known}
    for practice in crosswalk.practices():
        assert set(practice.get("families", ())) <= families
    assert "Multifactor authentication" in crosswalk.by_practice(assessment)
