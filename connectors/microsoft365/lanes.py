"""Microsoft's quotas as lanes, and what else the transport must know of Microsoft: which posts are reads, what is worth a retry."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from connectors.microsoft365 import csom, rest
from connectors.microsoft365.connection import Connection
from connectors.transport import Lane, ReadOnly, Response, Retry, ordinary_retry

_TRANSIENT = (
    b"CmdletProxyNotAvailable",
    b"ServerBusyException",
    b"TransientException",
    b"BackendCommunicationException",
)


def lanes(*, paced: bool = True) -> list[Lane]:
    """One lane a quota (microsoft365.md 6.1 and 6.2).

    Conditional Access allows one request a second for all applications of a tenant together, and the sign-in reports five in ten
    seconds; a simulated tenant says itself when it has had enough, unless its connection asks to be `paced`. Outlook allows four at
    a time per mailbox, and a batch asks twenty mailboxes, so several batches may run.
    """
    return [
        Lane("graph", concurrency=8),
        Lane("graph-identity", concurrency=8),
        Lane("graph-ca", concurrency=1 if paced else 2, spacing=1.05 if paced else 0.0),
        Lane("graph-reports", concurrency=2, window=(5, 10.2) if paced else None),
        Lane("graph-outlook", concurrency=12),
        Lane("graph-intune", concurrency=4),
        Lane("exchange", concurrency=8),
        Lane("compliance", concurrency=4),
        Lane("sharepoint", concurrency=4),
        Lane("teams", concurrency=2),
        Lane("powerbi", concurrency=1),
        Lane("powerplatform", concurrency=2),
    ]


def guard(connection: Connection) -> ReadOnly:
    """What may leave for this tenant."""
    hosts = connection.hosts
    names = [
        urlsplit(address).hostname or ""
        for address in (
            hosts.login, hosts.graph, hosts.exchange, hosts.compliance, hosts.teams, hosts.powerbi, hosts.powerplatform,
        )
    ]  # fmt: skip
    return ReadOnly(
        hosts=[*names, hosts.exchange_suffix, hosts.compliance_suffix, hosts.sharepoint_suffix],
        posts=[_token, _graph_batch, _cmdlet, _cmdlet_batch, csom.is_read, rest.is_read],
        loopback=connection.local,
        plain=["169.254.169.254"],  # the machine's own identity service has no TLS (Azure documentation)
    )


def _token(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001
    return host.startswith(("login.", "127.", "localhost")) and path.endswith(
        ("/oauth2/v2.0/token", "/oauth2/v2.0/devicecode")
    )


def _graph_batch(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001
    if re.search(r"/(v1\.0|beta)/\$batch$", path) is None:
        return False
    requests = msgspec.json.decode(body)["requests"]
    return bool(requests) and all(item["method"] == "GET" and "body" not in item for item in requests)


def _is_get(body: object) -> bool:
    return (
        isinstance(body, dict)
        and set(body) == {"CmdletInput"}
        and str(body["CmdletInput"].get("CmdletName")).startswith("Get-")
    )


def _cmdlet(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001
    return path.endswith("/InvokeCommand") and _is_get(msgspec.json.decode(body))


def _cmdlet_batch(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001
    if re.search(r"/adminapi/beta/[^/]+/\$batch$", path) is None:
        return False
    requests = msgspec.json.decode(body)["requests"]
    return bool(requests) and all(
        item["url"].endswith("/InvokeCommand") and _is_get(item.get("body")) for item in requests
    )


def retry(response: Response) -> Retry | None:
    """Microsoft's retryable answers: the ordinary ones, and Exchange's transient errors that come even as 400."""
    if response.status in {400, 500} and any(word in response.content for word in _TRANSIENT):
        return Retry(tries=5)
    return ordinary_retry(response)
