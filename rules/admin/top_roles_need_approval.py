"""Turning on the top roles needs a second person.

Why it matters
    With approval, one stolen password is not enough: somebody else must agree before the highest role works.

How to fix it
    Microsoft 365: Entra admin center, Privileged Identity Management, Microsoft Entra roles, Settings, the role: Require approval to activate.

Does not cover
    Who approves. Clinics without Entra ID P2.
"""

from __future__ import annotations

from connectors.microsoft365.sources.roles import RolePolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.tables import Keyed
from rules.view import Tenant
from rules.views.licences import Licences
from rules.views.privileged import NO_P2
from rules.views.roles import GLOBAL_ADMINISTRATOR, PRIVILEGED, PRIVILEGED_ROLE_ADMINISTRATOR

CONTROL = Control("ADMIN-8", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"])
APPROVAL = "Approval_EndUser_Assignment"


def _judge(role: str, policies: Keyed[RolePolicy], licences: Licences) -> Result:
    if not licences.has(Capability.ENTRA_P2):
        return NO_P2
    name = PRIVILEGED[role]
    found = policies.get(role)
    rule = found.policy.rule(APPROVAL) if found is not None else None
    if rule is None:
        return not_assessed(f"the settings of {name} do not say", source="graph.role_management_policies:policy.rules")
    if rule.setting.is_approval_required:
        return passed(f"turning on {name} needs approval")
    return failed(f"turning on {name} needs nobody's approval")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.7.6v1"],
    cis=["CIS M365 v7.0.0 5.3.4", "CIS M365 v6.0.0 5.3.4"],
    prowler=["entra_pim_global_administrator_approval_required"],
)
def global_administrator_needs_approval(tenant: Tenant, policies: Keyed[RolePolicy], licences: Licences) -> Result:
    """Turning on Global Administrator needs a second person."""
    return _judge(GLOBAL_ADMINISTRATOR, policies, licences)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.3.5", "CIS M365 v6.0.0 5.3.5"],
    prowler=["entra_pim_privileged_role_administrator_approval_required"],
)
def role_administrator_needs_approval(tenant: Tenant, policies: Keyed[RolePolicy], licences: Licences) -> Result:
    """Turning on Privileged Role Administrator needs a second person."""
    return _judge(PRIVILEGED_ROLE_ADMINISTRATOR, policies, licences)
