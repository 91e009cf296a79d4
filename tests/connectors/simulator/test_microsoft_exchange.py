"""Exchange and Purview as the simulator plays them: cmdlets, paging by posting, batches, refusals."""

from __future__ import annotations

import pytest
import requests

from connectors.simulator import Simulator, generate, scenario

from .microsoft_client import Client


@pytest.fixture(scope="module")
def tenants():
    return {
        tenant.key: tenant
        for tenant in (
            scenario("microsoft-typical"),
            scenario("microsoft-bad"),
            generate("microsoft365", users=60, seed=3),
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


def rows(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["value"]


def test_a_cmdlet_returns_records_with_type_hints(typical):
    answer = typical.command("Get-Mailbox", ResultSize="Unlimited")
    mailbox = rows(answer)[0]
    assert mailbox["ExchangeGuid@data.type"] == "System.Guid"
    assert mailbox["WhenChanged@data.type"] == "System.DateTime"
    assert mailbox["EmailAddresses@odata.type"] == "#Collection(String)"
    assert answer.json()["@adminapi.warnings"] == []


def test_pages_are_fetched_by_posting_the_same_body_to_the_next_link(simulator):
    with Client(simulator, "microsoft-generated-60-3") as client:
        seen, url = [], None
        while True:
            answer = client.command("Get-Mailbox", url=url, page=20, ResultSize="Unlimited").json()
            seen += [row["Guid"] for row in answer["value"]]
            url = answer.get("@odata.nextLink")
            if url is None:
                break
        again = client.session.get(client.endpoints["exchange"], headers=client.headers("exchange"))
    assert len(seen) == len(set(seen)) > 40
    assert again.status_code == 404


def test_a_result_size_cuts_the_list_and_warns(typical):
    answer = typical.command("Get-Mailbox", ResultSize=3)
    assert len(rows(answer)) == 3
    assert "Showing first 3" in answer.json()["@adminapi.warnings"][0]


def test_select_limits_the_properties(typical):
    url = f"{typical.endpoints['exchange']}/adminapi/beta/{typical.tenant_id}/InvokeCommand?$select=Name,Guid"
    row = rows(typical.command("Get-Mailbox", url=url))[0]
    assert {key.partition("@")[0] for key in row} == {"Name", "Guid"}


def test_permissions_are_asked_per_mailbox(typical, tenants):
    front = next(m for m in tenants["microsoft-typical"].state["exchange"]["Get-Mailbox"] if m["Name"] == "frontdesk")
    for identity in (front["ExternalDirectoryObjectId"], front["PrimarySmtpAddress"], front["ExchangeGuid"]):
        users = [row["User"] for row in rows(typical.command("Get-MailboxPermission", Identity=identity))]
        assert "aisha.grant@brightwater.example" in users
    everything = rows(typical.command("Get-MailboxPermission"))
    assert len(everything) > 10
    missing = typical.command("Get-MailboxPermission", Identity="nobody@brightwater.example")
    assert missing.status_code == 404
    assert "ManagementObjectNotFoundException" in missing.headers["x-ExceptionType"]


def test_the_calendar_folder_is_asked_by_path(typical):
    found = rows(typical.command("Get-MailboxFolderPermission", Identity="maya.okafor@brightwater.example:\\Calendar"))
    assert {row["User"]: row["AccessRights"] for row in found}["Default"] == ["Reviewer"]


def test_a_batch_of_ten_is_answered_out_of_order(typical, tenants):
    mailboxes = tenants["microsoft-typical"].state["exchange"]["Get-Mailbox"][:10]
    answer = typical.session.post(
        f"{typical.endpoints['exchange']}/adminapi/beta/{typical.tenant_id}/$batch",
        headers=typical.headers("exchange"),
        json={
            "requests": [
                {
                    "id": str(number),
                    "method": "POST",
                    "url": f"/adminapi/beta/{typical.tenant_id}/InvokeCommand",
                    "headers": {"Prefer": "odata.maxpagesize=1000"},
                    "body": {
                        "CmdletInput": {
                            "CmdletName": "Get-MailboxPermission",
                            "Parameters": {"Identity": mailbox["Guid"]},
                        }
                    },
                }
                for number, mailbox in enumerate(mailboxes)
            ]
        },
    ).json()["responses"]
    ids = [item["id"] for item in answer]
    assert sorted(ids) == [str(number) for number in range(10)]
    assert ids != sorted(ids)
    assert {item["status"] for item in answer} == {200}


def test_a_writing_cmdlet_is_refused_and_logged_as_a_write(typical, simulator):
    simulator.reset_log()
    answer = typical.command("Set-Mailbox", Identity="x", ForwardingSmtpAddress="a@b.example")
    assert (answer.status_code, answer.content) == (403, b"")
    entry = simulator.log()[-1]
    assert (entry.cmdlet, entry.is_read, entry.area) == ("Set-Mailbox", False, "exchange")


def test_cmdlets_that_readers_lack_or_licences_hide(typical, simulator):
    denied = typical.command("Get-InboxRule", Mailbox="maya.okafor@brightwater.example")
    assert (denied.status_code, denied.content) == (403, b"")
    unknown = typical.command("Get-Nothing")
    assert unknown.status_code == 404
    assert "is not recognized as a name of a cmdlet" in unknown.json()["error"]["innererror"]["message"]
    with Client(simulator, "microsoft-bad") as client:
        assert client.command("Get-SafeLinksPolicy").status_code == 404
    assert [row["Name"] for row in rows(typical.command("Get-SafeLinksPolicy"))] == ["Built-In Protection Policy"]


def test_an_unknown_parameter_is_refused(typical):
    answer = typical.command("Get-RemoteDomain", Colour="red")
    assert answer.status_code == 400
    assert "parameter name 'Colour'" in answer.json()["error"]["innererror"]["message"]


def test_a_bad_anchor_is_refused(typical):
    answer = typical.session.post(
        f"{typical.endpoints['exchange']}/adminapi/beta/{typical.tenant_id}/InvokeCommand",
        headers={**typical.headers("exchange"), "X-AnchorMailbox": "nonsense"},
        json={"CmdletInput": {"CmdletName": "Get-RemoteDomain", "Parameters": {}}},
    )
    assert answer.json()["error"]["code"] == "ErrorIncorrectRoutingHint"


def test_an_app_without_a_directory_role_is_told_so():
    tenant = scenario("microsoft-typical")
    app = tenant.state["apps"][tenant.state["default_app"]]
    app["directory_roles"] = []
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        answer = client.command("Get-RemoteDomain")
    assert answer.status_code == 403
    assert "isn't supported in this scenario" in answer.text


def test_an_app_without_the_permission_gets_an_empty_403():
    tenant = scenario("microsoft-typical")
    tenant.state["apps"][tenant.state["default_app"]]["grants"]["exchange"] = []
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        answer = client.command("Get-RemoteDomain")
    assert (answer.status_code, answer.content) == (403, b"")


def test_a_custom_role_sees_hidden_rules():
    tenant = scenario("microsoft-typical")
    tenant.state["apps"][tenant.state["default_app"]]["directory_roles"] = ["Exchange Administrator"]
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        who = "rosa.delgado@brightwater.example"
        hidden = rows(client.command("Get-InboxRule", Mailbox=who, IncludeHidden=True))
        shown = rows(client.command("Get-InboxRule", Mailbox=who))
        graph = client.get(f"/v1.0/users/{who}/mailFolders/inbox/messageRules").json()["value"]
    assert hidden[0]["RedirectTo"] == ["rosa.delgado.example@aol.com"]
    assert shown == graph == []


def test_the_compliance_service_has_its_own_audience_and_cmdlets(typical):
    assert len(rows(typical.command("Get-ProtectionAlert", service="compliance"))) == 9
    assert typical.command("Get-ProtectionAlert").status_code == 404
    assert typical.command("Get-Mailbox", service="compliance").status_code == 404
    wrong = typical.session.post(
        f"{typical.endpoints['compliance']}/adminapi/beta/{typical.tenant_id}/InvokeCommand",
        headers=typical.headers("exchange"),
        json={"CmdletInput": {"CmdletName": "Get-Label", "Parameters": {}}},
    )
    assert wrong.status_code == 401


def test_the_compliance_service_always_says_that_auditing_is_off(typical):
    there = rows(typical.command("Get-AdminAuditLogConfig", service="compliance"))[0]
    here = rows(typical.command("Get-AdminAuditLogConfig"))[0]
    assert (here["UnifiedAuditLogIngestionEnabled"], there["UnifiedAuditLogIngestionEnabled"]) == (True, False)


def test_discovery_answers_plainly_or_redirects_with_an_odd_port(typical):
    path = f"/AdminApi/v1.0/{typical.tenant_id}/EXOModuleFile"
    plain = requests.get(
        typical.endpoints["exchange"] + path, headers={**typical.headers("exchange"), "CommandName": "*"}
    )
    assert "Get-Mailbox" in plain.json()["value"][0]["exportedCmdlets"]
    assert "Get-DlpCompliancePolicy" not in plain.json()["value"][0]["exportedCmdlets"]
    tenant = scenario("microsoft-typical")
    tenant.state["exchange_redirect"] = "nam01a.outlook.office365.com"
    with Simulator([tenant]) as simulator, Client(simulator, tenant.key) as client:
        moved = client.session.get(
            client.endpoints["exchange"] + path, headers=client.headers("exchange"), allow_redirects=False
        )
    assert moved.status_code == 302
    assert moved.headers["location"].startswith("https://nam01a.outlook.office365.com:446/")
