"""Flows cannot push mail or files to consumer services.

Why it matters
    A flow that somebody built to save time can send each new message to a private mailbox. No rule and no forward shows it.

How to fix it
    Microsoft 365: Power Platform admin center, Policies, Data policies: one policy for all environments that blocks Gmail, Outlook.com,
    Dropbox, Google Drive, Box, Twilio and HTTP, or keeps them apart from Office 365 Outlook and SharePoint; Tenant isolation: on.

Does not cover
    Flows that are running already until they are saved again.
"""

from __future__ import annotations

from collections.abc import Iterable

from connectors.microsoft365.sources.power import ConnectorPolicy, TenantIsolation
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.flow_environments import FlowEnvironment
from rules.views.power_licences import PowerLicences

CONTROL = Control("PWR-2", Severity.MEDIUM, cites=["164.312(a)(1)", "164.308(a)(4)(i)"], level=Level.SHOULD)
NO_PLAN = not_applicable("no plan of the clinic holds Power Apps or Power Automate")
NONE = not_applicable("no plan of the clinic holds Power Apps or Power Automate, or there is no environment")
CONSUMER = {
    "shared_gmail": "Gmail",
    "shared_outlook": "Outlook.com",
    "shared_dropbox": "Dropbox",
    "shared_googledrive": "Google Drive",
    "shared_box": "Box",
    "shared_twilio": "Twilio",
    "http": "HTTP",
}
OURS = ("shared_office365", "shared_sharepointonline")


def _covers(policy: ConnectorPolicy, environment: str) -> bool:
    if policy.environment_type == "AllEnvironments":
        return True
    named = environment.casefold() in {one.name.casefold() for one in policy.environments or []}
    return not named if policy.environment_type == "ExceptEnvironments" else named


def _covering(environment: FlowEnvironment, policies: Iterable[ConnectorPolicy]) -> list[ConnectorPolicy]:
    return [policy for policy in policies if _covers(policy, environment.id)]


def _group(policy: ConnectorPolicy, connector: str) -> str:
    """The group that a policy puts a service into."""
    for group in policy.connector_groups:
        if any(one.id.rpartition("/")[2].casefold() == connector for one in group.connectors):
            return str(group.classification)
    return str(policy.default_connectors_classification)


def _kept_apart(policy: ConnectorPolicy, connector: str) -> bool:
    group = _group(policy, connector)
    return group == "Blocked" or all(_group(policy, own) != group for own in OURS)


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.2.1v1"], none=NONE)
def default_environment_is_covered(environment: FlowEnvironment, policies: Table[ConnectorPolicy]) -> Result:
    """A data policy covers the environment that everybody works in."""
    if not environment.is_default:
        return not_applicable("is another environment")
    return _covered(environment, policies)


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.2.2v1"], none=NONE)
def other_environment_is_covered(environment: FlowEnvironment, policies: Table[ConnectorPolicy]) -> Result:
    """A data policy covers every other environment."""
    if environment.is_default:
        return not_applicable("is the environment that everybody works in")
    return _covered(environment, policies)


def _covered(environment: FlowEnvironment, policies: Table[ConnectorPolicy]) -> Result:
    found = _covering(environment, policies)
    if not found:
        return failed("no data policy covers it: flows may bring any two services together")
    return passed("a data policy covers it", policies=[policy.display_name for policy in found])


@CONTROL.check(MICROSOFT_365, none=NONE)
def consumer_services_are_apart(environment: FlowEnvironment, policies: Table[ConnectorPolicy]) -> Result:
    """No flow can bring the clinic's mail or files together with a consumer service."""
    found = _covering(environment, policies)
    if not found:
        return not_applicable("no data policy covers it")
    loose = [name for key, name in CONSUMER.items() if not any(_kept_apart(policy, key) for policy in found)]
    if loose:
        return failed(
            f"flows can send the clinic's mail and files to {', '.join(loose)}", about={"to": ", ".join(loose)}
        )
    return passed("flows cannot send the clinic's mail and files to consumer services")


@CONTROL.check(MICROSOFT_365, scuba=["MS.POWERPLATFORM.3.1v1", "MS.POWERPLATFORM.3.2v1"])
def tenant_is_isolated(tenant: Tenant, power: PowerLicences, isolation: One[TenantIsolation]) -> Result:
    """Flows cannot connect to other tenants."""
    if not power.has_flows:
        return NO_PLAN
    if isolation.value.properties.is_disabled:
        return failed("flows may connect to any other tenant")
    return passed("flows cannot connect to other tenants, but for those that were allowed")
