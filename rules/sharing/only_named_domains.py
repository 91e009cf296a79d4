"""Outside sharing is limited to named partner domains.

Why it matters
    A clinic works with a handful of laboratories and billers. A list of their domains turns every slip of the address line into
    an error message.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing, More external sharing settings: limit external sharing by domain,
    allow only specific domains.
    Google Workspace: Admin console, Apps, Drive and Docs, Sharing settings: "Allowlisted domains"; the list is under Account,
    Domains, Allowlisted domains.

Does not cover
    What was shared with other domains before.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.settings import DriveExternalSharing
from connectors.google_workspace.sources.signin import AllowlistedDomain
from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data import consumer_domains
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.file_sharing import FileSharing
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-3",
    Severity.MEDIUM,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"],
    level=Level.SHOULD,
)


def private(domains: list[str]) -> list[str]:
    """The domains of a list at which anybody can have a mailbox."""
    return sorted(domain for domain in domains if consumer_domains.find(domain.casefold()) is not None)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.1.3v1"],
    cis=["CIS M365 v7.0.0 7.2.6", "CIS M365 v6.0.0 7.2.6", "CIS M365 v7.0.0 7.2.8", "CIS M365 v6.0.0 7.2.8"],
    prowler=["sharepoint_external_sharing_managed"],
)
def tenant_names_its_partners(
    tenant: Tenant, sharing: FileSharing, rest: One[SharePointTenant], profile: Profile
) -> Result:
    """Files can be shared only with domains on the clinic's list."""
    if sharing.is_off:
        return not_applicable("files cannot be shared outside at all")
    facts = _groups(rest)
    match sharing.domain_mode:
        case "allowList" if sharing.allowed_domains:
            allowed = sharing.allowed_domains
            if consumer := private(allowed):
                return failed(
                    f"files may be shared with personal mail services: {', '.join(consumer)}",
                    about={"domains": ", ".join(consumer)},
                    **facts,
                )
            unknown = sorted(d for d in allowed if not profile.holds(profile.approved_external_domains, d))
            return passed("files may be shared only with listed domains", not_approved=unknown, **facts)
        case "blockList" if sharing.blocked_domains:
            return review(
                "files may be shared with every domain but those on a list",
                blocked=len(sharing.blocked_domains),
                **facts,
            )
        case _:
            return failed("files may be shared with every domain outside", **facts)


def _groups(rest: One[SharePointTenant]) -> dict[str, Any]:
    """How many groups sharing is limited to, where that could be read: shown only."""
    try:
        return {"groups_that_may_share": len(rest.value.guest_sharing_groups)}
    except Unreadable:
        return {}


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def unit_shares_with_listed_domains(cell: PolicyCell, trusted: Table[AllowlistedDomain], profile: Profile) -> Result:
    """People in every unit and group share files only with listed domains, none of them a personal mail service."""
    if not cell.service_on("drive_and_docs"):
        return not_applicable("Drive is off here")
    if profile.uses_drive_trust_rules:
        return not_assessed(
            "the clinic uses trust rules, which replace this setting and which no interface shows",
            source="policy.policies",
        )
    mode = cell.setting(DriveExternalSharing).external_sharing_mode
    origin = str(cell.origin(DriveExternalSharing, "external_sharing_mode"))
    if mode == "DISALLOWED":
        return not_applicable("people here cannot share files outside at all")
    if mode == "ALLOWED":
        return failed("people here may share files with every domain outside", people=cell.names, setting=origin)
    consumer = private([entry.domain for entry in trusted.known()])
    if consumer:
        return failed(
            f"the clinic's list of trusted domains holds personal mail services: {', '.join(consumer)}",
            about={"domains": ", ".join(consumer)},
            people=cell.names,
            setting=origin,
        )
    listed = [entry.domain for entry in trusted]  # raises where the list may lack some
    return passed("people here share files only with listed domains", domains=sorted(listed), setting=origin)
