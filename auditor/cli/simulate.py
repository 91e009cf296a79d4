"""`auditor simulate`: simulated tenants for any client."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from auditor.cli import console
from auditor.cli.scan import stoppable
from auditor.errors import AuditorError
from auditor.simulated import as_toml, tenant_settings
from connectors.simulator import SimulatedTenant, Simulator, generate, scenario, scenarios

_MARK = "# Written by `auditor simulate`: tenants that are served on this machine only."


def run(
    names: list[str],
    *,
    users: int | None,
    seed: int,
    latency: float,
    quotas: bool,
    seconds: float | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Serve until interrupted, or for so many seconds."""
    tenants = tenants_for(names, users=users, seed=seed)
    with (
        tempfile.TemporaryDirectory(prefix="auditor-simulate-") as secret,
        Simulator(tenants, latency=latency, quotas=quotas) as simulator,
    ):
        connections = [simulator.connection(tenant.key) for tenant in tenants]
        if config_file is not None:
            settings = [tenant_settings(connection, Path(secret), quotas=quotas) for connection in connections]
            _write(config_file, as_toml(settings))
            console.say(f"wrote {config_file}: try `auditor scan --all --config {config_file}` in another terminal")
        if as_json:
            console.result(json.dumps({"schema": 1, "base": simulator.base, "tenants": connections}, indent=1))
        else:
            console.result(f"serving on {simulator.base}")
            for connection in connections:
                console.result(f"  {connection['key']}: {connection['name']} ({connection['provider']})")
            console.say("stop with Ctrl-C; --json prints addresses and throw-away credentials")
        with stoppable("stopping ...") as stop:
            stop.wait(seconds)


def _write(path: Path, text: str) -> None:
    """Write the configuration; one that somebody wrote is left alone."""
    try:
        if path.is_file() and not path.read_text("utf-8", "replace").startswith(_MARK):
            raise AuditorError(
                f"{path} is there already, and is not the simulator's", "name another file with --write-config"
            )
        console.write_private(path, f"{_MARK}\n\n{text}")
    except OSError as err:
        raise AuditorError(
            f"{path} cannot be written: {err.strerror}", "name another file with --write-config"
        ) from err


def tenants_for(names: list[str], *, users: int | None, seed: int) -> list[SimulatedTenant]:
    """The tenants that the command line asks for."""
    known = scenarios()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise AuditorError(
            f"there is no scenario {', '.join(map(console.printable, unknown))}", f"scenarios: {', '.join(known)}"
        )
    if users is not None:
        return [generate(provider, users=users, seed=seed) for provider in ("microsoft365", "google_workspace")]
    return [scenario(name) for name in names or known]
