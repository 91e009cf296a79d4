"""A scan that is killed at any point leaves a resumable working folder and an untouched history."""

from __future__ import annotations

import os
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
        started = time.monotonic()
        subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
        full = time.monotonic() - started
        expected = content(whole(tmp_path, tenant.key)[0])
        resumed_requests = []
        for point in range(1, 9):
            before = whole(tmp_path, tenant.key)
            hashes = {path: (path / "manifest.json").read_bytes() for path in before}
            running = subprocess.Popen(
                command(tmp_path, tenant.key), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(full * point / 9)
            if running.poll() is None:
                os.kill(running.pid, signal.SIGKILL)
            running.wait(timeout=60)
            assert {path: (path / "manifest.json").read_bytes() for path in before} == hashes
            simulator.reset_log()
            subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
            resumed_requests.append(len(simulator.log()))
            after = whole(tmp_path, tenant.key)
            assert len(after) > len(before)
            assert content(after[-1]) == expected, f"killed at {point}/9"
        assert min(resumed_requests) < max(resumed_requests), "no later run went on with what an earlier one had read"


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
        asked = time.monotonic()
        output, errors = running.communicate(timeout=60)
        assert time.monotonic() - asked < 10
        assert running.returncode == 130, errors
        assert output == b""
        assert b"the next scan goes on from there" in errors
        assert whole(tmp_path, tenant.key) == []
        subprocess.run(command(tmp_path, tenant.key), check=True, capture_output=True, timeout=120)
        assert len(whole(tmp_path, tenant.key)) == 1
