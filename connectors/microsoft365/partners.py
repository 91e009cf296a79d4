"""A partner's customers: delegated admin relationships (GDAP) and contracts, read in the partner's own tenant.

These sources are no part of a clinic's scan, so they are not among the declared ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.customer import Customer
from connectors.gap import Gap, SourceGap
from connectors.microsoft365.calls import Graph
from connectors.microsoft365.connector import Microsoft365
from connectors.microsoft365.consent import GLOBAL_READER
from connectors.record import Record, Unreadable
from connectors.source import MICROSOFT_365, Source

ENDS_SOON = timedelta(days=30)


class RelatedCustomer(Record, key="tenant_id"):
    """The customer of a relationship."""

    tenant_id: str
    display_name: str


class UnifiedRole(Record, key="role_definition_id"):
    """One directory role that a relationship gives."""

    role_definition_id: str


class AccessDetails(Record, key="unified_roles"):
    """What a relationship allows."""

    unified_roles: list[UnifiedRole]


class Relationship(Record):
    """One delegated admin relationship (Graph, delegatedAdminRelationship)."""

    id: str
    status: str
    end_date_time: datetime | None
    customer: RelatedCustomer | None  # null until the customer has approved it
    access_details: AccessDetails


class Contract(Record, key="customer_id"):
    """One customer of a reseller (Graph, contract)."""

    customer_id: str
    default_domain_name: str
    display_name: str


RELATIONSHIPS = Source(
    "graph.delegated_admin_relationships",
    MICROSOFT_365,
    Relationship,
    Graph(lambda g: g.tenant_relationships.delegated_admin_relationships, select=False),
    permission="DelegatedAdminRelationship.Read.All",
    lane="graph",
    tier="partner",
)
CONTRACTS = Source(
    "graph.contracts",
    MICROSOFT_365,
    Contract,
    Graph(lambda g: g.contracts, select=False),
    permission="Directory.Read.All",
    lane="graph",
    tier="partner",
)


def customers(connector: Microsoft365, now: datetime) -> tuple[list[Customer], list[Gap]]:
    """Everybody the partner looks after, and what could not be read. A list that is missing does not hide the other one."""
    found: dict[str, Customer] = {}
    gaps: list[Gap] = []
    try:
        for contract in _read(connector, CONTRACTS):
            assert isinstance(contract, Contract)
            found[contract.customer_id] = Customer(
                contract.customer_id, contract.display_name, contract.default_domain_name
            )
    except (SourceGap, Unreadable) as err:
        gaps.append(err.gap)
    try:
        for relationship in _read(connector, RELATIONSHIPS):
            assert isinstance(relationship, Relationship)
            customer = relationship.customer
            if customer is None or relationship.status not in {"active", "expiring"}:
                continue
            known = found.get(customer.tenant_id, Customer(customer.tenant_id, customer.display_name))
            notes = dict.fromkeys([*known.notes, *_notes(relationship, now)])
            found[customer.tenant_id] = Customer(known.id, known.name, known.domain, tuple(notes))
    except (SourceGap, Unreadable) as err:
        gaps.append(err.gap)
    return sorted(found.values(), key=lambda customer: (customer.name.casefold(), customer.id)), gaps


def _notes(relationship: Relationship, now: datetime) -> Iterator[str]:
    ends = relationship.end_date_time
    if ends is not None and ends - now < ENDS_SOON:
        yield f"a delegated admin relationship ends on {ends.date().isoformat()}"
    roles = {role.role_definition_id for role in relationship.access_details.unified_roles}
    if GLOBAL_READER not in roles:
        yield "a delegated admin relationship does not give Global Reader"


def _read(connector: Microsoft365, source: Source) -> Iterator[Record]:
    for page in connector.graph.pages(source, None, licensed=False):
        for raw in page.records:
            yield source.record(source.record.project(raw, b""), f"{source.name}:")
