"""Microsoft's two slow quotas are kept without a single refusal, and side by side."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest

from auditor.config import Loaded, check
from auditor.scan import Options, scan
from auditor.simulated import tenant_settings
from connectors import source
from connectors.microsoft365.profiles import sources_of
from connectors.simulator import Simulator, scenario

LANES = {"graph-ca", "graph-reports"}
SMALL = {"graph.conditional_access_policies": 1, "graph.user_registration_details": 3}
"""Sources of the slow lanes, read in pages so small that there are many."""


NEEDED = {"graph.subscribed_skus", "graph.organization"}


def test_slow_lanes_are_kept_and_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in SMALL.items():
        monkeypatch.setitem(source._SOURCES, name, dataclasses.replace(source._SOURCES[name], page_size=size))
    others = tuple(s.name for s in sources_of("full") if s.lane not in LANES and s.name not in NEEDED)
    tenant = scenario("microsoft-typical")
    policies = tenant.state["graph"]["conditionalAccessPolicies"]
    policies += [{**policies[0], "id": f"00000000-0000-4000-8000-{number:012}"} for number in range(5)]
    with Simulator([tenant], quotas=True) as simulator:
        settings = tenant_settings(simulator.connection(tenant.key), tmp_path, quotas=True)
        config = check({"snapshots": str(tmp_path / "snapshots"), "tenant": [settings]}, Path("test.toml"))
        loaded = Loaded(config, tmp_path / "test.toml")
        scan(loaded, config.tenant[0], Options(skip=others), stop=threading.Event(), progress=lambda name, state: None)
        asked = simulator.log()
    access = [entry for entry in asked if "/identity/conditionalAccess/" in entry.path]
    reports = [e for e in asked if "/reports/" in e.path or "/auditLogs/" in e.path]
    floors = [(len(access) - 1) * 1.05, (len(reports) - 1) // 5 * 10.2]
    assert [entry.path for entry in asked if entry.status == 429] == []
    assert min(floors) > 5.0
    # Side by side: each lane was asked for the first time before the other was asked for the last time.
    first, last = {}, {}
    for name, lane in (("access", access), ("reports", reports)):
        first[name], last[name] = min(entry.started for entry in lane), max(entry.started for entry in lane)
    assert max(first.values()) + 4.0 < min(last.values())
