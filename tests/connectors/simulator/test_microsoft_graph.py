"""Graph as the simulator plays it: paging, selection, permissions, licences, batches."""

from __future__ import annotations

import importlib
import re

import pytest

from connectors.simulator import Simulator, generate, scenario
from connectors.simulator.microsoft.query import properties
from connectors.simulator.microsoft.resources import RESOURCES

from .microsoft_client import Client


@pytest.fixture(scope="module")
def tenants():
    return {
        tenant.key: tenant
        for tenant in (
            scenario("microsoft-typical"),
            scenario("microsoft-no-p1"),
            scenario("microsoft-empty"),
            generate("microsoft365", users=1200, seed=7),
        )
    }


@pytest.fixture(scope="module")
def simulator(tenants):
    with Simulator(list(tenants.values())) as running:
        yield running


@pytest.fixture(scope="module")
def typical(simulator):
    with Client(simulator, "microsoft-typical") as client:
        yield client


@pytest.fixture(scope="module")
def large(simulator):
    with Client(simulator, "microsoft-generated-1200-7") as client:
        yield client


@pytest.fixture(scope="module")
def small(simulator):
    with Client(simulator, "microsoft-no-p1") as client:
        yield client


def person(tenants, alias):
    return next(
        user["id"]
        for user in tenants["microsoft-typical"].state["graph"]["users"]
        if user["userPrincipalName"].startswith(alias)
    )


def test_a_listing_is_paged_by_opaque_links_to_the_end(large):
    seen, pages, url = [], 0, "/v1.0/users?$select=id&$top=500"
    while url:
        page = large.get(url).json()
        pages += 1
        seen += [user["id"] for user in page["value"]]
        url = page.get("@odata.nextLink")
    assert pages == 3
    assert len(seen) == len(set(seen)) == 1200


def test_the_default_page_holds_a_hundred(large):
    page = large.get("/v1.0/users").json()
    assert len(page["value"]) == 100
    assert "@odata.nextLink" in page


def test_a_page_above_the_limit_is_refused_with_graphs_words(typical):
    answer = typical.get("/v1.0/users?$top=1000")
    assert answer.status_code == 400
    assert "Invalid page size specified: '1000'" in answer.json()["error"]["message"]


def test_only_selected_properties_come_back_and_unset_ones_are_null(typical):
    users = typical.get("/v1.0/users?$select=id,userType,onPremisesSyncEnabled,hireDate").json()["value"]
    assert {frozenset(user) for user in users} == {frozenset({"id", "userType", "onPremisesSyncEnabled", "hireDate"})}
    assert {user["hireDate"] for user in users} == {None}


def test_users_without_select_have_the_default_properties_only(typical):
    user = typical.get("/v1.0/users").json()["value"][0]
    assert "displayName" in user
    assert "accountEnabled" not in user


def test_an_unknown_property_is_refused(typical):
    answer = typical.get("/v1.0/users?$select=id,shoeSize")
    assert answer.status_code == 400
    assert "Could not find a property named 'shoeSize'" in answer.json()["error"]["message"]


def test_an_unknown_query_option_is_refused(typical):
    assert typical.get("/v1.0/users?$frobnicate=1").status_code == 400
    assert typical.get("/v1.0/subscribedSkus?$top=5").status_code == 400


def test_an_unknown_path_is_not_found(typical):
    answer = typical.get("/v1.0/patients")
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_beta_resources_are_not_in_v1(typical, tenants):
    user = person(tenants, "maya")
    assert typical.get(f"/beta/users/{user}/authentication/requirements").json()["perUserMfaState"] == "disabled"
    assert typical.get(f"/v1.0/users/{user}/authentication/requirements").status_code == 404


