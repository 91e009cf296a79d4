"""The quick scan asks for nothing one by one, says so of every source it leaves out, and makes nothing look better."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.cli.console import write_private
from auditor.history.attribution import Cause
from auditor.history.store import History
from auditor.history.tables import Event
from auditor.scan import Options
from auditor.simulated import as_toml, tenant_settings
from connectors import quick
from connectors.gap import Reason
from connectors.simulator import LoggedRequest, Simulator, scenario
from connectors.snapshot import Snapshot
from connectors.source import declared
from rules import assess
from rules.assess import Judgment
from rules.profile import Profile
from rules.result import Verdict
from tests.promises import NOW, moved_to_pass, scanned

MICROSOFT, GOOGLE = "microsoft-typical", "google-typical"
CLINICS = pytest.mark.parametrize("name", [MICROSOFT, GOOGLE])


@cache
def both(name: str) -> tuple[Snapshot, list[LoggedRequest], Snapshot, list[LoggedRequest]]:
    """A whole scan and a quick one, each with what was asked."""
    whole, asked = scanned([name])
    fast, asked_fast = scanned([name], options=Options(quick=True))
    return whole[name], asked, fast[name], asked_fast


def judged(snapshot: Snapshot, control: str) -> list[Judgment]:
    outcome = next(o for o in assess(snapshot, now=NOW).controls if o.control.id == control)
    return list(outcome.judgments)


@CLINICS
def test_what_is_asked_one_by_one_is_left_out_and_says_so(name: str) -> None:
    whole, _, fast, _ = both(name)
    left_out = {source for source in whole.sources if source in declared() and quick.left_out(declared()[source])}
    assert len(left_out) > 5
    for source, state in fast.sources.items():
        if source in left_out and whole.sources[source].gap is None:
            assert state.gap is not None
            assert (state.gap.reason, state.gap.remedy) == (Reason.NOT_COLLECTED, "scan without --quick")
            assert "quick scan" in state.gap.detail
        elif source not in left_out:
            assert (state.gap, state.count) == (whole.sources[source].gap, whole.sources[source].count)
    assert (fast.manifest.quick, whole.manifest.quick) == (True, False)
    assert quick.NOTE in fast.manifest.disclosures
    assert quick.NOTE not in whole.manifest.disclosures


@CLINICS
def test_it_costs_no_request_for_anybody(name: str) -> None:
    _, asked, _, fast = both(name)
    people = ("/gmail/v1/", "/calendar/v3/", "/drive/v3/files", "/users/", "/tokens", "/asps")
    paths = [entry.path for entry in fast if "/activity/users/" not in entry.path and "/usage/users/" not in entry.path]
    assert [path for path in paths if any(part in path for part in people)] == []
    assert not {entry.cmdlet for entry in fast} & {"Get-MailboxPermission", "Get-MailboxStatistics"}
    assert len(fast) < 0.75 * len(asked)


@CLINICS
def test_nothing_passes_that_did_not_pass_before(name: str) -> None:
    whole, _, fast, _ = both(name)
    assert moved_to_pass(assess(whole, now=NOW), assess(fast, now=NOW)) == []


def test_a_forward_at_google_is_found_in_the_log_of_sign_ins() -> None:
    found = [j for j in judged(both(GOOGLE)[2], "FWD-3") if "chidi.abara.home@gmail.com" in j.result.message]
    assert [j.verdict for j in found] == [Verdict.REVIEW]


def test_a_forward_at_microsoft_is_found_in_the_listing_of_mailboxes() -> None:
    whole, _, fast, _ = both(MICROSOFT)
    failing = {j.entity.id for j in judged(whole, "FWD-3") if j.verdict is Verdict.FAIL}
    assert failing
    assert {j.entity.id for j in judged(fast, "FWD-3") if j.verdict is Verdict.FAIL} == failing
    for source in (
        "exchange.mailboxes",
        "exchange.transport_rules",
        "exchange.outbound_spam_policies",
        "exchange.remote_domains",
    ):
        assert fast.sources[source].gap is None


@CLINICS
def test_what_a_quick_scan_does_not_see_is_neither_fixed_nor_new(name: str, tmp_path: Path) -> None:
    whole, _, fast, _ = both(name)
    history = History.open(tmp_path / "history.db")
    try:
        for snapshot in (whole, fast):
            judgment = assess(snapshot, now=snapshot.manifest.finished)
            run = history.record(judgment, snapshot=None, profile=Profile(), rules="same")
    finally:
        history.close()
    assert [change for change in run.changes if change.event == Event.FIXED] == []
    assert [change for change in run.changes if Cause.TENANT in change.causes] == []
    assert any(change.event == Event.DARK for change in run.changes)


def test_its_cost_is_told_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tenants = [scenario(MICROSOFT), scenario(GOOGLE)]
    config = tmp_path / "auditor.toml"
    with Simulator(tenants) as simulator:
        write_private(config, as_toml([tenant_settings(simulator.connection(t.key), tmp_path) for t in tenants]))
    words = ["plan", "--users", "5000", "--config", str(config)]
    main.app([*words, "--json"], standalone_mode=False)
    whole = json.loads(capsys.readouterr().out)["plans"]
    main.app([*words, "--quick", "--json"], standalone_mode=False)
    fast = json.loads(capsys.readouterr().out)["plans"]
    for full, little in zip(whole, fast, strict=True):
        assert (full["quick"], little["quick"]) == (False, True)
        assert little["requests"] < 150 < full["requests"]
        gone = {row["source"] for row in full["sources"]} - {row["source"] for row in little["sources"]}
        assert gone
        assert all(quick.left_out(declared()[source]) for source in gone)
    main.app([*words, "--quick"], standalone_mode=False)
    assert "in a quick scan" in capsys.readouterr().out
