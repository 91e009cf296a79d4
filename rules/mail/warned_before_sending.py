"""Staff are warned before mail goes outside or to many people.

Why it matters
    The commonest breach of all is a message to the wrong address. A line that says "outside your organization" catches it.

How to fix it
    Microsoft 365: Exchange Online PowerShell: Set-OrganizationConfig -MailTipsAllTipsEnabled $true
    -MailTipsExternalRecipientsTipsEnabled $true -MailTipsGroupMetricsEnabled $true -MailTipsLargeAudienceThreshold 25.
    Google Workspace: Admin console, Apps, Gmail, End User Access: warn for external recipients.

Does not cover
    Other mail programs.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.mail.gmail_safety import NOBODY
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.admin_changes import AdminChanges
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "MAIL-25", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(A)", "164.312(e)(1)", "164.530(c)(1)"]
)
MANY = 25
WARNING_OFF = "OutOfDomainWarningProto disable_untrusted_recipient_warning"


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.5.2", "CIS M365 v6.0.0 6.5.2"],
    prowler=["exchange_organization_mailtips_enabled"],
)
def outlook_warns(tenant: Tenant, organization: One[OrganizationConfig]) -> Result:
    """Outlook warns before a message goes outside or to many people."""
    config = organization.value
    tips = {
        "all tips are off": config.mail_tips_all_tips_enabled,
        "nobody is warned of outside recipients": config.mail_tips_external_recipients_tips_enabled,
        "the size of groups is not counted": config.mail_tips_group_metrics_enabled,
        f"more than {MANY} recipients give no warning": config.mail_tips_large_audience_threshold <= MANY,
    }
    faults = [fault for fault, good in tips.items() if not good]
    return failed("; ".join(faults)) if faults else passed("Outlook warns of outside recipients and of many")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.13.1v1"], cis=["CIS GWS v1.3 3.1.3.5.4"], none=NOBODY)
def gmail_warns(cell: PolicyCell, changes: AdminChanges) -> Result:
    """Gmail warns people before a message goes outside."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    match changes.last(WARNING_OFF, cell.unit):
        case "true":
            return failed("the warning before mail goes outside was switched off", people=cell.names)
        case "false":
            return passed("the warning before mail goes outside was left on", people=len(cell.names))
        case _:
            return not_assessed("the log holds a value that is not documented", source="reports.activity.admin")
