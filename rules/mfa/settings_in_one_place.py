"""Factor settings live in one place.

Why it matters
    Microsoft keeps an old page for second factors and another for password resets. As long as they count, a factor that was switched
    off in one place is still on in another, and nobody sees it.

How to fix it
    Microsoft 365: Entra, Authentication methods, Manage migration: Migration complete. Once a rule asks everybody: Users, Per-user
    MFA: Disable for each person.

Does not cover
    What the old pages allow: no API shows it.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy, SecurityDefaults
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline
from rules.views.switches import Switches

CONTROL = Control("MFA-11", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.3.4v1"])
def migration_is_complete(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """The old pages for second factors and password resets do not count any more."""
    state = allowed.value.policy_migration_state
    if state == "migrationComplete":
        return passed("the old pages do not count any more", migration=state)
    if state is None:
        # New tenants hold no value; what that means is not documented, so it may not decide.
        return review("whether the old pages still count is not told: look at Manage migration", migration=None)
    return failed("the old pages still allow factors of their own", migration=state)


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.1.2.1", "CIS M365 v6.0.0 5.1.2.1"])
def nobody_is_switched(
    tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline, switches: Switches
) -> Result:
    """Nobody is under the old per-person switch where a rule asks everybody."""
    on = switches.known_on
    if not baseline.everybody.policies and not defaults.value.is_enabled and not baseline.everybody.met:
        return not_applicable(
            "neither security defaults nor a rule asks everybody: the per-person switch is the way left"
        )
    if on:
        return failed("people are still under the old per-person switch", people=[person.label for person in on])
    switches.whole  # noqa: B018 - reading it says so if somebody's switch was not read
    return passed("nobody is under the old per-person switch")
