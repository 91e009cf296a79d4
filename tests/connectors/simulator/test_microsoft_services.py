"""SharePoint's and Teams' admin services as the simulator plays them."""

from __future__ import annotations

import re

import pytest
import requests
from azure.identity import CertificateCredential, ClientSecretCredential

from connectors.simulator import Simulator, scenario

SHAREPOINT = "https://harborstreet-example-admin.sharepoint.com/.default"
TEAMS = "48ac35b8-9aa8-4d74-927d-1f4a14a0b239/.default"


def ask(tenant, area, path, scope, *, certificate=True):
    with Simulator([tenant]) as simulator:
        there = simulator.connection(tenant.key)
        proof = there["credentials"]["certificate_file" if certificate else "client_secret"]
        kind = CertificateCredential if certificate else ClientSecretCredential
        with kind(
            there["tenant_id"],
            there["credentials"]["client_id"],
            proof,
            authority=there["endpoints"]["login"],
            disable_instance_discovery=True,
            connection_verify=there["ca_file"],
        ) as credential:
            token = credential.get_token(scope).token
        return requests.get(there["endpoints"][area] + path, headers={"Authorization": f"Bearer {token}"})


def test_sharepoint_answers_a_certificate_with_numbers_for_enums():
    answer = ask(scenario("microsoft-well-run"), "sharepoint", "/_api/SPO.Tenant", SHAREPOINT)
    assert answer.json()["d"]["SharingCapability"] == 3
    listed = answer.json()["d"]["AllowedDomainListForSyncClient"]["results"]
    assert isinstance(listed, list)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", guid) for guid in listed)


def test_sharepoint_refuses_a_client_secret():
    answer = ask(scenario("microsoft-well-run"), "sharepoint", "/_api/SPO.Tenant", SHAREPOINT, certificate=False)
    assert answer.status_code == 401
    assert "Unsupported app only token." in answer.text


def test_sharepoint_refuses_an_app_without_full_control():
    tenant = scenario("microsoft-well-run")
    tenant.state["apps"][tenant.state["default_app"]]["grants"]["sharepoint"] = []
    assert ask(tenant, "sharepoint", "/_api/SPO.Tenant", SHAREPOINT).status_code == 403


def test_sharepoint_gives_one_site_with_what_was_selected():
    tenant = scenario("microsoft-well-run")
    site = tenant.state["sharepoint_sites"][0]
    answer = ask(tenant, "sharepoint", f"/_api/SPO.Tenant/sites('{site['SiteId']}')?$select=Url", SHAREPOINT)
    assert answer.json()["d"].keys() == {"__metadata", "Url"}
    assert ask(tenant, "sharepoint", "/_api/SPO.Tenant/sites('no')", SHAREPOINT).status_code == 404


@pytest.mark.parametrize("path", ["TeamsMeetingPolicy", "TeamsMeetingPolicy/configuration/Global"])
def test_teams_lists_a_type_or_gives_one(path):
    content = ask(scenario("microsoft-bad"), "teams", f"/Skype.Policy/configurations/{path}", TEAMS).json()
    policy = content[0] if isinstance(content, list) else content
    assert policy["AutoAdmittedUsers"] == "Everyone"


def test_teams_needs_a_directory_role_and_a_licence():
    tenant = scenario("microsoft-bad")
    tenant.state["apps"][tenant.state["default_app"]]["directory_roles"] = []
    assert ask(tenant, "teams", "/Skype.Policy/configurations/TeamsMeetingPolicy", TEAMS).status_code == 403
    empty = ask(scenario("microsoft-empty"), "teams", "/Skype.Policy/configurations/TeamsMeetingPolicy", TEAMS)
    assert "Tnm.Common.Http.HttpResponseException" in empty.text
