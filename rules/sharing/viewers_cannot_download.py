"""Viewers cannot download, print or copy from shared drives.

Why it matters
    Who may only look at a file should not be able to carry the whole drive home.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Shared drive creation: let only editors or managers
    download, print and copy.

Does not cover
    Pictures of the screen.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveSharedDriveCreation
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-20", Severity.LOW, cites=["164.502(b)", "164.514(d)(2)", "164.312(a)(1)"], level=Level.SHOULD)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.2.1.2.4"],
    prowler=["drive_shared_drive_disable_download_print_copy"],
    none=not_applicable("no active person works in any unit"),
)
def viewers_only_look(cell: PolicyCell) -> Result:
    """Viewers of shared drives cannot take files away."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    # Google documents no default, so a setting that no policy gives is not judged.
    who = cell.setting(DriveSharedDriveCreation).allowed_parties_for_download_print_copy
    origin = str(cell.origin(DriveSharedDriveCreation, "allowed_parties_for_download_print_copy"))
    if who == "ALL":
        return failed("viewers of new shared drives may download, print and copy", people=cell.names, setting=origin)
    return passed("viewers of new shared drives can only look", setting=origin)
