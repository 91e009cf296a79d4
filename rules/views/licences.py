"""Licenses, and the capabilities that they give.

    licences.has(Capability.ENTRA_P1) -> bool          the tenant owns it
    licences.gives(person_id, Capability.EXCHANGE)     somebody's own license gives it
    licences.of(person_id) -> list[Licence]

Iterating yields the licenses the clinic owns, each once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.licences import LicenceAssignment
from connectors.google_workspace.sources.people import User as GoogleUser
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.tenant import SubscribedSku, Subscription
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.data.service_plans import Capability, capabilities
from rules.tables import Keyed, Table
from rules.view import View

_BUSINESS_PLUS_UP = frozenset(
    {"1010020025", "1010020026", "1010020020", "Google-Apps-Unlimited", "1010020031", "1010020034"}
)
_MAIL_SKUS = frozenset(
    {
        "1010020027",  # Business Starter
        "1010020028",  # Business Standard
        "1010020025",  # Business Plus
        "1010020026",  # Enterprise Standard
        "1010020020",  # Enterprise Plus
        "1010020029",  # Enterprise Starter
        "1010020030",  # Frontline Starter
        "1010020031",  # Frontline Standard
        "1010020034",  # Frontline Plus
        "1010020035",  # Business Continuity
        "1010020036",  # Business Continuity Plus
        "Google-Apps",
        "Google-Apps-Unlimited",
        "Google-Apps-For-Business",
        "Google-Apps-For-Government",
        "Google-Apps-For-Nonprofits",
        "Google-Apps-For-Education",
        "Google-Apps-Lite",
        "1010070001",  # Education Fundamentals
        "1010070004",  # Education Gmail Only
    }
)
SKUS: dict[Capability, frozenset[str]] = {
    Capability.MAIL: _MAIL_SKUS,
    Capability.VAULT: _BUSINESS_PLUS_UP - {"1010020031"} | {"Google-Vault", "Google-Vault-Former-Employee"},
    Capability.DLP: frozenset({"1010020026", "1010020020", "1010020031", "1010020034"}),
}
"""Google SKUs by capability, for the capabilities that Google sells by plan.

Source: the product and SKU page of the Enterprise License Manager API; Google's pages on editions for Vault and Gmail DLP.
"""


@dataclass(frozen=True)
class Licence:
    """A license the clinic owns, or somebody's own."""

    id: str  # the SKU's id
    label: str  # the SKU's name
    provider: Provider
    capabilities: frozenset[Capability]
    trial: bool | None = None  # None: not known
    kind: str = "licence"


class Licences(View[Licence], ABC):
    """What the clinic and its people are licensed for."""

    @abstractmethod
    def __iter__(self) -> Iterator[Licence]:
        """Licenses the clinic owns and that work, then `Unreadable` if the list is incomplete."""

    @abstractmethod
    def of(self, person: str) -> list[Licence]:
        """The licenses of a person (by id), each with the capabilities that are switched on for them."""

    def has(self, capability: Capability) -> bool:
        """Whether a working license of the clinic gives the capability."""
        given, gap = self._capabilities
        if capability not in given and gap is not None:
            raise Unreadable(gap)
        return capability in given

    @derived
    def _capabilities(self) -> tuple[frozenset[Capability], Gap | None]:
        """What all licenses that could be read give, and why there may be more."""
        found: set[Capability] = set()
        try:
            for licence in self:
                found |= licence.capabilities
        except Unreadable as err:
            return frozenset(found), err.gap
        return frozenset(found), None

    def gives(self, person: str, capability: Capability) -> bool:
        """Whether a person's own license gives the capability."""
        return any(capability in licence.capabilities for licence in self.of(person))


