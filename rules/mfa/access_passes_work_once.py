"""Temporary access passes are single-use.

Why it matters
    A temporary access pass opens an account without password and factor. One that works again and again is a second password that
    nobody thinks of.

How to fix it
    Microsoft 365: Entra, Authentication methods, Policies, Temporary Access Pass, Configure: One-time: Yes; maximum lifetime one day
    or less.

Does not cover
    Who may make such passes (ADMIN-3).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("MFA-21", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
DAY = 1440


@CONTROL.check(MICROSOFT_365)
def a_pass_works_once(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """A temporary access pass works once, and for a day at most."""
    method = allowed.value.method("TemporaryAccessPass")
    if method is None or method.state == "disabled":
        return not_applicable("there are no temporary access passes")
    minutes = method.maximum_lifetime_in_minutes
    if not method.is_usable_once:
        return failed("a temporary access pass works again and again while it lives", longest_minutes=minutes)
    if minutes > DAY:
        return failed("a temporary access pass may live for more than a day", longest_minutes=minutes)
    return passed("a temporary access pass works once", longest_minutes=minutes)
