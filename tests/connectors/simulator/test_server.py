"""The simulator's core: log, latency, quotas, faults, processes, and cleaning up."""

from __future__ import annotations

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import requests

from connectors.simulator import Fault, Simulator, scenario
from connectors.simulator.faults import (
    Drop,
    ExpireToken,
    Null,
    Refuse,
    Replace,
    Reset,
    Status,
    Throttle,
    Timeout,
    Truncate,
    storm,
)

from .microsoft_client import Client

KEY = "microsoft-typical"
USERS = "microsoft365 graph /v1.0/users"


def running(*faults, **options):
    return Simulator([scenario(KEY)], faults=faults, **options)


def ask(*faults, path="/v1.0/users", times=1, **options):
    """Statuses (and the last answer) of the same request asked several times."""
    with running(*faults, **options) as simulator, Client(simulator, KEY) as client:
        answers = [client.get(path) for _ in range(times)]
    return [answer.status_code for answer in answers], answers[-1]


def test_a_connection_is_plain_json_and_its_files_are_private_and_temporary():
    with running() as simulator:
        connection = simulator.connection(KEY)
        json.dumps(connection)
        folder = Path(connection["ca_file"]).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert connection["endpoints"]["login"].startswith("https://127.0.0.1:")
    assert not folder.exists()


def test_two_tenants_cannot_share_a_key():
    with pytest.raises(ValueError, match="share a key"):
        Simulator([scenario(KEY), scenario(KEY)])


def test_the_log_tells_what_was_asked():
    with running() as simulator, Client(simulator, KEY) as client:
        client.token("graph")
        simulator.reset_log()
        client.get("/v1.0/users?$select=id")
        client.batch("/organization", "/domains")
        client.command("Get-RemoteDomain")
        entries = simulator.log()
    assert [(e.area, e.method, e.path, e.batch, e.cmdlet, e.status) for e in entries[:2]] == [
        ("graph", "GET", "/v1.0/users", None, None, 200),
        ("graph", "GET", "/v1.0/organization", "0", None, 200),
    ]
    assert entries[0].query == "$select=id"
    assert entries[0].bytes > 100
    assert entries[-1].cmdlet == "Get-RemoteDomain"
    assert all(entry.is_read and entry.tenant == KEY for entry in entries)
    assert {entry.provider for entry in entries} == {"microsoft365"}


def test_a_tenant_nobody_simulates_is_not_found():
    with running() as simulator:
        assert requests.get(f"{simulator.base}/microsoft/other/graph/v1.0/users").status_code == 404
        assert requests.get(f"{simulator.base}/elsewhere").status_code == 404


def test_latency_is_added_to_each_request():
    started = time.monotonic()
    ask(latency=0.1)
    assert time.monotonic() - started >= 0.2  # one token, one listing


def test_a_batch_runs_four_outlook_items_at_a_time():
    with running(latency=0.4) as simulator, Client(simulator, KEY) as client:
        users = [row["id"] for row in client.get("/v1.0/users?$select=id").json()["value"]][:12]
        started = time.monotonic()
        client.batch(*(f"/users/{user}/mailFolders/inbox/messageRules" for user in users))
        outlook = time.monotonic() - started
        started = time.monotonic()
        client.batch(*(f"/users/{user}/authentication/methods" for user in users))
        identity = time.monotonic() - started
    # Twelve items: three rounds of four, or all at once; the room above is for a busy machine.
    assert outlook >= 1.2
    assert 0.4 <= identity < 1.2


def test_conditional_access_allows_one_request_a_second_and_names_no_delay(clock):
    statuses, last = ask(path="/v1.0/identity/conditionalAccess/policies", times=2, quotas=True)
    assert statuses == [200, 429]
    assert "Retry-After" not in last.headers


