"""Signing in to the simulated Microsoft tenants, with the real azure-identity and by hand."""

from __future__ import annotations

import jwt
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential, DeviceCodeCredential

from connectors.simulator import Simulator, scenario
from connectors.simulator.certificate import client_certificate

GRAPH = "https://graph.microsoft.com/.default"


@pytest.fixture(scope="module")
def simulator():
    with Simulator([scenario("microsoft-typical")]) as running:
        yield running


@pytest.fixture
def connection(simulator):
    return simulator.connection("microsoft-typical")


def options(connection):
    return {
        "authority": connection["endpoints"]["login"],
        "disable_instance_discovery": True,
        "connection_verify": connection["ca_file"],
    }


def roles(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_a_client_secret_buys_a_token_that_names_its_roles(connection):
    credentials = connection["credentials"]
    with ClientSecretCredential(
        connection["tenant_id"], credentials["client_id"], credentials["client_secret"], **options(connection)
    ) as credential:
        claims = roles(credential.get_token(GRAPH).token)
    assert claims["aud"] == "https://graph.microsoft.com"
    assert claims["tid"] == connection["tenant_id"]
    assert "User.Read.All" in claims["roles"]
    assert not [role for role in claims["roles"] if "Write" in role]


def test_a_certificate_buys_a_token_and_the_service_takes_it(connection):
    credentials = connection["credentials"]
    with CertificateCredential(
        connection["tenant_id"], credentials["client_id"], credentials["certificate_file"], **options(connection)
    ) as credential:
        token = credential.get_token(GRAPH).token
    answer = requests.get(
        f"{connection['endpoints']['graph']}/v1.0/organization", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.json()["value"][0]["displayName"] == "Brightwater Family Health"


def test_a_certificate_that_is_not_registered_is_refused(connection, tmp_path):
    stranger = client_certificate(tmp_path)
    with (
        CertificateCredential(
            connection["tenant_id"], connection["credentials"]["client_id"], str(stranger), **options(connection)
        ) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS700027"),
    ):
        credential.get_token(GRAPH)


def test_a_wrong_secret_is_refused(connection):
    with (
        ClientSecretCredential(
            connection["tenant_id"], connection["credentials"]["client_id"], "wrong", **options(connection)
        ) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(GRAPH)


def test_an_unknown_resource_is_refused(connection):
    credentials = connection["credentials"]
    with (
        ClientSecretCredential(
            connection["tenant_id"], credentials["client_id"], credentials["client_secret"], **options(connection)
        ) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS500011"),
    ):
        credential.get_token("https://nowhere.example/.default")


def test_a_device_code_signs_a_person_in_after_a_pending_poll(connection, simulator):
    simulator.reset_log()
    shown = []
    with DeviceCodeCredential(
        client_id=connection["credentials"]["client_id"],
        tenant_id=connection["tenant_id"],
        prompt_callback=lambda uri, code, expires: shown.append(code),
        **options(connection),
    ) as credential:
        claims = roles(credential.get_token(GRAPH).token)
    assert shown == ["CLINIC123"]
    assert "User.Read.All" in claims["scp"]
    statuses = [entry.status for entry in simulator.log() if entry.path.endswith("/token")]
    assert statuses == [400, 200]
    assert all(entry.is_read for entry in simulator.log())


def test_the_metadata_service_gives_tokens_to_a_managed_identity(connection):
    url = f"{connection['endpoints']['managed_identity']}/metadata/identity/oauth2/token"
    query = {"resource": "https://graph.microsoft.com", "api-version": "2018-02-01"}
    assert requests.get(url, params=query).status_code == 400
    answer = requests.get(url, params=query, headers={"Metadata": "true"})
    assert answer.json()["token_type"] == "Bearer"


def test_an_expired_token_is_refused(connection):
    tenant = scenario("microsoft-no-p1")
    tenant.state["token_seconds"] = -1
    with Simulator([tenant]) as simulator:
        there = simulator.connection(tenant.key)
        answer = requests.post(
            f"{there['endpoints']['login']}/{there['tenant_id']}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "scope": GRAPH,
                "client_id": there["credentials"]["client_id"],
                "client_secret": there["credentials"]["client_secret"],
            },
            verify=there["ca_file"],
        )
        token = answer.json()["access_token"]
        refused = requests.get(
            f"{there['endpoints']['graph']}/v1.0/users", headers={"Authorization": f"Bearer {token}"}
        )
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_any_domain_of_the_tenant_finds_its_login(connection):
    answer = requests.get(
        f"{connection['endpoints']['login']}/brightwater.example/.well-known/openid-configuration",
        verify=connection["ca_file"],
    ).json()
    assert connection["tenant_id"] in answer["token_endpoint"]
    assert answer["tenant_region_sub_scope"] is None
