"""Files from unknown outsiders cannot land in Drive.

Why it matters
    A file that a stranger shares shows up among the clinic's own. Attackers use that to plant links to false sign-in pages.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: do not let people receive files from outside, or
    from outside the listed domains.

Does not cover
    Clinics that let people share with anyone outside: they receive files from anyone as well.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-17", Severity.LOW, cites=["164.308(a)(5)(ii)(B)"], level=Level.SHOULD)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.2v1"],
    none=not_applicable("no active person works in any unit"),
)
def unit_receives_from_known_domains(cell: PolicyCell) -> Result:
    """People in every unit and group receive files from the clinic and its listed partners only."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveExternalSharing)
    match setting.external_sharing_mode:
        case "ALLOWED":
            return not_applicable("people here share files with anyone outside, so they receive them as well (SHARE-1)")
        case "DISALLOWED":
            name, received = "allow_receiving_external_files", setting.allow_receiving_external_files
        case _:
            name, received = (
                "allow_receiving_files_outside_allowlisted_domains",
                setting.allow_receiving_files_outside_allowlisted_domains,
            )
    origin = str(cell.origin(DriveExternalSharing, name))
    if received:
        return failed("people here receive files from strangers", people=cell.names, setting=origin)
    return passed("files from strangers do not reach people here", people=len(cell.names), setting=origin)