def test_reports_allow_five_requests_in_ten_seconds_and_name_the_delay(clock):
    path = "/v1.0/reports/authenticationMethods/userRegistrationDetails"
    statuses, last = ask(path=path, times=6, quotas=True)
    assert statuses == [200] * 5 + [429]
    assert 1 <= int(last.headers["Retry-After"]) <= 11


def test_quotas_count_the_items_of_a_batch(clock):
    path = "/reports/authenticationMethods/userRegistrationDetails"
    with running(quotas=True) as simulator, Client(simulator, KEY) as client:
        answers = client.batch(*[path] * 8)
    assert sorted(item["status"] for item in answers.values()) == [200] * 5 + [429] * 3
    assert any("Retry-After" in item["headers"] for item in answers.values())


def test_a_mailbox_takes_four_requests_at_once():
    slow = Fault("microsoft365 graph */messageRules", Timeout(0.5))
    with running(slow, quotas=True) as simulator, Client(simulator, KEY) as client:
        user = client.get("/v1.0/users?$select=id").json()["value"][0]["id"]
        url = f"{client.endpoints['graph']}/v1.0/users/{user}/mailFolders/inbox/messageRules"
        headers = client.headers("graph")
        with ThreadPoolExecutor(8) as pool:
            statuses = [
                answer.status_code for answer in pool.map(lambda _: requests.get(url, headers=headers), range(8))
            ]
    assert sorted(statuses) == [200] * 4 + [429] * 4


def test_without_quotas_nothing_is_throttled():
    statuses, _ = ask(path="/v1.0/identity/conditionalAccess/policies", times=8)
    assert statuses == [200] * 8


@pytest.mark.parametrize(("wait", "header"), [(2, "2"), (0.5, "0.5"), (None, None)])
def test_throttling_names_its_delay_as_asked(wait, header):
    _, answer = ask(Fault(USERS, Throttle(wait)))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, header)


def test_throttling_can_name_a_date():
    _, answer = ask(Fault(USERS, Throttle(60, form="date")))
    assert parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() > time.time() + 30


def test_a_storm_ends_after_its_count():
    statuses, _ = ask(storm(USERS, 3), times=5)
    assert statuses == [429, 429, 429, 200, 200]


def test_a_fault_can_strike_one_request_only():
    assert ask(Fault(USERS, Status(500), nth=2), times=3)[0] == [200, 500, 200]
    assert ask(Fault(USERS, Status(500), after=1), times=3)[0] == [200, 500, 500]
    assert ask(Fault(USERS, Status(500), tenant="other"), times=1)[0] == [200]


def test_a_page_in_the_middle_can_fail():
    with running(Fault(USERS, Status(503), page=2)) as simulator, Client(simulator, KEY) as client:
        first = client.get("/v1.0/users?$top=5")
        assert first.status_code == 200
        assert client.get(first.json()["@odata.nextLink"]).status_code == 503


def test_a_page_of_a_cmdlet_can_fail():
    with (
        running(Fault("microsoft365 exchange Get-Mailbox", Status(503), page=2)) as simulator,
        Client(simulator, KEY) as client,
    ):
        first = client.command("Get-Mailbox", page=5)
        assert client.command("Get-Mailbox", page=5, url=first.json()["@odata.nextLink"]).status_code == 503


def test_one_item_of_a_batch_can_be_throttled():
    fault = Fault("microsoft365 graph /v1.0/domains", Throttle(0.2), batch=True)
    with running(fault) as simulator, Client(simulator, KEY) as client:
        answers = client.batch("/organization", "/domains")
        alone = client.get("/v1.0/domains")
    assert (answers["0"]["status"], answers["1"]["status"], alone.status_code) == (200, 429, 200)
    assert answers["1"]["headers"]["Retry-After"] == "0.2"


def test_a_connection_can_be_cut():
    with pytest.raises(requests.ConnectionError):
        ask(Fault(USERS, Reset()))


