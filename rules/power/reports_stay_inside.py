"""Reports cannot be published to the web or opened by guests.

Why it matters
    A report about appointments or bills that is "published to web" can be read by anybody, without a sign-in, and is found by search
    engines.

How to fix it
    Microsoft 365: Power BI admin portal, Tenant settings, Export and sharing settings: Publish to web: off; guests, external invitations,
    external data sharing and links for the whole organization: off, or for chosen security groups only.

Does not cover
    Reports that were published before: list them under Embed codes.
"""

from __future__ import annotations

from connectors.microsoft365.sources.power import FabricSetting
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.power.fabric import limited
from rules.result import Result, Severity
from rules.tables import Keyed
from rules.view import Tenant
from rules.views.power_licences import PowerLicences

CONTROL = Control("PWR-3", Severity.LOW, cites=["164.312(a)(1)", "164.308(a)(4)(i)"], level=Level.SHOULD)


def _cis(number: int) -> list[str]:
    return [f"CIS M365 v7.0.0 9.1.{number}", f"CIS M365 v6.0.0 9.1.{number}"]


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.1.1v1"], cis=_cis(4))
def nothing_is_published(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Nobody can publish a report to the web."""
    return limited(power, settings, ["PublishToWeb"], "publish reports to the web", groups=False)


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.2.1v1"], cis=_cis(1))
def guests_see_nothing(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Guests cannot open Power BI, but for chosen groups."""
    return limited(power, settings, ["AllowGuestUserToAccessSharedContent"], "open shared reports as a guest")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERBI.3.1v1"], cis=_cis(2))
def nobody_invites(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Nobody can invite outsiders through a report, but for chosen groups."""
    return limited(power, settings, ["ExternalSharingV2"], "invite outsiders through a report")


@CONTROL.check(MICROSOFT_365, cis=_cis(3))
def guests_do_not_browse(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Guests cannot browse reports, but for chosen groups."""
    return limited(power, settings, ["ElevatedGuestsTenant"], "browse and edit reports as a guest")


@CONTROL.check(MICROSOFT_365, cis=_cis(7))
def no_links_for_everybody(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Nobody can make links to reports for the whole organization, but for chosen groups."""
    return limited(power, settings, ["ShareLinkToEntireOrg"], "make links to reports for the whole organization")


@CONTROL.check(MICROSOFT_365, cis=_cis(8))
def no_data_leaves(tenant: Tenant, power: PowerLicences, settings: Keyed[FabricSetting]) -> Result:
    """Nobody can share data sets with other tenants, but for chosen groups."""
    # Public readers know the switch by three names.
    names = ["ExternalDatasetSharingTenant", "EnableDatasetInPlaceSharing", "AllowExternalDataSharingSwitch"]
    return limited(power, settings, names, "share data sets with other tenants")
