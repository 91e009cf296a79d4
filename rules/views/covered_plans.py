"""Whether the plan that somebody works on is one that the provider's agreement covers.

    plans.of(person) -> Coverage(basis=PlanBasis.COVERED, names=("Microsoft 365 Business Premium",))

The best of a person's plans counts. A plan that is not in the table, and one of which nobody knows whether it is a trial, leave
it open: `Unreadable`, never "not covered".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.data import baa_plans
from rules.data.baa_plans import Plan, PlanBasis
from rules.data.service_plans import Capability
from rules.view import View
from rules.views.licences import Licence, Licences
from rules.views.people import Person

_BEST_FIRST = (PlanBasis.COVERED, PlanBasis.CONFIRM, PlanBasis.UNKNOWN)


@dataclass(frozen=True)
class Coverage:
    """What somebody's plans mean for the agreement."""

    basis: PlanBasis
    names: tuple[str, ...]  # all plans of the person


class CoveredPlans(View[None], ABC):
    """People's plans, as the agreement sees them."""

    def __init__(self, licences: Licences) -> None:
        self.licences = licences

    def of(self, person: Person) -> Coverage:
        """What the person's plans mean; basis NOT_COVERED for somebody without any plan."""
        held = self.licences.of(person.id)
        found = [(self._plan(licence), licence) for licence in held]
        names = tuple(sorted(plan.name for plan, _ in found))
        bases = [self._basis(plan, licence) for plan, licence in found]
        best = next((basis for basis in _BEST_FIRST if basis in bases), None)
        if best is PlanBasis.UNKNOWN:
            unknown = next(plan for (plan, _), basis in zip(found, bases, strict=True) if basis is best)
            raise Unreadable(
                Gap(
                    self._source,
                    Reason.UNREADABLE,
                    f"whether the agreement covers the plan {unknown.name} is not known",
                    "ask the provider whether the agreement covers it",
                )
            )
        return Coverage(best or _worst(bases), names)

    @property
    @abstractmethod
    def _source(self) -> str: ...

    @abstractmethod
    def _plan(self, licence: Licence) -> Plan: ...

    def _basis(self, plan: Plan, licence: Licence) -> PlanBasis:  # noqa: ARG002 - Microsoft looks at the purchase too
        return plan.basis


def _worst(bases: Iterable[PlanBasis]) -> PlanBasis:
    """The word for somebody without a covered plan: archived if that is all there is, else the first that says why."""
    real = [basis for basis in bases if basis is not PlanBasis.ADD_ON]
    working = [basis for basis in real if basis is not PlanBasis.ARCHIVED]
    return next(iter([*working, *real]), PlanBasis.NOT_COVERED)


class MicrosoftPlans(CoveredPlans, provider=MICROSOFT_365):
    """A covered plan counts where it gives mail or files, and is paid for."""

    _source = "data.baa_plans"

    def _plan(self, licence: Licence) -> Plan:
        return baa_plans.microsoft(licence.id, licence.label)

    def _basis(self, plan: Plan, licence: Licence) -> PlanBasis:
        if plan.basis is not PlanBasis.COVERED:
            return plan.basis
        if licence.trial:
            return PlanBasis.TRIAL
        if not licence.capabilities & {Capability.MAIL, Capability.SHAREPOINT}:
            return PlanBasis.ADD_ON
        return PlanBasis.COVERED if licence.trial is False else PlanBasis.UNKNOWN


class GooglePlans(CoveredPlans, provider=GOOGLE_WORKSPACE):
    """Google names a person's plan by its SKU alone."""

    _source = "data.baa_plans"

    def _plan(self, licence: Licence) -> Plan:
        return baa_plans.google(licence.id)
