"""Reports name real people.

Why it matters
    With names hidden, Microsoft's usage reports cannot show who last used which mailbox, and other checks stay blind.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Org settings, Reports: clear "Display concealed user, group, and site names".

Does not cover
    Who may read the reports.
"""

from __future__ import annotations

from connectors.microsoft365.sources.registrations import ReportSettings
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control(
    "AUDIT-12",
    Severity.LOW,
    cites=["164.312(b)", "164.308(a)(1)(ii)(D)", "164.312(a)(2)(i)"],
    level=Level.SHOULD,
)


@CONTROL.check(MICROSOFT_365)
def names_are_shown(tenant: Tenant, settings: One[ReportSettings]) -> Result:
    """Usage reports show who is meant."""
    if settings.value.display_concealed_names:
        return failed("usage reports hide whom they are about")
    return passed("usage reports show whom they are about")
