"""Shared drives hold clinic members only.

Why it matters
    A shared drive opens everything in it at once. One outsider among its members reads every chart that is put there.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Shared drive creation: do not let people outside be
    added; the shared drive, Manage members: remove outsiders.

Does not cover
    Single files of a drive that are shared outside (SHARE-6).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from connectors.google_workspace.sources.drives import DrivePermission, SharedDrive
from connectors.google_workspace.sources.settings import DriveSharedDriveCreation
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.sharing.drive_members import outsiders
from rules.tables import Grouped
from rules.views.addressing import Addressing
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-19",
    Severity.HIGH,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"],
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.2.2v1"],
    cis=["CIS GWS v1.3 3.1.2.1.2.3"],
    prowler=["drive_shared_drive_members_only_access"],
    none=not_applicable("no active person works in any unit"),
)
def new_drives_take_members_only(cell: PolicyCell) -> Result:
    """New shared drives in every unit and group take nobody from outside."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveSharedDriveCreation)
    facts: dict[str, Any] = {"setting": str(cell.origin(DriveSharedDriveCreation, "allow_external_user_access"))}
    with suppress(Unreadable):  # shown only: CISA's baseline wants it on, CIS off
        facts["files_may_be_shared_with_others_at_the_clinic"] = setting.allow_non_member_access
    if setting.allow_external_user_access:
        return failed("people outside may be added to new shared drives", people=cell.names, **facts)
    return passed("nobody outside can be added to new shared drives", **facts)


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("there are no shared drives"))
def drive_holds_members_only(
    drive: SharedDrive, permissions: Grouped[DrivePermission], addressing: Addressing
) -> list[Result]:
    """No shared drive can be opened by an address outside the clinic."""
    found = outsiders(permissions.of(drive.id), addressing, severity=Severity.CRITICAL)
    return found or [passed("is open to nobody outside")]
