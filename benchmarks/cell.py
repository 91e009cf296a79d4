"""One cell of the benchmark: a reading of a made-up clinic, at one size, latency and quota setting, measured."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from auditor.cli.console import write_private
from auditor.cli.plan import Size, plan_of
from auditor.config import load
from auditor.simulated import as_toml, tenant_settings
from benchmarks.floor import Floor, floor
from connectors.simulator import Simulator, generate

READINGS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "microsoft": ("microsoft365", {"profile": "standard", "mailbox_permissions": False}),
    "microsoft-permissions": ("microsoft365", {"profile": "standard"}),
    "microsoft-large": ("microsoft365", {"profile": "standard", "mailbox_permissions": False}),
    "microsoft-full": ("microsoft365", {"profile": "full", "mailbox_permissions": False, "mailbox_calendars": False}),
    "google-tenant": ("google_workspace", {"tier": "tenant"}),
    "google-standard": ("google_workspace", {"tier": "standard"}),
    "google-mailbox": ("google_workspace", {"tier": "mailbox"}),
}
"""What is read: provider, and the settings of its section. `microsoft` is the usual profile: it reads every inbox rule but not
mailbox permissions, which take one Exchange call a mailbox. `microsoft-full` reads what has to be opened by hand as well, but for
calendars, which take such calls too. `microsoft-large` is the usual profile in a clinic whose directory has grown (`sizes`)."""


def sizes(reading: str, users: int) -> Mapping[str, int]:
    """What a made-up clinic holds beyond the usual: 5,000 people have 20,000 service principals and 300 groups of 2,000."""
    if reading != "microsoft-large":
        return {}
    return {"principals": 4 * users, "groups": users * 3 // 50, "members": users * 2 // 5}


@dataclass(frozen=True)
class Cell:
    """What is measured. `latency` is in seconds an answer."""

    reading: str
    users: int
    latency: float
    quotas: bool

    @property
    def provider(self) -> str:
        return READINGS[self.reading][0]


@dataclass(frozen=True)
class Aim:
    """What a cell should stay below; None is no aim. `ratio` is of wall seconds to the floor and the start."""

    seconds: float | None = None
    cpu: float | None = None
    requests: int | None = None
    mib: float = 200.0
    ratio: float | None = None


_AIMS = {
    ("microsoft", 50): Aim(2.5, requests=70),
    ("microsoft", 5000): Aim(15.0, 8.0, 400),
    ("microsoft-large", 5000): Aim(60.0, 40.0, 500, mib=300.0),
    ("google-standard", 5000): Aim(6.0),
    ("google-tenant", 5000): Aim(6.0),
    ("google-mailbox", 50): Aim(3.0),
    ("google-mailbox", 5000): Aim(25.0),
}


def aim(cell: Cell) -> Aim:
    """The aims are for 50 ms latency without quotas, and for any quotas; for other cells only memory is bounded.

    Quotas hold a large directory up less than its 600,000 memberships do, so its scan is not held against its floor.
    """
    own = _AIMS.get((cell.reading, cell.users), Aim())
    if cell.quotas:
        return Aim(ratio=None if sizes(cell.reading, cell.users) else 1.25, mib=own.mib, requests=own.requests)
    return own if cell.latency == 0.05 else Aim(mib=own.mib)


@dataclass(frozen=True)
class Measurement:
    """What one scan cost. `requests` are those that reached the provider, `items` counts the parts of batches as well.

    `start` is what `start_of` measured, where the cell is held against its floor.
    """

    cell: Cell
    planned: int
    floor: Floor
    seconds: float
    cpu: float
    mib: float
    requests: int
    items: int
    throttled: int
    gaps: tuple[str, ...] = ()
    start: float = 0.0

    @property
    def ratio(self) -> float:
        """Wall seconds over the floor and the start together; 0 where the cell is not held against them."""
        return self.seconds / (self.floor.seconds + self.start) if self.start else 0.0

    @property
    def missed(self) -> list[str]:
        """The aims that this measurement does not meet."""
        wanted, found = aim(self.cell), []
        for name, most, value in (
            ("seconds", wanted.seconds, self.seconds),
            ("CPU seconds", wanted.cpu, self.cpu),
            ("requests", wanted.requests, self.requests),
            ("MiB", wanted.mib, self.mib),
            ("ratio to floor and start", wanted.ratio, self.ratio or None),
        ):
            if most is not None and value is not None and value > most:
                found.append(f"{name} {value:.2f} > {most:g}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"aim": asdict(aim(self.cell)), "ratio": self.ratio, "missed": self.missed}


class ScanFailed(Exception):
    """The measured scan did not end well; the message holds its last words."""


def measured(command: list[str], folder: Path) -> dict[str, float]:
    """Run a command in a process of its own; exit code, wall and CPU seconds and peak MiB, start-up included."""
    root = Path(__file__).resolve().parents[1]
    launch = [sys.executable, "-m", "benchmarks.launch", str(folder), *command]
    done = subprocess.run(launch, check=True, capture_output=True, text=True, cwd=root)  # noqa: S603 - our own command
    cost: dict[str, float] = json.loads(done.stdout)
    if cost["exit"] != 0:
        raise ScanFailed(f"exit code {cost['exit']:.0f}: {(folder / 'stderr').read_text()[-2000:]}")
    return cost


@cache
def start_of(reading: str) -> float:
    """Wall seconds of the scan of a practice of one, with neither latency nor quotas: the least of three.

    It is what no plan of requests holds: the interpreter, its imports, the work of the requests that every tenant takes, judging
    and the reports. The floor knows nothing of it, so that it is measured on the same machine and shown beside the floor.
    """
    return min(run(Cell(reading, 1, 0.0, quotas=False)).seconds for _ in range(3))


def run(cell: Cell, *, seed: int = 1) -> Measurement:
    """Measure one whole scan against a fresh simulator, so that no quota is spent beforehand."""
    start = start_of(cell.reading) if cell.quotas else 0.0
    tenant = generate(cell.provider, users=cell.users, seed=seed, **sizes(cell.reading, cell.users))
    with (
        tempfile.TemporaryDirectory(prefix="auditor-bench-") as name,
        Simulator([tenant], latency=cell.latency, quotas=cell.quotas, process=True) as simulator,
    ):
        folder = Path(name)
        settings = tenant_settings(simulator.connection(tenant.key), folder, quotas=cell.quotas)
        settings[cell.provider] |= READINGS[cell.reading][1]
        file = folder / "auditor.toml"
        write_private(file, as_toml([settings]))
        loaded = load(file)
        groups = len((tenant.state.get("graph") or tenant.state)["groups"])
        big = sizes(cell.reading, cell.users)
        size = Size(cell.users, cell.users, groups, big.get("members", 12), big.get("principals", 0))
        plan = plan_of(loaded.config.tenant[0], folder, size)
        command = [sys.executable, "-m", "auditor", "scan", "--config", str(file), "--output", str(folder / "reports")]
        cost = measured([*command, "--fail-on", "never", "--quiet"], folder)
        log = simulator.log()
        manifest = next(loaded.snapshots.glob("*/*/manifest.json"))
        sources: dict[str, Any] = json.loads(manifest.read_text())["sources"]
    return Measurement(
        cell,
        plan["requests"],
        floor(plan["sources"], latency=cell.latency, quotas=cell.quotas, users=cell.users, groups=groups),
        cost["seconds"],
        cost["cpu"],
        cost["mib"],
        sum(entry.batch is None for entry in log),
        len(log),
        sum(entry.status == 429 for entry in log),
        tuple(
            name
            for name, state in sources.items()
            if state.get("gap") and state["gap"]["reason"] not in {"not-collected", "licence", "needs-input"}
        ),
        start,
    )


def help_seconds() -> float:
    """How long `auditor --help` takes, in wall seconds."""
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as name:
        return measured([sys.executable, "-m", "auditor", "--help"], Path(name))["seconds"]
