"""Exchange Web Services is off or allow-listed.

Why it matters
    Exchange Web Services opens whole mailboxes to programs, and rules of Conditional Access look at it less closely. Hardly any program
    in a clinic still needs it, and Microsoft is taking it away.

How to fix it
    Microsoft 365: Set-OrganizationConfig -EwsEnabled $false; or -EwsApplicationAccessPolicy EnforceAllowList with the one program that
    needs it.

Does not cover
    Single mailboxes that have a setting of their own, and Microsoft's date for switching it off, which moves.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUTH-28", Severity.LOW, cites=["164.312(a)(1)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365)
def programs_are_kept_out(tenant: Tenant, config: One[OrganizationConfig]) -> Result:
    """No program but named ones opens mailboxes through Exchange Web Services."""
    given = config.value
    enabled = given.ews_enabled
    if enabled is False:
        return passed("Exchange Web Services is off")
    if given.ews_application_access_policy == "EnforceAllowList":
        listed = given.ews_allow_list or []
        if listed:
            return passed("only named programs use Exchange Web Services", programs=len(listed))
    if enabled is None:
        return review("nobody has decided about Exchange Web Services, so that it is on until Microsoft takes it away")
    return failed("any program may open mailboxes through Exchange Web Services")
