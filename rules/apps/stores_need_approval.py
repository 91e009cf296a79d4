"""Store and marketplace apps need approval.

Why it matters
    An app from a store installs itself into mail, files and calendars. Whoever made it gets patient data without any agreement.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Org settings, User owned apps and services: clear "Let users access the
    Office Store".
    Google Workspace: Admin console, Apps, Google Workspace Marketplace apps, Settings: allow only chosen apps, or none; do not allow
    all internal apps.

Does not cover
    Apps that were installed before (APP-8), and add-ins of Outlook (APP-12).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import MarketplaceAccess
from connectors.microsoft365.sources.registrations import AppsAndServices
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("APP-11", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"])


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.3.4", "CIS M365 v6.0.0 1.3.4"])
def office_store_is_closed(tenant: Tenant, apps: One[AppsAndServices]) -> Result:
    """Staff cannot fetch apps from the Office Store."""
    if apps.value.settings.is_office_store_enabled:
        return failed("everybody on staff can fetch apps from the Office Store")
    return passed("the Office Store is closed to staff")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.11.1v1"],
    cis=["CIS GWS v1.3 3.1.9.1.1"],
    prowler=["marketplace_apps_access_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def marketplace_is_closed(cell: PolicyCell) -> Result:
    """People in every unit can install chosen Marketplace apps only, or none."""
    setting = cell.setting(MarketplaceAccess)
    origin = str(cell.origin(MarketplaceAccess, "access_level"))
    if setting.access_level == "ALLOW_ALL":
        return failed("people here may install any app of the Marketplace", people=cell.names, setting=origin)
    if setting.allow_all_internal_apps:
        return failed("people here may install every app that the clinic made", people=cell.names, setting=origin)
    return passed("only chosen apps of the Marketplace may be installed", allowed=setting.access_level, setting=origin)
