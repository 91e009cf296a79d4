"""What takes an Exchange call for every mailbox can be switched off, and the gap says by which switch."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.collect import collect
from connectors.gap import Reason
from connectors.microsoft365.connection import SWITCHES, Certificate, Connection, Secret
from connectors.microsoft365.connector import Microsoft365, plan
from connectors.microsoft365.profiles import sources_of
from connectors.simulator import Simulator, scenario
from connectors.snapshot import TenantInfo

EVERYTHING = Connection("t", "c", Secret("s"), profile="full", hidden_rules=True)


@pytest.mark.parametrize("switch", sorted(set(SWITCHES.values())))
def test_a_switch_leaves_out_its_sources_alone_and_names_itself_as_the_remedy(switch: str) -> None:
    connection = replace(EVERYTHING, **{switch: False})
    gaps = {name: gap for name, gap in Microsoft365(connection).skipped().items() if "switched off" in gap.detail}
    assert set(gaps) == {source for source, by in SWITCHES.items() if by == switch}
    for gap in gaps.values():
        assert gap.reason is Reason.NOT_COLLECTED
        assert gap.remedy == f"set {switch} = true"
    planned = {row.source.name for row in plan(connection, users=50, mailboxes=50, groups=5)}
    assert planned.isdisjoint(gaps)


def test_nothing_is_switched_off_unless_somebody_says_so() -> None:
    assert set(SWITCHES).isdisjoint(Microsoft365(EVERYTHING).skipped())
    assert set(SWITCHES) <= {row.source.name for row in plan(EVERYTHING, users=50, mailboxes=50, groups=5)}


def test_hidden_rules_are_read_only_where_somebody_asks() -> None:
    ordinary = Connection("t", "c", Secret("s"), profile="full")
    assert {name for name in SWITCHES if name in Microsoft365(ordinary).skipped()} == {"exchange.inbox_rules_hidden"}


@pytest.mark.parametrize(("role", "read"), [("Exchange Administrator", True), ("Global Reader", False)])
def test_hidden_rules_are_read_with_a_role_that_may(role: str, read: bool, tmp_path: Path) -> None:
    tenant = scenario("microsoft-typical")
    tenant.state["apps"][tenant.state["default_app"]]["directory_roles"] = [role]
    wanted = {"exchange.inbox_rules_hidden", "exchange.mailboxes", "graph.subscribed_skus"}
    with Simulator([tenant]) as simulator:
        there = simulator.connection(tenant.key)
        connection = Connection(
            there["tenant_id"], there["credentials"]["client_id"], Certificate(there["credentials"]["certificate_file"]),
            endpoints=there["endpoints"], ca_file=there["ca_file"], hidden_rules=True,
        )  # fmt: skip
        skip = {source.name for source in sources_of("standard")} - wanted
        found = collect(
            TenantInfo("t", "T", ["microsoft365"]), [Microsoft365(connection, skip=skip)], tmp_path,
            stop=threading.Event(), now=lambda: datetime(2026, 11, 24, tzinfo=UTC), progress=lambda name, state: None,
        )  # fmt: skip
        assert all(entry.is_read for entry in simulator.log())
    state = found.sources["exchange.inbox_rules_hidden"]
    if read:
        held = [line.r for line in found.lines("exchange.inbox_rules_hidden") if line.r]
        assert state.gap is None
        assert any("aol.com" in str(rule["RedirectTo"]) for rule in held)
        assert not any({"Name", "Description"} & rule.keys() for rule in held)
    else:
        assert state.gap is not None
        assert state.gap.reason is Reason.PERMISSION
        assert "Get-InboxRule" in state.gap.remedy
