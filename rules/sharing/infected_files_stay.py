"""Infected files cannot be downloaded.

Why it matters
    SharePoint marks files in which it finds malware and by default lets people download them all the same.

How to fix it
    Microsoft 365: Set-SPOTenant -DisallowInfectedFileDownload $true.

Does not cover
    Malware that the scan does not know.
"""

from __future__ import annotations

from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("SHARE-12", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(B)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 7.3.1", "CIS M365 v6.0.0 7.3.1"])
def download_is_barred(tenant: Tenant, settings: One[SharePointTenant]) -> Result:
    """Nobody can download a file in which malware was found."""
    if settings.value.disallow_infected_file_download:
        return passed("infected files cannot be downloaded")
    return failed("infected files can be downloaded with a warning")
