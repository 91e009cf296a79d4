"""Batches as Google writes them."""

from __future__ import annotations

from connectors.google_workspace import batch

URLS = {
    "0.1": "https://gmail.googleapis.com/gmail/v1/users/me/settings/imap?alt=json",
    "0.2": "https://gmail.googleapis.com/x?y=1",
}


def test_a_batch_names_method_path_and_owner_of_each_part() -> None:
    body = batch.encode(URLS, {"0.2": "Bearer second"})
    assert batch.requests_in(body) == [("GET", "/gmail/v1/users/me/settings/imap?alt=json"), ("GET", "/x?y=1")]
    first, second = body.split(b"--auditor-batch\r\n")[1:]
    assert b"Content-ID: <0.1>" in first
    assert b"Authorization" not in first
    assert b"Authorization: Bearer second" in second


def test_each_part_has_an_answer_of_its_own() -> None:
    answer = (
        b"--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-0.2>\r\n\r\n"
        b'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Type: application/json\r\n\r\n{"error": {}}\r\n'
        b"--batch_x\r\nContent-Type: application/http\r\nContent-ID: response-0.1\r\n\r\n"
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"enabled": true}\r\n\r\n'
        b"--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-stranger>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n"
        b"--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-0.3>\r\n\r\nnonsense\r\n"
        b"--batch_x--\r\n"
    )
    found = batch.decode('multipart/mixed; boundary="batch_x"', answer, URLS)
    assert set(found) == {"0.1", "0.2"}
    assert found["0.1"].json() == {"enabled": True}
    assert (found["0.2"].status, found["0.2"].headers["retry-after"]) == (429, "2")
    assert found["0.2"].url == URLS["0.2"]


def test_an_answer_that_is_no_batch_holds_nothing() -> None:
    assert batch.decode("application/json", b"{}", URLS) == {}
    assert batch.decode("multipart/mixed; boundary=b", b"", URLS) == {}
