"""People are warned before sharing or inviting outside.

Why it matters
    Most leaks are slips: the wrong Anna in the address line. A question at the right moment stops many of them.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: warn when files are shared outside, and highlight
    files of outside owners; Apps, Calendar, Sharing settings, External invitations: warn.

Does not cover
    Whether people heed the warning.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import (
    CalendarInvitations,
    DriveExternalFileWarning,
    DriveExternalSharing,
)
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-14",
    Severity.MEDIUM,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.308(a)(5)(ii)(A)"],
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.3v1"],
    cis=["CIS GWS v1.3 3.1.2.1.1.1", "CIS GWS v1.3 3.1.2.1.1.4"],
    prowler=["drive_external_sharing_warn_users", "drive_warn_sharing_with_allowlisted_domains"],
    none=not_applicable("no active person works in any unit"),
)
def sharing_asks_first(cell: PolicyCell) -> Result:
    """People in every unit and group are warned before they share a file outside."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveExternalSharing)
    match setting.external_sharing_mode:
        case "DISALLOWED":
            return not_applicable("people here cannot share files outside at all")
        case "ALLOWED":
            name, warned = "warn_for_external_sharing", setting.warn_for_external_sharing
        case _:
            name, warned = (
                "warn_for_sharing_outside_allowlisted_domains",
                setting.warn_for_sharing_outside_allowlisted_domains,
            )
    origin = str(cell.origin(DriveExternalSharing, name))
    if warned:
        return passed("people here are warned before a file goes outside", people=len(cell.names), setting=origin)
    return failed("people here share files outside without a warning", people=cell.names, setting=origin)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.9v1"],
    none=not_applicable("no active person works in any unit"),
)
def foreign_files_are_marked(cell: PolicyCell) -> Result:
    """Files of outside owners are marked for people in every unit and group."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    marked = cell.setting(DriveExternalFileWarning).highlighting_enabled
    origin = str(cell.origin(DriveExternalFileWarning, "highlighting_enabled"))
    if marked:
        return passed("files of outside owners are marked", setting=origin)
    return failed("files of outside owners look like the clinic's own", people=cell.names, setting=origin)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CALENDAR.2.1v1"],
    cis=["CIS GWS v1.3 3.1.1.1.3"],
    prowler=["calendar_external_invitations_warning"],
    none=not_applicable("no active person works in any unit"),
)
def inviting_asks_first(cell: PolicyCell) -> Result:
    """People in every unit and group are warned before they invite somebody outside to an appointment."""
    if not cell.service_on("calendar"):
        return not_applicable("Calendar is off here")
    warned = cell.setting(CalendarInvitations).warn_on_invite
    origin = str(cell.origin(CalendarInvitations, "warn_on_invite"))
    if warned:
        return passed("people here are warned before they invite outsiders", setting=origin)
    return failed("people here invite outsiders without a warning", people=cell.names, setting=origin)
