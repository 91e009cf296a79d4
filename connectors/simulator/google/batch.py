"""Batches of Google's APIs: ``multipart/mixed`` in, ``multipart/mixed`` out, one inner HTTP message per part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
RESPONSE_BOUNDARY = "batch_simulated"
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One inner request: the part's Content-ID, then the request line, headers (lower-case names) and body."""

    content_id: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class MalformedBatch(ValueError):
    """The body is not a multipart message of HTTP requests."""


def parse(content_type: str, body: bytes) -> list[Part]:
    """The parts in order. Raises MalformedBatch."""
    found = BOUNDARY.search(content_type)
    if not content_type.startswith("multipart/mixed") or found is None:
        raise MalformedBatch("Failed to parse batch request, error: no boundary in the Content-Type")
    # Some clients end lines with a bare line feed (Python's email generator does).
    if b"\r\n" not in body:
        body = body.replace(b"\n", b"\r\n")
    # A boundary counts only at the start of a line; the same letters may well occur inside a token.
    chunks = (b"\r\n" + body).split(b"\r\n--" + found[1].encode("latin-1"))
    if len(chunks) < 3 or not chunks[-1].startswith(b"--"):
        raise MalformedBatch("Failed to parse batch request, error: the last boundary is missing")
    return [_part(chunk, index) for index, chunk in enumerate(chunks[1:-1])]


def _part(chunk: bytes, index: int) -> Part:
    head, _, inner = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
    outer = _headers(head.decode("latin-1").split("\r\n"))
    if not outer.get("content-type", "").startswith("application/http"):
        raise MalformedBatch(f"Failed to parse batch request, error: part {index} is not application/http")
    inner_head, _, body = inner.lstrip(b"\r\n").partition(b"\r\n\r\n")
    lines = inner_head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) < 2:
        raise MalformedBatch(f"Failed to parse batch request, error: part {index} has no request line")
    content_id = outer.get("content-id", f"<item:{index}>")
    return Part(content_id, words[0].upper(), words[1], _headers(lines[1:]), body.rstrip(b"\r\n"))


def _headers(lines: Sequence[str]) -> dict[str, str]:
    headers = {}
    for line in lines:
        name, mark, value = line.partition(":")
        if mark:
            headers[name.strip().lower()] = value.strip()
    return headers


def encode(answers: Sequence[tuple[str, int, dict[str, str], bytes]]) -> tuple[str, bytes]:
    """Content type and body for answers of (content id, status, headers, body), in the order of the requests."""
    chunks = []
    for content_id, status, headers, body in answers:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        chunks.append(
            f"--{RESPONSE_BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: {_response_id(content_id)}\r\n\r\n"
            f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode(
                "latin-1"
            )
            + body
            + b"\r\n"
        )
    chunks.append(f"--{RESPONSE_BOUNDARY}--\r\n".encode())
    return f"multipart/mixed; boundary={RESPONSE_BOUNDARY}", b"".join(chunks)


def _response_id(content_id: str) -> str:
    """Google puts ``response-`` in front of the id, inside the angle brackets if there are any."""
    return f"<response-{content_id[1:]}" if content_id.startswith("<") else f"response-{content_id}"
