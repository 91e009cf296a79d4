"""The simulated Google APIs, asked over real HTTP with Google's own libraries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account
from googleapiclient.discovery import build

from connectors.simulator import Fault, SimulatedTenant, Simulator, scenario
from connectors.simulator.faults import Refuse, Status
from connectors.simulator.google.editions import GROUPS_READER_ROLE

SCOPE = "https://www.googleapis.com/auth/"
SERVICE_PATHS = {"drive": "drive/v3/", "calendar": "calendar/v3/", "groupssettings": "groups/v1/groups/"}
ADMIN_SCOPES = (
    "admin.directory.customer.readonly",
    "admin.directory.domain.readonly",
    "admin.directory.orgunit.readonly",
    "admin.directory.user.readonly",
    "admin.directory.group.readonly",
    "admin.directory.rolemanagement.readonly",
)


class Client:
    """Builds requests with the discovery client and sends them with AuthorizedSession."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self.connection = connection
        self._services: dict[str, Any] = {}
        self._sessions: dict[Any, AuthorizedSession] = {}

    def service(self, api: str, version: str) -> Any:
        key = f"{api} {version}"
        if key not in self._services:
            endpoint = f"{self.connection['endpoint']}/{SERVICE_PATHS.get(api, '')}"
            self._services[key] = build(
                api,
                version,
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": endpoint},
                static_discovery=True,
                cache_discovery=False,
            )
        return self._services[key]

    def session(self, *scopes: str, subject: str | None = "") -> AuthorizedSession:
        key = (scopes, subject)
        if key not in self._sessions:
            base = service_account.Credentials.from_service_account_info(
                self.connection["service_account"], scopes=[SCOPE + scope for scope in scopes]
            )
            if subject is not None:
                base = base.with_subject(subject or self.connection["admin_subject"])
            self._sessions[key] = AuthorizedSession(base)
        return self._sessions[key]

    def get(self, request: Any, *scopes: str, subject: str | None = "") -> Any:
        return self.session(*(scopes or ADMIN_SCOPES), subject=subject).get(request.uri)

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()
        for service in self._services.values():
            service.close()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    tenants = [
        scenario("google-typical"),
        scenario("google-exempt-ou"),
        scenario("google-bad"),
        scenario("google-empty"),
    ]
    with Simulator(tenants) as running:
        yield running


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    made = Client(simulator.connection("google-typical"))
    yield made
    made.close()


@pytest.fixture
def exempt(simulator: Simulator) -> Iterator[Client]:
    made = Client(simulator.connection("google-exempt-ou"))
    yield made
    made.close()


def directory(client: Client) -> Any:
    return client.service("admin", "directory_v1")


# -- Directory ---------------------------------------------------------------------------------------------------------


def test_customer_domains_and_aliases(client: Client) -> None:
    customer = client.get(directory(client).customers().get(customerKey="my_customer")).json()
    assert customer["id"] == client.connection["customer_id"]
    domains = client.get(directory(client).domains().list(customer=customer["id"])).json()["domains"]
    assert [entry["domainName"] for entry in domains if entry["isPrimary"]] == ["brightwater.example"]
    aliases = client.get(directory(client).domainAliases().list(customer="my_customer")).json()["domainAliases"]
    assert aliases[0]["domainAliasName"].endswith(".test-google-a.com")


def test_another_customer_does_not_exist(client: Client) -> None:
    assert client.get(directory(client).domains().list(customer="C0another")).status_code == 404
    refused = client.get(directory(client).users().list(customer="C0another"))
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, "Bad Request")


def test_only_one_type_of_unit_listing_returns_the_root(exempt: Client) -> None:
    def paths(**more: str) -> list[str]:
        units = client_units(exempt, **more)
        return [unit["orgUnitPath"] for unit in units]

    def client_units(client: Client, **more: str) -> list[dict[str, Any]]:
        answer = client.get(directory(client).orgunits().list(customerId="my_customer", **more)).json()
        found: list[dict[str, Any]] = answer.get("organizationUnits", [])
        return found

    assert paths(type="allIncludingParent")[0] == "/"
    assert "/" not in paths(type="all")
    assert "/Staff/Clinicians/Interns" in paths(type="all")
    assert paths() == ["/Staff", "/Owners"]
    assert paths(orgUnitPath="Staff/Clinicians", type="allIncludingParent") == [
        "/Staff/Clinicians",
        "/Staff/Clinicians/Interns",
    ]


