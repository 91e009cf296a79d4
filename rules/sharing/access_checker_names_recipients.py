"""The share-fixer only ever suggests the named recipients.

Why it matters
    When somebody pastes a link that a recipient cannot open, Google offers a quick fix. One of its offers may be to open the file
    to everybody with the link, and one click takes it.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Access Checker: "Recipients only".

Does not cover
    Links that people open wide by hand (SHARE-4).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-16",
    Severity.MEDIUM,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"],
)
OFFERS = {
    "RECIPIENTS_OR_AUDIENCE": "an audience of the clinic's",
    "RECIPIENTS_OR_AUDIENCE_OR_PUBLIC": "everybody with the link",
}


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.6v1"],
    cis=["CIS GWS v1.3 3.1.2.1.1.5"],
    prowler=["drive_access_checker_recipients_only"],
    none=not_applicable("no active person works in any unit"),
)
def suggestion_is_narrow(cell: PolicyCell) -> Result:
    """People in every unit and group are offered to share with the named recipients and nobody else."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    offered = cell.setting(DriveExternalSharing).access_checker_suggestions
    origin = str(cell.origin(DriveExternalSharing, "access_checker_suggestions"))
    if offered == "RECIPIENTS_ONLY":
        return passed("only the named recipients are suggested", setting=origin)
    return failed(
        f"Google suggests to people here to open a file to {OFFERS[offered]}", people=cell.names, setting=origin
    )
