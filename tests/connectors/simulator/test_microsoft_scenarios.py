"""The Microsoft scenarios hold what their descriptions say, and their canaries are really planted."""

from __future__ import annotations

import json
import time

import pytest

from connectors.simulator import generate, scenario, scenarios

MICROSOFT = [name for name in scenarios() if name.startswith("microsoft-")]


def test_the_scenarios_are_listed():
    assert MICROSOFT == [
        "microsoft-bad",
        "microsoft-empty",
        "microsoft-enterprise",
        "microsoft-hybrid",
        "microsoft-neglected",
        "microsoft-no-p1",
        "microsoft-refused",
        "microsoft-typical",
        "microsoft-well-run",
    ]


def test_an_unknown_scenario_names_the_known_ones():
    with pytest.raises(KeyError, match="microsoft-typical"):
        scenario("microsoft-perfect")


@pytest.mark.parametrize("name", MICROSOFT)
def test_every_canary_is_unique_and_planted(name):
    tenant = scenario(name)
    text = json.dumps(tenant.state)
    assert len(set(tenant.canaries)) == len(tenant.canaries) > 0
    for canary in tenant.canaries:
        # A read-only rule hides its name's companions, and Graph hides hidden rules; the rest must be there.
        assert canary in text or "rule-" in canary
    assert sum(canary in text for canary in tenant.canaries) > len(tenant.canaries) * 0.7


@pytest.mark.parametrize("name", MICROSOFT)
def test_every_scenario_is_plain_data_and_built_anew(name):
    first, second = scenario(name), scenario(name)
    assert json.loads(json.dumps(first.state)) == second.state
    first.state["graph"]["users"].clear()
    assert second.state["graph"]["users"]


@pytest.mark.parametrize("name", MICROSOFT)
def test_ids_join_across_services(name):
    state = scenario(name).state
    users = {user["id"] for user in state["graph"]["users"]}
    for mailbox in state["exchange"]["Get-Mailbox"]:
        assert mailbox["ExternalDirectoryObjectId"] in users
    groups = {group["id"] for group in state["graph"]["groups"] if group["isAssignableToRole"]}
    for assignment in state["graph"]["roleAssignments"]:
        assert assignment["principalId"] in users | groups
    assert {row["id"] for row in state["graph"]["userRegistrationDetails"]} <= users
    assert len(users) == len(state["graph"]["users"])


FIRST_PARTY = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


def test_five_thousand_people_are_made_quickly_and_repeatably():
    started = time.process_time()
    tenant = generate("microsoft365", users=5000, seed=11)
    assert time.process_time() - started < 5  # half a second is usual
    users = tenant.state["graph"]["users"]
    assert len(users) == len({user["id"] for user in users}) == 5000
    again = generate("microsoft365", users=5000, seed=11)
    assert again.state == tenant.state
    other = generate("microsoft365", users=5000, seed=12)
    assert other.state["graph"]["users"][0]["id"] != users[0]["id"]


def test_a_generated_tenant_has_exactly_as_many_users_as_asked():
    for count in (1, 2, 17):
        assert len(generate("microsoft365", users=count, seed=1).state["graph"]["users"]) == count


def test_a_generated_directory_is_as_big_as_asked_and_made_of_what_large_ones_are_made_of():
    sizes = {"principals": 600, "groups": 20, "members": 40}
    graph = generate("microsoft365", users=200, seed=3, **sizes).state["graph"]
    principals = graph["servicePrincipals"]
    ids = {sp["id"] for sp in principals}
    assert len(principals) == len(ids) == 600
    first_party = [sp for sp in principals if sp["appOwnerOrganizationId"] == FIRST_PARTY]
    assert len(first_party) > 400
    assert not any(sp["passwordCredentials"] or sp["keyCredentials"] for sp in first_party)
    assert any(sp["servicePrincipalType"] == "ManagedIdentity" and sp["keyCredentials"] for sp in principals)
    assert any(app["passwordCredentials"] and app["owners"] for app in graph["applications"])
    assert {grant["clientId"] for grant in graph["oauth2PermissionGrants"]} <= ids
    assert len({grant["id"] for grant in graph["oauth2PermissionGrants"]}) == len(graph["oauth2PermissionGrants"])
    assert {grant["consentType"] for grant in graph["oauth2PermissionGrants"]} == {"AllPrincipals", "Principal"}
    assert {row["principalId"] for row in graph["appRoleAssignments"]} <= ids
    members, groups = graph["members"], {group["id"] for group in graph["groups"]}
    assert [len(inside) for inside in members.values()] == [40] * 20
    assert all(len(set(inside)) == 40 for inside in members.values())
    assert any(groups & set(inside) for inside in members.values())
    guests = {user["id"] for user in graph["users"] if user["userType"] == "Guest"}
    assert any(guests & set(inside) for inside in members.values())
    assert generate("microsoft365", users=200, seed=3, **sizes).state["graph"] == graph


def test_a_bigger_directory_changes_nobody():
    plain, big = (
        generate("microsoft365", users=60, seed=3, **more).state for more in ({}, {"principals": 90, "groups": 4})
    )
    assert big["graph"]["users"] == plain["graph"]["users"]
    assert big["exchange"]["Get-Mailbox"] == plain["exchange"]["Get-Mailbox"]
    assert len(plain["graph"]["groups"]) == 2
    assert len(plain["graph"]["servicePrincipals"]) == 4


def test_google_takes_no_further_sizes():
    with pytest.raises(TypeError):
        generate("google_workspace", users=5, seed=1, principals=3)


def test_an_unknown_provider_cannot_be_generated():
    with pytest.raises(ValueError, match="unknown provider"):
        generate("fax", users=1, seed=1)


def test_the_hybrid_clinic_is_synchronized_and_federated():
    state = scenario("microsoft-hybrid").state["graph"]
    assert state["organization"][0]["onPremisesSyncEnabled"] is True
    assert {user["onPremisesSyncEnabled"] for user in state["users"]} == {True, None}
    assert state["federationConfiguration"]["stonebridge.example"][0]["issuerUri"].startswith("http://sts.")
