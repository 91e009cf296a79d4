"""What a customer consents to, in which cloud, and what a token holds beyond."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import responses

from connectors.microsoft365 import clouds, consent
from connectors.microsoft365.connection import CLOUDS, PROFILES, Connection, Profile, Secret
from connectors.microsoft365.connector import Microsoft365
from connectors.microsoft365.profiles import beyond, held_by, needed, owner_of, permissions_of
from connectors.signin import SignInFailed
from tests.promises import SHARED

DOMAIN = "https://login.microsoftonline.com/brightwater.example/.well-known/openid-configuration"
TENANT = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_permission_of_a_profile_has_its_role_id(profile: Profile) -> None:
    missing = set(consent.unlisted(profile)) - consent.BY_NAME
    assert missing == set(), "give it its role id in APP_ROLES, or name it in BY_NAME"


def test_role_ids_are_those_of_the_reference_page() -> None:
    page = (SHARED / "reference" / "microsoft365.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"\| ([A-Za-z.]+)(?: \([A-Za-z]+\))? \| ([0-9a-f-]{36}) ", page))
    table |= dict(re.findall(r"([A-Za-z.]+\.[A-Za-z.]+)(?: \([A-Za-z ]+\))? \| ([0-9a-f-]{36})", page))
    told = {name: role.id for name, role in consent.APP_ROLES.items() if name.partition(" ")[0] in table}
    assert len(told) > 30
    assert told == {name: table[name.partition(" ")[0]] for name in told}


def test_no_two_permissions_share_an_id_and_none_can_write() -> None:
    ids = [role.id for role in consent.APP_ROLES.values()]
    assert len(ids) == len(set(ids))
    broad = {name for name in consent.APP_ROLES if not re.search(r"\.Read(Basic)?(\.|$)", name)}
    assert broad == set(consent.BROAD)


def test_each_profile_asks_for_more_than_the_one_before() -> None:
    asked = [{r["id"] for one in consent.manifest(profile) for r in one["resourceAccess"]} for profile in PROFILES]
    assert asked[0] < asked[1] < asked[2]
    assert consent.directory_roles("graph-only") == {}
    assert set(consent.directory_roles("standard")) == {"Global Reader"}


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
def test_the_link_lies_at_the_clouds_own_login(cloud: str) -> None:
    assert consent.consent_link("app", "a b", cloud) == f"{CLOUDS[cloud].login}/a%20b/adminconsent?client_id=app"


# --- beyond ---------------------------------------------------------------------------------------------------------------


def test_what_a_token_holds_beyond_is_named_by_service() -> None:
    assert beyond(["User.Read.All", "Mail.Read"], "standard") == ["Mail.Read"]
    assert beyond(["Exchange.ManageAsApp", "full_access_as_app"], "standard", "exchange") == ["full_access_as_app"]
    assert beyond(["Exchange.ManageAsApp"], "standard", "compliance") == []
    assert beyond(["Exchange.ManageAsApp"], "graph-only", "exchange") == ["Exchange.ManageAsApp"]
    assert beyond(["Sites.FullControl.All"], "full", "sharepoint") == []
    assert beyond(["Sites.FullControl.All"], "standard", "sharepoint") == ["Sites.FullControl.All"]


def test_permissions_are_read_from_the_tokens_of_applications_and_of_people() -> None:
    assert held_by({"roles": ["User.Read.All"]}) == {"User.Read.All"}
    assert held_by({"scp": "User.Read.All openid profile"}) == {"User.Read.All"}
    assert held_by({}) == frozenset()
    assert held_by({"roles": None, "scp": None}) == frozenset()


SERVICES = ("graph", "exchange", "sharepoint", "teams", "fabric", "power platform")


def test_every_permission_belongs_to_one_service() -> None:
    assert {owner_of(name) for name in ("graph", "exchange", "compliance")} == {"graph", "exchange"}
    assert owner_of("https://brightwater-admin.sharepoint.com") == "sharepoint"
    split = {name for service in SERVICES for name in needed("full", service)}
    assert split == {name for name in permissions_of("full") if name}


# --- clouds ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sub_scope", "cloud"),
    [(None, "commercial"), ("GCC", "gcc"), ("DODCON", "gcchigh"), ("DOD", "dod")],
)
@responses.activate
def test_the_cloud_is_told_without_a_sign_in(sub_scope: str | None, cloud: str) -> None:
    answer = {"token_endpoint": f"https://login.microsoftonline.us/{TENANT}/oauth2/v2.0/token"}
    responses.get(DOMAIN, json=answer | ({"tenant_region_sub_scope": sub_scope} if sub_scope else {}))
    assert clouds.find("brightwater.example") == clouds.Home(TENANT, cloud)
    assert "Authorization" not in responses.calls[0].request.headers


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_tenant"}),
        (200, {}),
        (200, []),
        (200, {"token_endpoint": f"https://x/{TENANT}/oauth2", "tenant_region_sub_scope": "MOON"}),
    ],
)
@responses.activate
def test_a_tenant_that_cannot_be_told(status: int, body: object) -> None:
    responses.get(DOMAIN, status=status, json=body)
    with pytest.raises(SignInFailed) as caught:
        clouds.find("brightwater.example")
    assert caught.value.advice


@pytest.mark.parametrize(
    ("path", "cloud", "expected"),
    [
        ("/v1.0/admin/reportSettings?$select=x", "gcchigh", True),
        ("/v1.0/admin/reportSettings", "gcc", False),
        ("/v1.0/admin/sharepoint/settings", "dod", False),
        ("/beta/admin/reportSettings", "dod", False),
        ("/v1.0/users", "dod", False),
    ],
)
def test_what_a_government_cloud_lacks(path: str, cloud: str, expected: bool) -> None:
    assert clouds.lacks(path, cloud) is expected


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
def test_a_connection_asks_only_hosts_of_its_cloud(cloud: str) -> None:
    reader = Microsoft365(Connection(TENANT, "app", Secret("s"), cloud=cloud))
    hosts = CLOUDS[cloud]
    guard = reader.transport.guard
    guard.check("GET", f"{hosts.graph}/v1.0/users", b"")
    government = cloud in clouds.GOVERNMENT
    elsewhere = CLOUDS["commercial" if government else "gcchigh"]
    for address in (elsewhere.graph, elsewhere.login):
        with pytest.raises(Exception, match="not a host of this provider"):
            guard.check("GET", f"{address}/v1.0/users", b"")
    assert reader.connection.scope("graph") == f"{hosts.graph}/.default"
    assert isinstance(reader.skipped(), dict)


def test_no_secret_is_shown(tmp_path: Path) -> None:
    assert "hunter2" not in repr(Connection(TENANT, "app", Secret("hunter2")))
