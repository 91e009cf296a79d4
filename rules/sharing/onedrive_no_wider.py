"""OneDrive sharing is no wider than SharePoint.

Why it matters
    People's own drives are where work in progress lies. A setting for OneDrive that is wider than the clinic's own is a side door.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing: set OneDrive to "Existing guests" or "Only people in your
    organization". Loop: Set-SPOTenant -CoreLoopSharingCapability and -OneDriveLoopSharingCapability.

Does not cover
    What single people have already shared.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.file_sharing import EXPOSURE

CONTROL = Control("SHARE-2", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.1.2v1"],
    cis=["CIS M365 v7.0.0 7.2.4", "CIS M365 v6.0.0 7.2.4"],
)
def drives_open_to_known_guests(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """Files in OneDrive can be shared with existing guests at most."""
    match settings.value.one_drive_sharing_capability:
        case 0:
            return passed("files in OneDrive cannot be shared outside")
        case 3:
            return passed("files in OneDrive can be shared only with guests who are already known")
        case 1:
            return review("files in OneDrive can be shared with new guests, who must sign in")
        case _:
            return failed("files in OneDrive can be shared with anyone, even without signing in")


@CONTROL.check(MICROSOFT_365)
def nothing_is_wider_than_sharepoint(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """OneDrive and Loop share no wider than SharePoint does."""
    found = settings.value
    cap = EXPOSURE[found.sharing_capability]
    wider = [
        name
        for name, level in (
            ("OneDrive", found.one_drive_sharing_capability),
            ("Loop in SharePoint", found.core_loop_sharing_capability),
            ("Loop in OneDrive", found.one_drive_loop_sharing_capability),
        )
        if EXPOSURE[level] > cap
    ]
    if wider:
        return failed(f"{' and '.join(wider)} may share wider than SharePoint", about={"where": ", ".join(wider)})
    return passed("OneDrive and Loop share no wider than SharePoint")
