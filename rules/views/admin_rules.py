"""Conditional Access rules for administrators: whether one of a kind binds every privileged role.

    rules.standing(lambda policy: ...) -> Standing

The function says what is weak in a policy of the kind, as a list of objections, or None for a policy of another kind.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.record import Unreadable, derived
from rules.data.service_plans import Capability
from rules.view import View
from rules.views.baseline import Standing, asked
from rules.views.conditional_access import AccessPolicy, ConditionalAccess
from rules.views.licences import Licences
from rules.views.people import People
from rules.views.privileged import privileged_roles
from rules.views.roles import CORE_ROLES, PRIVILEGED


class AdminRules(View[None]):
    """What Conditional Access asks of administrators."""

    def __init__(self, access: ConditionalAccess, people: People, licences: Licences) -> None:
        self.access, self.people, self.licences = access, people, licences

    @derived
    def licensed(self) -> bool:
        """Whether the tenant owns Entra ID P1, without which Microsoft applies no policy."""
        return self.licences.has(Capability.ENTRA_P1)

    def standing(self, objections: Callable[[AccessPolicy], list[str] | None]) -> Standing:
        """The policies of a kind that bind every privileged role, and what is wrong with those that come near."""
        standing = Standing()
        try:
            for policy in self.access:
                try:
                    found = objections(policy)
                    if found is None:
                        continue
                    found = [*found, *self._loose(policy)]
                    if found:
                        standing.objections.append(f"{policy.label}: {'; '.join(found)}")
                    else:
                        standing.policies.append(policy.label)
                except Unreadable as err:
                    standing.gap = standing.gap or err.gap
        except Unreadable as err:
            standing.gap = standing.gap or err.gap
        return standing

    def _loose(self, policy: AccessPolicy) -> list[str]:
        """What keeps a policy from binding every administrator at every sign-in."""
        found = list(policy.limits)
        if not policy.includes_all:
            missing = [PRIVILEGED[role] for role in CORE_ROLES if role not in policy.included_roles]
            if missing:
                found.append("it does not name " + ", ".join(missing))
        if found:
            return found
        left = sorted(
            person.label
            for person in self.people
            if person.can_sign_in
            and privileged_roles(person, where=lambda held: not held.scope)
            and asked(person)
            and (policy.includes_all or any(held.role in policy.included_roles for held in person.held_roles()))
            and not policy.applies(person).covered
        )
        return [f"it leaves out {', '.join(left)}"] if left else []
