"""Staff can report a suspicious message and it reaches someone.

Why it matters
    One person who presses "Report" protects all the others, if somebody at the clinic or its IT company sees it.

How to fix it
    Microsoft 365: Defender portal, Settings, Email and collaboration, User reported settings: send reports to a mailbox of the
    clinic or of its IT company; the same for Teams messages.
    Google Workspace: Admin console, Rules: switch the rule "User-reported phishing" on.

Does not cover
    Whether anybody reads what is reported (POL).
"""

from __future__ import annotations

from connectors.microsoft365.sources.protection import ReportSubmissionPolicy
from connectors.microsoft365.sources.teams import MessagingPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.gmail_safety import NOBODY
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.addressing import Addressing
from rules.views.forwards import shown
from rules.views.google_alerts import alerts
from rules.views.google_policy import GooglePolicy, PolicyCell
from rules.views.licences import Licences

CONTROL = Control("MAIL-29", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(6)(ii)", "164.308(a)(5)(ii)(B)"])
REPORTED = "User-reported phishing"


@CONTROL.check(MICROSOFT_365)
def reports_reach_somebody(tenant: Tenant, policy: One[ReportSubmissionPolicy], addressing: Addressing) -> Result:
    """A reported message reaches a mailbox of the clinic or of its IT company."""
    value = policy.value
    addresses = list(value.report_phish_addresses) if value.report_phish_to_customized_address else []
    if value.enable_third_party_address:
        addresses += value.third_party_report_addresses
    led = [addressing.lead(address) for address in addresses]
    outside = sorted(shown(one) for one in led if not one.is_internal and not one.is_approved)
    if outside:
        return failed(f"reported messages, patient mail among them, go outside: {', '.join(outside[:3])}")
    if led:
        approved = sorted(shown(one) for one in led if not one.is_internal)
        return passed("reported messages reach somebody", approved=approved)
    if value.enable_report_to_microsoft:
        return review("reported messages go to Microsoft alone; see that somebody at the clinic looks at them there")
    return failed("staff have no way to report a message")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.6.1", "CIS M365 v6.0.0 8.6.1"],
    prowler=["defender_chat_report_policy_configured"],
)
def chat_reports_reach_somebody(tenant: Tenant, policy: One[ReportSubmissionPolicy], licences: Licences) -> Result:
    """A reported Teams message reaches somebody."""
    if not licences.has(Capability.DEFENDER_P2):
        return not_applicable("needs Defender for Office 365 Plan 2 (in E5), which the clinic does not own")
    value = policy.value
    if value.report_chat_message_to_customized_address_enabled:
        if value.report_phish_addresses:
            return passed("reported Teams messages reach the mailbox for reported mail")
        return failed("reported Teams messages go to a mailbox that is not named")
    if value.report_chat_message_enabled:
        return review("reported Teams messages go to Microsoft alone; see that somebody looks at them there")
    return failed("staff have no way to report a Teams message")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.6.1", "CIS M365 v6.0.0 8.6.1"],
    prowler=["teams_security_reporting_enabled"],
)
def chats_can_be_reported(tenant: Tenant, policies: Table[MessagingPolicy], licences: Licences) -> Result:
    """Everybody may report a Teams message."""
    if not licences.has(Capability.DEFENDER_P2):
        return not_applicable("needs Defender for Office 365 Plan 2 (in E5), which the clinic does not own")
    closed = [one.label for one in policies if not one.is_template and not one.allow_security_end_user_reporting]
    if closed:
        return failed("some people cannot report a Teams message", policies=sorted(closed))
    return passed("everybody may report a Teams message")


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def phishing_reports_ring(cell: PolicyCell, policy: GooglePolicy) -> Result:
    """An alert rings when people report phishing."""
    alert = alerts(policy).get(REPORTED.casefold())
    if alert is not None and alert.state == "ACTIVE":
        return passed("an alert rings when people report phishing")
    return failed("no alert rings when people report phishing")
