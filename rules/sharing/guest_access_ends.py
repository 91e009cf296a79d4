"""Guest access to sites expires and guests are real directory accounts.

Why it matters
    Projects end and guests stay. Access that ends by itself, and guests who stand in the directory, are the only ones that can be
    reviewed.

How to fix it
    Microsoft 365: SharePoint admin center, Policies, Sharing: "Guest access to a site or OneDrive will expire automatically": 30
    days. Set-SPOTenant -EnableAzureADB2BIntegration $true.

Does not cover
    Guests in teams and groups; an access review ends those.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant

CONTROL = Control(
    "SHARE-11",
    Severity.MEDIUM,
    cites=["164.308(a)(4)(ii)(C)", "164.308(a)(3)(ii)(C)", "164.312(a)(2)(i)", "164.312(d)"],
    level=Level.SHOULD,
)
GOOD, LONGEST = 30, 60


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 7.2.9", "CIS M365 v6.0.0 7.2.9"])
def access_ends_by_itself(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """A guest's access to a site ends within 30 days unless somebody renews it."""
    found = settings.value
    if found.sharing_capability == 0:
        return not_applicable("files cannot be shared outside at all")
    if not found.external_user_expiration_required:
        return failed("guests keep their access to sites for ever")
    days = found.external_user_expire_in_days
    if not 1 <= days <= LONGEST:
        return failed(f"guests keep their access to sites for {days} days", days=days)
    if days > GOOD:
        return review(f"guests keep their access to sites for {days} days; 30 would do", days=days)
    return passed(f"guests lose their access to sites after {days} days", days=days)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 7.2.2", "CIS M365 v6.0.0 7.2.2"])
def guests_are_accounts(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """People outside who open a file become guests in the directory."""
    found = settings.value
    if found.sharing_capability == 0:
        return not_applicable("files cannot be shared outside at all")
    if found.enable_azure_ad_b2b_integration:
        return passed("people outside who open a file stand in the directory")
    return failed("people outside may open files without standing in the directory")