def test_a_filter_keeps_matching_records(typical):
    guests = typical.get("/v1.0/users?$select=id,userType&$filter=userType eq 'Guest' and accountEnabled eq true")
    assert [user["userType"] for user in guests.json()["value"]] == ["Guest", "Guest"]
    groups = typical.get("/v1.0/groups?$select=id&$filter=groupTypes/any(c:c eq 'Unified')").json()["value"]
    assert len(groups) == 2
    old = "status/errorCode eq 0 and (clientAppUsed eq 'IMAP4' or clientAppUsed eq 'Authenticated SMTP')"
    found = typical.get(f"/v1.0/auditLogs/signIns?$filter={old}").json()["value"]
    assert [row["clientAppUsed"] for row in found] == ["Authenticated SMTP"]
    assert typical.get("/v1.0/users?$filter=startsWith(mail,'a')").status_code == 400


def test_counting_needs_the_consistency_header(typical, tenants):
    assert typical.get("/v1.0/users/$count").status_code == 400
    counted = typical.get("/v1.0/users/$count", ConsistencyLevel="eventual")
    assert int(counted.text) == len(tenants["microsoft-typical"].state["graph"]["users"])


def test_navigation_comes_only_when_expanded(typical):
    plain = typical.get("/v1.0/roleManagement/directory/roleAssignments").json()["value"]
    assert "principal" not in plain[0]
    full = typical.get("/v1.0/roleManagement/directory/roleAssignments?$expand=principal").json()["value"]
    assert full[0]["principal"]["@odata.type"] == "#microsoft.graph.user"
    owners = typical.get("/v1.0/groups?$select=id&$expand=owners($select=id)").json()["value"]
    assert any(set(owner) == {"@odata.type", "id"} for group in owners for owner in group["owners"])
    assert typical.get("/v1.0/groups?$expand=sites").status_code == 400


def test_service_principals_are_found_by_app_id(typical):
    path = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo"
    assert [row["principalDisplayName"] for row in typical.get(path).json()["value"]] == ["ReminderBot"]
    assert typical.get(path.replace("00000003-0", "99999999-0")).status_code == 404


def test_group_members_and_memberships_agree(typical, tenants):
    groups = typical.get("/v1.0/groups?$select=id,displayName").json()["value"]
    team = next(group["id"] for group in groups if group["displayName"] == "Clinic team")
    members = typical.get(f"/v1.0/groups/{team}/transitiveMembers?$select=id,userPrincipalName").json()["value"]
    for member in members:
        mine = typical.get(f"/v1.0/users/{member['id']}/memberOf?$select=id").json()["value"]
        assert team in [group["id"] for group in mine]
    guests = typical.get(f"/v1.0/groups/{team}/members/microsoft.graph.user?$filter=userType eq 'Guest'&$count=true")
    assert guests.json()["@odata.count"] == 1
    assert typical.get(f"/v1.0/groups/{team}/members/graph.servicePrincipal").json()["value"] == []


def test_role_policies_need_a_filter_and_the_licence():
    tenant = scenario("microsoft-well-run")
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        path = "/v1.0/policies/roleManagementPolicyAssignments"
        scoped = f"{path}?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=policy($expand=rules)"
        assert client.get(path).status_code == 400
        assert client.get(scoped).json()["error"]["code"] == "AadPremiumLicenseRequired"


def test_a_missing_permission_is_a_real_403():
    tenant = scenario("microsoft-typical")
    app = tenant.state["apps"][tenant.state["default_app"]]
    app["grants"]["graph"] = ["User.Read.All"]
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        assert client.get("/v1.0/users").status_code == 200
        refused = client.get("/v1.0/identity/conditionalAccess/policies")
        assert refused.status_code == 403
        assert refused.json()["error"]["code"] == "Authorization_RequestDenied"
        assert client.get("/v1.0/users?$select=id,signInActivity").status_code == 403


def test_without_premium_the_reports_and_sign_in_activity_say_so(small):
    for path in (
        "/v1.0/reports/authenticationMethods/userRegistrationDetails",
        "/v1.0/users?$select=id,signInActivity",
        "/v1.0/auditLogs/signIns",
    ):
        answer = small.get(path)
        assert answer.status_code == 403, path
        assert answer.json()["error"]["code"] == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    devices = small.get("/v1.0/deviceManagement/managedDevices")
    assert (devices.status_code, devices.json()["error"]["message"]) == (
        400,
        "Request not applicable to target tenant.",
    )


