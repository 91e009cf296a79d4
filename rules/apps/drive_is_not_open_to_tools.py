"""Drive is not opened to every developer tool.

Why it matters
    The Drive API is the door through which tools copy whole folders. Where no app needs it, it is better shut.

How to fix it
    Google Workspace: Admin console, Apps, Google Workspace, Drive and Docs, Features and Applications: do not allow users to access
    Drive with the Drive SDK API; do not allow add-ons.

Does not cover
    Apps that the clinic needs: with the switch off, health-record, backup and signature programs that keep files in Drive stop working.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveSdk
from connectors.source import GOOGLE_WORKSPACE
from rules.apps.google_data_is_restricted import readings
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.view import Tenant
from rules.views.google_policy import GooglePolicy, PolicyCell

CONTROL = Control(
    "APP-13", Severity.LOW, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"], level=Level.SHOULD
)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.4.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def drive_api_is_shut(cell: PolicyCell, policy: GooglePolicy) -> Result:
    """Tools cannot open files of people in this unit, or only those that the clinic trusts."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    origin = str(cell.origin(DriveSdk, "enable_drive_sdk_api_access"))
    if not cell.setting(DriveSdk).enable_drive_sdk_api_access:
        return passed("tools cannot open files here", setting=origin)
    read = readings(cell, policy)
    if any("Drive" in reading.whole for reading in read):
        seems = "" if len(read) == 1 else ", as other tools read the setting"
        return review(f"tools can open files here, but only those that the clinic trusts{seems}; do you need them?")
    return failed("any tool that staff let in can open files here", people=cell.names, setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 3.1.2.2.3"])
def add_ons_are_off(tenant: Tenant) -> Result:
    """Staff cannot install add-ons in Docs."""
    return needs_input(
        "Google shows the switch for add-ons of Docs to no program",
        "look at Apps, Drive and Docs, Features and Applications, Add-Ons in the Admin console",
        "policy.policies",
    )
