"""Only managed or approved devices reach clinic data.

Why it matters
    A password and a second factor say who signs in, not on what. On a computer that belongs to nobody in particular, patient mail
    stays behind in downloads and caches.

How to fix it
    Microsoft 365: Conditional Access, a policy for everybody and all applications, Grant: Require device to be marked as compliant,
    alone or together with hybrid joined devices (one of the selected controls).
    Google Workspace: Admin console, Security, Access and data control, Context-aware access: an access level that asks for a company
    device, assigned to Gmail and Drive.

Does not cover
    Whether the devices are healthy (DEV-9). Google shows the levels of context-aware access to no interface; only that it was
    switched on is in the log.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.activity import AdminActivity
from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.device_access import DeviceAccess

CONTROL = Control("DEV-4", Severity.MEDIUM, cites=["164.312(a)(1)", "164.310(b)", "164.310(c)"], level=Level.SHOULD)
DEVICES = {"compliantDevice", "domainJoinedDevice"}


def _demands_device(policy: ConditionalAccessPolicy) -> bool:
    grant = policy.grant_controls
    if grant is None:
        return False
    asked = set(grant.built_in_controls)
    extra = grant.custom_authentication_factors or grant.terms_of_use or grant.authentication_strength is not None
    if asked == {"compliantDevice"}:
        return not extra or grant.operator == "AND"
    if grant.operator == "AND":
        return "compliantDevice" in asked
    return asked == DEVICES and grant.operator == "OR" and not extra


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.7v1"],
    cis=["CIS M365 v7.0.0 5.2.2.9", "CIS M365 v6.0.0 5.2.2.9"],
    prowler=[
        "entra_managed_device_required_for_authentication",
        "entra_conditional_access_policy_mdm_compliant_device_required",
    ],
)
def a_rule_asks_for_the_device(tenant: Tenant, access: DeviceAccess) -> Result:
    """A rule for everybody and every application lets in managed devices only."""
    rule = access.rule(_demands_device)
    if rule.met:
        return passed("only managed devices are let in", policies=rule.policies)
    if not access.licensed:
        return not_applicable("the clinic's plans do not hold Entra ID P1, which Business Premium brings")
    return failed("no rule for everybody asks for a managed device", near_misses=rule.objections)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.2.1v1"])
def context_is_asked_for(tenant: Tenant, log: Table[AdminActivity]) -> Result:
    """Context-aware access is on, and asks for a device that the clinic knows."""
    newest = None
    for activity in log:
        for event in activity.events:
            if event.name == "TOGGLE_CAA_ENABLEMENT" and (newest is None or activity.id.time > newest[0]):
                newest = activity.id.time, event
    if newest is not None and newest[1].text("NEW_VALUE") == "ENABLED":
        return review(
            "context-aware access was switched on; look in the Admin console whether a level is assigned to Gmail and Drive",
            since=newest[0].date().isoformat(),
        )
    return not_assessed(
        "no interface shows whether context-aware access is on, and the log of the last six months does not say so",
        reason=Reason.NEEDS_INPUT,
        source="reports.activity.admin",
        remedy="look at Security, Access and data control, Context-aware access in the Admin console",
    )
