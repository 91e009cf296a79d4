"""Who looks after the tenant: reviews of access, outside IT companies, and the door to the admin center."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.microsoft365.sources.registrations import Credential, Owner
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


class ReviewQuery(Record, key="query"):
    """Part of what a review is about, as a Graph query."""

    query: str | None = None  # only scopes that are queries have one


class ReviewScope(Record, key="type"):
    """What a review is about: one query, or principals and what they may reach."""

    type: str | None = named("@odata.type", default=None)  # left out for the basic kind
    query: str | None = None  # only scopes that are a query have one
    principal_scopes: list[ReviewQuery] = []  # only scopes of the other kind have these
    resource_scopes: list[ReviewQuery] = []  # only scopes of the other kind have these

    @property
    def queries(self) -> list[str]:
        """All queries of the scope."""
        parts = [*self.principal_scopes, *self.resource_scopes]
        return [query for query in [self.query, *(part.query for part in parts)] if query]


class RecurrencePattern(Record, key="type"):
    """How often a review comes back."""

    type: Literal["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"]
    interval: int


class Recurrence(Record, key="pattern"):
    """When a review comes back."""

    pattern: RecurrencePattern | None  # null: it takes place once


class ReviewSettings(Record, key="recurrence"):
    """How a review is run."""

    recurrence: Recurrence | None  # null: it takes place once


@source(
    "graph.access_reviews", MICROSOFT_365, Graph(lambda g: g.identity_governance.access_reviews.definitions, select=False),
    permission="AccessReview.Read.All", licence="p2", lane="graph", page_size=100, tier="graph-only",
)  # fmt: skip
class AccessReview(Record):
    """A review in which somebody confirms, again and again, who still needs access."""

    kind = "access review"

    id: str
    display_name: str | None
    status: str  # NotStarted, InProgress, Completed and others: an open list (Graph, accessReviewScheduleDefinition)
    scope: ReviewScope | None
    instance_enumeration_scope: ReviewScope | None = None  # only where one review is held for each of many groups
    settings: ReviewSettings

    @property
    def label(self) -> str:
        return str(self.display_name or self.id)


@source(
    "graph.entra_ux_setting", MICROSOFT_365,
    Graph(
        lambda g: g.admin, single=True, select=False, suffix="/entra/uxSetting",
        beta="the switch for the admin center stands in no v1.0 resource (Graph, uxSetting)",
    ),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class EntraUxSetting(Record, key="restrict_non_admin_access"):
    """Whether people without an administrator role may browse the Entra admin center."""

    restrict_non_admin_access: Literal["true", "false"]


@source(
    "graph.cross_tenant_access_partners", MICROSOFT_365, Graph(lambda g: g.policies.cross_tenant_access_policy.partners),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class PartnerTenant(Record, key="tenant_id"):
    """Another organization for which the clinic has rules of its own, such as its IT company."""

    kind = "organization"

    tenant_id: str
    is_service_provider: bool | None  # null: it is none (Graph, crossTenantAccessPolicyConfigurationPartner)

    @property
    def label(self) -> str:
        return str(self.tenant_id)


@source(
    "graph.service_principal_secrets", MICROSOFT_365, Graph(lambda g: g.service_principals, {"expand": ["owners($select=id)"]}),
    permission="Application.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class PrincipalSecrets(Record):
    """Which applications carry secrets that were added in this tenant, and who owns them here."""

    kind = "application"

    id: str
    password_credentials: list[Credential]
    key_credentials: list[Credential]
    owners: list[Owner]

    @property
    def label(self) -> str:
        return str(self.id)
