"""Consumer cloud drives cannot be attached.

Why it matters
    With a private Dropbox inside Outlook, a patient's file is one click from an account that no agreement covers.

How to fix it
    Microsoft 365: Set-OwaMailboxPolicy -AdditionalStorageProvidersAvailable $false for every policy; admin center, Settings, Org
    settings, Microsoft 365 on the web: no third-party storage.

Does not cover
    Files that people upload to a private drive in the browser.
"""

from __future__ import annotations

from connectors.microsoft365.sources.apps import ServicePrincipal
from connectors.microsoft365.sources.mailflow import OwaMailboxPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import Table
from rules.view import Tenant

CONTROL = Control(
    "SHARE-39", Severity.HIGH, cites=["164.308(b)(1)", "164.502(e)(1)", "164.312(a)(1)"], level=Level.SHOULD
)
STORAGE = "c1f33bc0-bdb4-4248-ba9b-096807ddb43e"  # Microsoft 365 on the web: third-party storage


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.5.3", "CIS M365 v6.0.0 6.5.3"],
    prowler=["exchange_mailbox_policy_additional_storage_restricted"],
)
def outlook_offers_no_drives(policy: OwaMailboxPolicy) -> Result:
    """No policy for Outlook on the web offers private cloud drives."""
    if policy.additional_storage_providers_available:
        return failed("lets people attach files from private cloud drives")
    return passed("offers no private cloud drives")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.3.7", "CIS M365 v6.0.0 1.3.7"])
def office_opens_no_drives(tenant: Tenant, principals: Table[ServicePrincipal]) -> Result:
    """Word, Excel and PowerPoint on the web do not open files from private cloud drives."""
    for principal in principals:
        if principal.app_id.casefold() == STORAGE:
            if principal.account_enabled is False:
                return passed("Microsoft 365 on the web opens no private cloud drives")
            return failed("Microsoft 365 on the web opens private cloud drives")
    # As long as nobody has made the entry, Microsoft allows it (CIS M365 1.3.7).
    return failed("Microsoft 365 on the web opens private cloud drives, because nobody has switched that off")
