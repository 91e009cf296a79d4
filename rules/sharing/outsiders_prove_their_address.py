"""Outside people re-prove their address regularly.

Why it matters
    Somebody who was let in with a code sent by mail may have lost that mailbox since. Asking again now and then ends such access.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing: "People who use a verification code must reauthenticate after this
    many days": 15, at most 30.

Does not cover
    Guests with an account; Conditional Access asks those.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("SHARE-8", Severity.MEDIUM, cites=["164.312(d)"], level=Level.SHOULD)
LONGEST, BETTER = 30, 15


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SHAREPOINT.3.3v2"],
    cis=["CIS M365 v7.0.0 7.2.10", "CIS M365 v6.0.0 7.2.10"],
)
def code_is_asked_again(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """People who sign in with a code by mail are asked for a new one within 30 days."""
    found = settings.value
    if found.sharing_capability == 0:
        return not_applicable("files cannot be shared outside at all")
    if not found.email_attestation_required:
        return failed("a code by mail is asked for once and never again")
    days = found.email_attestation_re_auth_days
    if days > LONGEST:
        return failed(f"a code by mail is asked for every {days} days", days=days)
    return passed(f"a code by mail is asked for every {days} days", days=days, meets_cis=days <= BETTER)
