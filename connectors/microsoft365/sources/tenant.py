"""The tenant itself: organization, domains and licences."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


class VerifiedDomain(Record):
    """A domain as the organization object lists it."""

    name: str
    is_default: bool
    is_initial: bool


class AssignedPlan(Record):
    """A service plan that the tenant or a person holds."""

    service_plan_id: str
    service: str
    capability_status: str


@source(
    "graph.organization", MICROSOFT_365, Graph(lambda g: g.organization),
    permission="Organization.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class Organization(Record):
    """The tenant's own entry: its id, its name and its domains."""

    kind = "tenant"

    id: str
    display_name: str
    created_date_time: datetime | None
    verified_domains: list[VerifiedDomain]
    on_premises_sync_enabled: bool | None  # null: never synchronized from a local directory
    on_premises_last_sync_date_time: datetime | None  # null: never synchronized
    country_letter_code: str | None
    technical_notification_mails: list[str]
    security_compliance_notification_mails: list[str]

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "graph.domains", MICROSOFT_365, Graph(lambda g: g.domains),
    permission="Domain.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class Domain(Record):
    """A domain of the tenant, and whether people of it sign in at Microsoft or at another identity provider."""

    kind = "domain"

    id: str  # the domain's name
    authentication_type: Literal["Managed", "Federated"]
    is_verified: bool
    is_default: bool
    is_initial: bool
    is_root: bool
    supported_services: list[str]
    password_validity_period_in_days: int | None  # 2147483647: passwords never expire; null: inherits

    @property
    def label(self) -> str:
        return str(self.id)


class PrepaidUnits(Record):
    """How many units of a license were bought."""

    enabled: int
    suspended: int
    warning: int


class ServicePlan(Record):
    """One capability inside a licence."""

    service_plan_id: str
    service_plan_name: str
    provisioning_status: str  # Success, Disabled, PendingInput, PendingActivation, PendingProvisioning
    applies_to: str  # User, Company


@source(
    "graph.subscribed_skus", MICROSOFT_365, Graph(lambda g: g.subscribed_skus),
    permission="Organization.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class SubscribedSku(Record, key="sku_id"):
    """A license the tenant owns, with the capabilities inside it: what decides which protections exist at all."""

    kind = "licence"

    sku_id: str
    sku_part_number: str
    capability_status: str  # Enabled, Warning, Suspended, Deleted, LockedOut
    consumed_units: int
    prepaid_units: PrepaidUnits
    service_plans: list[ServicePlan]

    @property
    def label(self) -> str:
        return str(self.sku_part_number)


@source(
    "graph.subscriptions", MICROSOFT_365, Graph(lambda g: g.directory.subscriptions),
    permission="Organization.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class Subscription(Record):
    """A purchase behind a license: whether it is a trial, and when it ends."""

    kind = "subscription"

    id: str
    sku_id: str
    sku_part_number: str
    is_trial: bool
    status: str  # Enabled, Warning, Suspended, Deleted
    total_licenses: int
    next_lifecycle_date_time: datetime | None

    @property
    def label(self) -> str:
        return str(self.sku_part_number)