class MicrosoftLicences(Licences, provider=MICROSOFT_365):
    """Subscribed SKUs and the service plans inside them."""

    def __init__(self, skus: Table[SubscribedSku], users: Keyed[User], subscriptions: Table[Subscription]) -> None:
        self.skus, self.users, self.subscriptions = skus, users, subscriptions

    @derived
    def _by_id(self) -> dict[str, Licence]:
        return {licence.id: licence for licence in self}

    def _plans(self, sku: SubscribedSku) -> frozenset[str]:
        if sku.capability_status not in {"Enabled", "Warning"}:
            return frozenset()
        return frozenset(plan.service_plan_id for plan in sku.service_plans if plan.provisioning_status == "Success")

    @derived
    def _read(self) -> dict[str, frozenset[str]]:
        """Working service plans by SKU id."""
        return {sku.sku_id: self._plans(sku) for sku in self.skus}

    def __iter__(self) -> Iterator[Licence]:
        for sku in self.skus:
            if sku.capability_status in {"Enabled", "Warning"}:
                yield Licence(
                    sku.sku_id,
                    sku.sku_part_number,
                    MICROSOFT_365,
                    capabilities(self._plans(sku)),
                    self._trial(sku.sku_id),
                )

    def _trial(self, sku: str) -> bool | None:
        """Whether every live purchase of a SKU is a trial; None where the purchases were not read."""
        try:
            marks = [bool(s.is_trial) for s in self.subscriptions if s.sku_id == sku and s.status != "Deleted"]
        except Unreadable:
            return None
        return all(marks) if marks else None

    def of(self, person: str) -> list[Licence]:
        user = self.users.get(person)
        if user is None:
            return []
        held = []
        for assigned in user.assigned_licenses:
            if assigned.sku_id not in self._read:
                raise Unreadable(
                    Gap(
                        "graph.subscribed_skus:skuId",
                        Reason.UNREADABLE,
                        "a person holds a license that the list of the clinic's licenses does not name",
                    )
                )
            plans = self._read[assigned.sku_id] - frozenset(assigned.disabled_plans)
            name = self._by_id[assigned.sku_id].label if assigned.sku_id in self._by_id else assigned.sku_id
            held.append(
                Licence(assigned.sku_id, name, MICROSOFT_365, capabilities(plans), self._trial(assigned.sku_id))
            )
        return held


class GoogleLicences(Licences, provider=GOOGLE_WORKSPACE):
    """License assignments; a customer's unassigned licenses do not show.

    Whether every customer with automatic licensing lists every person is not documented: an empty list in a tenant with
    mailboxes counts as unreadable, not as "no license".
    """

    def __init__(self, assignments: Table[LicenceAssignment], users: Keyed[GoogleUser]) -> None:
        self.assignments, self.users = assignments, users

    @derived
    def by_address(self) -> dict[str, list[Licence]]:
        """Licenses by the holder's address in lower case; `Unreadable` if the list is incomplete."""
        found: dict[str, list[Licence]] = {}
        for assignment in self.assignments:
            found.setdefault(assignment.user_id.casefold(), []).append(_google(assignment))
        if not found and any(user.is_mailbox_setup for user in self.users):
            raise Unreadable(
                Gap(
                    "licensing.assignments",
                    Reason.UNREADABLE,
                    "Google lists no license at all although there are mailboxes",
                    "look at Billing, Subscriptions in the Admin console",
                )
            )
        return found

    def __iter__(self) -> Iterator[Licence]:
        seen: set[str] = set()
        for assignment in self.assignments:
            if assignment.sku_id not in seen:
                seen.add(assignment.sku_id)
                yield _google(assignment)
        self.by_address  # noqa: B018 - an empty list in a tenant with mailboxes is no answer

    def of(self, person: str) -> list[Licence]:
        user = self.users.get(person)
        return [] if user is None else list(self.by_address.get(user.primary_email.casefold(), []))


def _google(assignment: LicenceAssignment) -> Licence:
    given = frozenset(capability for capability, ids in SKUS.items() if assignment.sku_id in ids)
    return Licence(assignment.sku_id, assignment.sku_name, GOOGLE_WORKSPACE, given)
