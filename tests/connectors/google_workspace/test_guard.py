"""Nothing but reads of settings may leave for Google."""

from __future__ import annotations

import pytest

from connectors.google_workspace import batch
from connectors.google_workspace.guard import guard
from connectors.transport import WriteRefused

GMAIL = "https://gmail.googleapis.com"
ADMIN = "https://admin.googleapis.com"
ASSERTION = b"assertion=x&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
SETTINGS = f"{GMAIL}/gmail/v1/users/me/settings/filters?fields=filter(id)"

LEAVES = [
    ("GET", f"{ADMIN}/admin/directory/v1/users?customer=C0", b""),
    ("GET", SETTINGS, b""),
    ("GET", "https://www.googleapis.com/groups/v1/groups/export%40brightwater.example?alt=json", b""),
    ("POST", "https://oauth2.googleapis.com/token", ASSERTION),
    ("POST", "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.example:signBlob", b"{}"),
    ("POST", f"{GMAIL}/batch", batch.encode({"1": SETTINGS, "2": SETTINGS}, {"2": "Bearer x"})),
    (
        "POST",
        "https://www.googleapis.com/batch/groupssettings/v1",
        batch.encode({"1": "https://www.googleapis.com/groups/v1/groups/a?alt=json"}, {}),
    ),
]
STAYS = [
    ("DELETE", f"{ADMIN}/admin/directory/v1/users/1", b""),
    ("PUT", SETTINGS, b"{}"),
    ("POST", f"{GMAIL}/gmail/v1/users/me/settings/filters", b"{}"),
    ("PATCH", f"{ADMIN}/admin/directory/v1/users/1", b"{}"),
    ("GET", f"{ADMIN}/admin/directory/v1/users/1/verificationCodes", b""),
    ("GET", f"{GMAIL}/gmail/v1/users/me/messages", b""),
    ("GET", f"{GMAIL}/gmail/v1/users/me/messages/1?fields=/settings/", b""),
    ("GET", f"{GMAIL}/gmail/v1/users/me/settings/../messages", b""),
    ("GET", f"{GMAIL}/gmail/v1/users/me/settings/%2e%2e/messages", b""),
    ("GET", "https://www.googleapis.com/drive/v3/files/1?alt=media", b""),
    ("GET", "https://www.googleapis.com/drive/v3/files/1/export?mimeType=text/plain", b""),
    ("GET", "https://evil.example/admin/directory/v1/users", b""),
    ("GET", "http://admin.googleapis.com/admin/directory/v1/users", b""),
    ("GET", "http://127.0.0.1:8000/admin/directory/v1/users", b""),
    ("POST", "https://oauth2.googleapis.com/token", b"grant_type=password"),
    ("POST", "https://oauth2.googleapis.com/revoke", ASSERTION),
    (
        "POST",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.example:generateAccessToken",
        b"{}",
    ),
    ("POST", f"{GMAIL}/batch", batch.encode({"1": SETTINGS}, {}).replace(b"GET ", b"DELETE ")),
    ("POST", f"{GMAIL}/batch", batch.encode({"1": SETTINGS}, {}).replace(b"\r\n\r\n--", b"\r\n\r\n{}\r\n--")),
    ("POST", f"{GMAIL}/batch", batch.encode({"1": f"{GMAIL}/gmail/v1/users/me/messages/1?x=1"}, {})),
    ("POST", f"{GMAIL}/batch", batch.encode({"1": f"{ADMIN}/admin/directory/v1/users/1/verificationCodes?x=1"}, {})),
    ("POST", f"{GMAIL}/batch", batch.encode({}, {})),
    ("POST", f"{GMAIL}/batch", b"--auditor-batch\r\nnot ours"),
    ("POST", f"{GMAIL}/batch", b""),
]


@pytest.mark.parametrize(("method", "url", "body"), LEAVES)
def test_reads_leave(method: str, url: str, body: bytes) -> None:
    guard(local=False).check(method, url, body)


@pytest.mark.parametrize(("method", "url", "body"), STAYS)
def test_everything_else_stays(method: str, url: str, body: bytes) -> None:
    with pytest.raises(WriteRefused):
        guard(local=False).check(method, url, body)


def test_loopback_is_for_the_simulator() -> None:
    guard(local=True).check("GET", "http://127.0.0.1:8000/google/x/api/admin/directory/v1/users", b"")
    with pytest.raises(WriteRefused):
        guard(local=True).check("GET", "http://127.0.0.1:8000/google/x/api/gmail/v1/users/me/messages", b"")
