"""Which plans the providers' business associate agreements reach.

    microsoft("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46").basis -> PlanBasis.COVERED       (Business Premium)
    google("1010020027").basis                               -> PlanBasis.CONFIRM       (Business Starter)

A covered plan is where an agreement can apply. Whether one is in force is shown by a record on file, never by this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read
from rules.data.service_plans import Capability


class PlanBasis(StrEnum):
    """What a plan means for the agreement with the provider."""

    COVERED = "covered"
    CONFIRM = "confirm"  # public sources disagree: see whether the amendment shows in the Admin console
    FREE = "free"  # no basis on its own
    TRIAL = "trial"  # no basis on its own
    NOT_COVERED = "not covered"
    ARCHIVED = "archived"  # keeps a former user's data; nobody works with it
    ADD_ON = "add-on"  # adds to a plan, is none
    UNKNOWN = "unknown"  # nothing may be concluded


@dataclass(frozen=True)
class Plan:
    """A plan that a provider sells or gives away."""

    name: str
    sku: str  # "" where no source names the id
    part_number: str  # Microsoft's; "" at Google
    product: str  # Google's; "" at Microsoft
    basis: PlanBasis
    capabilities: frozenset[Capability] = frozenset()
    verified: bool = True


def _unknown(sku: str, part_number: str = "") -> Plan:
    return Plan(part_number or sku, sku, part_number, "", PlanBasis.UNKNOWN, verified=False)


@cache
def _microsoft() -> tuple[dict[str, Plan], dict[str, Plan]]:
    plans = [
        Plan(
            entry["name"],
            entry.get("sku", ""),
            entry["part_number"],
            "",
            PlanBasis(entry["class"]),
            frozenset(Capability[name] for name in entry.get("capabilities", ())),
            entry.get("verified", True),
        )
        for entry in read("baa_plans")["microsoft"]
    ]
    by_part = {plan.part_number.casefold(): plan for plan in plans}
    return {plan.sku: plan for plan in plans if plan.sku}, by_part


@cache
def _google() -> dict[str, Plan]:
    return {
        entry["sku"]: Plan(
            entry["name"],
            entry["sku"],
            "",
            entry["product"],
            PlanBasis(entry["class"]),
            verified=entry.get("verified", True),
        )
        for entry in read("baa_plans")["google"]
    }


def microsoft(sku: str, part_number: str = "") -> Plan:
    """The Microsoft plan of a SKU id, or of a part number where the id is not known; basis UNKNOWN if neither is."""
    by_id, by_part = _microsoft()
    found = by_id.get(sku.casefold())
    if found is None and (named := by_part.get(part_number.casefold())) is not None and not (sku and named.sku):
        found = named
    return found or _unknown(sku, part_number)


def google(sku: str) -> Plan:
    """The Google plan of a SKU id; basis UNKNOWN if it is not in the table."""
    return _google().get(sku) or _unknown(sku)


def all_plans() -> tuple[Plan, ...]:
    """Every plan of both providers."""
    return (*_microsoft()[1].values(), *_google().values())


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("baa_plans")
