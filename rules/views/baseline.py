"""The three Conditional Access rules that stand in for security defaults, and whether the tenant has them.

baseline.everybody -> Standing        a second factor for everybody, everywhere
baseline.administrators -> Standing   a second factor for administrator roles
baseline.legacy -> Standing           old password-only sign-in blocked
"""

from __future__ import annotations

from connectors.record import Unreadable, derived
from rules.view import View
from rules.views.access_rules import AccessRules, Standing
from rules.views.conditional_access import Demand, is_synchronization
from rules.views.people import People, Person
from rules.views.signin import SignIn

OLD_CLIENTS = frozenset({"exchangeActiveSync", "other"})


class Baseline(View[None]):
    """What Conditional Access does for the whole tenant. It counts only where the tenant owns Entra ID P1."""

    def __init__(self, rules: AccessRules) -> None:
        self.rules, self.access, self.people = rules, rules.access, rules.people

    @property
    def licensed(self) -> bool:
        """Whether the tenant owns Entra ID P1, without which Microsoft applies no policy."""
        return self.rules.licensed

    @derived
    def everybody(self) -> Standing:
        """A second factor for everybody, in every application, without further conditions."""
        standing = Standing()
        for policy in self.rules.read(standing):
            try:
                if policy.blocks or policy.demand is Demand.NOTHING:
                    continue
                objections = self.rules.objections(policy)
                if policy.demand is Demand.ALTERNATIVE:
                    objections.insert(0, "something else will do instead of a second factor")
                if objections:
                    standing.objections.append(f"{policy.label}: {'; '.join(objections)}")
                elif policy.demand is Demand.EXTERNAL:
                    standing.external.append(policy.label)
                else:
                    standing.policies.append(policy.label)
            except Unreadable as err:
                standing.gap = standing.gap or err.gap
        return standing

    @derived
    def administrators(self) -> Standing:
        """A second factor for every privileged role, in every application, without further conditions."""
        return self.rules.for_roles(
            lambda policy: None if policy.blocks or policy.demand is not Demand.SECOND_FACTOR else []
        )

    @derived
    def legacy(self) -> Standing:
        """Old programs, which cannot ask for a second factor, are blocked for everybody; two policies may share the work."""
        standing = Standing()
        closed: set[str] = set()
        for policy in self.rules.read(standing):
            try:
                kinds = policy.client_app_types & OLD_CLIENTS
                if not policy.blocks or not kinds:
                    continue
                objections = self.rules.objections(policy, any_client=False)
                if objections:
                    standing.objections.append(f"{policy.label}: {'; '.join(objections)}")
                else:
                    closed |= kinds
                    standing.policies.append(policy.label)
            except Unreadable as err:
                standing.gap = standing.gap or err.gap
        if closed != OLD_CLIENTS:
            if closed:
                standing.objections.append("only some of the old kinds of programs are blocked")
            standing.policies = []
        return standing


def asked(person: Person) -> bool:
    """Whether a rule for everybody has to speak of this account: it works, and is no sealed or synchronization account."""
    return person.can_sign_in and not person.is_break_glass and not is_synchronization(person)


def everybody_is_elsewhere(people: People, sign_in: SignIn) -> bool:
    """Whether each account that a rule has to speak of signs in at another provider; `Unreadable` if that is not known."""
    working = [person for person in people if not person.is_guest and asked(person)]
    return bool(working) and all(sign_in.elsewhere(person) is not None for person in working)
