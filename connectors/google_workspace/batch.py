"""Google's batches: several reads in one request, `multipart/mixed`, one inner HTTP message per part.

Source: the page "Batch requests" of the Workspace APIs. Headers of the outer request, Authorization among them, count for
every part that does not carry its own; so one batch can read several mailboxes, each with its owner's token. Parts count as
requests of their own for quotas, and each has a status of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors.transport import Response

BOUNDARY = "auditor-batch"
CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_STATUS = re.compile(rb"HTTP/[\d.]+ (\d{3})")
_CONTENT_ID = re.compile(rb"^content-id:[ \t]*<?(?:response-)?([^>\r\n]+?)>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_REQUEST_LINE = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1")


def encode(urls: Mapping[str, str], authorizations: Mapping[str, str]) -> bytes:
    """The body of a batch of GETs: key (a short word) to the full address.

    A part whose key has an authorization is asked for with it instead of the outer request's.
    """
    parts = []
    for key, address in urls.items():
        target = urlsplit(address)
        own = f"Authorization: {authorizations[key]}\r\n" if key in authorizations else ""
        parts.append(
            f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <{key}>\r\n\r\n"
            f"GET {target.path}?{target.query} HTTP/1.1\r\nAccept: application/json\r\n{own}\r\n"
        )
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def requests_in(body: bytes) -> list[tuple[str, str]]:
    """Method and target of every part of a body that `encode` could have made; an empty list for any other body.

    A part that carries a body of its own, or anything else between its headers and the next boundary, is not one of ours.
    """
    found = []
    mark = f"--{BOUNDARY}\r\n".encode()
    if not body.startswith(mark) or not body.endswith(f"--{BOUNDARY}--\r\n".encode()):
        return []
    for part in body[len(mark) : -len(f"--{BOUNDARY}--\r\n")].split(mark):
        head, _, inner = part.partition(b"\r\n\r\n")
        message, _, rest = inner.partition(b"\r\n\r\n")
        line = _REQUEST_LINE.fullmatch(message.split(b"\r\n")[0])
        if b"application/http" not in head or line is None or rest:
            return []
        found.append((line[1].decode(), line[2].decode()))
    return found


def decode(content_type: str, body: bytes, urls: Mapping[str, str]) -> dict[str, Response]:
    """The parts' answers by key; a part that is missing or damaged has none."""
    mark = _BOUNDARY.search(content_type)
    if mark is None:
        return {}
    answers = {}
    for chunk in body.split(b"--" + mark[1].encode("latin-1"))[1:-1]:
        head, _, inner = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
        message, _, content = inner.partition(b"\r\n\r\n")
        status = _STATUS.match(message)
        named = _CONTENT_ID.search(head)
        key = named[1].decode("latin-1") if named is not None else ""
        if status is not None and key in urls:
            # Of an answer that was given nobody reads the headers.
            headers = {} if status[1] == b"200" else _headers(message.partition(b"\r\n")[2])
            answers[key] = Response(int(status[1]), headers, content.rstrip(b"\r\n"), urls[key])
    return answers


def _headers(text: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.decode("latin-1").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, found, value in pairs if found}
