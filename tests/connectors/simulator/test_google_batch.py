"""Batches of the simulated Google APIs, and the speed of the big generated tenant."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.parser import BytesParser
from typing import Any

import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.http import BatchHttpRequest

from connectors.simulator import Fault, Simulator, generate, scenario
from connectors.simulator.faults import Status

SCOPE = "https://www.googleapis.com/auth/"
MAIL = SCOPE + "gmail.settings.basic"
SETTINGS = ("autoForwarding", "forwardingAddresses", "filters", "sendAs", "delegates", "imap", "pop")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator([scenario("google-typical")]) as running:
        yield running


def token(connection: dict[str, Any], subject: str, *scopes: str) -> str:
    made = service_account.Credentials.from_service_account_info(
        connection["service_account"], scopes=list(scopes), subject=subject
    )
    with requests.Session() as session:
        made.refresh(Request(session))
    found: str = made.token
    return found


def body(parts: list[tuple[str, str, dict[str, str]]], boundary: str = "b") -> bytes:
    """A batch of (method, path, headers), numbered from 0."""
    chunks = []
    for number, (method, path, headers) in enumerate(parts):
        inner = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        chunks.append(
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <part+{number}>\r\n\r\n"
            f"{method} {path} HTTP/1.1\r\n{inner}\r\n\r\n"
        )
    return ("".join(chunks) + f"--{boundary}--\r\n").encode()


def send(connection: dict[str, Any], bearer: str, data: bytes, path: str = "/batch") -> requests.Response:
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "multipart/mixed; boundary=b"}
    return requests.post(connection["endpoint"] + path, data=data, headers=headers, timeout=30)


def answers(response: requests.Response) -> list[tuple[str, int, bytes]]:
    """(content id, status, body) of every part of the answer, read by Python's own MIME parser."""
    head = b"Content-Type: " + response.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + response.content)
    found = []
    for part in message.get_payload():
        raw = part.get_payload(decode=False).encode()
        status_line, _, rest = raw.replace(b"\r\n", b"\n").partition(b"\n")
        found.append((part["Content-ID"], int(status_line.split()[1]), rest.partition(b"\n\n")[2].strip()))
    return found


def test_parts_answer_in_order_each_with_its_own_user(simulator: Simulator) -> None:
    connection = simulator.connection("google-typical")
    one = token(connection, "dr.abara@brightwater.example", MAIL)
    two = token(connection, "owen@brightwater.example", MAIL)
    simulator.reset_log()
    data = body(
        [
            ("GET", "/gmail/v1/users/me/settings/autoForwarding?fields=emailAddress", {}),
            ("GET", "/gmail/v1/users/me/settings/filters", {"Authorization": f"Bearer {two}"}),
            ("GET", "/gmail/v1/users/noor%40brightwater.example/settings/imap", {}),
            ("GET", "/gmail/v1/users/me/settings/imap", {"Authorization": "Bearer ya29.invented"}),
            ("DELETE", "/gmail/v1/users/me/settings/filters/x", {}),
        ]
    )
    found = answers(send(connection, one, data))
    assert [content_id for content_id, _, _ in found] == [f"<response-part+{number}>" for number in range(5)]
    assert [status for _, status, _ in found] == [200, 200, 403, 401, 405]
    assert found[0][2] == b'{"emailAddress":"chidi.abara.home@gmail.com"}'
    assert b"owen.tarnbeck77@yahoo.com" in found[1][2]
    log = simulator.log()
    assert [(entry.batch, entry.is_read) for entry in log] == [
        ("part+0", True),
        ("part+1", True),
        ("part+2", True),
        ("part+3", True),
        ("part+4", False),
        (None, True),
    ]


def test_google_clients_batches_are_understood(simulator: Simulator) -> None:
    """BatchHttpRequest writes the parts, with our base's path in front; AuthorizedSession sends them."""
    connection = simulator.connection("google-typical")
    made = service_account.Credentials.from_service_account_info(
        connection["service_account"],
        scopes=[SCOPE + "admin.directory.group.readonly"],
        subject=connection["admin_subject"],
    )
    seen: dict[str, Any] = {}
    service = build(
        "admin",
        "directory_v1",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": connection["endpoint"] + "/"},
        static_discovery=True,
        cache_discovery=False,
    )
    batch = BatchHttpRequest(
        callback=lambda key, answer, error: seen.update({key: error or answer}),
        batch_uri=connection["endpoint"] + "/batch",
    )
    for local in ("front-desk", "everyone", "missing"):
        batch.add(service.members().list(groupKey=f"{local}@brightwater.example"), request_id=local)

    class Wire:
        """What httplib2 offers, on top of AuthorizedSession."""

        def __init__(self, session: AuthorizedSession) -> None:
            self.session = session

        def request(self, uri: str, method: str, body: str, headers: dict[str, str], **_: Any) -> Any:
            import httplib2

            answer = self.session.request(method, uri, data=body, headers=headers)
            return httplib2.Response({"status": answer.status_code, **answer.headers}), answer.content

    with AuthorizedSession(made) as session:
        batch.execute(http=Wire(session))
    service.close()
    assert len(seen["front-desk"]["members"]) == 4
    assert seen["everyone"]["members"][0]["type"] == "CUSTOMER"
    assert seen["missing"].status_code == 404


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "multipart/mixed; boundary=b"),
        (b"--b\r\nnothing\r\n", "multipart/mixed; boundary=b"),
        (b"{}", "application/json"),
        (body([("GET", "/gmail/v1/users/me/settings/imap", {})] * 101), "multipart/mixed; boundary=b"),
        (
            body([("GET", "/gmail/v1/users/me/settings/imap", {}), ("GET", "/admin/directory/v1/groups", {})]),
            "multipart/mixed; boundary=b",
        ),
    ],
)
def test_batches_that_google_refuses(simulator: Simulator, data: bytes, kind: str) -> None:
    connection = simulator.connection("google-typical")
    answer = requests.post(connection["endpoint"] + "/batch", data=data, headers={"Content-Type": kind}, timeout=5)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "badRequest")


