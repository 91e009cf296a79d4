"""New files and links start private and view-only.

Why it matters
    People take the link that the button offers. If it offers a wide one, that is what goes out.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing, File and folder links: "Specific people" and "View".
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, General access default: "Private to the owner".

Does not cover
    Sites that have a default of their own.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveGeneralAccess
from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-7",
    Severity.HIGH,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"],
)
PRIVATE = {"PRIVATE_TO_OWNER", "LINK_SHARING_PRIVATE"}  # the answer's and the documented default's name for the same


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.2.1v1"],
    cis=["CIS M365 v7.0.0 7.2.7", "CIS M365 v6.0.0 7.2.7"],
)
def link_names_people(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """The link that is offered first works for the people who are named, and nobody else."""
    match settings.value.default_sharing_link_type:
        case 1:
            return passed("the first link that is offered works for named people only")
        case 2:
            return review("the first link that is offered works for everybody at the clinic; CIS accepts this")
        case 3:
            return failed("the first link that is offered works for anyone, without signing in")
        case _:
            return review("no first link is chosen, so Microsoft chooses")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.2.2v1"],
    cis=["CIS M365 v7.0.0 7.2.11", "CIS M365 v6.0.0 7.2.11"],
)
def link_only_shows(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """The link that is offered first lets people look and nothing else."""
    match settings.value.default_link_permission:
        case 1:
            return passed("the first link that is offered lets people look only")
        case 2:
            return failed("the first link that is offered lets people change the file")
        case _:
            return failed("no first permission is chosen, and Microsoft's own lets people change the file")


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.DRIVEDOCS.1.8v1"], none=not_applicable("no active person works in any unit")
)
def new_files_are_private(cell: PolicyCell) -> Result:
    """New files in every unit and group can be opened by their owner alone."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    access = cell.setting(DriveGeneralAccess).default_file_access
    origin = str(cell.origin(DriveGeneralAccess, "default_file_access"))
    if access in PRIVATE:
        return passed("new files start private", people=len(cell.names), setting=origin)
    return failed(
        "new files can be opened by everybody at the clinic who has the link", people=cell.names, setting=origin
    )
