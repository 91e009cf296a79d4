"""Clinic content cannot be moved into another organization's shared drive.

Why it matters
    A file that is moved into a foreign shared drive belongs to the other organization from then on, with every right to it.

How to fix it
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings, Distributing content outside of the organization:
    "No one".

Does not cover
    Copies that people make in accounts of their own.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-10", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"], level=Level.SHOULD
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.7v1"],
    cis=["CIS GWS v1.3 3.1.2.1.1.6"],
    prowler=["drive_internal_users_distribute_content"],
    none=not_applicable("no active person works in any unit"),
)
def unit_keeps_its_content(cell: PolicyCell) -> Result:
    """Nobody in any unit or group can move content into a shared drive of another organization."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    setting = cell.setting(DriveExternalSharing)
    if setting.external_sharing_mode == "DISALLOWED":
        return not_applicable("people here cannot share files outside at all")
    origin = str(cell.origin(DriveExternalSharing, "allowed_parties_for_distributing_content"))
    match setting.allowed_parties_for_distributing_content:
        case "NONE":
            return passed("nobody can move content to another organization", setting=origin)
        case "ELIGIBLE_INTERNAL_USERS":
            return review(
                "people here may move content to another organization; CIS accepts that as long as outsiders may not",
                people=cell.names,
                setting=origin,
            )
        case _:
            return failed(
                "anyone with access may move content of people here to another organization",
                people=cell.names,
                setting=origin,
            )
