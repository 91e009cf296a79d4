"""The admin services outside Graph and Exchange, read from the simulator by the real client, and what may leave for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Self

import pytest

from connectors.collect import Fetch, Page
from connectors.gap import Reason, SourceGap
from connectors.microsoft365 import csom, lanes
from connectors.microsoft365.calls import Rest
from connectors.microsoft365.connection import CLOUDS, Certificate, Connection, Secret
from connectors.microsoft365.connector import Microsoft365, sharepoint_name
from connectors.simulator import Fault, SimulatedTenant, Simulator, scenario
from connectors.simulator.faults import Status
from connectors.source import MICROSOFT_365, Source, declared
from connectors.transport import WriteRefused

TENANT = declared()["sharepoint.tenant"]
LIST = declared()["sharepoint.site_list"]
SITES = declared()["sharepoint.sites"]
ORGANIZATION = [{"verifiedDomains": [{"name": "harborstreet-example.onmicrosoft.com", "isInitial": True}]}]


class Reader:
    """A connector on a simulated tenant, whose sources are read without a run."""

    def __init__(self, tenant: SimulatedTenant, *, secret: bool = False, faults: tuple[Fault, ...] = ()) -> None:
        self.tenant, self.secret, self.faults = tenant, secret, faults

    def __enter__(self) -> Self:
        self.simulator = Simulator([self.tenant], faults=self.faults).__enter__()
        there = self.simulator.connection(self.tenant.key)
        signed = there["credentials"]
        proof = Secret(signed["client_secret"]) if self.secret else Certificate(signed["certificate_file"])
        self.connector = Microsoft365(
            Connection(
                there["tenant_id"],
                signed["client_id"],
                proof,
                profile="full",
                endpoints=there["endpoints"],
                ca_file=there["ca_file"],
            )
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.simulator.__exit__(None, None, None)

    def pages(self, source: Source, parents: list[dict[str, Any]] | None = None) -> list[Page]:
        read = {"graph.organization": ORGANIZATION, "sharepoint.site_list": parents}
        fetch = Fetch(source, None, set(), run=SimpleNamespace(map=map, states={}))  # type: ignore[arg-type]
        fetch.records = read.__getitem__  # type: ignore[method-assign, assignment]
        return list(self.connector.pages(fetch))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(scenario("microsoft-typical")) as reader:
        yield reader


def test_one_object_comes_without_its_wrapping(reader: Reader) -> None:
    [page] = reader.pages(TENANT)
    [record] = page.records
    assert record["SharingCapability"] == 2
    assert record["GuestSharingGroupAllowListInTenantByGroupId"] == []
    assert "__metadata" not in record


def with_sites(count: int) -> SimulatedTenant:
    tenant = scenario("microsoft-typical")
    first = tenant.state["sharepoint_sites"][0]
    tenant.state["sharepoint_sites"] = [
        first
        | {"SiteId": f"00000000-0000-0000-0000-{n:012}", "Url": f"{first['Url']}/sites/R&D{n}", "SharingCapability": 1}
        for n in range(count)
    ]
    return tenant


def test_sites_are_listed_page_by_page_and_read_together() -> None:
    with Reader(with_sites(4)) as reader:
        pages = reader.pages(LIST)
        listed = [dict(record) for page in pages for record in page.records]
        assert [len(page.records) for page in pages] == [3, 1]
        assert listed[0]["SiteId"] == "00000000-0000-0000-0000-000000000000"
        reader.simulator.reset_log()
        read = reader.pages(SITES, listed)
        assert [entry.path for entry in reader.simulator.log()] == [csom.PATH]
    assert {page.of: page.records[0]["SharingCapability"] for page in read} == dict.fromkeys(
        [record["SiteId"] for record in listed], 1
    )


def test_many_sites_are_read_twenty_in_a_request_and_a_missing_one_spoils_only_its_own() -> None:
    tenant = with_sites(45)
    with Reader(tenant) as reader:
        listed = [dict(record) for page in reader.pages(LIST) for record in page.records]
        gone = listed[30] | {"SiteId": "00000000-0000-0000-0001-000000000000", "Url": "https://x.sharepoint.com/gone"}
        reader.simulator.reset_log()
        read = reader.pages(SITES, [*listed, gone])
        posts = [entry for entry in reader.simulator.log() if entry.path == csom.PATH]
        alone = [entry for entry in reader.simulator.log() if entry.path != csom.PATH]
    assert len(posts) == 3
    assert len(alone) == 6  # those that stood in one request with the one that is gone
    assert {page.of: page.gap and page.gap.reason for page in read} == {
        **dict.fromkeys([record["SiteId"] for record in listed], None),
        gone["SiteId"]: Reason.PROVIDER_ERROR,
    }
    assert all(page.records[0]["Url"].endswith(f"R&D{int((page.of or '')[-12:])}") for page in read if page.gap is None)


@pytest.mark.parametrize(
    "answer",
    [
        [{"ErrorInfo": {"ErrorMessage": "x"}}],
        [{"ErrorInfo": None}],
        [{"ErrorInfo": None}, 5, {"SiteId": "/Guid(00000000-0000-0000-0000-000000000009)/", "SharingCapability": 0}],
        [{"ErrorInfo": None}, "5", 7, 5],
        {},
        "x",
    ],
)
def test_an_answer_for_many_sites_that_is_not_plain_is_asked_for_one_by_one(answer: Any) -> None:
    tenant = with_sites(2)
    fault = Fault(f"microsoft365 sharepoint {csom.PATH}", Status(200, answer))
    with Reader(tenant, faults=(fault,)) as reader:
        listed = [
            {"SiteId": r["SiteId"], "Url": r["Url"], "Template": "GROUP#0"} for r in tenant.state["sharepoint_sites"]
        ]
        read = reader.pages(SITES, listed)
    assert [page.records[0]["SharingCapability"] for page in read] == [1, 1]


def test_sites_that_nobody_may_read_are_one_gap_of_all() -> None:
    tenant = with_sites(3)
    listed = [{"SiteId": r["SiteId"], "Url": r["Url"], "Template": "GROUP#0"} for r in tenant.state["sharepoint_sites"]]
    tenant.state["apps"][tenant.state["default_app"]]["grants"]["sharepoint"] = []
    with Reader(tenant) as reader, pytest.raises(SourceGap) as caught:
        reader.pages(SITES, listed)
    assert caught.value.gap.reason is Reason.PERMISSION


def test_a_site_that_is_gone_is_a_gap_of_that_site(reader: Reader) -> None:
    [page] = reader.pages(SITES, [{"SiteId": "00000000-0000-0000-0000-000000000001", "Template": "GROUP#0"}])
    assert page.gap is not None
    assert page.gap.reason is Reason.PROVIDER_ERROR


def test_a_redirect_is_no_site(reader: Reader) -> None:
    assert reader.pages(SITES, [{"SiteId": "x", "Template": "REDIRECTSITE#0"}]) == []


@pytest.mark.parametrize("source", [TENANT, LIST])
def test_a_client_secret_is_not_even_tried_at_sharepoint(source: Source) -> None:
    with Reader(scenario("microsoft-typical"), secret=True) as reader, pytest.raises(SourceGap) as caught:
        reader.pages(source)
    assert caught.value.gap.reason is Reason.PERMISSION
    assert "certificate" in caught.value.gap.remedy


@pytest.mark.parametrize("source", [TENANT, LIST])
def test_a_missing_permission_names_what_to_grant(source: Source) -> None:
    tenant = scenario("microsoft-typical")
    tenant.state["apps"][tenant.state["default_app"]]["grants"]["sharepoint"] = []
    with Reader(tenant) as reader, pytest.raises(SourceGap) as caught:
        reader.pages(source)
    assert caught.value.gap.reason is Reason.PERMISSION
    assert "Sites.FullControl.All" in caught.value.gap.remedy


def test_a_list_that_is_the_whole_answer_is_read(reader: Reader) -> None:
    call = Rest("teams", "/Skype.Policy/configurations/TeamsMeetingPolicy")
    [page] = reader.pages(Source("teams.probe", MICROSOFT_365, TENANT.record, call, lane="teams"))
    assert page.records[0]["Identity"] == "Global"


def test_teams_without_a_plan_is_a_licence_gap_and_without_a_role_a_permission_gap() -> None:
    call = Rest("teams", "/Skype.Policy/configurations/TeamsMeetingPolicy")
    source = Source("teams.probe", MICROSOFT_365, TENANT.record, call, lane="teams")
    with Reader(scenario("microsoft-empty")) as reader, pytest.raises(SourceGap) as caught:
        reader.pages(source)
    assert caught.value.gap.reason is Reason.LICENCE
    tenant = scenario("microsoft-typical")
    tenant.state["apps"][tenant.state["default_app"]]["directory_roles"] = []
    with Reader(tenant) as reader, pytest.raises(SourceGap) as caught:
        reader.pages(source)
    assert "Global Reader" in caught.value.gap.remedy


@pytest.mark.parametrize("answer", [[{"ErrorInfo": None}, 5], [{"ErrorInfo": {"ErrorMessage": "x"}}], {}, [], "x"])
def test_a_listing_of_another_form_is_a_gap(answer: Any) -> None:
    with pytest.raises(SourceGap):
        csom._answer("sharepoint.site_list", json.dumps(answer).encode())


GUARD = lanes.guard(Connection("t", "c", Secret("s")))
ADMIN = "https://harborstreet-admin.sharepoint.com"


MANY = csom.query_many(["SiteId", "Url"], ["https://x.example/a", "https://x.example/<b>&'\""])[0]


def test_what_reads_may_leave() -> None:
    GUARD.check("GET", f"{ADMIN}/_api/SPO.Tenant", b"")
    GUARD.check("POST", ADMIN + csom.PATH, csom.query(["SiteId", "Template"]))
    GUARD.check("POST", ADMIN + csom.PATH, csom.query(["SiteId"], 'a"<|&b'))
    GUARD.check("POST", ADMIN + csom.PATH, MANY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        csom.query(["SiteId"]).replace(b"GetSitePropertiesFromSharePoint", b"RemoveSite"),
        csom.query(["SiteId"]).replace(b"</Actions>", b'<SetProperty Id="9" ObjectPathId="1" Name="X" /></Actions>'),
        csom.query(["SiteId"]) + csom.query(["SiteId"]),
        MANY.replace(b'Name="GetSitePropertiesByUrl"', b'Name="RemoveSite"', 1),
        MANY.replace(b"</Actions>", b'<SetProperty Id="9" ObjectPathId="3" Name="X" /></Actions>'),
        MANY.replace(b"</ObjectPaths>", b'<Method Id="99" ParentId="3" Name="Update" /></ObjectPaths>'),
        csom.query_many(["SiteId"], [])[0],
    ],
)
def test_any_other_query_of_the_object_model_is_refused(body: bytes) -> None:
    with pytest.raises(WriteRefused):
        GUARD.check("POST", ADMIN + csom.PATH, body)


def test_posts_that_no_source_declares_are_refused() -> None:
    with pytest.raises(WriteRefused):
        GUARD.check("POST", f"{ADMIN}/_api/SPO.Tenant", b"")
    with pytest.raises(WriteRefused):
        GUARD.check("GET", "https://harborstreet-admin.sharepoint.example/_api/SPO.Tenant", b"")


def test_each_cloud_has_its_own_scopes() -> None:
    scopes = {name: Connection("t", "c", Secret("s"), name).scope for name in CLOUDS}
    assert scopes["commercial"]("powerplatform") == "https://service.powerapps.com//.default"
    assert scopes["gcc"]("powerplatform") == "https://gov.service.powerapps.us//.default"
    assert scopes["gcchigh"]("powerbi") == "https://high.analysis.usgovcloudapi.net/powerbi/api/.default"
    assert scopes["dod"]("graph") == "https://dod-graph.microsoft.us/.default"
    assert scopes["commercial"]("teams") == "48ac35b8-9aa8-4d74-927d-1f4a14a0b239/.default"
    assert scopes["commercial"](ADMIN) == f"{ADMIN}/.default"


def test_the_name_of_sharepoint_is_the_first_domains_and_never_anything_else() -> None:
    assert sharepoint_name(ORGANIZATION) == "harborstreet-example"
    assert (
        sharepoint_name([{"verifiedDomains": [{"name": "evil.example/x.onmicrosoft.com", "isInitial": True}]}])
        == "evil"
    )
    assert sharepoint_name([{"verifiedDomains": [{"name": "a/b.onmicrosoft.com", "isInitial": True}]}]) == ""
    assert sharepoint_name([{"verifiedDomains": [{"name": "other.example", "isInitial": False}]}]) == ""


def test_without_a_name_sharepoint_is_a_gap_that_says_what_to_set(reader: Reader) -> None:
    reader.connector.rest.sharepoint_name = ""
    fetch = Fetch(TENANT, None, set(), run=SimpleNamespace(map=map, states={}))  # type: ignore[arg-type]
    fetch.records = lambda name: []  # type: ignore[method-assign]
    with pytest.raises(SourceGap) as caught:
        list(reader.connector.pages(fetch))
    assert "sharepoint_name" in caught.value.gap.remedy
