"""Google Workspace Sync for Outlook is off.

Why it matters
    The sync tool keeps a whole copy of the mailbox on a computer, in a file that whoever takes the computer can open elsewhere.

How to fix it
    Google Workspace: Admin console, Apps, Google Workspace, Gmail, End User Access, Google Workspace Sync: off. Units that must keep
    it: name their paths in outlook_sync_exceptions.

Does not cover
    Outlook by IMAP (AUTH-4).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailOutlookSync
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("AUTH-7", Severity.LOW, cites=["164.312(d)", "164.310(d)(1)"], level=Level.SHOULD)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.10.1v1"], none=not_applicable("no active person works in any unit"))
def outlook_does_not_sync(cell: PolicyCell, profile: Profile) -> Result:
    """Nobody in any unit or group may synchronize a mailbox into Outlook."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    name = "enable_google_workspace_sync_for_microsoft_outlook"
    on = cell.setting(GmailOutlookSync).enable_google_workspace_sync_for_microsoft_outlook
    origin = str(cell.origin(GmailOutlookSync, name))
    if not on:
        return passed("Outlook cannot synchronize", setting=origin)
    if profile.holds(profile.outlook_sync_exceptions, cell.unit):
        return review("Outlook may synchronize, as the clinic has decided for this unit", setting=origin)
    return failed("Outlook may synchronize a whole mailbox onto a computer", setting=origin)
