"""Settings of Power BI: whether each is off, or limited to groups."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.microsoft365.sources.power import FabricSetting
from rules.result import Result, failed, not_applicable, not_assessed, passed
from rules.tables import Keyed
from rules.views.power_licences import PowerLicences

NO_PLAN = not_applicable("no plan of the clinic holds Power BI")


def limited(
    power: PowerLicences, settings: Keyed[FabricSetting], names: Iterable[str], what: str, *, groups: bool = True
) -> Result:
    """Off, or where `groups` allows it, limited to groups. `names` are those that one switch has had."""
    if not power.has_reports:
        return NO_PLAN
    found = [one for name in names if (one := settings.get(name)) is not None]
    if not found:
        return _unknown(what)
    for one in found:
        if one.enabled and not (groups and one.enabled_security_groups):
            return failed(f"everybody can {what}", setting=one.setting_name)
    if any(one.enabled for one in found):
        return passed(f"only the members of some groups can {what}")
    return passed(f"nobody can {what}")


def switched_on(power: PowerLicences, settings: Keyed[FabricSetting], name: str, what: str) -> Result:
    """A protection that must be on."""
    if not power.has_reports:
        return NO_PLAN
    found = settings.get(name)
    if found is None:
        return _unknown(what)
    return passed(f"{what}: on") if found.enabled else failed(f"{what}: off", setting=name)


def _unknown(what: str) -> Result:
    return not_assessed(
        f"Power BI lists no setting for this: {what}",
        source="powerbi.tenant_settings",
        remedy="look at Tenant settings in the Power BI admin portal",
    )