def test_units_of_a_tenant_without_any_are_an_absent_key(simulator: Simulator) -> None:
    client = Client(simulator.connection("google-empty"))
    answer = client.get(directory(client).orgunits().list(customerId="my_customer", type="all")).json()
    assert "organizationUnits" not in answer
    client.close()


def test_users_page_through_with_list_next(client: Client) -> None:
    users = directory(client).users()
    request = users.list(customer="my_customer", maxResults=5, fields="nextPageToken,users(primaryEmail)")
    seen, pages = [], 0
    while request is not None:
        answer = client.get(request).json()
        seen += [user["primaryEmail"] for user in answer["users"]]
        pages += 1
        request = users.list_next(request, answer)
    assert (len(seen), len(set(seen)), pages) == (17, 17, 4)
    assert "bo@brightwater.example" not in seen


def test_deleted_users_are_listed_only_when_asked_for(client: Client) -> None:
    request = directory(client).users().list(customer="my_customer", showDeleted="true")
    assert [user["primaryEmail"] for user in client.get(request).json()["users"]] == ["bo@brightwater.example"]


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ("maxResults=501", 400, "invalid"),
        ("maxResults=many", 400, "invalid"),
        ("projection=everything", 400, "invalid"),
        ("pageToken=nonsense", 400, "invalid"),
        ("colour=blue", 400, "invalidParameter"),
        ("fields=users(", 400, "invalidParameter"),
        ("query=colour%3Dblue", 400, "invalid"),
    ],
)
def test_users_refuse_what_google_refuses(client: Client, query: str, status: int, reason: str) -> None:
    uri = f"{client.connection['endpoint']}/admin/directory/v1/users?customer=my_customer&{query}"
    answer = client.session(*ADMIN_SCOPES).get(uri)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (status, reason)


def test_a_page_token_belongs_to_its_parameters(client: Client) -> None:
    users = directory(client).users()
    token = client.get(users.list(customer="my_customer", maxResults=5)).json()["nextPageToken"]
    assert client.get(users.list(customer="my_customer", maxResults=6, pageToken=token)).status_code == 400


def test_masks_drop_what_was_not_asked_for(client: Client) -> None:
    users = directory(client).users()
    asked = "users(id,name/fullName,recoveryEmail),nextPageToken"
    answer = client.get(users.list(customer="my_customer", maxResults=500, fields=asked)).json()
    assert set(answer) == {"users"}
    assert {key for user in answer["users"] for key in user} == {"id", "name", "recoveryEmail"}
    assert all(set(user["name"]) == {"fullName"} for user in answer["users"])


def test_users_can_be_searched(client: Client) -> None:
    users = directory(client).users()
    admins = client.get(users.list(customer="my_customer", query="isAdmin=true isSuspended=false")).json()["users"]
    assert sorted(user["primaryEmail"].partition("@")[0] for user in admins) == ["it-support", "marguerite", "tobias"]


def test_roles_and_assignments(client: Client) -> None:
    roles = client.get(directory(client).roles().list(customer="my_customer")).json()["items"]
    supers = [role["roleId"] for role in roles if role["isSuperAdminRole"]]
    assignments = client.get(directory(client).roleAssignments().list(customer="my_customer")).json()["items"]
    assert sum(entry["roleId"] in supers for entry in assignments) == 3


def test_members_derived_from_nested_groups(client: Client) -> None:
    members = directory(client).members()
    key = "care-team@brightwater.example"
    direct = client.get(members.list(groupKey=key)).json()["members"]
    derived = client.get(members.list(groupKey=key, includeDerivedMembership=True)).json()["members"]
    assert {member["type"] for member in direct} == {"USER", "GROUP"}
    assert "lucia.marrowfield.home@gmail.com" in {member.get("email") for member in derived}
    everyone = client.get(members.list(groupKey="everyone@brightwater.example")).json()["members"]
    assert everyone[0]["type"] == "CUSTOMER"
    assert "email" not in everyone[0]


