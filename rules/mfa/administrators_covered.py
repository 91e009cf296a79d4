"""Administrators are covered by MFA.

Why it matters
    Whoever opens one administrator's account opens every mailbox and every file, and can switch off the log that would show it.

How to fix it
    Microsoft 365: Conditional Access, template "Require multifactor authentication for admins", or security defaults; then make
    each administrator register a factor at aka.ms/mysecurityinfo.
    Google Workspace: enforce 2-step verification on the unit that the administrators are in, and have each of them enroll.

Does not cover
    Roles that somebody may switch on for a while but does not hold now (ADMIN-4).
    How strong the factor is (MFA-8).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline
from rules.views.factors import SECURITY_DEFAULTS, Factors
from rules.views.people import Person
from rules.views.privileged import privileged_roles
from rules.views.signin import held_elsewhere

CONTROL = Control("MFA-4", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.1", "CIS M365 v6.0.0 5.2.2.1"],
    prowler=["entra_admin_users_mfa_enabled"],
)
def a_rule_covers_administrators(tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline) -> Result:
    """A rule asks every administrator for a second factor."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed("security defaults always ask administrators", enforced_by=[SECURITY_DEFAULTS])
    except Unreadable as err:
        unread = err
    for standing in (baseline.everybody, baseline.administrators):
        if standing.policies:
            return passed("a rule asks administrators for a second factor", enforced_by=standing.policies)
    if baseline.everybody.external:
        return held_elsewhere(
            "everybody is sent to another provider's second factor, which cannot be seen from here",
            remedy="show that the other provider asks administrators for a second factor",
            policies=baseline.everybody.external,
        )
    if unread is not None:
        raise unread
    for standing in (baseline.everybody, baseline.administrators):
        standing.met  # noqa: B018 - raises where a policy that could not be read might be the rule
    near = list(dict.fromkeys([*baseline.administrators.objections, *baseline.everybody.objections]))
    return failed("no rule asks every administrator for a second factor", near_misses=near)


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody holds a privileged role"))
def administrator_has_registered(person: Person, factors: Factors) -> list[Result]:
    """Each person with a privileged role has a second factor registered."""
    if not person.can_sign_in:
        return []
    roles = privileged_roles(person)
    if not roles:
        return []
    truth = factors.of(person)
    if person.is_guest:
        return [
            not_assessed(
                "is a guest: their own organization holds the factor",
                source="graph.users:userType",
                remedy="take the role from the guest; see ADMIN-11",
                roles=roles,
            )
        ]
    registration = truth.registration
    shown = {**truth.facts, "roles": roles, "told_by": registration.source}
    if registration.has_factor:
        return [passed("has a second factor", **shown)]
    if truth.outside is not None:
        return [
            held_elsewhere(
                f"may hold the second factor at {truth.outside}",
                remedy="show that the person has a second factor at the other provider",
                **shown,
            )
        ]
    if registration.has_factor is None:
        return [
            not_assessed(
                "has registered something that nobody has documented",
                source="graph.user_auth_methods:@odata.type",
                remedy="look at the person's methods",
                **shown,
            )
        ]
    if person.is_break_glass:
        return [failed("is a sealed emergency account without a second factor: add a security key", **shown)]
    return [failed("is an administrator without a second factor", **shown)]


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 4.1.1.1"], none=not_applicable("nobody is an administrator"))
def administrator_is_enforced(person: Person, factors: Factors) -> list[Result]:
    """Each administrator has enrolled in 2-step verification, and it is enforced."""
    if not person.can_sign_in or not person.is_admin:
        return []
    truth = factors.of(person)
    enforcement, registration = truth.enforcement, truth.registration
    enforced = enforcement.enforced
    roles = sorted({held.name for held in person.roles})
    shown = {**truth.facts, "roles": roles}
    if enforcement.elsewhere is not None and not (registration.has_factor and enforced):
        return [
            held_elsewhere(
                f"signs in through {enforcement.elsewhere}, which holds the factor",
                remedy="show that the other provider asks for a second factor",
                **shown,
            )
        ]
    if registration.has_factor and enforced:
        return [passed("has a second factor, and it is enforced", **shown)]
    if not registration.has_factor:
        return [failed("is an administrator without a second factor", **shown)]
    return [failed("is an administrator whose second factor is not enforced", **shown)]
