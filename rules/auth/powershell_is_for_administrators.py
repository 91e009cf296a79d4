"""Basic PowerShell back doors are closed to ordinary users.

Why it matters
    With PowerShell anybody on staff can read the whole directory, and whoever took over one account looks around unseen.

How to fix it
    Microsoft 365: Update-MgPolicyAuthorizationPolicy -BlockMsolPowerShell:$true; Set-User -RemotePowerShellEnabled $false for everybody
    but administrators.

Does not cover
    What the other interfaces show to everybody (ADMIN-15).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.microsoft365.sources.signin import ExchangeUser
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.people import People

CONTROL = Control("AUTH-26", Severity.LOW, cites=["164.312(a)(1)", "164.308(a)(4)(ii)(B)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365)
def old_module_is_blocked(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """The old PowerShell module cannot read the directory."""
    if policy.value.block_msol_power_shell:
        return passed("the old module is blocked")
    return failed("the old module reads the directory for anybody on staff")


@CONTROL.check(MICROSOFT_365, none=not_applicable("Exchange knows nobody"))
def remote_shell_is_closed(user: ExchangeUser, people: People) -> Result:
    """Nobody but administrators opens Exchange by remote PowerShell."""
    if not user.remote_power_shell_enabled:
        return passed("cannot open Exchange by PowerShell")
    person = people.by_id(user.external_directory_object_id)
    if person is None:
        return not_applicable("is no account of the directory any more")
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if person.is_admin:
        return passed("is an administrator and may open Exchange by PowerShell")
    return failed("may open Exchange by PowerShell without being administrator")