def test_a_boundarys_letters_inside_a_part_end_nothing(simulator: Simulator) -> None:
    connection = simulator.connection("google-typical")
    bearer = token(connection, "owen@brightwater.example", MAIL)
    part = ("GET", "/gmail/v1/users/me/settings/imap", {"User-Agent": "x--b--b"})
    assert [status for _, status, _ in answers(send(connection, bearer, body([part])))] == [200]


def test_drive_has_a_batch_path_of_its_own(simulator: Simulator) -> None:
    connection = simulator.connection("google-typical")
    bearer = token(connection, connection["admin_subject"], SCOPE + "drive.readonly")
    data = body([("GET", "/drive/v3/drives?useDomainAdminAccess=true", {})])
    assert [status for _, status, _ in answers(send(connection, bearer, data, "/batch/drive/v3"))] == [200]


def test_parts_wait_ten_at_a_time_and_fail_alone() -> None:
    fault = Fault("google_workspace * /gmail/v1/users/me/settings/pop", Status(503), batch=True)
    with Simulator([scenario("google-typical")], latency=0.05, faults=[fault]) as simulator:
        connection = simulator.connection("google-typical")
        bearer = token(connection, "owen@brightwater.example", MAIL)
        data = body([("GET", f"/gmail/v1/users/me/settings/{SETTINGS[number % 7]}", {}) for number in range(30)])
        started = time.monotonic()
        found = answers(send(connection, bearer, data))
        assert 0.14 < time.monotonic() - started < 1.5, "thirty one after the other take longer"
        assert [status for _, status, _ in found] == [503 if number % 7 == 6 else 200 for number in range(30)]


def test_five_thousand_mailboxes_are_made_and_served_fast() -> None:
    started = time.process_time()
    tenant = generate("google_workspace", users=5000, seed=3)
    assert time.process_time() - started < 5  # half a second is usual
    again = generate("google_workspace", users=5000, seed=3)
    again.state["credentials"] = tenant.state["credentials"]
    assert again.state == tenant.state
    with Simulator([tenant], process=True) as simulator:
        connection = simulator.connection(tenant.key)
        people = [user["primaryEmail"] for user in tenant.state["users"] if user["isMailboxSetup"]][:56]
        with requests.Session() as session:
            bearers = [token(connection, person, MAIL) for person in people]
            started = time.perf_counter()
            for start in range(0, 56, 14):
                parts = [
                    ("GET", f"/gmail/v1/users/me/settings/{setting}?alt=json", {"Authorization": f"Bearer {bearer}"})
                    for bearer in bearers[start : start + 14]
                    for setting in SETTINGS
                ]
                headers = {"Content-Type": "multipart/mixed; boundary=b"}
                answer = session.post(connection["endpoint"] + "/batch", data=body(parts), headers=headers, timeout=30)
                statuses = {status for _, status, _ in answers(answer)}
                assert statuses <= {200, 400}
            seconds_per_part = (time.perf_counter() - started) / (56 * 7)
        # 0.1 ms is usual; the bound leaves room for a busy machine, and none for a part that is a request of its own.
        assert seconds_per_part < 0.02
        users: list[str] = []
        query = "customer=my_customer&maxResults=500&fields=nextPageToken,users(primaryEmail)"
        bearer = token(connection, connection["admin_subject"], SCOPE + "admin.directory.user.readonly")
        page = ""
        while True:
            uri = f"{connection['endpoint']}/admin/directory/v1/users?{query}{page}"
            content = requests.get(uri, headers={"Authorization": f"Bearer {bearer}"}, timeout=30).json()
            users += [user["primaryEmail"] for user in content["users"]]
            if "nextPageToken" not in content:
                break
            page = f"&pageToken={content['nextPageToken']}"
        assert len(set(users)) == len(users) == 5000
