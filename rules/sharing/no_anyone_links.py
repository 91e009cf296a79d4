"""Public and anyone-with-the-link sharing is off.

Why it matters
    A link that needs no sign-in is a public copy: whoever gets the address, by a forwarded message or a search engine, opens
    the file.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing: "New and existing guests" or stricter, for SharePoint, OneDrive
    and each site.
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: clear "make files visible to anyone with the link".

Does not cover
    Links that were made before the setting changed.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.microsoft365.sources.sharing import SharePointSite
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table
from rules.view import Tenant
from rules.views.file_sharing import FileSharing
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-4", Severity.CRITICAL, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"])


@CONTROL.check(MICROSOFT_365)
def tenant_has_no_anyone_links(
    tenant: Tenant,
    sharing: FileSharing,
    sites: Table[SharePointSite],
) -> Result:
    """Nobody can share a file by a link that needs no sign-in."""
    if sharing.level != "externalUserAndGuestSharing":
        # A site can never be more open than the whole tenant (Set-SPOSite), so the sites need not be asked.
        return passed("links that need no sign-in cannot be made")
    open_sites = 0
    for site in sites.known():
        try:
            open_sites += site.sharing_capability == 2
        except Unreadable:
            continue
    return failed("anybody can make links that need no sign-in", sites_seen_open=open_sites)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.5v1"],
    cis=["CIS GWS v1.3 3.1.2.1.1.2"],
    prowler=["drive_publishing_files_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def unit_cannot_publish(cell: PolicyCell) -> Result:
    """People in every unit and group cannot make files public or open to anyone with the link."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveExternalSharing)
    if setting.external_sharing_mode == "DISALLOWED":
        return not_applicable("people here cannot share files outside at all")
    origin = str(cell.origin(DriveExternalSharing, "allow_publishing_files"))
    if setting.allow_publishing_files:
        return failed(
            "people here may publish files and share them with anyone who has the link",
            people=cell.names,
            setting=origin,
        )
    return passed("people here cannot publish files", people=len(cell.names), setting=origin)
