"""Outgoing mail and files are checked for patient identifiers.

Why it matters
    A check that knows a Social Security number when it sees one catches the honest mistake before it leaves.

How to fix it
    Microsoft 365: Purview, Data loss prevention, Policies: the template "U.S. Health Insurance Act (HIPAA)" for Exchange,
    SharePoint and OneDrive, switched on and not in test mode.
    Google Workspace: Admin console, Security, Data protection: a rule for Gmail and one for Drive, active.

Does not cover
    Words and names that no pattern knows.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DlpRule as GoogleRule
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.content_checks import ContentChecks
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("DATA-1", Severity.HIGH, cites=["164.312(e)(1)", "164.502(b)", "164.530(c)(1)"])
MAIL, FILES = "google.workspace.gmail.email.v1.send", "google.workspace.drive.file.v1.share"


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.3.1v1"], cis=["CIS M365 v7.0.0 3.2.1", "CIS M365 v6.0.0 3.2.1"])
def mail_is_checked(tenant: Tenant, checks: ContentChecks) -> Result:
    """Policies that are on look for patient identifiers in all outgoing mail."""
    found = checks.at("exchange_location")
    missing = found.missing
    if not missing:
        return passed("outgoing mail is checked for patient identifiers")
    if found.only_tested:
        return review("outgoing mail is checked for patient identifiers only in test mode")
    return failed(f"outgoing mail is not checked for {', '.join(missing)}", missing=missing)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.18.1v1"],
    cis=["CIS GWS v1.3 4.2.3.1"],
    prowler=["security_dlp_drive_rules_configured"],
    none=not_applicable("no active person works in any unit"),
)
def unit_is_checked(cell: PolicyCell, licences: Licences) -> Result:
    """Active rules check what people in every unit and group send and share."""
    active = [rule for rule in cell.every(GoogleRule) if rule.state == "ACTIVE"]
    mail = any(MAIL in rule.triggers for rule in active)
    files = any(FILES in rule.triggers for rule in active)
    if mail and files:
        return passed("outgoing mail and shared files are checked", rules=len(active))
    if files:
        return review(
            "shared files are checked, outgoing mail is not; whether the plan includes checks of mail is not told",
            people=cell.names,
        )
    if mail:
        return failed("outgoing mail is checked, shared files are not", people=cell.names)
    if not active and not licences.has(Capability.DLP):  # a rule that is active shows that the plan has them
        return not_applicable("the clinic's plans hold no data protection; Enterprise Standard and Frontline do")
    return failed("neither outgoing mail nor shared files are checked", people=cell.names)
