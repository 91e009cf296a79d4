"""The demo: three months of two clinics, and what they leave to look at."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from auditor.errors import AuditorError
from auditor.history.store import History
from auditor.pack import seal
from tests.auditor.test_command_line import auditor


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = auditor("demo", "--output", str(folder), "--quiet")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_leaves_three_months_of_history_and_every_cause_is_told(demo: Path) -> None:
    history = History.open(demo / "history.db")
    for clinic in ("microsoft-typical", "google-typical"):
        runs = history.runs(clinic)
        assert len(runs) == 3
        assert len({(run.finished.year, run.finished.month) for run in runs}) == 3
        seen = {change.event for run in runs for change in history.run(clinic, str(run.id)).changes}
        assert {"new", "fixed", "went dark", "came to light", "waived"} <= seen
        causes = [change.causes for run in runs for change in history.run(clinic, str(run.id)).changes]
        assert all(causes)
        told = {cause for found in causes for cause in found}
        assert {"tenant changed", "visibility changed", "waiver given"} <= told
        assert "cannot be told" not in told
        assert "control changed" not in told
    history.close()


def test_it_leaves_letters_work_lists_and_sealed_packs(demo: Path) -> None:
    for clinic in ("microsoft-typical", "google-typical"):
        assert len(list((demo / "letters").glob(f"{clinic}-*.pdf"))) == 3
        assert (demo / f"{clinic}.xlsx").read_bytes().startswith(b"PK")
        assert "- [ ] **" in (demo / f"{clinic}.tickets.md").read_text("utf-8")
        (pack,) = (demo / "packs").glob(f"{clinic}-*.zip")
        assert seal.verify(pack).good
        with zipfile.ZipFile(pack) as archive:
            assert json.loads(archive.read("changes.json"))
    last = max((demo / "letters").glob("microsoft-typical-*.html")).read_text("utf-8")
    assert "luis.ferreira.example@yahoo.com" in last
    assert "Risks that you accepted for a time" in last


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    from auditor.cli import demo as command

    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(AuditorError, match="no demo wrote"):
        command.run(tmp_path, quiet=True)
    assert (tmp_path / "mine.txt").read_text() == "keep me"
