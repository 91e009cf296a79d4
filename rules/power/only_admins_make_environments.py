"""Only admins create Power Platform environments and sites.

Why it matters
    An environment that somebody made for a try lies outside every rule, and a site in it may show patient data to the internet.

How to fix it
    Microsoft 365: Power Platform admin center, Settings, Tenant settings: production, developer and trial environment assignments: only
    specific admins; Power Pages site creation: off. Sharing apps with everyone: PowerShell, Set-TenantSettings, disableShareWithEveryone.

Does not cover
    Environments that are there already.
"""

from __future__ import annotations

from connectors.microsoft365.sources.power import PowerPlatformSettings
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.power_licences import PowerLicences

CONTROL = Control("PWR-1", Severity.LOW, cites=["164.312(a)(1)", "164.308(a)(4)(i)"], level=Level.SHOULD)
NO_PLAN = not_applicable("no plan of the clinic holds Power Apps or Power Automate")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.1.1v1"])
def staff_make_no_environments(tenant: Tenant, power: PowerLicences, settings: One[PowerPlatformSettings]) -> Result:
    """Staff cannot make environments."""
    if not power.has_flows:
        return NO_PLAN
    if settings.value.disable_environment_creation_by_non_admin_users:
        return passed("only administrators make environments")
    return failed("everybody on staff can make environments")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.1.2v1"])
def staff_make_no_trials(tenant: Tenant, power: PowerLicences, settings: One[PowerPlatformSettings]) -> Result:
    """Staff cannot make trial environments."""
    if not power.has_flows:
        return NO_PLAN
    if settings.value.disable_trial_environment_creation_by_non_admin_users:
        return passed("only administrators make trial environments")
    return failed("everybody on staff can make trial environments")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.5.1v1"])
def staff_make_no_sites(tenant: Tenant, power: PowerLicences, settings: One[PowerPlatformSettings]) -> Result:
    """Staff cannot make web sites."""
    if not power.has_flows:
        return NO_PLAN
    if settings.value.disable_portals_creation_by_non_admin_users:
        return passed("only administrators make web sites")
    return failed("everybody on staff can make web sites")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.6.1v1"])
def nobody_shares_with_everyone(tenant: Tenant, power: PowerLicences, settings: One[PowerPlatformSettings]) -> Result:
    """Makers cannot share an app with everybody at once."""
    if not power.has_flows:
        return NO_PLAN
    if settings.value.power_platform.power_apps.disable_share_with_everyone:
        return passed("apps cannot be shared with everybody at once")
    return failed("makers can share an app with everybody at once")
