"""Files cannot be shared with just anyone outside.

Why it matters
    A patient file that anybody outside can be invited to, or open with a link, is one mistake away from being public.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing: "Existing guests" or "Only people in your organization".
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: off, or only with the domains on your list.

Does not cover
    Single sites and files that are already shared. Google's trust rules, which replace this setting where a clinic uses them
    and which no interface shows.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.view import Tenant
from rules.views.file_sharing import FileSharing
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-1", Severity.CRITICAL, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.1.1v1"],
    cis=["CIS M365 v7.0.0 7.2.3", "CIS M365 v6.0.0 7.2.3"],
    prowler=["sharepoint_external_sharing_restricted"],
)
def tenant_limits_sharing(tenant: Tenant, sharing: FileSharing) -> Result:
    """Files can be shared with existing guests at most."""
    match sharing.level:
        case "disabled":
            return passed("files cannot be shared outside")
        case "existingExternalUserSharingOnly":
            return passed("files can be shared only with guests who are already known")
        case "externalUserSharingOnly":
            return review(
                "files can be shared with new guests, who must sign in; CIS accepts this, CISA's baseline does not"
            )
        case _:
            return failed("files can be shared with anyone, even without signing in")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.DRIVEDOCS.1.1v1"],
    cis=["CIS GWS v1.3 3.1.2.1.1.3"],
    prowler=["drive_sharing_allowlisted_domains"],
    none=not_applicable("no active person works in any unit"),
)
def unit_limits_sharing(cell: PolicyCell, profile: Profile) -> Result:
    """People in every unit and group share files outside with listed domains at most."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    if profile.uses_drive_trust_rules:
        return not_assessed(
            "the clinic uses trust rules, which replace this setting and which no interface shows",
            source="policy.policies",
        )
    mode = cell.setting(DriveExternalSharing).external_sharing_mode
    origin = str(cell.origin(DriveExternalSharing, "external_sharing_mode"))
    if mode == "ALLOWED":
        return failed("people here may share files with anyone outside", people=cell.names, setting=origin)
    limit = (
        "cannot share files outside"
        if mode == "DISALLOWED"
        else "share files only with the domains on the clinic's list"
    )
    return passed(f"people here {limit}, unless trust rules are in use", people=len(cell.names), setting=origin)