def test_an_answer_can_come_too_late():
    with (
        running(Fault(USERS, Timeout(1))) as simulator,
        Client(simulator, KEY) as client,
        pytest.raises(requests.Timeout),
    ):
        client.session.get(f"{client.endpoints['graph']}/v1.0/users", headers=client.headers("graph"), timeout=(1, 0.2))


def test_an_answer_can_be_cut_short():
    _, answer = ask(Fault(USERS, Truncate()))
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_empty_403_is_empty():
    _, answer = ask(Fault(USERS, Status(403)))
    assert (answer.status_code, answer.content) == (403, b"")


def test_a_status_can_carry_a_json_body():
    _, answer = ask(Fault(USERS, Status(400, {"error": {"code": "generalException"}})))
    assert answer.json()["error"]["code"] == "generalException"


def test_licence_and_permission_errors_use_the_providers_words():
    _, licence = ask(Fault(USERS, Refuse("licence")))
    _, permission = ask(Fault(USERS, Refuse("permission")))
    assert licence.json()["error"]["code"] == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    assert permission.json()["error"]["code"] == "Authorization_RequestDenied"


def test_a_token_can_expire_in_the_middle_and_a_new_one_works():
    with running(Fault("microsoft365 graph *", ExpireToken(), after=1)) as simulator, Client(simulator, KEY) as client:
        statuses = [client.get("/v1.0/users").status_code, client.get("/v1.0/domains").status_code]
        statuses.append(client.get("/v1.0/organization").status_code)
        client.token("graph", fresh=True)
        statuses.append(client.get("/v1.0/organization").status_code)
    assert statuses == [200, 401, 401, 200]


SELECT = "/v1.0/users?$select=id,userType,assignedLicenses"


def test_a_field_can_become_null_or_vanish_or_change():
    _, null = ask(Fault(USERS, Null("userType")), path=SELECT)
    assert {user["userType"] for user in null.json()["value"]} == {None}
    _, gone = ask(Fault(USERS, Drop("userType", record=0)), path=SELECT)
    assert ["userType" in user for user in gone.json()["value"]][:2] == [False, True]
    _, odd = ask(Fault(USERS, Replace("assignedLicenses[].skuId", "???")), path=SELECT)
    assert {row["skuId"] for user in odd.json()["value"] for row in user["assignedLicenses"]} == {"???"}
    _, top = ask(Fault(USERS, Drop("$.value")), path=SELECT)
    assert "value" not in top.json()


def test_a_field_of_a_single_object_can_change():
    fault = Fault(
        "microsoft365 graph *authorizationPolicy", Replace("defaultUserRolePermissions.allowedToCreateApps", 7)
    )
    _, answer = ask(fault, path="/v1.0/policies/authorizationPolicy")
    assert answer.json()["defaultUserRolePermissions"]["allowedToCreateApps"] == 7


def test_a_field_of_a_cmdlets_records_can_vanish():
    fault = Fault("microsoft365 exchange Get-Mailbox", Drop("ForwardingSmtpAddress"))
    with running(fault) as simulator, Client(simulator, KEY) as client:
        rows = client.command("Get-Mailbox").json()["value"]
    assert rows
    assert not any("ForwardingSmtpAddress" in row for row in rows)


def test_the_simulator_can_run_in_a_process_of_its_own():
    with (
        Simulator([scenario(KEY)], process=True, faults=[storm(USERS, 1)]) as simulator,
        Client(simulator, KEY) as client,
    ):
        assert [client.get("/v1.0/users").status_code for _ in range(2)] == [429, 200]
        assert [entry.status for entry in simulator.log()][-2:] == [429, 200]
        simulator.reset_log()
        assert simulator.log() == []


def test_microsoft_and_google_tenants_share_one_simulator():
    with Simulator([scenario(KEY), scenario("google-typical")]) as simulator:
        assert simulator.connection("google-typical")["provider"] == "google_workspace"
        assert simulator.connection(KEY)["dns"] == simulator.connection("google-typical")["dns"]
