"""Addresses of Graph: those that are written down are what Microsoft's SDK builds, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

import connectors.microsoft365.sources  # noqa: F401 - declares them
from connectors.microsoft365 import paths
from connectors.microsoft365.calls import Graph
from connectors.microsoft365.paths import Paths
from connectors.source import declared


def test_what_is_written_down_is_what_the_sdk_builds_today() -> None:
    written = msgspec.json.decode(paths._FILE.read_bytes(), type=dict[str, str])
    assert written == paths.table(), "run `make paths` and look at the difference"
    assert len(written) > 60


def test_a_source_that_is_asked_for_in_another_way_is_built_and_not_looked_up() -> None:
    users = declared()["graph.users"]
    other = replace(users, call=replace(users.call, query={"filter": "accountEnabled eq true"}))
    assert "filter=accountEnabled" in Paths().of(other)
    assert "filter" not in Paths().of(users)


def test_a_dated_listing_begins_so_many_days_ago() -> None:
    dated = [s for s in declared().values() if isinstance(s.call, Graph) and s.call.days]
    assert dated
    for source in dated:
        since = datetime.now(UTC) - timedelta(days=source.call.days)
        assert f"{since:%Y-%m-%dT%H}%3A" in Paths().of(source)
        assert "2001" not in Paths().of(source)
