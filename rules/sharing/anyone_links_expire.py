"""Anonymous links and upload requests expire and cannot edit.

Why it matters
    A link that needs no sign-in works for whoever holds it, for as long as it lives. A short life and no right to change keep a
    stray one from doing much harm.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing, "Choose expiration and permissions options for Anyone links": 30
    days or less, View for files and folders. Set-SPOTenant -CoreRequestFilesLinkEnabled $false
    -OneDriveRequestFilesLinkEnabled $false.

Does not cover
    Links that were made before the setting changed keep their old life.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant

CONTROL = Control(
    "SHARE-5",
    Severity.HIGH,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.308(a)(5)(ii)(B)"],
)
LONGEST = 30
ANYONE, VIEW = 2, 1


@CONTROL.check(MICROSOFT_365, scuba=["MS.SHAREPOINT.3.1v1"])
def links_expire(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """Links that need no sign-in end within 30 days."""
    if settings.value.sharing_capability != ANYONE:
        return not_applicable("links that need no sign-in cannot be made")
    days = settings.value.require_anonymous_links_expire_in_days
    if days <= 0:
        return failed("links that need no sign-in never end")
    if days > LONGEST:
        return failed(f"links that need no sign-in live {days} days", days=days)
    return passed(f"links that need no sign-in end within {days} days", days=days)


@CONTROL.check(MICROSOFT_365, scuba=["MS.SHAREPOINT.3.2v1"])
def links_only_show(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """Links that need no sign-in let people look and nothing else."""
    found = settings.value
    if found.sharing_capability != ANYONE:
        return not_applicable("links that need no sign-in cannot be made")
    wide = [
        name
        for name, kind in (("files", found.file_anonymous_link_type), ("folders", found.folder_anonymous_link_type))
        if kind != VIEW
    ]
    if wide:
        return failed(f"links that need no sign-in may let people change {' and '.join(wide)}")
    return passed("links that need no sign-in let people look only")


@CONTROL.check(MICROSOFT_365)
def upload_requests_are_off(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """Strangers cannot be asked to upload files by a link that needs no sign-in."""
    found = settings.value
    requests = [
        (name, days)
        for name, on, days in (
            ("SharePoint", found.core_request_files_link_enabled, "core_request_files_link_expiration_in_days"),
            ("OneDrive", found.one_drive_request_files_link_enabled, "one_drive_request_files_link_expiration_in_days"),
        )
        if on
    ]
    if not requests:
        return passed("nobody can ask strangers for files")
    where = " and ".join(name for name, _ in requests)
    if found.sharing_capability == ANYONE:
        return failed(f"people may ask strangers for files in {where}", about={"where": where})
    endless = [name for name, days in requests if not 1 <= getattr(found, days) <= LONGEST]
    if endless:
        return review(
            "requests for files cannot be made while links for anyone are off; turned on again, those in "
            f"{' and '.join(endless)} would outlive 30 days"
        )
    return passed("requests for files cannot be made while links for anyone are off, and would end within 30 days")
