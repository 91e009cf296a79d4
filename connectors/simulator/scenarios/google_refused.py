"""A practice on Google Workspace whose administrator delegated one scope, and hardly anything can be read."""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import SCOPE_ROOT, STANDARD
from connectors.simulator.tenant import SimulatedTenant


def refused() -> SimulatedTenant:
    """Alder Row Counseling: who the customer is may be read, and nothing else."""
    clinic = Clinic("google-refused", "Alder Row Counseling", "alderrow.example", city="Fernley")
    clinic.person("owner", "Bettina Alder", sku=STANDARD, admin=True)
    clinic.dns[f"{clinic.domain}."] = {"rcode": "SERVFAIL"}
    clinic.state["authorizedScopes"] = [f"{SCOPE_ROOT}admin.directory.customer.readonly"]
    return clinic.build()


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"google-refused": refused}
