"""Microsoft Graph: one answer per request, and JSON batches of up to twenty."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import msgspec

from connectors.simulator.gate import Call, Gate, Reply
from connectors.simulator.microsoft.directory import SPARSE, Directory, Record
from connectors.simulator.microsoft.errors import bad_token, forbidden, graph_error, not_licensed
from connectors.simulator.microsoft.query import (
    BadQuery,
    expanded,
    filtered,
    options,
    properties_of,
    read_skip_token,
    selected,
    skip_token,
)
from connectors.simulator.microsoft.resources import Resource, find
from connectors.simulator.microsoft.tokens import Login

_VERSIONS = ("v1.0", "beta")
_JSON = "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
_BATCH_LIMIT = 20
_OUTLOOK_AT_ONCE = 4
_SIGN_IN_PAGE = 500  # Graph, "List users": the most where signInActivity is selected
_CAST = re.compile(r"/(?:microsoft\.)?graph\.(\w+)$")


def split(path: str) -> tuple[str, str]:
    """A path's version and the rest: ``/v1.0/users`` gives ``("v1.0", "/users")``."""
    _, version, rest = (*path.split("/", 2), "", "")[:3]
    return version, f"/{unquote(rest)}".rstrip("/")


@dataclass(frozen=True)
class _Question:
    """One read, with its query options understood. ``kind`` is the type a path is cast to, or empty."""

    call: Call
    base: str
    resource: Resource
    kind: str
    asked: Mapping[str, str]
    names: list[str]
    expand: Mapping[str, str]

    @classmethod
    def read(cls, call: Call, base: str, resource: Resource, kind: str) -> _Question:
        asked = options(call.query)
        for name in asked:
            if name not in resource.options:
                raise BadQuery("Request_BadRequest", f"The query specified in the URI is not valid: '{name}'.")
        if resource.needs_filter and "$filter" not in asked:
            raise BadQuery("BadRequest", "The filter is missing: a scope id and a scope type are needed.")
        names = selected(asked["$select"], resource.entity) if "$select" in asked else list(resource.default)
        expand = expanded(asked["$expand"], resource.expand) if "$expand" in asked else {}
        return cls(call, base, resource, kind, asked, names, expand)

    @property
    def context(self) -> str:
        return f"{self.base}/v1.0/$metadata#{self.resource.path[1:]}"

    def project(self, record: Record) -> Record:
        """The record as asked for: selected properties (null where unset), and navigation only when expanded."""
        if self.names:
            kept = {name: record.get(name) for name in self.names if name in record or name not in SPARSE}
            if "@odata.type" in record:
                if "+" in self.resource.entity:  # objects of many types, each with its own properties alone
                    own = properties_of(record["@odata.type"])
                    kept = {name: value for name, value in kept.items() if name in own}
                kept["@odata.type"] = record["@odata.type"]
        else:
            hidden = {*self.resource.expand, "signInActivity"}
            kept = {name: value for name, value in record.items() if name not in hidden}
        return kept | {name: _inner(record.get(name), inner) for name, inner in self.expand.items()}


