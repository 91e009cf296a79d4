"""Every request of a full run is a read, and no patient's name gets into anything that is written or shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from auditor.cli.console import write_private
from auditor.simulated import as_toml, tenant_settings
from connectors.simulator import Fault, SimulatedTenant, Simulator, scenario, scenarios
from connectors.simulator.faults import Status


def artefacts(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".zst":
                content = zstandard.ZstdDecompressor().stream_reader(content).read()
            found[str(path.relative_to(folder))] = content
    return found


@pytest.fixture(scope="module")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[SimulatedTenant], dict[str, bytes], list[object]]:
    """All scenarios, scanned by the program as a process with every tier on and the log at its most talkative."""
    folder = tmp_path_factory.mktemp("full")
    secret = tmp_path_factory.mktemp("secret")
    tenants = [scenario(name) for name in scenarios()]
    with Simulator(tenants) as simulator:
        settings = [tenant_settings(simulator.connection(t.key), secret) for t in tenants]
        write_private(secret / "auditor.toml", as_toml([{"key": s["key"], "name": s["name"]} | s for s in settings]))
        done = subprocess.run(
            [sys.executable, "-m", "auditor", "--verbose", "scan", "--all", "--config", str(secret / "auditor.toml"), "--output", str(folder / "reports"), "--fail-on", "never"],
            capture_output=True, cwd=folder, env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"}, timeout=300, check=False,
        )  # fmt: skip
        log = list(simulator.log())
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found = artefacts(folder) | artefacts(secret / "snapshots") | {"stdout": done.stdout, "stderr": done.stderr}
    return tenants, found, log


def test_every_request_is_a_read(full_run) -> None:
    _, _, log = full_run
    assert len(log) > 100
    assert [entry for entry in log if not entry.is_read] == []


def test_no_canary_is_written_or_shown(full_run) -> None:
    tenants, found, _ = full_run
    canaries = [canary for tenant in tenants for canary in tenant.canaries]
    assert len(canaries) > 20
    assert len(found) > 20
    for name, content in found.items():
        assert b"CANARY" not in content, name
        for canary in canaries:
            assert canary.encode() not in content, name


def test_no_secret_is_written_or_shown(full_run) -> None:
    tenants, found, _ = full_run
    for tenant in tenants:
        secrets = [app["secret"] for app in tenant.state.get("apps", {}).values()]
        for name, content in found.items():
            for secret in [*secrets, "PRIVATE KEY", "eyJ0", "ya29."]:
                assert secret.encode() not in content, name


def test_snapshots_are_the_owners_alone(tmp_path: Path) -> None:
    tenant = scenario("microsoft-empty")
    with Simulator([tenant]) as simulator:
        write_private(tmp_path / "auditor.toml", as_toml([tenant_settings(simulator.connection(tenant.key), tmp_path)]))
        command = [
            sys.executable,
            "-m",
            "auditor",
            "scan",
            "--config",
            str(tmp_path / "auditor.toml"),
            "--fail-on",
            "never",
            "--output",
            str(tmp_path / "out"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    for folder in (tmp_path / "snapshots", tmp_path / "out"):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        assert [str(path) for path in files if path.stat().st_mode & 0o077] == []


def test_a_provider_that_puts_patients_into_its_errors_leaves_no_trace(tmp_path: Path) -> None:
    tenant = scenario("microsoft-typical")
    canary = "CANARY-in-an-error-body"
    body = {"error": {"code": "generalException", "message": f"could not read the message about {canary}"}}
    with Simulator([tenant], faults=[Fault("microsoft365 graph *messageRules*", Status(400, body))]) as simulator:
        write_private(tmp_path / "auditor.toml", as_toml([tenant_settings(simulator.connection(tenant.key), tmp_path)]))
        command = [
            sys.executable,
            "-m",
            "auditor",
            "--verbose",
            "scan",
            "--config",
            str(tmp_path / "auditor.toml"),
            "--fail-on",
            "never",
            "--output",
            str(tmp_path / "out"),
        ]
        done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    for name, content in (artefacts(tmp_path) | {"stdout": done.stdout, "stderr": done.stderr}).items():
        assert canary.encode() not in content, name
