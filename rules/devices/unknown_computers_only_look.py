"""Home and shared computers get view-only web access.

Why it matters
    On a computer at home or in a library, an attachment that was opened once stays behind. View-only access shows it and leaves
    nothing.

How to fix it
    Microsoft 365: Conditional Access, a policy for everybody and Office 365, Session: Use app enforced restrictions; then
    Set-SPOTenant -ConditionalAccessPolicy AllowLimitedAccess, and Set-OwaMailboxPolicy -ConditionalAccessPolicy ReadOnly for every
    policy.

Does not cover
    Desktop programs on such computers (DEV-4), and somebody who photographs the screen.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.microsoft365.sources.mailflow import OwaMailboxPolicy
from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.device_access import DeviceAccess, office

CONTROL = Control("DEV-6", Severity.MEDIUM, cites=["164.310(b)", "164.310(c)", "164.312(a)(1)"], level=Level.SHOULD)


def restricts(policy: ConditionalAccessPolicy) -> bool:
    """Whether a policy leaves it to SharePoint and Exchange to limit unknown devices."""
    session = policy.session_controls
    restrictions = session.application_enforced_restrictions if session is not None else None
    return restrictions is not None and bool(restrictions.is_enabled)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.3.2", "CIS M365 v6.0.0 1.3.2"],
    prowler=["entra_conditional_access_policy_app_enforced_restrictions"],
)
def a_rule_restricts_unknown_computers(tenant: Tenant, access: DeviceAccess) -> Result:
    """A rule for everybody leaves it to mail and files to restrict unknown computers."""
    rule = access.rule(restricts, applies=office)
    if rule.met:
        return passed("mail and files may restrict unknown computers", policies=rule.policies)
    if not access.licensed:
        return not_applicable("the clinic's plans do not hold Entra ID P1, which Business Premium brings")
    return failed("no rule for everybody restricts unknown computers", near_misses=rule.objections)


@CONTROL.check(MICROSOFT_365)
def files_restrict_them(tenant: Tenant, access: DeviceAccess, sharepoint: One[SharePointTenant]) -> Result:
    """SharePoint and OneDrive let unknown computers look only, or keep them out."""
    if not access.licensed:
        return not_applicable("the clinic's plans do not hold Entra ID P1, which Business Premium brings")
    level = sharepoint.value.conditional_access_policy
    if level == 0:
        return failed("unknown computers may download, print and synchronize files")
    return passed("unknown computers are kept out" if level == 2 else "unknown computers may only look")


@CONTROL.check(MICROSOFT_365, none=not_assessed("Exchange lists no policy for Outlook on the web, although it has one"))
def mail_restricts_them(policy: OwaMailboxPolicy, access: DeviceAccess) -> Result:
    """Outlook on the web lets unknown computers read only."""
    if not access.licensed:
        return not_applicable("the clinic's plans do not hold Entra ID P1, which Business Premium brings")
    match policy.conditional_access_policy:
        case "Off":
            return failed("lets unknown computers download attachments")
        case "ReadOnly":
            return passed("shows attachments to unknown computers, and keeps the files")
        case _:
            return passed("shows no attachment to unknown computers")
