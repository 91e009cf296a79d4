"""Data is stored and processed in the United States.

Why it matters
    Data that lies elsewhere falls under other laws, and other people may be able to demand it.

How to fix it
    Microsoft 365: the place is chosen when the tenant is made; ask Microsoft about moving it.
    Google Workspace: Admin console, Data, Compliance, Data regions: United States, for storage and processing; Assured Controls: switch
    features off that work in other regions.

Does not cover
    Where people are when they work.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DataAtRestRegion, DataProcessingRegion
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.tenant import Organization
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, not_applicable, not_assessed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell
from rules.views.setting_changes import SettingChanges

CONTROL = Control("BAA-10", Severity.LOW, cites=["164.308(a)(1)(ii)(B)", "164.308(b)(1)"], level=Level.SHOULD)
NOBODY = not_applicable("no active person works in any unit")
NO_REGIONS = not_applicable("Google lists no data regions for this clinic: its plan has none")
SERVICES = ("Calendar", "Docs", "Gmail", "Chat", "Meet", "Gemini")
HERE = {"US", "NAM"}  # country code, and Microsoft's code of the region


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.15.1v1"], none=NOBODY)
def data_lies_in_the_states(cell: PolicyCell) -> Result:
    """Data of people in every unit lies in the United States."""
    if not cell.given(DataAtRestRegion):
        return NO_REGIONS
    region = cell.setting(DataAtRestRegion).region
    origin = str(cell.origin(DataAtRestRegion, "region"))
    if region == "US":
        return passed("data lies in the United States", setting=origin)
    if region == "EUROPE":
        return failed("data lies in Europe", setting=origin, people=cell.names)
    return failed("data may lie anywhere", setting=origin, people=cell.names)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.15.2v1"], none=NOBODY)
def data_is_processed_where_it_lies(cell: PolicyCell) -> Result:
    """Data is worked on only where it lies."""
    if not cell.given(DataProcessingRegion):
        return NO_REGIONS
    origin = str(cell.origin(DataProcessingRegion, "limit_to_storage_region"))
    if cell.setting(DataProcessingRegion).limit_to_storage_region:
        return passed("data is worked on where it lies", setting=origin)
    return failed("data may be worked on anywhere", setting=origin, people=cell.names)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.ASSUREDCONTROLS.2.1v1"])
def features_stay_in_the_region(tenant: Tenant, changes: SettingChanges) -> Result:
    """Features that work in several regions are off."""
    names = {service: f"{service}NonRegionalizedFunctionalityStateSettingsProto state" for service in SERVICES}
    on = sorted(
        service for service, name in names.items() if any(c.value == "ENABLED" for c in changes.last(name).values())
    )
    if on:
        return failed(f"features that work in other regions are on: {', '.join(on)}", about={"services": ", ".join(on)})
    silent = [service for service, name in names.items() if _off(changes, name) is not True]
    if silent:
        return not_assessed(
            f"the log of 180 days does not tell whether features that work in other regions are off: {', '.join(silent)}",
            source="reports.activity.admin",
            remedy="look at Data, Compliance, Data regions in the Admin console (with the Assured Controls add-on)",
        )
    return passed("features that work in other regions are off")


def _off(changes: SettingChanges, name: str) -> bool:
    change = changes.of_everybody(name)
    return change is not None and change.value == "DISABLED"


@CONTROL.check(MICROSOFT_365)
def tenant_is_in_the_states(tenant: Tenant, organization: One[Organization]) -> Result:
    """The tenant belongs to the United States, where its data is kept."""
    country = organization.value.country_letter_code
    if country == "US":
        return passed("the tenant belongs to the United States")
    if not country:
        return needs_input(
            "Microsoft does not tell which country the tenant belongs to",
            "look at Org settings, Organization profile, Data location in the Microsoft 365 admin center",
            "graph.organization",
        )
    return failed("the tenant belongs to another country", country=country)


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody has an account"))
def nobody_is_placed_elsewhere(person: User) -> Result:
    """No one's mailbox and files are placed in another region."""
    place = person.preferred_data_location
    if not place or place.upper() in HERE:
        return passed("is not placed elsewhere")
    return review("mailbox and files are placed in another region", region=place)
