"""What the parts of Microsoft licenses make possible, by service plan id.

capabilities({"41781fb2-bc02-4b7c-bd55-b576c07bb09d"}) -> frozenset({Capability.ENTRA_P1})
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read


class Capability(StrEnum):
    """What a license makes possible. The values are words for people."""

    MAIL = "mailboxes"
    ENTRA_P1 = "Entra ID P1"
    ENTRA_P2 = "Entra ID P2"
    DEFENDER_P1 = "Defender for Office 365 Plan 1"
    DEFENDER_P2 = "Defender for Office 365 Plan 2"
    INTUNE = "Intune"
    DLP = "data loss prevention"
    TEAMS_DLP = "data loss prevention in Teams chats"
    ENDPOINT_DLP = "data loss prevention on computers"
    ENCRYPTION = "message encryption"
    ARCHIVE = "archiving and litigation hold"
    AUDIT_PREMIUM = "Audit (Premium)"
    LABELS = "sensitivity labels"
    TEAMS = "Teams"
    SHAREPOINT = "SharePoint and OneDrive"
    ENDPOINT_DEFENDER = "Defender for Business or Endpoint"
    LOCKBOX = "Customer Lockbox"
    VAULT = "Google Vault"  # sold by plan, not by service plan


@dataclass(frozen=True)
class ServicePlan:
    """One part of a licence."""

    id: str
    name: str
    capabilities: frozenset[Capability]


@cache
def service_plans() -> dict[str, ServicePlan]:
    """Every service plan we know, by id in lower case."""
    return {
        entry["id"]: ServicePlan(
            entry["id"], entry["name"], frozenset(Capability[name] for name in entry["capabilities"])
        )
        for entry in read("service_plans")["plan"]
    }


def capabilities(plans: Iterable[str]) -> frozenset[Capability]:
    """What a set of working service plan ids gives; ids we do not know give nothing we could name."""
    known = service_plans()
    return frozenset(c for plan in plans if plan.casefold() in known for c in known[plan.casefold()].capabilities)


@cache
def plans_for(capability: Capability) -> frozenset[str]:
    """The service plan ids any of which gives a capability."""
    return frozenset(plan.id for plan in service_plans().values() if capability in plan.capabilities)


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("service_plans")
