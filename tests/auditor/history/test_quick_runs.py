"""A quick scan is marked as one, stands for no month, and hides no cause of what a whole scan finds after it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from auditor.cli import main
from auditor.config import Loaded, RetentionSection, load
from auditor.errors import AuditorError
from auditor.history.keeping import open_history, remember
from auditor.history.retention import kept
from auditor.history.store import Change, History
from auditor.letters import Month, letter_of
from auditor.scan import latest
from connectors.snapshot import Snapshot
from reports import render
from tests.auditor.history.clinics import DAY, Clinic
from tests.auditor.history.test_commands import CONFIG, OPEN

MARCH = Clinic(open_domains=OPEN)
APRIL = MARCH.later(32)


def practice(folder: Path, *states: Clinic) -> Loaded:
    (folder / "auditor.toml").write_text(CONFIG)
    for state in states:
        state.snapshot().save(folder / "snapshots")
    loaded = load(folder / "auditor.toml")
    history = open_history(loaded)
    remember(history, loaded, loaded.config.tenant[0])
    history.close()
    return loaded


def letter(loaded: Loaded, month: str | None = None) -> Month:
    history = open_history(loaded)
    try:
        return letter_of(history, loaded, loaded.config.tenant[0], month)
    finally:
        history.close()


def changes(loaded: Loaded, first: int, last: int) -> list[Change]:
    history = open_history(loaded)
    try:
        found = history.changes("brightwater", *(history.run("brightwater", str(n)) for n in (first, last)))
        return [change for change in found if change.entity and change.control == "FWD-2"]
    finally:
        history.close()


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    main.app([*words, "--config", str(folder / "auditor.toml")], standalone_mode=False)
    shown = capsys.readouterr()
    return shown.out, shown.err


def test_the_mark_is_kept_and_sealed(tmp_path: Path) -> None:
    snapshot = MARCH.later(0, quick=True).snapshot()
    kept_ = Snapshot.open(snapshot.save(tmp_path))
    assert kept_.manifest.quick
    whole = Snapshot.open(tmp_path / "brightwater" / snapshot.manifest.id)
    whole.manifest.quick = False
    assert whole.manifest.sha256 != kept_.manifest.sha256
    assessment = MARCH.assessment(kept_)
    assert json.loads(render(assessment, "json"))["snapshot"]["quick"] is True
    for form in ("text", "html"):
        assert "This was a quick scan" in render(assessment, form)
        assert "This was a quick scan" not in render(MARCH.assessment(MARCH.snapshot()), form)


def test_a_letter_tells_of_the_last_whole_run_and_compares_with_one(tmp_path: Path) -> None:
    loaded = practice(
        tmp_path,
        MARCH,
        MARCH.later(1, quick=True),
        APRIL.later(0, open_domains=frozenset()),
        APRIL.later(1, quick=True),
        APRIL.later(2, quick=True),
    )
    found = letter(loaded)
    assert (found.day, found.run.id, found.quick_since) == (date(2026, 4, 1), 3, 2)
    assert [point.day for point in found.letter.trend] == [date(2026, 3, 1), date(2026, 4, 2)]
    assert [group.title for group in found.letter.changes] == ["Put right"]


def test_a_month_of_quick_scans_only_has_no_letter(tmp_path: Path) -> None:
    loaded = practice(tmp_path, MARCH, APRIL.later(0, quick=True))
    assert letter(loaded).day == date(2026, 3, 1)
    with pytest.raises(AuditorError, match="only quick ones"):
        letter(loaded, "2026-04")


def test_where_only_quick_scans_are_recorded_there_is_no_letter(tmp_path: Path) -> None:
    with pytest.raises(AuditorError, match="only quick scans are recorded") as caught:
        letter(practice(tmp_path, APRIL.later(0, quick=True)))
    assert "--quick" in caught.value.advice


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (APRIL.later(0, open_domains=frozenset()), [("fixed", ["tenant changed"])]),
        (APRIL, []),
        (APRIL.later(0, dark=True), [("went dark", [])]),
    ],
    ids=["put right", "as before", "out of sight"],
)
def test_why_it_moved_is_asked_of_the_last_whole_run(
    end: Clinic, expected: list[tuple[str, list[str]]], tmp_path: Path
) -> None:
    loaded = practice(tmp_path, MARCH, *(MARCH.later(day, quick=True) for day in (1, 2)), end)
    found = changes(loaded, 1, 4)
    told = [(c.event, [cause for cause in c.causes if cause != "visibility changed"]) for c in found]
    assert told == expected


def test_reports_of_a_tenant_show_the_newest_whole_scan_and_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    practice(tmp_path, MARCH, MARCH.later(1, quick=True))
    home = tmp_path / "snapshots" / "brightwater"
    newest = max(home.glob("*/manifest.json")).parent
    assert latest(home) != newest
    shown, said = run(tmp_path, capsys, "report", "brightwater", "--format", "json")
    assert json.loads(shown)["snapshot"]["id"] == latest(home).name
    assert newest.name in said
    shown, said = run(tmp_path, capsys, "report", str(newest))
    assert "This was a quick scan" in shown
    assert said == ""


def test_where_there_are_quick_scans_only_the_newest_is_shown_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    practice(tmp_path, MARCH.later(0, quick=True), MARCH.later(1, quick=True))
    shown, said = run(tmp_path, capsys, "report", "brightwater", "--format", "json")
    assert json.loads(shown)["snapshot"]["finished"].startswith("2026-03-02")
    assert "quick scans only" in said


def test_the_list_of_runs_says_which_were_quick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice(tmp_path, MARCH, MARCH.later(1, quick=True))
    assert "quick scan: 1 went dark" in " ".join(run(tmp_path, capsys, "history")[0].split())
    found = json.loads(run(tmp_path, capsys, "history", "--json")[0])["runs"]
    assert [entry["quick"] for entry in found] == [True, False]
    assert "quick run 2" in run(tmp_path, capsys, "diff", "brightwater")[0]


def test_no_month_is_kept_by_a_quick_scan() -> None:
    rule = RetentionSection(months=6, every_scan_for_months=0)
    days = [(DAY.replace(month=month, day=day), f"{month}-{day}") for month in (3, 4, 5) for day in (1, 28)]
    quick = {"3-28", "4-1", "4-28", "5-28"}
    assert kept(days, rule, DAY.replace(month=6), quick) == ["3-1", "5-1", "5-28"]
    assert kept(days, rule, DAY.replace(year=2036), quick) == ["5-1", "5-28"]


def test_runs_of_an_older_version_count_as_whole(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    from auditor.history import migrate

    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO tenants VALUES (1, 'brightwater', 'Brightwater')"))
        connection.execute(
            text(
                "INSERT INTO runs VALUES (1, 1, 'old', '', '', '2026-02-01', '2026-02-01 06:00:00', '2026-02-01', 'old', "
                "'same', '{}', '{}', '{}', '{}')"
            )
        )
    engine.dispose()
    history = History.open(tmp_path / "history.db")
    assert [run_.quick for run_ in history.runs("brightwater")] == [False]
    history.close()
