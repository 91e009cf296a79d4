"""`auditor demo`: the main job on the embedded simulator, through the real clients."""

from __future__ import annotations

import tempfile
from pathlib import Path

from auditor.cli import console, finish
from auditor.cli.scan import scan_all, stoppable
from auditor.config import Loaded, check
from auditor.errors import AuditorError, ExitCode
from auditor.scan import Options
from auditor.simulated import tenant_settings
from connectors.simulator import Simulator, scenario
from rules import Assessment

CLINICS = ("microsoft-typical", "google-typical")


def run(output: Path, *, quiet: bool) -> None:
    """Scan both clinics, print the verdicts, write HTML and JSON below `output`."""
    with (
        tempfile.TemporaryDirectory(prefix="auditor-demo-") as secret,
        Simulator([scenario(name) for name in CLINICS]) as simulator,
    ):
        settings = [tenant_settings(simulator.connection(scenario(name).key), Path(secret)) for name in CLINICS]
        config = check({"snapshots": str((output / "snapshots").resolve()), "tenant": settings}, Path("demo"))
        with stoppable() as stop:
            done = scan_all(
                Loaded(config, Path("demo")),
                list(config.tenant),
                Options(resume=False),
                stop=stop,
                parallel=2,
                quiet=quiet,
            )
    found = [item for item in done if isinstance(item, Assessment)]
    finish.show(found, as_json=False, single=False)
    for item in done:
        if isinstance(item, AuditorError):
            raise item
    if len(found) < len(CLINICS):
        raise AuditorError("the demo was interrupted", "run it again", code=ExitCode.INTERRUPTED)
    for assessment in found:
        for path in finish.write(assessment, output):
            console.say(f"wrote {path}")
