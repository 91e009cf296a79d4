"""The benchmark runs: one small cell a provider, and a floor that can be worked out by hand."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import arguments, cells
from benchmarks.cell import Cell, Measurement, aim, sizes
from benchmarks.floor import Floor, latency_floor, quota_floor
from connectors.google_workspace.connector import google_sources
from connectors.source import declared

assert google_sources()  # importing them declares the sources


def line(source: str, requests: int) -> dict[str, object]:
    return {"source": source, "requests": requests, "lane": declared()[source].lane}


def test_one_small_cell_a_provider_is_measured_and_written_down(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "--users", "50", "--latency", "0", "--quotas", "off"),
            *("--reading", "microsoft", "google-mailbox", "--json", str(tmp_path / "bench.json")),
        ],
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "bench.json").read_text())["cells"]
    assert [one["cell"]["reading"] for one in found] == ["microsoft", "google-mailbox"]
    for one in found:
        assert one["gaps"] == []
        assert one["throttled"] == 0
        assert one["requests"] > 10
        assert one["cpu"] > 0
        assert 20 < one["mib"] < 200
    assert found[0]["requests"] <= 70
    sign_in = 8  # four services' tokens, the sign-in service itself, the tenant's id and two addresses of Exchange's
    assert abs(found[0]["planned"] + sign_in - found[0]["requests"]) <= 10
    assert "quotas" in done.stdout


def test_pages_follow_each_other_and_fan_outs_wait_for_their_parents() -> None:
    plan = [line("directory.users", 10), line("directory.user_tokens", 32)]
    # token and identity, ten pages, then 32 batches sixteen at a time
    assert latency_floor(plan, 0.1).seconds == pytest.approx(0.2 + 1.0 + 0.2)


def test_lanes_run_side_by_side_and_batches_count_as_their_parts() -> None:
    plan = [line("policy.policies", 3), line("directory.user_tokens", 1)]
    # 5,000 parts: two minutes' worth at once, each a minute after the one before; three pages, a second apart.
    assert quota_floor(plan, latency=0.0, users=5000, groups=0) == Floor(120.0, "quota of the lane directory")
    assert quota_floor(plan, latency=0.1, users=400, groups=0).seconds == pytest.approx(2.3)


def test_an_aim_that_is_missed_is_named() -> None:
    cell = Cell("microsoft", 50, 0.05, quotas=False)
    found = Measurement(cell, 60, Floor(0.5, ""), 2.6, 1.0, 100.0, 71, 120, 0)
    assert found.missed == ["seconds 2.60 > 2.5", "requests 71.00 > 70"]


def test_quotas_are_held_against_the_floor_and_what_a_start_costs() -> None:
    cell = Cell("google-standard", 50, 0.05, quotas=True)
    found = Measurement(cell, 90, Floor(9.0, ""), 12.0, 2.0, 100.0, 90, 90, 0, start=2.0)
    assert found.ratio == pytest.approx(12 / 11)
    assert found.missed == []
    assert dataclasses.replace(found, seconds=14.0).missed == ["ratio to floor and start 1.27 > 1.25"]
    assert dataclasses.replace(found, cell=Cell("google-standard", 50, 0.05, quotas=False), start=0.0).ratio == 0.0


def test_a_large_directory_is_bounded_in_requests_and_memory_whatever_the_quotas() -> None:
    for quotas, latency in ((True, 0.05), (False, 0.05), (False, 0.0)):
        wanted = aim(Cell("microsoft-large", 5000, latency, quotas))
        assert wanted.mib == 300
        assert wanted.ratio is None
        assert wanted.requests == 500 or latency == 0.0
    assert sizes("microsoft-large", 5000) == {"principals": 20_000, "groups": 300, "members": 2_000}
    assert sizes("microsoft", 5000) == {}


def test_big_clinics_under_quotas_run_only_when_asked_for() -> None:
    usual, everything = cells(arguments([])), cells(arguments(["--all"]))
    assert not any(cell.quotas and cell.users == 5000 for cell in usual)
    assert len(everything) == 4 * 3 * 2 * 2
    assert {cell.provider for cell in cells(arguments(["--provider", "google"]))} == {"google_workspace"}
