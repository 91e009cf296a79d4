"""What an operator may leave out or cut short: only by a name that exists, and only what they named."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from auditor.config import Loaded, check
from auditor.errors import AuditorError
from auditor.scan import Options, scan
from auditor.simulated import tenant_settings
from connectors.gap import Reason
from connectors.microsoft365 import sources as _declared  # noqa: F401 - declares the sources
from connectors.simulator import Fault, Simulator, scenario
from connectors.simulator.faults import Timeout
from connectors.snapshot import Snapshot
from connectors.source import MICROSOFT_365, declared

RULES = "graph.message_rules"
SLOW = Fault("microsoft365 graph /v1.0/users/*/mailFolders/inbox/messageRules", Timeout(0.3))


KEPT = {RULES, "graph.users", "graph.domains", "exchange.mailboxes"}


def others() -> list[str]:
    """Microsoft's sources that have no part in these tests, so that each scan is short."""
    return [s.name for s in declared().values() if s.provider is MICROSOFT_365 and s.name not in KEPT]


def read(folder: Path, options: Options, *faults: Fault, **section: Any) -> Snapshot:
    tenant = scenario("microsoft-typical")
    with Simulator([tenant], faults=faults) as simulator:
        settings = tenant_settings(simulator.connection(tenant.key), folder) | section
        settings["skip"] = [*others(), *section.get("skip", [])]
        config = check({"snapshots": str(folder / "snapshots"), "tenant": [settings]}, Path("test.toml"))
        loaded = Loaded(config, folder / "test.toml")
        scan(loaded, config.tenant[0], options, stop=threading.Event(), progress=lambda name, state: None)
    return Snapshot.open(next((folder / "snapshots" / tenant.key).glob("*/manifest.json")).parent)


def gaps(snapshot: Snapshot, reason: Reason) -> set[str]:
    return {name for name, state in snapshot.sources.items() if state.gap is not None and state.gap.reason is reason}


@pytest.mark.parametrize(
    ("options", "section"),
    [
        (Options(skip=("graph.mesage_rules",)), {}),
        (Options(), {"skip": ["graph.mesage_rules"]}),
        (Options(), {"limits": {"sources": {"graph.mesage_rules": 5}}}),
    ],
    ids=["--skip", "skip", "limits"],
)
def test_a_source_that_does_not_exist_is_refused_before_anything_is_asked(
    tmp_path: Path, options: Options, section: dict[str, Any]
) -> None:
    with pytest.raises(AuditorError, match=r"there is no source graph\.mesage_rules") as refused:
        read(tmp_path, options, **section)
    assert RULES in refused.value.advice
    assert list(tmp_path.glob("snapshots/*/*")) == []


def test_a_name_like_no_other_points_to_the_list(tmp_path: Path) -> None:
    with pytest.raises(AuditorError) as refused:
        read(tmp_path, Options(skip=("zzz",)))
    assert "auditor plan" in refused.value.advice


def test_a_skipped_source_is_the_only_one_that_nobody_asked_for(tmp_path: Path) -> None:
    ordinary = gaps(read(tmp_path / "whole", Options()), Reason.NOT_COLLECTED)
    assert gaps(read(tmp_path / "skipped", Options(skip=(RULES,))), Reason.NOT_COLLECTED) == {*ordinary, RULES}


@pytest.mark.parametrize(
    ("options", "section"),
    [
        (Options(source_seconds=30), {"limits": {"sources": {RULES: 0.2}}}),
        (Options(), {"limits": {"source_seconds": 30, "sources": {RULES: 0.2}}}),
    ],
    ids=["--source-seconds", "limits"],
)
def test_a_source_that_takes_too_long_is_cut_short_alone(
    tmp_path: Path, options: Options, section: dict[str, Any]
) -> None:
    found = read(tmp_path, options, SLOW, **section)
    assert gaps(found, Reason.INTERRUPTED) == {RULES}
    gap = found.sources[RULES].gap
    assert gap is not None
    assert "0.2 seconds" in gap.detail
    assert RULES in gap.remedy
    assert "[tenant.limits]" in gap.remedy


def test_the_seconds_of_the_command_line_hold_for_every_source(tmp_path: Path) -> None:
    found = read(tmp_path, Options(source_seconds=0.2), SLOW, limits={"source_seconds": 300})
    assert RULES in gaps(found, Reason.INTERRUPTED)
    assert "0.2 seconds" in str(found.sources[RULES].gap)
