"""Web-page tools cannot publish clinic content.

Why it matters
    A web page is made in minutes and found by everybody. Clinic content on one is published, whatever was meant.

How to fix it
    Google Workspace: Admin console, Apps, Sites: off; units that need it: list them as google_sites_units.
    Microsoft 365: admin center, Settings, Org settings, Sway: no sharing outside.
    Evidence folder, for Microsoft 365: a statement of the kind sway.

Does not cover
    Pages that were made before; those of Sites stay on the internet when the service is off.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ServiceStatus
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-40", Severity.LOW, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"], level=Level.SHOULD
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.SITES.1.1v1"],
    cis=["CIS GWS v1.3 3.1.7.1"],
    prowler=["sites_service_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def google_sites_is_off(cell: PolicyCell, profile: Profile) -> Result:
    """Google Sites is off in every unit and group, but those that the clinic names."""
    on = cell.service_on("sites")
    origin = str(cell.origin(ServiceStatus, "service_state", "sites.service_status"))
    if not on:
        return passed("Sites is off", setting=origin)
    if profile.holds(profile.google_sites_units, cell.unit):
        return review("Sites is on, as the clinic wants: see what is published", people=cell.names, setting=origin)
    return failed("people here may publish web pages", people=cell.names, setting=origin)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.3.8", "CIS M365 v6.0.0 1.3.8"])
def sway_stays_inside(tenant: Tenant, attestations: Attestations) -> Result:
    """Sways cannot be shared outside."""
    # No interface shows the setting.
    statement = attestations.newest("sway")
    return attestations.fault(statement) or passed("Sway is stated not to be shared outside")
