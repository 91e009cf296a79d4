"""The least time that a scan's request plan allows, however fast the program: what the provider's latency and quotas demand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.google_workspace.lanes import QUOTAS
from connectors.microsoft365 import lanes as microsoft
from connectors.source import GOOGLE_WORKSPACE, declared

RATES: Mapping[str, tuple[int, float]] = {
    # Microsoft Graph, throttling limits of each service: one request a second and tenant; five reports in ten seconds.
    "graph-ca": (1, 1.0),
    "graph-reports": (5, 10.0),
    # 3,500 resource units in ten seconds for a small tenant; a listing with $select costs one.
    "graph-identity": (3500, 10.0),
    "graph-intune": (2000, 20.0),
    # Google, the quota page of each API. The parts of a batch count as requests of their own.
    "policy": (1, 1.0),
    "licensing": (1, 1.0),
    "directory": (2400, 60.0),
    "mobile": (10, 1.0),
    "reports": (2400, 60.0),
    "reports_filtered": (250, 60.0),
    "gmail": (1_200_000, 60.0),
    "drive": (10_000, 60.0),
    "calendar": (10_000, 60.0),
}
"""Documented quotas, so many requests in any so many seconds, of the lanes that have a figure. They may come at once: after
the first so many seconds the next may."""


@dataclass(frozen=True)
class Floor:
    """Seconds below which no scan with this plan can end, and what holds it there."""

    seconds: float
    held_by: str


def latency_floor(plan: Sequence[Mapping[str, Any]], latency: float) -> Floor:
    """What latency alone demands: the longest chain of answers that must wait for each other, or the fullest lane.

    Pages of one listing follow each other; parents of a fan-out are asked side by side, as many at a time as the lane allows;
    a source waits for those it is read after. Two answers, the token and the tenant's identity, come before all.
    """
    at_once = {lane.name: lane.concurrency for lane in microsoft.lanes()} | {n: q.at_once for n, q in QUOTAS.items()}
    rows = {row["source"]: row for row in plan}
    ends: dict[str, float] = {}

    def end(name: str) -> float:
        if name not in ends:
            source, row = declared()[name], rows[name]
            side_by_side = at_once.get(row["lane"], 1) if source.fan_out else 1
            begins = max((end(before) for before in source.after if before in rows), default=0.0)
            ends[name] = begins + math.ceil(row["requests"] / side_by_side) * latency
        return ends[name]

    chain = max(rows, key=end, default="")
    floor = Floor(2 * latency + (end(chain) if chain else 0.0), f"latency of {chain}")
    sums: dict[str, int] = {}
    for row in plan:
        sums[row["lane"]] = sums.get(row["lane"], 0) + row["requests"]
    for lane, requests in sums.items():
        seconds = 2 * latency + requests * latency / at_once.get(lane, 1)
        if seconds > floor.seconds:
            floor = Floor(seconds, f"latency of the lane {lane}")
    return floor


def quota_floor(plan: Sequence[Mapping[str, Any]], *, latency: float, users: int, groups: int) -> Floor:
    """What documented quotas demand: that each lane's last request waits for its turn, the lanes side by side.

    The token and the tenant's identity come before, and the last answer after.
    """
    sums: dict[str, int] = {}
    for row in plan:
        source = declared()[row["source"]]
        asked = row["requests"]
        if source.provider is GOOGLE_WORKSPACE and source.fan_out and source.call.subject != "user":
            asked = users if source.after[0] == "directory.users" else groups
        sums[row["lane"]] = sums.get(row["lane"], 0) + asked
    held = {
        lane: (math.ceil(asked / RATES[lane][0]) - 1) * RATES[lane][1] for lane, asked in sums.items() if lane in RATES
    }
    lane = max(held, key=lambda name: held[name], default="")
    return Floor(max(0.0, held.get(lane, 0.0)) + 3 * latency, f"quota of the lane {lane}")


def floor(plan: Sequence[Mapping[str, Any]], *, latency: float, quotas: bool, users: int, groups: int) -> Floor:
    """The higher of what latency and, where they are kept, quotas demand."""
    found = [latency_floor(plan, latency)]
    if quotas:
        found.append(quota_floor(plan, latency=latency, users=users, groups=groups))
    return max(found, key=lambda one: one.seconds)
