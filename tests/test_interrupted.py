"""A scan that is killed at any point leaves a resumable working folder and an untouched history."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.cli.console import write_private
from auditor.simulated import as_toml, tenant_settings
from connectors.simulator import Simulator, scenario
from connectors.snapshot import Snapshot

SCENARIOS = ["microsoft-typical", "google-typical"]
POINTS = 8
"""Where a scan is killed: after so many equal parts of the requests that a whole one sends, from none on. By requests
and not by the clock, since what a machine does in a second differs."""


def command(folder: Path, key: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "auditor",
        "scan",
        key,
        "--config",
        str(folder / "auditor.toml"),
        "--fail-on",
        "never",
        "--quiet",
    ]


def kill_after(simulator: Simulator, requests: int, run: list[str]) -> None:
    """Start a scan and kill it as soon as the simulator has seen so many requests."""
    simulator.reset_log()
    running = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(simulator.log()) < requests and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    if running.poll() is None:
        running.kill()
    running.wait(timeout=60)


def whole(folder: Path, key: str) -> list[Path]:
    return sorted(path.parent for path in (folder / "snapshots" / key).glob("*/manifest.json"))


def content(path: Path) -> dict[str, tuple[str, int, object]]:
    """What a snapshot holds, without the times."""
    snapshot = Snapshot.open(path)
    assert snapshot.verify() == []
    return {name: (state.sha256, state.count, state.gap) for name, state in snapshot.sources.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scan_killed_at_many_points_is_finished_by_the_next_and_equals_an_uninterrupted_one(
    name: str, tmp_path: Path
) -> None:
    tenant = scenario(name)
    with Simulator([tenant], latency=0.02) as simulator:
        write_private(tmp_path / "auditor.toml", as_toml([tenant_settings(simulator.connection(tenant.key), tmp_path)]))
        subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
        full = len(simulator.log())
        expected = content(whole(tmp_path, tenant.key)[0])
        resumed_requests = []
        for point in range(POINTS):
            before = whole(tmp_path, tenant.key)
            hashes = {path: (path / "manifest.json").read_bytes() for path in before}
            kill_after(simulator, full * point // POINTS, command(tmp_path, tenant.key))
            assert {path: (path / "manifest.json").read_bytes() for path in before} == hashes
            simulator.reset_log()
            subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
            resumed_requests.append(len(simulator.log()))
            after = whole(tmp_path, tenant.key)
            assert len(after) > len(before)
            assert content(after[-1]) == expected, f"killed after {point}/{POINTS} of its requests"
        assert min(resumed_requests) < full, "no later run went on with what an earlier one had read"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_request_ends_with_130_and_the_next_scan_goes_on(number: int, tmp_path: Path) -> None:
    tenant = scenario("microsoft-typical")
    with Simulator([tenant], latency=0.3) as simulator:
        write_private(tmp_path / "auditor.toml", as_toml([tenant_settings(simulator.connection(tenant.key), tmp_path)]))
        running = subprocess.Popen(command(tmp_path, tenant.key), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not simulator.log() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        running.send_signal(number)
        output, errors = running.communicate(timeout=60)
        assert running.returncode == 130, errors
        assert output == b""
        assert b"the next scan goes on from there" in errors
        assert whole(tmp_path, tenant.key) == []
        subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
        assert len(whole(tmp_path, tenant.key)) == 1
