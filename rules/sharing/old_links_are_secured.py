"""The link-security update is applied to old Drive files.

Why it matters
    Addresses of files from before September 2021 can be guessed by whoever knows how they were made. The update gives them
    a key.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Security update for files: apply it to all impacted
    files, and do not let people take it back.

Does not cover
    Files that are open to everybody anyway.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveFileSecurityUpdate
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-21", Severity.MEDIUM, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"])


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.3.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def update_is_applied(cell: PolicyCell) -> Result:
    """The update is applied in every unit and group, and people cannot take it back."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveFileSecurityUpdate)
    origin = str(cell.origin(DriveFileSecurityUpdate, "security_update"))
    if setting.security_update != "APPLY_TO_IMPACTED_FILES":
        return failed("old files keep addresses that can be guessed", people=cell.names, setting=origin)
    if setting.allow_users_to_manage_update:
        return failed("people here may take the update back file by file", people=cell.names, setting=origin)
    return passed("old files have safe addresses", setting=origin)