def test_a_group_elsewhere_is_forbidden_and_a_missing_one_not_found(client: Client) -> None:
    members = directory(client).members()
    assert client.get(members.list(groupKey="all@elsewhere.example")).status_code == 403
    assert client.get(members.list(groupKey="nobody@brightwater.example")).status_code == 404


def test_tokens_app_passwords_and_phones(client: Client) -> None:
    tokens = client.get(
        directory(client).tokens().list(userKey="hanna@brightwater.example"), "admin.directory.user.security"
    )
    assert "https://mail.google.com/" in tokens.json()["items"][0]["scopes"]
    asps = client.get(
        directory(client).asps().list(userKey="billing@brightwater.example"), "admin.directory.user.security"
    )
    assert asps.json()["items"][0]["lastTimeUsed"] == "0"
    phones = client.get(
        directory(client).mobiledevices().list(customerId="my_customer", projection="FULL"),
        "admin.directory.device.mobile.readonly",
    ).json()["mobiledevices"]
    assert len(phones) == 3


# -- Groups Settings, Cloud Identity, Licensing ---------------------------------------------------------------------------


def test_group_settings_are_xml_unless_json_is_asked_for(client: Client) -> None:
    request = client.service("groupssettings", "v1").groups().get(groupUniqueId="parents-circle@brightwater.example")
    found = client.get(request, "apps.groups.settings").json()
    assert (found["whoCanViewGroup"], found["allowExternalMembers"]) == ("ANYONE_CAN_VIEW", "true")
    plain = client.session("apps.groups.settings").get(request.uri.partition("?")[0])
    assert plain.headers["content-type"].startswith("application/atom+xml")
    assert plain.content.startswith(b"<?xml")


def test_policies_page_through_an_empty_page(exempt: Client) -> None:
    policies = exempt.service("cloudidentity", "v1").policies()
    request = policies.list(pageSize=100)
    sizes, seen = [], []
    while request is not None:
        answer = exempt.get(request, "cloud-identity.policies.readonly").json()
        sizes.append(len(answer.get("policies", [])))
        seen += answer.get("policies", [])
        request = policies.list_next(request, answer)
    assert sizes[0] == 0
    assert sizes[1] == 100
    assert len({policy["name"] for policy in seen}) == len(seen)


