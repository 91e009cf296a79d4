"""Clinic files cannot be synced or kept offline on unknown computers.

Why it matters
    A synchronized folder is a full copy of the clinic's files on whatever computer somebody signed in to, also years later.

How to fix it
    Microsoft 365: SharePoint admin center, Settings, OneDrive, Sync: Allow syncing only on computers joined to specific domains,
    with the clinic's domain; or restrict unknown computers to the browser (DEV-6).
    Google Workspace: Admin console, Apps, Drive and Docs, Features and applications: Drive for desktop off, or only on authorized
    devices. Offline access of Gmail, Calendar and Docs: off.

Does not cover
    Files that somebody downloads one by one.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveForDesktop
from connectors.microsoft365.sources.sharing import SharePointSettings, SharePointTenant
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.devices.unknown_computers_only_look import restricts
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.alternatives import first_met
from rules.views.device_access import DeviceAccess, office
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "DEV-7",
    Severity.MEDIUM,
    cites=["164.310(d)(1)", "164.310(b)", "164.310(c)", "164.312(a)(2)(iv)"],
    level=Level.SHOULD,
)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v6.0.0 7.3.2"],
    prowler=["sharepoint_onedrive_sync_restricted_unmanaged_devices"],
)
def sync_is_restricted(
    tenant: Tenant, settings: One[SharePointSettings], sharepoint: One[SharePointTenant], access: DeviceAccess
) -> Result:
    """OneDrive synchronizes to the clinic's own computers only."""

    def own_computers() -> Result | None:
        try:
            value = settings.value
        except Unreadable:
            # SharePoint's own interface tells the same; imports of other tools hold only that.
            known = sharepoint.value
            restricted, domains = (
                known.is_unmanaged_sync_client_for_tenant_restricted,
                known.allowed_domain_list_for_sync_client,
            )
            macs = bool(restricted and domains) and not known.block_mac_sync
        else:
            restricted, domains = (
                value.is_unmanaged_sync_app_for_tenant_restricted,
                value.allowed_domain_guids_for_sync_app,
            )
            macs = bool(restricted and domains) and value.is_mac_sync_app_enabled
        if not restricted or not domains:
            return None
        if macs:
            return review("files synchronize to the clinic's own Windows computers only, but to any Mac")
        return passed("files synchronize to the clinic's own computers only")

    def browser_only() -> Result | None:
        if sharepoint.value.conditional_access_policy == 0 or not access.rule(restricts, applies=office).met:
            return None
        return passed("unknown computers are restricted to the browser")

    found = first_met([own_computers, browser_only])
    return found or failed("files synchronize to any computer that somebody signs in to")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.5.1v1"],
    cis=["CIS GWS v1.3 3.1.2.2.1"],
    prowler=["drive_desktop_access_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def drive_for_desktop_is_restricted(cell: PolicyCell) -> Result:
    """Drive for desktop is off, or works on authorized devices only, in every unit and group."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    value = cell.setting(DriveForDesktop)
    origin = str(cell.origin(DriveForDesktop, "allow_drive_for_desktop"))
    if not value.allow_drive_for_desktop:
        return passed("files do not synchronize to computers", people=len(cell.names), setting=origin)
    if value.restrict_to_authorized_devices:
        return passed("files synchronize to authorized computers only", people=len(cell.names), setting=origin)
    return failed("files of people here synchronize to any computer they sign in to", people=cell.names, setting=origin)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.2.2.2", "CIS GWS v1.3 3.1.3.1.2", "CIS GWS v1.3 3.1.1.3.1"],
)
def nothing_is_kept_offline(tenant: Tenant) -> Result:
    """Gmail, Calendar and Docs keep nothing offline in a browser."""
    return needs_input(
        "no interface shows whether Gmail, Calendar and Docs may be kept offline",
        "look in the Admin console: Gmail, User settings; Calendar, Advanced settings; Drive and Docs, Features and applications",
        "policy.policies",
    )
