"""Licences, and the capabilities that they give.

    licences.has(Capability.ENTRA_P1) -> bool          the tenant owns it
    licences.gives(person_id, Capability.EXCHANGE)     somebody's own licence gives it
    licences.of(person_id) -> list[Licence]

Iterating yields the licences the clinic owns, each once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.licences import LicenceAssignment
from connectors.google_workspace.sources.people import User as GoogleUser
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.tenant import SubscribedSku, Subscription
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.tables import Keyed, Table
from rules.view import View


class Capability(StrEnum):
    """What a licence makes possible."""

    MAIL = "mailboxes"
    ENTRA_P1 = "Entra ID P1"
    ENTRA_P2 = "Entra ID P2"
    DEFENDER_P1 = "Defender for Office 365 Plan 1"
    DEFENDER_P2 = "Defender for Office 365 Plan 2"
    INTUNE = "Intune"
    DLP = "data loss prevention"
    ENCRYPTION = "message encryption"
    ARCHIVE = "archiving and litigation hold"
    AUDIT_PREMIUM = "Audit (Premium)"
    LABELS = "sensitivity labels"
    TEAMS = "Teams"
    SHAREPOINT = "SharePoint and OneDrive"
    ENDPOINT_DEFENDER = "Defender for Business or Endpoint"
    LOCKBOX = "Customer Lockbox"
    VAULT = "Google Vault"


PLANS: dict[Capability, frozenset[str]] = {
    Capability.MAIL: frozenset(
        {
            "9aaf7827-d63c-4b61-89c3-182f06f82e5c",  # Exchange Online Plan 1
            "efb87545-963c-4e0d-99df-69c6916d9eb0",  # Plan 2
            "4a82b400-a79f-41a4-b4e2-e94f5787b113",  # Kiosk
            "1126bef5-da20-4f07-b45e-ad25d2581aa8",  # Essentials
            "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd",  # Plan 1, government
            "8c3069c0-ccdb-44be-ab77-986203a67df2",  # Plan 2, government
        }
    ),
    Capability.ENTRA_P1: frozenset(
        {"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"}  # P2 holds all of P1
    ),
    Capability.ENTRA_P2: frozenset({"eec0eb4f-6444-4f95-aba0-50c24d67f998"}),
    Capability.DEFENDER_P1: frozenset(
        {
            "f20fedf3-f3c3-43c3-8267-2bfdd51c0939",
            "493ff600-6a2b-4db6-ad37-a7d4eb214516",
            "8e0c0a52-6a6c-4d40-8370-dd62790dcd70",  # Plan 2 holds all of Plan 1
            "900018f1-0cdb-4ecb-94d4-90281760fdc6",
        }
    ),
    Capability.DEFENDER_P2: frozenset({"8e0c0a52-6a6c-4d40-8370-dd62790dcd70", "900018f1-0cdb-4ecb-94d4-90281760fdc6"}),
    Capability.INTUNE: frozenset(
        {
            "c1ec4a95-1f05-45b3-a911-aa3fa01094f5",
            "8e9ff0ff-aa7a-4b20-83c1-2f636b600ac2",
            "e6025b08-2fa5-4313-bd0a-7e5ffca32958",
            "d216f254-796f-4dab-bbfa-710686e646b9",
        }
    ),
    Capability.DLP: frozenset(
        {
            "9bec7e34-c9fa-40b7-a9d1-bd6d1165c7ed",  # the add-on inside Business Premium
            "efb87545-963c-4e0d-99df-69c6916d9eb0",  # Exchange Online Plan 2
            "8c3069c0-ccdb-44be-ab77-986203a67df2",
        }
    ),
    Capability.ENCRYPTION: frozenset(
        {
            "bea4c11e-220a-4e6d-8eb8-8ea15d019f90",
            "6c57d4b6-3b23-47a5-9bc9-69f17b4947b3",
            "5689bec4-755d-4753-8b61-40975025187c",
        }
    ),
    Capability.ARCHIVE: frozenset({"efb87545-963c-4e0d-99df-69c6916d9eb0", "176a09a6-7ec5-4039-ac02-b2791c6ba793"}),
    Capability.AUDIT_PREMIUM: frozenset({"2f442157-a11c-46b9-ae5b-6e39ff4e5849"}),
    Capability.LABELS: frozenset(
        {
            "5136a095-5cf0-4aff-bec3-e84448b38ea5",
            "efb0351d-3b08-4503-993d-383af8de41e3",
            "6c57d4b6-3b23-47a5-9bc9-69f17b4947b3",
            "5689bec4-755d-4753-8b61-40975025187c",
        }
    ),
    Capability.TEAMS: frozenset({"57ff2da0-773e-42df-b2af-ffb7a2317929"}),
    Capability.SHAREPOINT: frozenset({"c7699d2e-19aa-44de-8edf-1736da088ca1", "5dbe027f-2339-4123-9542-606e4d348a72"}),
    Capability.ENDPOINT_DEFENDER: frozenset(
        {"bfc1bbd9-981b-4f71-9b82-17c35fd0e2a4", "871d91ec-ec1a-452b-a83f-bd76c7d770ef"}
    ),
    Capability.LOCKBOX: frozenset({"9f431833-0334-42de-a7dc-70aa40db46db", "3ec18638-bd4c-4d3b-8905-479ed636b83e"}),
    Capability.VAULT: frozenset(),
}
"""Service plan ids by capability. Source: Microsoft's page "product names and service plan identifiers for licensing"."""

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
    """A licence the clinic owns, or somebody's own."""

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
        """Licences the clinic owns and that work, then `Unreadable` if the list is incomplete."""

    @abstractmethod
    def of(self, person: str) -> list[Licence]:
        """The licences of a person (by id), each with the capabilities that are switched on for them."""

    def has(self, capability: Capability) -> bool:
        """Whether a working licence of the clinic gives the capability."""
        given, gap = self._capabilities
        if capability not in given and gap is not None:
            raise Unreadable(gap)
        return capability in given

    @derived
    def _capabilities(self) -> tuple[frozenset[Capability], Gap | None]:
        """What all licences that could be read give, and why there may be more."""
        found: set[Capability] = set()
        try:
            for licence in self:
                found |= licence.capabilities
        except Unreadable as err:
            return frozenset(found), err.gap
        return frozenset(found), None

    def gives(self, person: str, capability: Capability) -> bool:
        """Whether a person's own licence gives the capability."""
        return any(capability in licence.capabilities for licence in self.of(person))


