"""Guests cannot pass files on.

Why it matters
    The clinic knows whom it let in. It does not know whom they let in.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing, More external sharing settings: clear "Allow guests to share items
    they don't own".

Does not cover
    Copies that a guest downloads.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Tenant
from rules.views.file_sharing import FileSharing

CONTROL = Control(
    "SHARE-9", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)"], level=Level.SHOULD
)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 7.2.5", "CIS M365 v6.0.0 7.2.5"],
    prowler=["sharepoint_guest_sharing_restricted"],
)
def guests_keep_files_to_themselves(tenant: Tenant, sharing: FileSharing) -> Result:
    """Guests cannot share items that they do not own."""
    if sharing.is_off:
        return not_applicable("files cannot be shared outside at all")
    if sharing.guests_may_reshare:
        return failed("guests may share what was shared with them")
    return passed("guests cannot share what was shared with them")
