"""What takes an Exchange call for every mailbox can be switched off, and the gap says by which switch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.gap import Reason
from connectors.microsoft365.connection import SWITCHES, Connection, Secret
from connectors.microsoft365.connector import Microsoft365, plan

EVERYTHING = Connection("t", "c", Secret("s"), profile="full")


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
