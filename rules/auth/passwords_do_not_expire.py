"""Passwords are not forced to change on a calendar.

Why it matters
    Whoever must change a password every 90 days writes "Spring2026!" on a note. A password is changed when there is a reason.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Org settings, Security and privacy, Password expiration policy: never expire.
    Google Workspace: Admin console, Security, Password management, Expiration: Never expires.

Does not cover
    People of a federated domain, whose passwords another provider keeps. Benchmarks disagree: who follows CIS and has passwords expire
    every year says so with passwords_expire_by_choice, and is only asked to look.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import Password
from connectors.microsoft365.sources.tenant import Domain
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Keyed
from rules.views.google_policy import PolicyCell
from rules.views.signin import held_elsewhere
from rules.views.two_step import seconds_of

CONTROL = Control("AUTH-18", Severity.LOW, cites=["164.308(a)(5)(ii)(D)", "164.312(d)"], level=Level.SHOULD)
NEVER = 2147483647
CHOSEN = "as the clinic has decided"


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.6.1v1"],
    cis=["CIS M365 v7.0.0 1.3.1", "CIS M365 v6.0.0 1.3.1"],
    prowler=["admincenter_settings_password_never_expire"],
)
def domain_never_asks(domain: Domain, domains: Keyed[Domain], profile: Profile) -> Result:
    """Passwords of people in a domain never expire."""
    if not domain.is_verified:
        return not_applicable("is not verified: nobody signs in with it")
    if domain.authentication_type == "Federated":
        return held_elsewhere(
            "another provider keeps the passwords", remedy="show whether the other provider lets passwords expire"
        )
    days = _days(domain, domains)
    if days is None:
        # Graph's page says 90 days where nothing is set; the admin center says never in newer tenants.
        return review("holds no value, which Microsoft's documents read differently: set it to never expire")
    if days == NEVER:
        return passed("passwords never expire")
    if profile.passwords_expire_by_choice:
        return review(f"passwords expire after {days} days, {CHOSEN}", days=days)
    return failed(f"passwords expire after {days} days", days=days)


def _days(domain: Domain, domains: Keyed[Domain]) -> int | None:
    """The validity, from the nearest domain above that has one: subdomains inherit it."""
    days: int | None = domain.password_validity_period_in_days
    if days is not None or domain.is_root:
        return days
    above = domain.id.partition(".")[2]
    while above:
        found = domains.get(above)
        if found is not None:
            return _days(found, domains)
        above = above.partition(".")[2]
    return None


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.5.6v1"], none=not_applicable("no active person works in any unit")
)
def unit_never_asks(cell: PolicyCell, profile: Profile) -> Result:
    """Passwords in every unit and group never expire."""
    seconds = seconds_of(cell.setting(Password).expiration_duration, "expirationDuration")
    origin = str(cell.origin(Password, "expiration_duration"))
    if seconds == 0:
        return passed("passwords never expire", setting=origin)
    days = round(seconds / 86400)
    if profile.passwords_expire_by_choice:
        return review(f"passwords expire after {days} days, {CHOSEN}", days=days, setting=origin)
    return failed(f"passwords expire after {days} days", days=days, setting=origin)
