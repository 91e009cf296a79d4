"""Which Conditional Access rule does a job for the whole tenant, and what is wrong with those that come near.

    rules.find(wanted) -> Standing

`wanted` says of each enabled policy what is wrong with it for the job: None if it is about something else, an empty list if nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from connectors.gap import Gap
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable, derived
from rules.data.service_plans import Capability
from rules.result import Result, failed, not_applicable, passed
from rules.tables import One
from rules.view import View
from rules.views.conditional_access import AccessPolicy, ConditionalAccess, LeftOut, Limit
from rules.views.licences import Licences
from rules.views.people import People, Person
from rules.views.privileged import privileged_roles
from rules.views.roles import CORE_ROLES, PRIVILEGED

NO_P1 = "the clinic owns no Entra ID P1, without which these rules do nothing"


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


def judged(standing: Standing, *, met: str, missing: str) -> Result:
    """Pass where the rule is there; else fail, with what is wrong with those that come near."""
    if standing.met:
        return passed(met, policies=standing.policies)
    return failed(missing, near_misses=standing.objections)


class AccessRules(View[None]):
    """What Conditional Access does for the whole tenant. It counts only where the tenant owns Entra ID P1."""

    def __init__(self, access: ConditionalAccess, people: People, licences: Licences) -> None:
        self.access, self.people, self.licences = access, people, licences
        self._left_out_by: dict[int, LeftOut] = {}

    @derived
    def licensed(self) -> bool:
        """Whether the tenant owns Entra ID P1, without which Microsoft applies no policy."""
        return self.licences.has(Capability.ENTRA_P1)

    @property
    def unlicensed(self) -> Result | None:
        """The result where the clinic's plans hold no rules of its own at all; None where they do."""
        if self.licensed:
            return None
        return not_applicable(
            "takes rules of one's own: they come with Entra ID P1 (in Business Premium), which is missing"
        )

    @staticmethod
    def under_defaults(defaults: One[SecurityDefaults], standing: Standing) -> bool:
        """Whether security defaults are on. Where they were not read, a rule that holds says no: Microsoft allows one or the other."""
        try:
            return bool(defaults.value.is_enabled)
        except Unreadable:
            if standing.policies:
                return False
            raise

    def read(self, standing: Standing) -> list[AccessPolicy]:
        """The enabled policies that count; what may be missing goes into `standing`."""
        found = []
        try:
            for policy in self.access:
                found.append(policy)  # noqa: PERF402 - what came before a gap counts
        except Unreadable as err:
            standing.gap = err.gap
        try:
            if found and not self.licensed:
                standing.objections.append(NO_P1)
                return []
        except Unreadable as err:
            standing.gap = err.gap
            return []
        return found

    def find(
        self,
        wanted: Callable[[AccessPolicy], list[str] | None],
        *,
        any_client: bool = True,
        every_application: bool = True,
        spare: Collection[Limit] = (),
    ) -> Standing:
        """The policies that do a job for everybody; the keywords say which limits the job itself names."""
        return self.collect(
            wanted,
            lambda policy: self.objections(
                policy, any_client=any_client, every_application=every_application, spare=spare
            ),
        )

    def objections(
        self,
        policy: AccessPolicy,
        *,
        any_client: bool = True,
        every_application: bool = True,
        spare: Collection[Limit] = (),
    ) -> list[str]:
        """What keeps a policy from holding for everybody, everywhere, in words (see `ConditionalAccess.objections`)."""
        left_out = self._left_out_by.setdefault(id(policy), LeftOut(self.access, policy, self.people))
        return self.access.objections(
            policy,
            self.people,
            any_client=any_client,
            every_application=every_application,
            spare=spare,
            left_out=left_out,
        )[0]

    @derived
    def phishing_resistant(self) -> Standing:
        """Everybody must use a factor that cannot be talked out of somebody."""
        return self.find(lambda policy: None if policy.blocks or not policy.phishing_resistant else [])

    def for_roles(self, wanted: Callable[[AccessPolicy], list[str] | None]) -> Standing:
        """The policies that do a job for every privileged role, in every application, without further conditions."""
        return self.collect(lambda policy: wanted(policy) if policy.included_roles else None, self._role_objections)

    def for_administrators(self, wanted: Callable[[AccessPolicy], list[str] | None]) -> Standing:
        """The policies that do a job for every administrator, whether they name everybody or the privileged roles."""
        return self.collect(wanted, self._administrator_objections)

    def _administrator_objections(self, policy: AccessPolicy) -> list[str]:
        if not policy.includes_all:
            return self._role_objections(policy)
        left = sorted(
            person.label
            for person in self.people
            if person.can_sign_in
            and privileged_roles(person, where=lambda held: not held.scope)
            and not person.is_break_glass
            and not policy.applies(person).covered
        )
        return [*policy.limits, *([f"it leaves out {', '.join(left)}"] if left else [])]

    def collect(
        self, wanted: Callable[[AccessPolicy], list[str] | None], general: Callable[[AccessPolicy], list[str]]
    ) -> Standing:
        """The policies that `wanted` and `general` have nothing against."""
        standing = Standing()
        for policy in self.read(standing):
            try:
                own = wanted(policy)
                if own is None:
                    continue
                objections = [*own, *general(policy)]
                if objections:
                    standing.objections.append(f"{policy.label}: {'; '.join(objections)}")
                else:
                    standing.policies.append(policy.label)
            except Unreadable as err:
                standing.gap = standing.gap or err.gap
        return standing

    def _role_objections(self, policy: AccessPolicy) -> list[str]:
        objections = list(policy.limits)
        missing = [PRIVILEGED[role] for role in CORE_ROLES if role not in policy.included_roles]
        if missing:
            objections.append("it does not name " + ", ".join(missing))
        if not objections and (left := self._left_out(policy)):
            objections.append("it leaves out " + ", ".join(left))
        return objections

    def _left_out(self, policy: AccessPolicy) -> list[str]:
        """Working administrators of the roles it names that it leaves out all the same."""
        return sorted(
            person.label
            for person in self.people
            if person.can_sign_in and self._holds(person, policy) and not policy.applies(person).covered
        )

    @staticmethod
    def _holds(person: Person, policy: AccessPolicy) -> bool:
        named = any(held.role in policy.included_roles and not held.scope for held in person.held_roles())
        return named and not person.is_break_glass
