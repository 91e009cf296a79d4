"""Simulated clinics and connections to them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.collect import Interrupted, collect
from connectors.google_workspace.connection import Connection, Key, Tier
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.simulator import SimulatedTenant, Simulator
from connectors.snapshot import Line, Snapshot, TenantInfo
from connectors.source import declared


@dataclass
class Clinic:
    """One simulated tenant with ways to read it."""

    simulator: Simulator
    tenant: SimulatedTenant
    folder: Path

    def connection(self, tier: Tier = "files", **changes: Any) -> Connection:
        given = self.simulator.connection(self.tenant.key)
        settings: dict[str, Any] = {
            "credentials": Key(given["service_account"]),
            "admin": given["admin_subject"],
            "customer_id": given["customer_id"],
            "tier": tier,
            "endpoints": {"base": given["endpoint"], "token_uri": given["token_uri"]},
        }
        return Connection(**{**settings, **changes})

    def connector(
        self, *only: str, tier: Tier = "files", stop: threading.Event | None = None, **changes: Any
    ) -> GoogleWorkspace:
        """A connector that reads only the sources named, or all of the tier."""
        skip: Collection[str] = {name for name in declared() if name not in only} if only else ()
        made = GoogleWorkspace(self.connection(tier, **changes), skip=skip, stop=stop)
        made.transport.backoff_base = 0.01
        return made

    def read(self, *only: str, **changes: Any) -> Snapshot:
        return self.collect(self.connector(*only, **changes))

    def collect(self, connector: GoogleWorkspace, *, stop: threading.Event | None = None, workers: int = 8) -> Snapshot:
        tenant = TenantInfo(self.tenant.key, self.tenant.name, ["google_workspace"])
        return collect(tenant, [connector], self.folder, stop=stop or connector.transport.stop, workers=workers)

    def interrupted(self, connector: GoogleWorkspace) -> bool:
        try:
            self.collect(connector)
        except Interrupted:
            return True
        return False

    def asked(self, text: str) -> list[Any]:
        """The requests, batch items included, whose path or query holds a text."""
        return [entry for entry in self.simulator.log() if text in f"{entry.path}?{entry.query}"]


@contextmanager
def serving(tenant: SimulatedTenant, folder: Path, **options: Any) -> Iterator[Clinic]:
    with Simulator([tenant], **options) as simulator:
        yield Clinic(simulator, tenant, folder)


def records(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    return [line.r for line in snapshot.lines(name) if line.r is not None]


def lines(snapshot: Snapshot) -> dict[str, list[Line]]:
    return {name: list(snapshot.lines(name)) for name in snapshot.sources}


def without_scopes(tenant: SimulatedTenant, *scopes: str) -> SimulatedTenant:
    tenant.state["authorizedScopes"] = [s for s in tenant.state["authorizedScopes"] if not s.endswith(scopes)]
    return tenant


def user(tenant: SimulatedTenant, **wanted: Any) -> Mapping[str, Any]:
    """The first working user with these properties."""
    found: Mapping[str, Any] = next(
        u for u in tenant.state["users"]
        if not u["suspended"] and not u["archived"] and u["isMailboxSetup"] and all(u.get(k) == v for k, v in wanted.items())
    )  # fmt: skip
    return found
