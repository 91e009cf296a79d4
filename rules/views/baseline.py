"""The three Conditional Access rules that stand in for security defaults, and whether the tenant has them.

baseline.everybody -> Standing        a second factor for everybody, everywhere
baseline.administrators -> Standing   a second factor for administrator roles
baseline.legacy -> Standing           old password-only sign-in blocked
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.gap import Gap
from connectors.record import Unreadable, derived
from rules.data.service_plans import Capability
from rules.view import View
from rules.views.conditional_access import AccessPolicy, ConditionalAccess, Demand, is_synchronization
from rules.views.licences import Licences
from rules.views.people import People, Person
from rules.views.roles import CORE_ROLES, PRIVILEGED
from rules.views.signin import SignIn

OLD_CLIENTS = frozenset({"exchangeActiveSync", "other"})


@dataclass
class Standing:
    """Whether a rule is there: the policies that make it, else what is wrong with those that come near."""

    policies: list[str] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)  # "Require MFA: it leaves out guests"
    external: list[str] = field(default_factory=list)  # policies that send people to another provider's second factor
    gap: Gap | None = None

    @property
    def met(self) -> bool:
        """Whether the rule is there; `Unreadable` if what could not be read might make it."""
        if self.policies:
            return True
        if self.gap is not None:
            raise Unreadable(self.gap)
        return False


class Baseline(View[None]):
    """What Conditional Access does for the whole tenant. It counts only where the tenant owns Entra ID P1."""

    def __init__(self, access: ConditionalAccess, people: People, licences: Licences) -> None:
        self.access, self.people, self.licences = access, people, licences

    @derived
    def licensed(self) -> bool:
        """Whether the tenant owns Entra ID P1, without which Microsoft applies no policy."""
        return self.licences.has(Capability.ENTRA_P1)

    def _read(self, standing: Standing) -> list[AccessPolicy]:
        found = []
        try:
            for policy in self.access:
                found.append(policy)  # noqa: PERF402 - what came before a gap counts
        except Unreadable as err:
            standing.gap = err.gap
        try:
            if found and not self.licensed:
                standing.objections.append("the clinic owns no Entra ID P1, without which these rules do nothing")
                return []
        except Unreadable as err:
            standing.gap = err.gap
            return []
        return found

    @derived
    def everybody(self) -> Standing:
        """A second factor for everybody, in every application, without further conditions."""
        standing = Standing()
        for policy in self._read(standing):
            try:
                if policy.blocks or policy.demand is Demand.NOTHING:
                    continue
                objections, _ = self.access.objections(policy, self.people)
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
        standing = Standing()
        for policy in self._read(standing):
            try:
                if policy.blocks or policy.demand is not Demand.SECOND_FACTOR or not policy.included_roles:
                    continue
                objections = list(policy.limits)
                missing = [PRIVILEGED[role] for role in CORE_ROLES if role not in policy.included_roles]
                if missing:
                    objections.append("it does not name " + ", ".join(missing))
                if not objections:
                    left = self._left_out(policy)
                    if left:
                        objections.append("it leaves out " + ", ".join(left))
                if objections:
                    standing.objections.append(f"{policy.label}: {'; '.join(objections)}")
                else:
                    standing.policies.append(policy.label)
            except Unreadable as err:
                standing.gap = standing.gap or err.gap
        return standing

    def _left_out(self, policy: AccessPolicy) -> list[str]:
        """Working administrators of the roles it names that it leaves out all the same."""
        return sorted(
            person.label
            for person in self.people
            if person.can_sign_in
            and any(held.role in policy.included_roles and not held.scope for held in person.held_roles())
            and not person.is_break_glass
            and not policy.applies(person).covered
        )

    @derived
    def legacy(self) -> Standing:
        """Old programs, which cannot ask for a second factor, are blocked for everybody; two policies may share the work."""
        standing = Standing()
        closed: set[str] = set()
        for policy in self._read(standing):
            try:
                kinds = policy.client_app_types & OLD_CLIENTS
                if not policy.blocks or not kinds:
                    continue
                objections, _ = self.access.objections(policy, self.people, any_client=False)
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