class Graph:
    """Answers for one tenant."""

    def __init__(self, directory: Directory, login: Login) -> None:
        self._directory = directory
        self._login = login
        # A fixed order would hide clients that rely on it; a seed keeps failures repeatable.
        self._shuffle = random.Random(directory.tenant.key)  # noqa: S311  # an order, not a secret

    async def answer(self, call: Call, base: str, gate: Gate) -> Reply:
        """``base`` is the absolute address below which the version starts, for page links."""
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != "graph":
            return bad_token()
        version, path = split(call.path)
        if path == "/$batch" and call.method == "POST" and call.batch is None:
            return await self._batch(call, base, gate)
        if call.method not in ("GET", "HEAD"):
            return graph_error(405, "Request_BadRequest", f"Specified HTTP method '{call.method}' is not allowed.")
        counting = path.endswith("/$count")
        path = path.removesuffix("/$count")
        cast = _CAST.search(path)
        path, kind = _CAST.sub("", path), cast[1] if cast else ""
        found = find(path)
        if version not in _VERSIONS or found is None or (found[0].beta and version != "beta"):
            segment = path.rsplit("/", 1)[-1]
            return graph_error(404, "ResourceNotFound", f"Resource not found for the segment '{segment}'.")
        resource, ids = found
        if not bearer.permissions.intersection(resource.permissions):
            return forbidden()
        try:
            question = _Question.read(call, base, resource, kind)
            refused = self._refusal(resource, ids, question.names, bearer.permissions)
            return refused or self._read(question, ids, counting=counting)
        except BadQuery as bad:
            return bad.reply

    def _read(self, question: _Question, ids: Mapping[str, str], *, counting: bool) -> Reply:
        resource, asked = question.resource, question.asked
        if resource.file and asked.get("$format") != "application/json":
            return Reply(302, b"", {"location": "https://reports.office.example/data/download/one"})
        answer = resource.read(self._directory, ids)
        if answer is None:
            return graph_error(404, "Request_ResourceNotFound", "Resource does not exist or was not found.")
        if isinstance(answer, dict):
            return _json({"@odata.context": question.context, **question.project(answer)})
        if question.kind:
            answer = [record for record in answer if record.get("@odata.type") == f"#microsoft.graph.{question.kind}"]
        if "$filter" in asked:
            answer = [dict(record) for record in filtered(answer, asked["$filter"], resource.entity)]
        if counting:
            if question.call.headers.get("consistencylevel") != "eventual":
                raise BadQuery("Request_UnsupportedQuery", "$count is not currently supported.")
            return Reply(200, str(len(answer)).encode(), {"content-type": "text/plain"})
        return _json(_page(question, answer))

    def _refusal(
        self, resource: Resource, ids: Mapping[str, str], names: list[str], permissions: frozenset[str]
    ) -> Reply | None:
        """What the tenant's licences, the extra permission for sign-in activity, or a missing mailbox forbid."""
        if resource.gate is not None and not self._directory.licensed(resource.gate):
            return not_licensed(resource.gate)
        if "signInActivity" in names:
            if "AuditLog.Read.All" not in permissions:
                return forbidden()
            if not self._directory.licensed("p1"):
                return not_licensed("p1")
        if resource.mailbox:
            user = self._directory.user(ids["user"])
            if user is not None and user["id"] not in self._directory.mailboxes:
                message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
                return graph_error(404, "MailboxNotEnabledForRESTAPI", message)
            if user is not None and user["id"] in self._directory.state.get("unreachable_mailboxes", ()):
                return graph_error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return None

    async def _batch(self, call: Call, base: str, gate: Gate) -> Reply:
        version, _ = split(call.path)
        try:
            requests = msgspec.json.decode(call.body)["requests"]
            items = [self._item(call, version, request) for request in requests]
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
            return graph_error(400, "BadRequest", "Invalid batch payload format.")
        if len(items) > _BATCH_LIMIT:
            message = f"Number of batch request steps exceeds the maximum value of {_BATCH_LIMIT}."
            return graph_error(400, "BadRequest", message)
        if len({item.batch for item in items}) != len(items):
            return graph_error(400, "BadRequest", "Duplicate request id in the batch.")
        outlook = asyncio.Semaphore(_OUTLOOK_AT_ONCE)

        async def one(item: Call) -> dict[str, Any]:
            found = find(split(item.path)[1])
            if found is not None and found[0].lane == "outlook":
                async with outlook:
                    reply = await gate.answer(item, lambda: self.answer(item, base, gate))
            else:
                reply = await gate.answer(item, lambda: self.answer(item, base, gate))
            return batch_item(item, reply)

        responses = list(await asyncio.gather(*(one(item) for item in items)))
        self._shuffle.shuffle(responses)
        return _json({"responses": responses})

    def _item(self, call: Call, version: str, request: Mapping[str, Any]) -> Call:
        path, _, query = request["url"].partition("?")
        headers = {name.lower(): str(value) for name, value in (request.get("headers") or {}).items()}
        return Call(
            provider=call.provider,
            tenant=call.tenant,
            area=call.area,
            method=request["method"].upper(),
            path=f"/{version}/{path.lstrip('/')}",
            query=query,
            headers={"authorization": call.headers.get("authorization", ""), **headers},
            body=b"",
            batch=str(request["id"]),
        )


def batch_item(item: Call, reply: Reply) -> dict[str, Any]:
    """One entry of a batch's ``responses``; a cut connection inside a batch shows as 504."""
    if reply.abort:
        return {"id": item.batch, "status": 504, "headers": {}, "body": {"error": {"code": "GatewayTimeout"}}}
    headers = {name.title() if name.islower() else name: value for name, value in reply.headers.items()}
    content: dict[str, Any] = {"id": item.batch, "status": reply.status, "headers": headers}
    if reply.body:
        is_json = "json" in reply.headers.get("content-type", "")
        content["body"] = msgspec.Raw(reply.body) if is_json else reply.body.decode("utf-8", "replace")
    return content


def _json(content: Mapping[str, Any]) -> Reply:
    return Reply(200, msgspec.json.encode(content), {"content-type": _JSON})


def _page_size(top: str | None, default: int, most: int) -> int:
    if top is None:
        return min(default, most)
    if not top.isdigit() or not 1 <= int(top) <= most:
        raise BadQuery(
            "Request_BadRequest", f"Invalid page size specified: '{top}'. Must be between 1 and {most} inclusive."
        )
    return int(top)


def _page(question: _Question, answer: list[Record]) -> dict[str, Any]:
    """One page of a collection, with the link to the next."""
    asked, resource = question.asked, question.resource
    most = _SIGN_IN_PAGE if "signInActivity" in question.names else resource.most
    size = _page_size(asked.get("$top"), resource.page, most)
    try:
        offset, page = read_skip_token(asked["$skiptoken"]) if "$skiptoken" in asked else (0, 1)
    except ValueError:
        raise BadQuery("Directory_ExpiredPageToken", "The specified page token value has expired.") from None
    content: dict[str, Any] = {"@odata.context": question.context}
    if asked.get("$count") == "true":
        content["@odata.count"] = len(answer)
    if offset + size < len(answer):
        following = {name: value for name, value in asked.items() if name != "$skiptoken"}
        following["$skiptoken"] = skip_token(offset + size, page + 1)
        link = urlencode(following, quote_via=quote, safe="$,")
        content["@odata.nextLink"] = f"{question.base}{quote(question.call.path)}?{link}"
    content["value"] = [question.project(record) for record in answer[offset : offset + size]]
    return content


def _inner(value: Any, inner: str) -> Any:
    """An expanded value, reduced to its own ``$select`` when it has one."""
    names = options(inner).get("$select", "").split(",") if inner.startswith("$select=") else []
    if not names:
        return value if value is not None else []
    keep = {*names, "@odata.type"}
    rows = value if isinstance(value, list) else [value] if value else []
    return [{name: item for name, item in row.items() if name in keep} for row in rows]
