"""A partner's customers: the calls and fields against the providers' own descriptions, and a person's sign-in by device code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from googleapiclient import discovery_cache
from msgraph.generated.models.contract import Contract as GraphContract
from msgraph.generated.models.delegated_admin_relationship import DelegatedAdminRelationship
from msgraph.generated.models.delegated_admin_relationship_customer_participant import (
    DelegatedAdminRelationshipCustomerParticipant,
)

from connectors.gap import SourceGap
from connectors.google_workspace import reseller
from connectors.microsoft365.connection import Connection, DeviceCode
from connectors.microsoft365.connector import Microsoft365
from connectors.microsoft365.partners import (
    CONTRACTS,
    RELATIONSHIPS,
    Contract,
    RelatedCustomer,
    Relationship,
    customers,
)
from connectors.microsoft365.paths import Paths
from connectors.simulator import SimulatedTenant, Simulator, scenario

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_calls_are_graphs_own() -> None:
    assert Paths().of(RELATIONSHIPS) == "/v1.0/tenantRelationships/delegatedAdminRelationships"
    assert Paths().of(CONTRACTS) == "/v1.0/contracts"


@pytest.mark.parametrize(
    ("record", "model"),
    [
        (Relationship, DelegatedAdminRelationship),
        (RelatedCustomer, DelegatedAdminRelationshipCustomerParticipant),
        (Contract, GraphContract),
    ],
)
def test_the_fields_are_graphs_own(record: Any, model: Any) -> None:
    assert set(record.wire_names()) <= set(model().get_field_deserializers())


def test_the_resellers_call_and_fields_are_in_the_discovery_document() -> None:
    document = json.loads(discovery_cache.get_static_doc("reseller", "v1"))  # type: ignore[no-untyped-call]
    method = document["resources"]["subscriptions"]["methods"]["list"]
    assert method["httpMethod"] == "GET"
    assert any(scope.endswith(reseller.SCOPE) for scope in method["scopes"])
    assert method["parameters"]["maxResults"]["maximum"] == str(reseller.SUBSCRIPTIONS.page_size)
    assert set(reseller.Subscription.wire_names()) <= set(document["schemas"]["Subscription"]["properties"])


def partner(tenant: SimulatedTenant, simulator: Simulator, shown: list[tuple[str, str]]) -> Microsoft365:
    there = simulator.connection(tenant.key)
    sign_in = DeviceCode(lambda address, code: shown.append((address, code)))
    return Microsoft365(
        Connection(
            there["tenant_id"],
            there["credentials"]["client_id"],
            sign_in,
            endpoints=there["endpoints"],
            ca_file=there["ca_file"],
        )
    )


def test_a_person_signs_in_by_code_and_sees_what_they_may() -> None:
    tenant = scenario("microsoft-well-run")
    app = tenant.state["apps"][tenant.state["default_app"]]
    app["grants"]["graph"] = ["Directory.Read.All", "Organization.Read.All", "openid"]
    tenant.state["graph"]["contracts"] = [
        {"id": "c", "customerId": "t1", "defaultDomainName": "elm.example", "displayName": "Elm"}
    ]
    shown: list[tuple[str, str]] = []
    with Simulator([tenant]) as simulator:
        reader = partner(tenant, simulator, shown)
        found, gaps = customers(reader, NOW)
        assert [customer.name for customer in found] == ["Elm"]
        # What could not be read is said, and does not hide the other list.
        assert [gap.source for gap in gaps] == ["graph.delegated_admin_relationships"]
        assert "DelegatedAdminRelationship.Read.All" in gaps[0].remedy
        assert reader.disclosures() == []
        assert all(entry.is_read for entry in simulator.log())
    assert shown == [("https://microsoft.com/devicelogin", "CLINIC123")]


def test_a_damaged_relationship_is_no_end_of_the_list() -> None:
    tenant = scenario("microsoft-well-run")
    app = tenant.state["apps"][tenant.state["default_app"]]
    app["grants"]["graph"] = ["Directory.Read.All", "DelegatedAdminRelationship.Read.All"]
    tenant.state["graph"]["delegatedAdminRelationships"] = [{"id": "r", "status": "active"}]
    with Simulator([tenant]) as simulator:
        found, gaps = customers(partner(tenant, simulator, []), NOW)
    assert found == []
    assert gaps
    assert not isinstance(gaps[0], SourceGap)
