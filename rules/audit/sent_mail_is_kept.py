"""Sent mail from other Google apps is kept in mailboxes.

Why it matters
    Mail that Calendar, Drive and other apps send in somebody's name is not in the sender's mailbox unless this is on; then nobody can
    search or hold it.

How to fix it
    Google Workspace: Admin console, Apps, Google Workspace, Gmail, Compliance, Comprehensive mail storage: on.

Does not cover
    How long mail is kept.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailComprehensiveStorage, GmailRuleStates
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "AUDIT-14",
    Severity.LOW,
    cites=["164.312(b)", "164.308(a)(1)(ii)(D)", "164.312(c)(1)"],
    level=Level.SHOULD,
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.17.1v1"],
    cis=["CIS GWS v1.3 3.1.3.7.1"],
    prowler=["gmail_comprehensive_mail_storage_enabled"],
    none=not_applicable("no active person works in any unit"),
)
def storage_is_on(cell: PolicyCell) -> Result:
    """A copy of all mail that is sent in somebody's name lies in the mailbox."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    if not cell.given(GmailComprehensiveStorage):
        return failed("nothing keeps what other apps send in people's names", people=cell.names)
    rule = cell.setting(GmailComprehensiveStorage).rule_id
    # The rule is listed even where it is off; its state stands in another setting.
    on = cell.given(GmailRuleStates) and any(
        one.rule_id == rule and one.enabled for one in cell.setting(GmailRuleStates).rule_states
    )
    if not on:
        return failed("the rule that keeps what other apps send is off", people=cell.names)
    return passed("what other apps send in people's names is kept")