def test_policies_are_coerced_to_a_hundred_and_filtered(client: Client) -> None:
    policies = client.service("cloudidentity", "v1").policies()
    scope = "cloud-identity.policies.readonly"
    assert len(client.get(policies.list(pageSize=1000), scope).json()["policies"]) == 100
    assert len(client.get(policies.list(), scope).json()["policies"]) == 50
    asked = r"setting.type.matches('^settings/gmail\\..*$') && customer == \"customers/my_customer\"".replace(
        '\\"', '"'
    )
    found = client.get(policies.list(filter=asked, pageSize=100), scope).json()["policies"]
    assert found
    assert all(policy["setting"]["type"].startswith("settings/gmail.") for policy in found)
    refused = client.get(policies.list(filter="colour == 'blue'"), scope)
    assert (refused.status_code, refused.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_policies_need_a_super_administrator(client: Client) -> None:
    request = client.service("cloudidentity", "v1").policies().list()
    for subject in ("priya@brightwater.example", None):
        answer = client.get(request, "cloud-identity.policies.readonly", subject=subject)
        assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_single_sign_on_and_devices(exempt: Client, client: Client) -> None:
    identity = exempt.service("cloudidentity", "v1")
    asked = f'customer=="customers/{exempt.connection["customer_id"]}"'
    scope = "cloud-identity.inboundsso.readonly"
    found = exempt.get(identity.inboundSsoAssignments().list(filter=asked), scope).json()["inboundSsoAssignments"]
    assert found[0]["ssoMode"] == "SAML_SSO"
    assert exempt.get(identity.inboundSamlSsoProfiles().list(), scope).json()["inboundSamlSsoProfiles"]
    assert exempt.get(identity.allowlistedDomains().list(), "cloud-identity.allowlisteddomains.readonly").json() == {}
    devices = client.service("cloudidentity", "v1").devices()
    scope = "cloud-identity.devices.readonly"
    listed = client.get(devices.list(customer="customers/my_customer"), scope).json()["devices"]
    assert {device["deviceType"] for device in listed} >= {"IOS", "WINDOWS"}
    users = devices.deviceUsers().list(parent="devices/-", customer="customers/my_customer")
    holders = client.get(users, scope).json()["deviceUsers"]
    assert {user["name"].rpartition("/deviceUsers/")[0] for user in holders} == {device["name"] for device in listed}


def test_licensing_wants_the_real_customer_id(client: Client) -> None:
    listing = client.service("licensing", "v1").licenseAssignments().listForProduct
    refused = client.get(listing(productId="Google-Apps", customerId="my_customer"), "apps.licensing")
    assert refused.status_code == 400
    found = client.get(
        listing(productId="Google-Apps", customerId=client.connection["customer_id"], maxResults=1000), "apps.licensing"
    ).json()["items"]
    assert {entry["skuId"] for entry in found} == {"1010020027", "1010020028"}
    assert len(found) == 17


# -- Gmail, Calendar, Drive -----------------------------------------------------------------------------------------------


def settings(client: Client) -> Any:
    return client.service("gmail", "v1").users().settings()


def test_gmail_settings_of_the_subject(client: Client) -> None:
    scope = "gmail.settings.basic"
    forwarding = client.get(
        settings(client).getAutoForwarding(userId="me"), scope, subject="dr.abara@brightwater.example"
    )
    assert forwarding.json() == {
        "enabled": True,
        "emailAddress": "chidi.abara.home@gmail.com",
        "disposition": "leaveInInbox",
    }
    filters = client.get(settings(client).filters().list(userId="me"), scope, subject="owen@brightwater.example")
    assert filters.json()["filter"][0]["action"]["forward"] == "owen.tarnbeck77@yahoo.com"
    masked = client.get(
        settings(client).filters().list(userId="me", fields="filter(id,action)"),
        scope,
        subject="owen@brightwater.example",
    )
    assert "CANARY" in filters.text
    assert "CANARY" not in masked.text
    nobody = client.get(settings(client).delegates().list(userId="me"), scope, subject="owen@brightwater.example")
    assert nobody.json() == {}


def test_gmail_refuses_other_mailboxes_and_missing_ones(client: Client) -> None:
    scope = "gmail.settings.basic"
    other = client.get(
        settings(client).getImap(userId="noor@brightwater.example"), scope, subject="owen@brightwater.example"
    )
    assert (other.status_code, other.json()["error"]["message"]) == (
        403,
        "Delegation denied for owen@brightwater.example",
    )
    missing = client.get(settings(client).getImap(userId="me"), scope, subject="it-support@brightwater.example")
    error = missing.json()["error"]
    assert (error["code"], error["errors"][0]["reason"], error["message"]) == (
        400,
        "failedPrecondition",
        "Mail service not enabled",
    )
    itself = client.get(settings(client).getImap(userId="me"), scope, subject=None)
    assert itself.json()["error"]["message"] == "Precondition check failed."


def test_calendars_and_drive(client: Client) -> None:
    calendars = client.service("calendar", "v3")
    subject = "priya@brightwater.example"
    listed = client.get(
        calendars.calendarList().list(showHidden=True, minAccessRole="owner", fields="items(id,primary)"),
        "calendar.calendarlist.readonly",
        subject=subject,
    ).json()["items"]
    wide = next(entry["id"] for entry in listed if not entry.get("primary"))
    rules = client.get(calendars.acl().list(calendarId=wide), "calendar.acls.readonly", subject=subject).json()["items"]
    assert ("default", "reader") in {(rule["scope"]["type"], rule["role"]) for rule in rules}
    drives = client.service("drive", "v3")
    found = client.get(drives.drives().list(useDomainAdminAccess=True, fields="drives(id)"), "drive.readonly").json()
    assert set(found["drives"][0]) == {"id"}
    permissions = client.get(
        drives.permissions().list(
            fileId=found["drives"][0]["id"],
            useDomainAdminAccess=True,
            supportsAllDrives=True,
            fields="permissions(emailAddress,role)",
        ),
        "drive.metadata.readonly",
    ).json()["permissions"]
    assert {"emailAddress": "supervisor@northpoint-lab.example", "role": "reader"} in permissions
    query = "('me' in owners) and trashed=false and (visibility='anyoneWithLink' or visibility='anyoneCanFind')"
    files = client.get(
        drives.files().list(q=query, corpora="user", fields="files(id)"),
        "drive.metadata.readonly",
        subject="hanna@brightwater.example",
    ).json()["files"]
    assert len(files) == 1


# -- Reports and alerts ---------------------------------------------------------------------------------------------------


def test_activities_by_event_and_window(client: Client) -> None:
    reports = client.service("admin", "reports_v1")
    scope = "admin.reports.audit.readonly"
    start = (datetime.now(UTC) - timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
    activities = reports.activities()
    found = client.get(
        activities.list(
            userKey="all", applicationName="login", eventName="email_forwarding_out_of_domain", startTime=start
        ),
        scope,
    ).json()["items"]
    assert [item["actor"]["email"] for item in found] == ["dr.abara@brightwater.example"]
    everything = client.get(activities.list(userKey="all", applicationName="login"), scope).json()["items"]
    times = [item["id"]["time"] for item in everything]
    assert times == sorted(times, reverse=True)
    assert "items" not in client.get(activities.list(userKey="all", applicationName="saml"), scope).json()


def test_usage_names_its_newest_day(client: Client) -> None:
    session = client.session("admin.reports.usage.readonly")
    base = f"{client.connection['endpoint']}/admin/reports/v1/usage"
    today = (datetime.now(UTC) - timedelta(hours=8)).date()
    early = session.get(f"{base}/dates/{today}")
    assert early.status_code == 400
    newest = early.json()["error"]["message"].split("later than ")[1][:10]
    assert newest == str(today - timedelta(days=2))
    asked = "accounts:num_users,accounts:num_users_2sv_enrolled"
    report = session.get(f"{base}/dates/{newest}", params={"parameters": asked}).json()["usageReports"][0]
    assert {entry["name"] for entry in report["parameters"]} == set(asked.split(","))
    people = session.get(f"{base}/users/all/dates/{newest}", params={"parameters": "accounts:num_security_keys"}).json()
    keys = {entry["entity"]["userEmail"]: entry["parameters"][0]["intValue"] for entry in people["usageReports"]}
    assert keys["marguerite@brightwater.example"] == "1"


def test_a_log_the_edition_lacks_is_forbidden(simulator: Simulator) -> None:
    client = Client(simulator.connection("google-bad"))
    uri = f"{client.connection['endpoint']}/admin/reports/v1/activity/users/all/applications/drive"
    assert client.session("admin.reports.audit.readonly").get(uri).status_code == 403
    assert client.session("admin.reports.audit.readonly").get(uri.replace("drive", "nonsense")).status_code == 400
    client.close()


def test_alerts_want_the_customer_without_its_c(client: Client) -> None:
    alerts = client.service("alertcenter", "v1beta1").alerts()
    bare = client.connection["customer_id"].removeprefix("C")
    assert client.get(alerts.list(customerId=bare), "apps.alerts").json()["alerts"]
    assert client.get(alerts.list(customerId=client.connection["customer_id"]), "apps.alerts").status_code == 403


# -- permissions, switches, the read-only witness --------------------------------------------------------------------------


def test_a_scope_for_another_method_is_insufficient(client: Client) -> None:
    answer = client.get(directory(client).users().list(customer="my_customer"), "admin.directory.group.readonly")
    error = answer.json()["error"]
    assert (error["code"], error["errors"][0]["reason"]) == (403, "insufficientPermissions")
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_privileges_follow_the_subjects_role(client: Client) -> None:
    helper, nobody = "priya@brightwater.example", "noor@brightwater.example"
    users = directory(client).users().list(customer="my_customer")
    assert client.get(users, subject=helper).status_code == 200
    refused = client.get(users, subject=nobody)
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (403, "forbidden")
    assert client.get(directory(client).roles().list(customer="my_customer"), subject=helper).status_code == 403


def test_switched_off_and_blocked_apis() -> None:
    tenant = scenario("google-typical")
    tenant.state["disabledApis"] = ["licensing", "cloudidentity"]
    tenant.state["domainPolicy"] = ["drive"]
    with Simulator([tenant]) as simulator:
        client = Client(simulator.connection("google-typical"))
        identity = client.service("cloudidentity", "v1")
        error = client.get(identity.policies().list(), "cloud-identity.policies.readonly").json()["error"]
        assert error["details"][0]["reason"] == "SERVICE_DISABLED"
        listing = client.service("licensing", "v1").licenseAssignments().listForProduct
        request = listing(productId="Google-Apps", customerId=client.connection["customer_id"])
        error = client.get(request, "apps.licensing").json()["error"]
        assert error["errors"][0]["reason"] == "accessNotConfigured"
        error = client.get(client.service("drive", "v3").drives().list(), "drive.readonly").json()["error"]
        assert error["errors"][0]["reason"] == "domainPolicy"
        client.close()


def test_unknown_paths_and_writes(simulator: Simulator, client: Client) -> None:
    session, base = client.session(*ADMIN_SCOPES), client.connection["endpoint"]
    assert session.get(f"{base}/admin/directory/v1/nothing").json()["error"]["errors"][0]["reason"] == "notFound"
    simulator.reset_log()
    assert session.post(f"{base}/admin/directory/v1/users", json={}).status_code == 405
    assert session.delete(f"{base}/admin/directory/v1/users/priya@brightwater.example").status_code == 405
    session.get(f"{base}/gmail/v1/users/me/messages")
    codes = f"{base}/admin/directory/v1/users/priya@brightwater.example/verificationCodes"
    assert client.session("admin.directory.user.security").get(codes).status_code == 200
    session.get(f"{base}/admin/directory/v1/users?customer=my_customer")
    log = [(entry.method, entry.path, entry.is_read) for entry in simulator.log() if entry.path != "/token"]
    assert [read for _, _, read in log] == [False, False, False, False, True]


def test_an_unknown_token_is_unauthenticated(client: Client) -> None:

    uri = f"{client.connection['endpoint']}/admin/directory/v1/users?customer=my_customer"
    answer = requests.get(uri, headers={"Authorization": "Bearer ya29.invented"}, timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_quotas_of_one_query_a_second(clock: list[float]) -> None:
    with Simulator([scenario("google-typical")], quotas=True) as simulator:
        client = Client(simulator.connection("google-typical"))
        request = client.service("cloudidentity", "v1").policies().list()
        scope = "cloud-identity.policies.readonly"
        assert client.get(request, scope).status_code == 200
        refused = client.get(request, scope)
        assert (refused.status_code, refused.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
        listing = client.service("licensing", "v1").licenseAssignments().listForProduct
        licences = listing(productId="Google-Apps", customerId=client.connection["customer_id"])
        assert [client.get(licences, "apps.licensing").status_code for _ in range(2)] == [200, 503]
        clock[0] += 1.05
        assert client.get(request, scope).status_code == 200
        client.close()


def test_faults_strike_the_second_page() -> None:
    fault = Fault("google_workspace api /admin/directory/v1/users", Status(500), page=2)
    with Simulator([scenario("google-typical")], faults=[fault]) as simulator:
        client = Client(simulator.connection("google-typical"))
        users = directory(client).users()
        request = users.list(customer="my_customer", maxResults=5)
        answer = client.get(request)
        assert answer.status_code == 200
        second = users.list_next(request, answer.json())
        assert client.get(second).status_code == 500
        client.close()


def test_a_tenant_works_from_a_process_of_its_own(client: Client) -> None:
    with Simulator([scenario("google-empty")], process=True) as simulator:
        remote = Client(simulator.connection("google-empty"))
        users = remote.get(directory(remote).users().list(customer="my_customer")).json()["users"]
        assert [user["primaryEmail"] for user in users] == ["admin@newleaf.example"]
        assert any(entry.path == "/admin/directory/v1/users" for entry in simulator.log())
        remote.close()


@pytest.mark.parametrize(
    "name",
    ["google-bad", "google-empty", "google-exempt-ou", "google-legacy-free", "google-typical", "google-well-run"],
)
def test_scenarios_are_plain_data_and_plant_what_they_list(name: str) -> None:
    import json

    tenant = scenario(name)
    assert isinstance(tenant, SimulatedTenant)
    text = json.dumps(tenant.state, ensure_ascii=False)
    assert tenant.canaries
    assert all(json.dumps(canary, ensure_ascii=False)[1:-1] in text for canary in tenant.canaries)
    assert text.count("CANARY-") >= len(tenant.canaries)
    assert all(address.endswith((".example", ".com", ".")) for address in tenant.dns)


def test_policy_orders_are_unique_within_a_setting() -> None:
    for name in ("google-typical", "google-well-run", "google-bad", "google-exempt-ou"):
        seen = set()
        for policy in scenario(name).state["policies"]:
            place = (policy["setting"]["type"], policy["policyQuery"]["sortOrder"])
            assert place not in seen, place
            seen.add(place)


@pytest.mark.parametrize(
    ("path", "kind", "status", "reason"),
    [
        ("/admin/directory/v1/users", "throttled", 403, "userRateLimitExceeded"),
        ("/gmail/v1/users/me/settings/imap", "throttled", 403, "rateLimitExceeded"),
        ("/apps/licensing/v1/product/Google-Apps/users", "throttled", 503, "backendError"),
        ("/v1/policies", "throttled", 429, "RESOURCE_EXHAUSTED"),
        ("/v1/policies", "permission", 403, "PERMISSION_DENIED"),
        ("/admin/directory/v1/users", "permission", 403, "forbidden"),
        ("/gmail/v1/users/me/settings/imap", "licence", 400, "failedPrecondition"),
        ("/admin/directory/v1/users", "expired", 401, "authError"),
        ("/v1/policies", "unavailable", 503, "UNAVAILABLE"),
    ],
)
def test_faults_speak_the_apis_own_words(path: str, kind: Any, status: int, reason: str) -> None:
    fault = Fault(f"google_workspace api {path}", Refuse(kind))
    with Simulator([scenario("google-empty")], faults=[fault]) as simulator:
        answer = requests.get(simulator.connection("google-empty")["endpoint"] + path, timeout=5)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, status)
        assert reason in (error.get("status"), error.get("errors", [{}])[0].get("reason"))


def test_a_field_mask_may_come_in_a_header(client: Client) -> None:
    request = client.service("cloudidentity", "v1").policies().list(pageSize=10)
    session = client.session("cloud-identity.policies.readonly")
    found = session.get(request.uri, headers={"X-Goog-FieldMask": "policies/name"}).json()
    assert {key for policy in found["policies"] for key in policy} == {"name"}
    assert "nextPageToken" not in found


def test_a_service_account_may_be_an_administrator_itself() -> None:
    """Mode D: an administrator role for the service account, no subject, and no `my_customer`."""
    tenant = scenario("google-typical")
    account = tenant.state["credentials"]["clientId"]
    tenant.state["roleAssignments"].append(
        {"roleAssignmentId": "1", "roleId": GROUPS_READER_ROLE, "assignedTo": account, "scopeType": "CUSTOMER"}
    )
    with Simulator([tenant]) as simulator:
        client = Client(simulator.connection("google-typical"))
        groups = directory(client).groups()
        own = client.get(groups.list(customer=client.connection["customer_id"]), subject=None)
        assert len(own.json()["groups"]) == 5
        assert client.get(groups.list(customer="my_customer"), subject=None).status_code == 400
        settings = client.service("groupssettings", "v1").groups().get(groupUniqueId="everyone@brightwater.example")
        assert client.get(settings, "apps.groups.settings", subject=None).status_code == 200
        users = directory(client).users().list(customer=client.connection["customer_id"])
        assert client.get(users, subject=None).status_code == 403
        client.close()
