"""Provider support staff ask before opening clinic data.

Why it matters
    In rare cases the provider's engineers look into a mailbox to mend something. With approval required, the clinic knows when and why.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Org settings, Security and privacy, Customer Lockbox: require approval.
    Google Workspace: Admin console, Data, Compliance: Access Approvals and Access Management (with the Assured Controls add-on): require
    approval; staff in the United States only.

Does not cover
    Clinics whose plan does not offer it.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import AccessApproval, AccessManagement
from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("BAA-9", Severity.MEDIUM, cites=["164.308(b)(1)", "164.312(a)(1)"], level=Level.SHOULD)
IN_THE_STATES = {"US_GOOGLE_STAFF", "CJIS_IRS_1075_GOOGLE_STAFF"}
NOBODY = not_applicable("no active person works in any unit")
NO_ADD_ON = not_applicable("Google lists no such setting for this clinic: it comes with the Assured Controls add-on")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.3.6", "CIS M365 v6.0.0 1.3.6"],
    prowler=["admincenter_organization_customer_lockbox_enabled"],
)
def microsoft_asks(tenant: Tenant, licences: Licences, config: One[OrganizationConfig]) -> Result:
    """Microsoft's engineers need the clinic's approval before they open its data."""
    if config.value.customer_lockbox_enabled:
        return passed("Microsoft's engineers need the clinic's approval")
    if not licences.has(Capability.LOCKBOX):
        return not_applicable("no plan of the clinic holds Customer Lockbox")
    return failed("Microsoft's engineers need no approval, though the plan offers it")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.ASSUREDCONTROLS.1.1v1"], none=NOBODY)
def google_asks(cell: PolicyCell) -> Result:
    """Google's staff needs the clinic's approval before it opens clinic data."""
    if not cell.given(AccessApproval):
        return NO_ADD_ON
    if cell.setting(AccessApproval).requires_customer_approval:
        return passed("Google's staff needs the clinic's approval")
    return failed("Google's staff needs no approval, though Google lists the setting for this clinic")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.ASSUREDCONTROLS.1.2v1"], none=NOBODY)
def google_staff_is_in_the_states(cell: PolicyCell) -> Result:
    """Only staff of Google in the United States supports the clinic."""
    if not cell.given(AccessApproval):
        return NO_ADD_ON
    regime = cell.setting(AccessManagement).access_management_regime
    if regime in IN_THE_STATES:
        return passed("only staff in the United States supports the clinic", regime=regime)
    if regime == "PREFERENCE_UNSPECIFIED":
        return review("nobody has chosen which of Google's staff may support the clinic", regime=regime)
    return failed("staff outside the United States supports the clinic", regime=regime)
