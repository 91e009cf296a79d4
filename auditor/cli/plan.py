"""`auditor plan`: what a scan will ask for, before it asks."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from auditor.cli import console
from auditor.cli.scan import chosen
from auditor.config import TenantSection, load
from auditor.connect import google_workspace, microsoft_connection
from auditor.opens import opened
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.microsoft365 import connector as microsoft

POLICIES = 250  # a usual number of settings in a small Google tenant (google-workspace.md 4.5)


@dataclass(frozen=True)
class Size:
    """How big a tenant is. A group has `members` people, and `applications` counts Microsoft's own as well."""

    users: int
    mailboxes: int
    groups: int
    members: int = 50
    applications: int = 500


def run(keys: list[str], *, config: Path, size: Size, quick: bool, as_json: bool) -> None:
    """Print the plan of each tenant."""
    loaded = load(config)
    sections = chosen(loaded, keys, everyone=not keys)
    plans = [plan_of(section, loaded.base, size, quick=quick) for section in sections]
    if as_json:
        console.result(json.dumps({"schema": 1, "plans": plans}, indent=1))
        return
    for plan in plans:
        most = f" ({plan['most']:,} if every account must be asked for)" if plan["most"] > plan["requests"] else ""
        kind = " in a quick scan" if quick else ""
        console.result(
            f"{plan['name']}: about {plan['requests']:,} requests{most}, at least {plan['seconds']:.0f} s{kind}"
        )
        rows = [
            [row["source"], row["requests"], f"{row['seconds']:.1f}", row["lane"], row["permission"]]
            for row in plan["sources"]
        ]
        console.result(tabulate(rows, ["source", "requests", "seconds", "lane", "permission"], tablefmt="simple"))
        for permission, dark in plan["opens"].items():
            console.result(f"  without {permission}: {', '.join(dark) or 'no control'} not assessed")
        console.result("")


def plan_of(section: TenantSection, base: Path, size: Size, *, quick: bool = False) -> dict[str, Any]:
    """The sources a scan of this tenant reads, with requests and seconds, and the controls that each permission opens."""
    rows: list[dict[str, Any]] = []
    if section.microsoft365 is not None:
        connection = microsoft_connection(section, section.microsoft365, base, signs_in=False)
        for planned in microsoft.plan(connection, **asdict(size), quick=quick):
            rows.append(
                {
                    "source": planned.source.name,
                    "requests": planned.requests,
                    "most": planned.most,
                    "lane": planned.source.lane,
                    "seconds": planned.seconds,
                    "permission": planned.source.permission,
                }
            )
    if section.google_workspace is not None:
        never = threading.Event()
        reader = google_workspace(
            section, section.google_workspace, base, stop=never, skip=set(), quick=quick, signs_in=False
        )
        assert isinstance(reader, GoogleWorkspace)
        permissions = {source.name: source.permission for source in reader.sources()}
        for name, requests, lane, seconds in reader.plan(size.users, size.mailboxes, size.groups, POLICIES):
            rows.append(
                {
                    "source": name,
                    "requests": requests,
                    "most": requests,
                    "lane": lane,
                    "seconds": seconds,
                    "permission": permissions.get(name, ""),
                }
            )
    rows = [row for row in rows if row["source"] not in section.skip]
    slowest: dict[str, float] = {}
    for row in rows:
        slowest[row["lane"]] = slowest.get(row["lane"], 0.0) + row["seconds"]
    return {
        "tenant": section.key,
        "name": section.name,
        "quick": quick,
        "requests": sum(row["requests"] for row in rows),
        "most": sum(row["most"] for row in rows),
        "seconds": max(slowest.values(), default=0.0),
        "sources": rows,
        "opens": opened({row["source"]: row["permission"] for row in rows}),
    }
