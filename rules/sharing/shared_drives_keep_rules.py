"""Shared drives keep the clinic's rules.

Why it matters
    What a manager of a shared drive may switch off protects nobody. And where shared drives cannot be made, files of a team stay
    with one person and leave with them.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Shared drive creation: let people create shared
    drives, and do not let managers override the settings.

Does not cover
    What the settings of single drives are; the scan counts the drives that let outsiders in, where it may read them.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.drives import SharedDrive
from connectors.google_workspace.sources.settings import DriveSharedDriveCreation
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-18", Severity.MEDIUM, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"], level=Level.SHOULD
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.2.1v1"],
    cis=["CIS GWS v1.3 3.1.2.1.2.2"],
    prowler=["drive_shared_drive_managers_cannot_override"],
    none=not_applicable("no active person works in any unit"),
)
def managers_cannot_override(cell: PolicyCell, drives: Table[SharedDrive]) -> Result:
    """Managers of shared drives cannot switch the clinic's rules off."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    override = cell.setting(DriveSharedDriveCreation).allow_managers_to_override_settings
    facts: dict[str, Any] = {
        "setting": str(cell.origin(DriveSharedDriveCreation, "allow_managers_to_override_settings"))
    }
    if drives.complete:
        facts["drives_open_to_outsiders"] = sum(_lets_outsiders_in(drive) for drive in drives.known())
    if override:
        return failed("managers of shared drives may override the clinic's rules", people=cell.names, **facts)
    return passed("managers of shared drives cannot override the clinic's rules", **facts)


def _lets_outsiders_in(drive: SharedDrive) -> bool:
    try:
        return not drive.restrictions.domain_users_only
    except Unreadable:
        return False  # only counted for showing


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.2.1.2.1"],
    prowler=["drive_shared_drive_creation_allowed"],
    none=not_applicable("no active person works in any unit"),
)
def files_can_belong_to_the_clinic(cell: PolicyCell) -> Result:
    """People in every unit and group can keep files in shared drives, which belong to the clinic."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    allowed = cell.setting(DriveSharedDriveCreation).allow_shared_drive_creation
    origin = str(cell.origin(DriveSharedDriveCreation, "allow_shared_drive_creation"))
    if allowed:
        return passed("people here can make shared drives", people=len(cell.names), setting=origin)
    return failed(
        "people here cannot make shared drives, so their files belong to single accounts",
        people=cell.names,
        setting=origin,
    )
