"""Guests must pass MFA.

Why it matters
    A guest reads what was shared with them. Their own organization may ask for nothing but a password, and then a stranger with that
    password reads along.

How to fix it
    Microsoft 365: Security defaults; or Conditional Access, template "Require multifactor authentication for guest access".

Does not cover
    Whether the guest's own organization is believed to have asked already (cross-tenant access, inbound trust).
"""

from __future__ import annotations

from connectors.gap import Gap
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Demand
from rules.views.factors import SECURITY_DEFAULTS
from rules.views.people import People, Person

CONTROL = Control("MFA-17", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
KINDS = frozenset({"b2bCollaborationGuest", "b2bCollaborationMember"})


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_mfa_enforced_for_guest_users"])
def a_rule_asks_guests(tenant: Tenant, defaults: One[SecurityDefaults], rules: AccessRules, people: People) -> Result:
    """A rule asks every guest for a second factor, in every application."""
    guests, gap = _guests(people)
    if not guests:
        if gap is not None:
            raise Unreadable(gap)
        return not_applicable("there are no guests")
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed("security defaults ask guests as well", policies=[SECURITY_DEFAULTS])
    except Unreadable as err:
        unread = err

    def wanted(policy: AccessPolicy) -> list[str] | None:
        return None if policy.blocks or policy.demand is not Demand.SECOND_FACTOR else []

    def general(policy: AccessPolicy) -> list[str]:
        objections = list(policy.limits)
        if not policy.includes_all and not policy.included_guests >= KINDS:
            objections.append("it does not name all guests")
        if policy.excludes_guests:
            objections.append("it leaves out guests")
        if not objections and not policy.leaves_nobody_out:
            if gap is not None:
                raise Unreadable(gap)
            left = [guest.label for guest in guests if not policy.applies(guest).covered]
            if left:
                objections.append("it leaves out " + ", ".join(left))
        return objections

    standing = rules.collect(wanted, general)
    if unread is not None and not standing.policies:
        raise unread
    return judged(standing, met="a rule asks guests for a second factor", missing="no rule asks all guests")


def _guests(people: People) -> tuple[list[Person], Gap | None]:
    """(the working guests that are known, why there may be more)."""
    found: list[Person] = []
    gap: Gap | None = None
    try:
        for person in people:
            try:
                if person.is_guest and person.can_sign_in:
                    found.append(person)
            except Unreadable as err:
                gap = gap or err.gap
    except Unreadable as err:
        gap = gap or err.gap
    return sorted(found, key=lambda person: person.id), gap
