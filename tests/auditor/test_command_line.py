"""The command line as a process: exit codes, what stands on stdout, and one clear line for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.promises import SHARED

SCUBAGEAR = SHARED / "samples" / "scubagear_provider_export.json.gz"


def auditor(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR")} | environment
    return subprocess.run(
        [sys.executable, "-m", "auditor", *words],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
        env=env,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = auditor("demo", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("FIX FIRST") == 2
    return folder


def snapshot(demo: Path) -> Path:
    return next((demo / "snapshots" / "microsoft-typical").glob("*/manifest.json")).parent


def test_the_demo_leaves_reports_of_both_clinics(demo: Path) -> None:
    for clinic in ("microsoft-typical", "google-typical"):
        assert (demo / f"{clinic}.html").read_text("utf-8").startswith("<!DOCTYPE html>")
        assert json.loads((demo / f"{clinic}.json").read_text("utf-8"))["schema"] == 1


def test_the_json_keeps_its_contract(demo: Path) -> None:
    found = json.loads((demo / "microsoft-typical.json").read_text("utf-8"))
    assert {"schema", "tenant", "snapshot", "summary", "controls"} <= set(found)
    assert {"key", "name", "providers"} <= set(found["tenant"])
    assert {"id", "started", "finished", "sha256"} <= set(found["snapshot"])
    assert {"pass", "fail", "review", "not_assessed", "not_applicable", "waived"} <= set(found["summary"])
    verdicts = {"pass", "fail", "review", "not_assessed", "not_applicable"}
    assert len(found["controls"]) == sum(found["summary"][verdict] for verdict in verdicts)
    for control in found["controls"]:
        assert {"id", "title", "severity", "level", "verdict", "cites", "checks"} <= set(control)
        assert control["verdict"] in verdicts
        for check in control["checks"]:
            assert {"name", "provider", "verdict", "references", "results", "gaps"} <= set(check)
            assert {"scuba", "cis", "prowler"} <= set(check["references"])
            for result in check["results"]:
                assert {"entity", "verdict", "message", "facts", "waiver"} <= set(result)
                assert {"kind", "id", "label"} <= set(result["entity"])
            for gap in check["gaps"]:
                assert {"source", "reason", "detail", "remedy"} <= set(gap)


def test_a_snapshot_is_judged_and_reported_again_with_the_same_bytes(demo: Path) -> None:
    path = str(snapshot(demo))
    first, second = auditor("assess", path, "--json"), auditor("assess", path, "--json")
    assert first.returncode == second.returncode == 10
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["tenant"]["key"] == "microsoft-typical"
    assert auditor("assess", path, "--fail-on", "never").returncode == 0
    assert auditor("assess", path, "--fail-on", "never", "--require-complete").returncode == 4
    text = auditor("report", path)
    assert text.returncode == 0
    assert "Brightwater Family Health" in text.stdout
    assert auditor("report", path, "--format", "html").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("width", [80, 200])
def test_the_text_keeps_to_the_width(demo: Path, width: int) -> None:
    shown = auditor("report", str(snapshot(demo)), COLUMNS=str(width)).stdout
    assert max(len(line) for line in shown.splitlines()) <= width


def test_controls_are_listed_and_shown() -> None:
    listed = auditor("controls", "list")
    assert listed.returncode == 0
    assert all(control in listed.stdout for control in ("MFA-1", "FWD-3", "BAA-2", "POL-7"))
    shown = auditor("controls", "show", "mfa-2")
    assert shown.returncode == 0
    assert "Why it matters" in shown.stdout


@pytest.mark.parametrize("control", ["FWD-4", "ADMIN-7", "POL-13"])
def test_a_controls_page_keeps_to_the_width(control: str) -> None:
    shown = auditor("controls", "show", control, COLUMNS="80").stdout
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "How to fix it" in shown


def test_an_export_is_imported(tmp_path: Path) -> None:
    done = auditor("import", "scubagear", str(SCUBAGEAR), "--json", "--save", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"]["not_assessed"] > 0
    assert list(tmp_path.rglob("manifest.json"))


# --- a served tenant ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("served")
    config = folder / "auditor.toml"
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "simulate", "microsoft-no-p1", "google-well-run", "--json", "--write-config", str(config), "--seconds", "300"],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    yield config
    process.terminate()
    process.wait(60)
    process.stdout.close()


def test_plan_and_scan_of_served_tenants(served: Path, tmp_path: Path) -> None:
    plan = auditor("plan", "--config", str(served), "--json")
    assert plan.returncode == 0, plan.stderr
    scan = auditor("scan", "--all", "--config", str(served), "--output", str(tmp_path), "--quiet")
    assert scan.returncode == 10, scan.stderr
    assert len(list(tmp_path.glob("*.html"))) == 2
    one = auditor("scan", "microsoft-no-p1", "--config", str(served), "--json", "--quiet", "--skip", "graph.users")
    assert one.returncode in {0, 10}, one.stderr
    found = json.loads(one.stdout)
    gaps = [gap for control in found["controls"] for check in control["checks"] for gap in check["gaps"]]
    assert any(gap["source"].startswith("graph.users") for gap in gaps)


# --- bad input ------------------------------------------------------------------------------------------------------------

TENANT = """
[[tenant]]
key = "one"
name = "One"
[tenant.microsoft365]
tenant_id = "11111111-1111-1111-1111-111111111111"
client_id = "22222222-2222-2222-2222-222222222222"
"""


def bad(tmp_path: Path, text: str, *words: str, **environment: str) -> tuple[int, str]:
    config = tmp_path / "auditor.toml"
    config.write_text(text, encoding="utf-8")
    done = auditor(*words, "--config", str(config), cwd=tmp_path, **environment)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("[[tenant", ["scan", "--all"], "auditor.toml"),
        ("colour = 1", ["scan", "--all"], "colour"),
        (TENANT + 'client_secret = "hunter2hunter2"', ["scan", "--all"], "env:NAME"),
        (TENANT + 'client_secret = "env:NOT_THERE"', ["scan", "one"], "NOT_THERE"),
        (TENANT + 'client_secret = "env:X"', ["scan", "two"], "two"),
        (TENANT + 'certificate = "file:gone.pem"', ["scan", "one"], "gone.pem"),
    ],
)
def test_a_bad_configuration_is_one_clear_line(tmp_path: Path, text: str, words: list[str], said: str) -> None:
    code, stderr = bad(tmp_path, text, *words)
    assert code in {2, 3}
    assert said in stderr
    assert "hunter2" not in stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scan", "--all", "--config", "nowhere.toml"], "nowhere.toml"),
        (["assess", "nowhere"], "nowhere"),
        (["report", "."], "manifest"),
        (["import", "scubagear", "nowhere.json"], "nowhere.json"),
        (["import", "scubagear", "."], "."),
        (["import", "nessus", "x.json"], "nessus"),
        (["controls", "show", "MFA-999"], "MFA-999"),
        (["simulate", "no-such-clinic"], "no-such-clinic"),
    ],
)
def test_bad_words_are_one_clear_line(tmp_path: Path, words: list[str], said: str) -> None:
    done = auditor(*words, cwd=tmp_path)
    assert done.returncode in {2, 3}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_snapshot_of_a_newer_version_and_a_damaged_one_are_refused(demo: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(snapshot(demo), copy)
    manifest = copy / "manifest.json"
    found: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(found | {"schema": 99}), "utf-8")
    done = auditor("assess", str(copy))
    assert done.returncode in {2, 3}
    assert "Traceback" not in done.stderr
    manifest.write_text("{", "utf-8")
    assert auditor("assess", str(copy)).returncode in {2, 3}
