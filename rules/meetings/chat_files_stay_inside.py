"""Files and spaces in Google Chat stay inside.

Why it matters
    A file in a chat with an outsider is a file that left, without any of the checks that mail goes through.

How to fix it
    Google Workspace: Admin console, Apps, Google Chat, Chat file sharing: External: No files; External spaces: off, or with trusted
    domains only.

Does not cover
    Files that staff send each other, which is what Chat is for.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ChatExternalSpaces, ChatFileSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("MEET-7", Severity.MEDIUM, cites=["164.312(a)(1)", "164.530(c)(1)", "164.312(e)(1)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CHAT.2.1v1"],
    cis=["CIS GWS v1.3 3.1.4.1.1"],
    prowler=["chat_external_file_sharing_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def files_stay_inside(cell: PolicyCell) -> Result:
    """People in every unit and group cannot send files to outsiders in a chat."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    sent = cell.setting(ChatFileSharing).external_file_sharing
    if sent == "NO_FILES":
        return passed("files stay inside", people=len(cell.names))
    what = "pictures" if sent == "IMAGES_ONLY" else "any file"
    return failed(f"people here may send {what} to outsiders in a chat", people=cell.names)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.4.3.1"],
    prowler=["chat_external_spaces_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def spaces_stay_inside(cell: PolicyCell) -> Result:
    """Spaces of people in every unit and group are closed to outsiders, but for trusted domains."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    value = cell.setting(ChatExternalSpaces)
    if not value.enabled:
        return passed("spaces are closed to outsiders", people=len(cell.names))
    if value.domain_allowlist_mode == "TRUSTED_DOMAINS":
        return passed("spaces are open to trusted domains only", people=len(cell.names))
    return failed("people here may let anybody outside into a space", people=cell.names)
