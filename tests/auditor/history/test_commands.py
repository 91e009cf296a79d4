"""`auditor history` and `auditor diff` as a person runs them, on kept snapshots."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.config import RetentionSection, check, load
from auditor.errors import AuditorError
from auditor.history.keeping import open_history, remember
from auditor.history.retention import kept, prune
from tests.auditor.history.clinics import DAY, Clinic

OPEN = frozenset({"gmail.com"})
CONFIG = """
[[tenant]]
key = "brightwater"
name = "Brightwater"
[tenant.microsoft365]
tenant_id = "00000000-0000-0000-0000-000000000000"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:NOWHERE"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "auditor.toml").write_text(CONFIG)
    states = [Clinic(), Clinic(open_domains=OPEN).later(1), Clinic().later(2, dark=True)]
    for clinic in states:
        clinic.snapshot().save(tmp_path / "snapshots")
    loaded = load(tmp_path / "auditor.toml")
    history = open_history(loaded)
    assert len(remember(history, loaded, loaded.config.tenant[0])) == 3
    assert remember(history, loaded, loaded.config.tenant[0]) == []
    history.close()
    return tmp_path


def run(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main.app([*words, "--config", str(home / "auditor.toml")], standalone_mode=False)
    return capsys.readouterr().out


def test_the_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(home, capsys, "history")
    assert "2026-03-03 06:00" in text
    assert "1 went dark" in " ".join(text.split())
    found = json.loads(run(home, capsys, "history", "brightwater", "--json"))
    assert [run["events"].get("went dark", 0) for run in found["runs"]] == [1, 0, 0]
    assert [run["events"].get("new", 0) for run in found["runs"]] == [0, 1, 0]
    assert len(json.loads(run(home, capsys, "history", "--limit", "2", "--json"))["runs"]) == 2


def test_the_last_run_of_every_tenant_the_worst_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = home / "auditor.toml"
    more = [CONFIG.replace("brightwater", key) for key in ("alder", "cedar", "never-scanned")]
    config.write_text(CONFIG + "".join(more))
    for clinic in (Clinic(key="alder"), Clinic(key="cedar", open_domains=OPEN)):
        clinic.snapshot().save(home / "snapshots")
    loaded = load(config)
    history = open_history(loaded)
    for key in ("alder", "cedar"):
        remember(history, loaded, loaded.tenant(key))
    history.close()
    found = json.loads(run(home, capsys, "history", "--json"))["tenants"]
    assert [one["tenant"] for one in found] == ["cedar", "brightwater", "alder", "never-scanned"]
    assert sum(found[0]["open"].values()) == sum(found[2]["open"].values()) + 1
    assert (found[1]["runs"], found[3]["finished"]) == (3, None)
    lines = [" ".join(line.split()) for line in run(home, capsys, "history").splitlines()]
    assert lines[1].startswith("cedar 2026-03-01 ")
    assert lines[1].endswith("first run")
    assert "1 went dark" in " ".join(lines[2:4])
    assert "never-scanned never" in lines
    assert "name one of" in refused(home, "history", "--findings")


def refused(home: Path, *words: str) -> str:
    with pytest.raises(AuditorError) as caught:
        main.app([*words, "--config", str(home / "auditor.toml")], standalone_mode=False)
    return caught.value.advice


def test_the_findings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = [
        f
        for f in json.loads(run(home, capsys, "history", "--findings", "--json"))["findings"]
        if f["control"] == "FWD-2"
    ]
    assert found["state"] == "dark"
    assert found["entity"] == "gmail.com"
    assert "gmail.com" in run(home, capsys, "history", "--findings")


def test_old_snapshots_with_todays_controls(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(home, capsys, "history", "--today", "--json"))["snapshots"]
    assert [entry["finished"][:10] for entry in found] == ["2026-03-03", "2026-03-02", "2026-03-01"]
    assert found[1]["summary"]["fail"] > found[2]["summary"]["fail"]


def test_a_difference_and_its_cause(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(home, capsys, "diff", "brightwater")
    assert "CAN NO LONGER BE SEEN" in text
    assert "[visibility changed]" in text
    found = json.loads(run(home, capsys, "diff", "brightwater:1", "brightwater:2", "--json"))
    assert {c["event"]: c["causes"] for c in found["changes"] if c["control"] == "FWD-2" and c["entity"]} == {
        "new": ["tenant changed"]
    }
    folders = sorted(str(path.parent) for path in (home / "snapshots" / "brightwater").glob("*/manifest.json"))
    ad_hoc = json.loads(run(home, capsys, "diff", folders[0], folders[1], "--json"))
    assert [(c["event"], c["causes"]) for c in ad_hoc["changes"] if c["control"] == "FWD-2" and c["entity"]] == [
        ("new", ["tenant changed"])
    ]
    assert "nothing moved" in run(home, capsys, "diff", folders[0], folders[0])


@pytest.mark.parametrize(
    "words", [("diff", "nobody"), ("diff", "brightwater:77"), ("diff", "brightwater", "other"), ("history", "nobody")]
)
def test_wrong_words_get_one_line(home: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(AuditorError) as caught:
        main.app([*words, "--config", str(home / "auditor.toml")], standalone_mode=False)
    assert caught.value.advice


def test_retention() -> None:
    rule = RetentionSection(months=6, every_scan_for_months=1)
    times = [(DAY.replace(month=month, day=day), f"{month}-{day}") for month in range(1, 10) for day in (1, 28)]
    found = kept(times, rule, DAY.replace(month=9, day=28))
    assert found == ["3-28", "4-28", "5-28", "6-28", "7-28", "8-1", "8-28", "9-1", "9-28"]
    assert kept([(DAY, "only")], rule, DAY.replace(year=2036)) == ["only"]


def test_forgetting(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load(home / "auditor.toml")
    history = open_history(loaded)
    section = loaded.config.tenant[0]
    later = DAY.replace(year=2036)
    would = prune(history, loaded, section, now=later, dry_run=True)
    assert (would.runs, len(would.snapshots)) == (2, 2)
    assert len(history.runs("brightwater")) == 3
    assert prune(history, loaded, section, now=later, dry_run=False) == would
    assert len(history.runs("brightwater")) == 1
    assert len(list((home / "snapshots" / "brightwater").glob("*/manifest.json"))) == 1
    history.close()
    assert "0 runs and 0 snapshots would be forgotten" in run(home, capsys, "history", "--prune", "--dry-run")


def test_a_database_url_stands_in_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(AuditorError, match="password"):
        check({"history": "postgresql://auditor:secret@db/history"}, tmp_path / "auditor.toml")
    with pytest.raises(AuditorError, match="postgresql://"):
        open_history(load_with(tmp_path, 'history = "env:AUDITOR_TEST_URL"\n'))


def load_with(folder: Path, text: str) -> object:
    import os

    os.environ["AUDITOR_TEST_URL"] = "mysql://secret-host/x"
    (folder / "auditor.toml").write_text(text)
    return load(folder / "auditor.toml")