def test_without_premium_the_methods_of_each_person_can_be_read(small):
    users = small.get("/v1.0/users?$select=id,displayName,accountEnabled").json()["value"]
    answers = small.batch(*(f"/users/{user['id']}/authentication/methods" for user in users))
    kinds = {
        users[int(key)]["displayName"]: {row["@odata.type"].rsplit(".", 1)[1] for row in item["body"]["value"]}
        for key, item in answers.items()
    }
    assert kinds["Joan Byrne"] == {"passwordAuthenticationMethod"}
    assert "microsoftAuthenticatorAuthenticationMethod" in kinds["Eleanor Shaw"]


def test_the_registration_report_omits_disabled_accounts(typical, tenants):
    rows = typical.get("/v1.0/reports/authenticationMethods/userRegistrationDetails?$top=999").json()["value"]
    disabled = [u["id"] for u in tenants["microsoft-typical"].state["graph"]["users"] if not u["accountEnabled"]]
    assert disabled
    assert not {row["id"] for row in rows} & set(disabled)


def test_sign_in_activity_is_absent_for_people_who_never_signed_in(typical):
    users = typical.get("/v1.0/users?$select=id,userPrincipalName,signInActivity").json()["value"]
    without = [user for user in users if "signInActivity" not in user]
    assert without
    assert len(without) < len(users)


def test_a_batch_answers_every_item_out_of_order(typical, tenants):
    user = person(tenants, "luis")
    answer = typical.session.post(
        f"{typical.endpoints['graph']}/v1.0/$batch",
        headers=typical.headers("graph"),
        json={
            "requests": [
                {"id": str(number), "method": "GET", "url": f"/users/{user}/mailFolders/inbox/messageRules"}
                for number in range(20)
            ]
        },
    ).json()["responses"]
    ids = [item["id"] for item in answer]
    assert sorted(ids, key=int) == [str(number) for number in range(20)]
    assert ids != sorted(ids, key=int)
    assert {item["status"] for item in answer} == {200}
    assert answer[0]["body"]["value"][0]["actions"]["redirectTo"][0]["emailAddress"]["address"].endswith("@yahoo.com")


def test_a_batch_of_more_than_twenty_is_refused(typical):
    items = [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(21)]
    answer = typical.session.post(
        f"{typical.endpoints['graph']}/v1.0/$batch", headers=typical.headers("graph"), json={"requests": items}
    )
    assert answer.status_code == 400


def test_a_batch_reports_each_items_own_failure(typical, tenants):
    nobody = person(tenants, "admin@")
    answers = typical.batch("/organization", f"/users/{nobody}/mailFolders/inbox/messageRules", "/patients")
    assert answers["0"]["status"] == 200
    assert answers["1"]["body"]["error"]["code"] == "MailboxNotEnabledForRESTAPI"
    assert answers["2"]["status"] == 404


def test_nothing_but_reading_is_allowed(typical, simulator, tenants):
    simulator.reset_log()
    user = person(tenants, "maya")
    url = f"{typical.endpoints['graph']}/v1.0/users/{user}"
    assert typical.session.patch(url, headers=typical.headers("graph"), json={}).status_code == 405
    assert typical.session.delete(url, headers=typical.headers("graph")).status_code == 405
    assert typical.batch(f"/users/{user}", method="DELETE")["0"]["status"] == 405
    assert [(entry.method, entry.is_read) for entry in simulator.log()] == [
        ("PATCH", False),
        ("DELETE", False),
        ("DELETE", False),
        ("POST", True),
    ]


def test_a_token_for_another_service_is_refused(typical):
    answer = typical.session.get(f"{typical.endpoints['graph']}/v1.0/users", headers=typical.headers("exchange"))
    assert answer.status_code == 401


