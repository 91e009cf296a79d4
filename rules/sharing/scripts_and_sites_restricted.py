"""Custom scripts and surprise sites are restricted.

Why it matters
    A page that runs scripts acts with the rights of whoever opens it. And a site that anybody may make is one that nobody
    watches.

How to fix it
    Microsoft 365: Set-SPOSite -DenyAddAndCustomizePages 1 for each site; SharePoint admin center, Settings, Site creation: clear
    "Users can create SharePoint sites". Sites that need scripts: list them as script_sites.

Does not cover
    People's own OneDrive.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointSite
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.view import Tenant
from rules.views.file_sharing import FileSharing

CONTROL = Control(
    "SHARE-13", Severity.LOW, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"], level=Level.SHOULD
)


@CONTROL.check(MICROSOFT_365)
def site_runs_no_scripts(site: SharePointSite, profile: Profile) -> Result:
    """No site lets people add scripts, but those that the clinic has approved."""
    match site.deny_add_and_customize_pages:
        case 2:
            return passed("runs no custom scripts")
        case 1 if profile.holds(profile.script_sites, site.url, site.title):
            return passed("runs custom scripts, which the clinic has approved")
        case 1:
            return failed("lets people add scripts to its pages")
        case _:
            return not_assessed("SharePoint does not say whether it lets people add scripts", source="sharepoint.sites")


@CONTROL.check(MICROSOFT_365)
def sites_are_made_on_purpose(tenant: Tenant, sharing: FileSharing, profile: Profile) -> Result:
    """Only administrators make sites, unless the clinic says otherwise."""
    if not sharing.people_create_sites:
        return passed("only administrators make sites")
    if profile.staff_create_sites:
        return passed("anybody may make sites, which the clinic has approved")
    return failed("anybody at the clinic may make sites")
