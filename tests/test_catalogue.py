"""How much of the catalogue is there, and how much of CISA's baselines."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from rules.control import controls
from tests.catalogue import GROUPS, MISSING, lines, rows, share

BASELINES = Path(__file__).parent / "data" / "scuba_shall.toml"

NOT_OURS = {
    "MS.EXO.4.3": "names an address of CISA that takes reports of federal agencies only; MAIL-5 asks for the clinic's own",
    "GWS.GMAIL.4.3": "names an address of CISA that takes reports of federal agencies only; MAIL-5 asks for the clinic's own",
    "GWS.DRIVEDOCS.5.2": "the catalogue does not name it, and no interface shows the switch; DEV-7 judges Drive for desktop itself",
}
"""SHALL policies that no check refers to, and why."""

OTHER_VERSIONS = {"MS.SHAREPOINT.3.3": "the catalogue follows a later text of the same policy (v2)"}
"""Policies that the catalogue names in another version than the list of SHALL policies."""


def shall() -> list[str]:
    """The ids of all SHALL policies."""
    suites = tomllib.loads(BASELINES.read_text(encoding="utf-8")).values()
    return [
        i for suite in suites for part, ids in suite.items() if isinstance(ids, list) and part != "sources" for i in ids
    ]


def base(policy: str) -> str:
    """A policy's id without its version."""
    return policy.rpartition("v")[0]


REFERENCES = {r for control in controls().values() for check in control.checks for r in check.references["scuba"]}


@pytest.mark.parametrize("group", GROUPS)
def test_nearly_every_row_is_answered(group: str) -> None:
    covered, whole = share(group)
    assert covered / whole >= 0.97


def test_every_missing_row_has_a_reason_and_no_reason_is_stale() -> None:
    assert {row.id for row in rows() if row.control is None} == set(MISSING)


def test_the_table_shows_every_row_and_every_check() -> None:
    table = "\n".join(lines())
    for row in rows():
        assert f"\n{row.id} " in table
    for control in controls().values():
        for check in control.checks:
            assert check.name in table


@pytest.mark.parametrize("policy", shall())
def test_a_shall_policy_of_the_baselines_is_referred_to_or_has_a_reason(policy: str) -> None:
    named = {reference for reference in REFERENCES if base(reference) == base(policy)}
    assert bool(named) != (base(policy) in NOT_OURS)
    assert (not named or policy in named) != (base(policy) in OTHER_VERSIONS)


def test_no_reason_speaks_of_a_policy_that_is_not_shall() -> None:
    assert {*NOT_OURS, *OTHER_VERSIONS} <= {base(policy) for policy in shall()}