@pytest.mark.parametrize("key", ["microsoft-typical", "microsoft-empty", "microsoft-no-p1"])
def test_every_resource_answers_in_every_tenant(simulator, tenants, key):
    graph = tenants[key].state["graph"]
    ids = {
        "user": graph["users"][0]["id"],
        "sp": graph["servicePrincipals"][0]["id"],
        "group": graph["groups"][0]["id"],
        "domain": graph["domains"][0]["id"],
        "policy": graph["permissionGrantPolicies"][0]["id"],
        "period": "D30",
    }
    ids["business"] = next((row["id"] for row in graph.get("bookings", [])), "none")
    with Client(simulator, key) as client:
        for resource in RESOURCES:
            if "{business}" in resource.path and ids["business"] == "none":
                continue
            path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], resource.path)
            options = "?$format=application/json" if resource.file else ""
            answer = client.get(f"/{'beta' if resource.beta else 'v1.0'}{path}{options}")
            licensed = resource.gate is None
            denied = not set(resource.permissions) & set(
                tenants[key].state["apps"][tenants[key].state["default_app"]]["grants"]["graph"]
            )
            assert answer.status_code == 200 or denied or resource.mailbox or not licensed, (path, answer.text)


REPORT = "/beta/reports/getOffice365ActiveUserDetail(period='D180')"


@pytest.mark.parametrize("hidden", [True, False])
def test_usage_reports_name_people_only_where_the_tenant_lets_them(hidden):
    tenant = scenario("microsoft-typical")
    tenant.state["graph"]["reportSettings"]["displayConcealedNames"] = hidden
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        rows = client.get(f"{REPORT}?$format=application/json").json()["value"]
        names = {row["userPrincipalName"] for row in rows}
        signed = {user["userPrincipalName"] for user in tenant.state["graph"]["users"]}
        assert rows
        assert bool(names & signed) is not hidden
        assert any("@" in name for name in names) is not hidden
        assert client.get(REPORT.replace("beta", "v1.0")).status_code == 404


def test_a_usage_report_is_a_file_elsewhere_unless_json_is_asked_for(simulator, tenants):
    with Client(simulator, "microsoft-typical") as client:
        address = client.endpoints["graph"] + REPORT
        answer = client.session.get(address, headers=client.headers("graph"), allow_redirects=False)
    assert answer.status_code == 302


def test_the_scenarios_use_only_properties_that_graph_has(tenants):
    tables = {
        "users": "user",
        "groups": "group",
        "domains": "domain",
        "servicePrincipals": "servicePrincipal",
        "applications": "application",
        "conditionalAccessPolicies": "conditionalAccessPolicy",
        "userRegistrationDetails": "userRegistrationDetails",
        "roleAssignments": "unifiedRoleAssignment",
        "roleDefinitions": "unifiedRoleDefinition",
        "managedDevices": "managedDevice",
        "devices": "device",
        "subscribedSkus": "subscribedSku",
        "subscriptions": "companySubscription",
        "organization": "organization",
        "appRoleAssignments": "appRoleAssignment",
        "oauth2PermissionGrants": "oAuth2PermissionGrant",
        "authenticationStrengths": "authenticationStrengthPolicy",
    }
    for tenant in tenants.values():
        for name, entity in tables.items():
            for record in tenant.state["graph"].get(name, []):
                assert set(record) <= properties(entity), (name, set(record) - properties(entity))


@pytest.mark.parametrize("entity", ["user", "conditional_access_policy", "managed_device", "message_rule"])
def test_the_property_table_agrees_with_msgraph_sdk(entity):
    module = importlib.import_module(f"msgraph.generated.models.{entity}")
    name = "".join(part.title() for part in entity.split("_"))
    known = set(getattr(module, name)().get_field_deserializers())
    camel = entity.split("_")[0] + "".join(part.title() for part in entity.split("_")[1:])
    assert known - {"@odata.type"} <= properties(camel)
