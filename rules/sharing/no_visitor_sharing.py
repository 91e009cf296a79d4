"""Files are not shared with people who have no Google sign-in.

Why it matters
    Somebody without an account proves who they are with a code that is sent by mail. Nothing else stands between the file and
    whoever reads that mail.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: clear the box that lets people share with people who
    do not use a Google account (visitor sharing).

Does not cover
    Visitors who were let in before.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-15",
    Severity.MEDIUM,
    cites=["164.312(d)", "164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"],
    level=Level.SHOULD,
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.4v1"],
    none=not_applicable("no active person works in any unit"),
)
def unit_asks_for_an_account(cell: PolicyCell) -> Result:
    """People in every unit and group can share files outside only with people who sign in."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveExternalSharing)
    match setting.external_sharing_mode:
        case "DISALLOWED":
            return not_applicable("people here cannot share files outside at all")
        case "ALLOWED":
            name, visitors = "allow_non_google_invites", setting.allow_non_google_invites
        case _:
            name, visitors = (
                "allow_non_google_invites_in_allowlisted_domains",
                setting.allow_non_google_invites_in_allowlisted_domains,
            )
    origin = str(cell.origin(DriveExternalSharing, name))
    if visitors:
        return failed(
            "people here may share files with visitors who have no account", people=cell.names, setting=origin
        )
    return passed("outsiders sign in before they open a file", people=len(cell.names), setting=origin)