def _given(plans: frozenset[str]) -> frozenset[Capability]:
    return frozenset(capability for capability, ids in PLANS.items() if ids & plans)


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
                    sku.sku_id, sku.sku_part_number, MICROSOFT_365, _given(self._plans(sku)), self._trial(sku.sku_id)
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
                        "a person holds a licence that the list of the clinic's licences does not name",
                    )
                )
            plans = self._read[assigned.sku_id] - frozenset(assigned.disabled_plans)
            name = self._by_id[assigned.sku_id].label if assigned.sku_id in self._by_id else assigned.sku_id
            held.append(Licence(assigned.sku_id, name, MICROSOFT_365, _given(plans), self._trial(assigned.sku_id)))
        return held


class GoogleLicences(Licences, provider=GOOGLE_WORKSPACE):
    """Licence assignments; a customer's unassigned licences do not show.

    Whether every customer with automatic licensing lists every person is not documented: an empty list in a tenant with
    mailboxes counts as unreadable, not as "no licence".
    """

    def __init__(self, assignments: Table[LicenceAssignment], users: Keyed[GoogleUser]) -> None:
        self.assignments, self.users = assignments, users

    @derived
    def by_address(self) -> dict[str, list[Licence]]:
        """Licences by the holder's address in lower case; `Unreadable` if the list is incomplete."""
        found: dict[str, list[Licence]] = {}
        for assignment in self.assignments:
            found.setdefault(assignment.user_id.casefold(), []).append(_google(assignment))
        if not found and any(user.is_mailbox_setup for user in self.users):
            raise Unreadable(
                Gap(
                    "licensing.assignments",
                    Reason.UNREADABLE,
                    "Google lists no licence at all although there are mailboxes",
                    "look at Billing, Subscriptions in the Admin console",
                )
            )
        return found

    @derived
    def skus_by_address(self) -> dict[str, frozenset[str]]:
        """SKU ids by the holder's address in lower case."""
        return {address: frozenset(one.id for one in held) for address, held in self.by_address.items()}

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
