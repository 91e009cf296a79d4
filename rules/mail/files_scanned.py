"""Files in SharePoint, OneDrive and Teams are scanned.

Why it matters
    An infected file in a shared folder reaches everybody in the clinic without passing any mailbox.

How to fix it
    Microsoft 365: Defender portal, Policies, Safe Attachments, Global settings: turn on Defender for Office 365 for SharePoint,
    OneDrive and Microsoft Teams.

Does not cover
    Files on people's own computers (DEV).
"""

from __future__ import annotations

from connectors.microsoft365.sources.protection import AtpPolicyForO365
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.names_protected import UNLICENSED
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.licences import Licences

CONTROL = Control("MAIL-20", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.1.4v1"],
    cis=["CIS M365 v7.0.0 2.1.5", "CIS M365 v6.0.0 2.1.5"],
    prowler=["defender_atp_safe_attachments_and_docs_configured"],
)
def shared_files_are_scanned(tenant: Tenant, policy: One[AtpPolicyForO365], licences: Licences) -> Result:
    """Files in SharePoint, OneDrive and Teams are scanned."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    value = policy.value
    if not value.scans_files:
        return failed("files in SharePoint, OneDrive and Teams are not scanned")
    # Safe Documents belongs to E5; it is shown and not judged.
    return passed("files are scanned", safe_documents=value.enable_safe_docs, opens_unsafe=value.allow_safe_docs_open)
