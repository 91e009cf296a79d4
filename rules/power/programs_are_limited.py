"""Power BI service accounts and scripts are limited.

Why it matters
    A program with an account in Power BI reads all reports it was given without a second factor; a script inside a report runs code of
    whoever wrote it.

How to fix it
    Microsoft 365: Power BI admin portal, Tenant settings, Developer settings: service principals: off, or for chosen security groups only;
    block resource key authentication: on; R and Python visuals: off. Information protection: let people put labels: on.

Does not cover
    Which reports a program was given.
"""

from __future__ import annotations

from connectors.microsoft365.sources.power import FabricSetting
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.power.fabric import limited, switched_on
from rules.result import Result, Severity
from rules.tables import Keyed
from rules.view import Tenant
from rules.views.power_licences import PowerLicences

CONTROL = Control("PWR-4", Severity.LOW, cites=["164.312(a)(1)", "164.308(a)(4)(i)"], level=Level.SHOULD)


def _cis(number: int) -> list[str]:
    return [f"CIS M365 v7.0.0 9.1.{number}", f"CIS M365 v6.0.0 9.1.{number}"]


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.4.1v1"], cis=_cis(10))
def programs_are_chosen(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Programs cannot use Power BI, but for chosen groups."""
    return limited(power, settings, ["ServicePrincipalAccessPermissionAPIs"], "use Power BI as a program")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.4.2v1"], cis=_cis(11))
def profiles_are_chosen(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Programs cannot make profiles of their own, but for chosen groups."""
    return limited(power, settings, ["AllowServicePrincipalsCreateAndUseProfiles"], "make profiles as a program")


@CONTROL.check(MICROSOFT_365, cis=_cis(12))
def workspaces_are_made_by_people(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Programs cannot make workspaces, but for chosen groups."""
    return limited(power, settings, ["ServicePrincipalAccessGlobalAPIs"], "make workspaces as a program")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.5.1v1"], cis=_cis(9))
def keys_are_blocked(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Data cannot be pushed in with a mere key."""
    return switched_on(power, settings, "BlockResourceKeyAuthentication", "the block on mere keys")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.6.1v1"], cis=_cis(5))
def scripts_are_off(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Reports cannot run scripts."""
    return limited(power, settings, ["RScriptVisual"], "share reports that run scripts", groups=False)


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.7.1v1"], cis=_cis(6))
def labels_are_on(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """People can put labels on reports."""
    return switched_on(power, settings, "EimInformationProtectionEdit", "labels on reports")
