"""A Microsoft 365 clinic whose administrator agreed to next to nothing: what the auditor asks for is refused."""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulator.scenarios.microsoft_clinic import Clinic
from connectors.simulator.tenant import SimulatedTenant


def refused() -> SimulatedTenant:
    """Willow Creek Pediatrics: one permission that opens nothing of weight, and no role."""
    clinic = Clinic("microsoft-refused", "Willow Creek Pediatrics", "willowcreek")
    owner = clinic.person("Petra", "Lindahl", "Pediatrician, owner", skus=("premium",))
    clinic.role(owner, "Global Administrator")
    # A name server that does not answer keeps the domain's records dark as well.
    clinic.dns[f"{clinic.domain}."] = {"rcode": "SERVFAIL"}
    tenant = clinic.tenant()
    for app in tenant.state["apps"].values():
        app |= {"grants": {"graph": ["Bookings.Read.All"]}, "directory_roles": []}
    return tenant


SCENARIOS: dict[str, Callable[[], SimulatedTenant]] = {"microsoft-refused": refused}
