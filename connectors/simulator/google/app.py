"""The Google side of the simulator's server: one base address per tenant, with Google's own paths below it.

``http://127.0.0.1:PORT/google/{tenant}/api`` stands for every ``https://*.googleapis.com`` host at once; after it come
the real paths (``/admin/directory/v1/users``, ``/gmail/v1/users/me/settings/filters``, ``/token``, ``/batch`` ...).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from connectors.simulator import gate as gates
from connectors.simulator.faults import ErrorKind
from connectors.simulator.gate import Gate, Label, Place, Quota, Reply
from connectors.simulator.google import (
    alerts,
    batch,
    calendar,
    directory,
    drive,
    gmail,
    groups_settings,
    identity,
    licensing,
    reports,
    reseller,
)
from connectors.simulator.google.call import SERVICES, Call, read_page_token
from connectors.simulator.google.discovery import COMMON_PARAMETERS, TITLES, ApiMethod, catalogue
from connectors.simulator.google.errors import (
    ApiError,
    TokenError,
    api_disabled,
    invalid,
    not_found,
    scope_insufficient,
    unauthenticated,
    unknown_parameter,
)
from connectors.simulator.google.fields import Mask, apply_mask, parse_mask
from connectors.simulator.google.tokens import PROJECT, ServiceAccount, TokenDesk, principal_of
from connectors.simulator.google.workspace import Workspace
from connectors.simulator.tenant import SimulatedTenant

# Importing a module of methods registers them; the tuple says so to readers and linters.
METHOD_MODULES = (alerts, calendar, directory, drive, gmail, groups_settings, identity, licensing, reports, reseller)

AREA = "api"
GMAIL_PERSON = (6_000, 60.0)
"""Units and seconds of one mailbox, as projects have them since May 2026 (Gmail API, usage limits); a setting costs one."""
GMAIL_PROJECT = (1_200_000, 60.0)
GRPC_PATHS = ("/v1/", "/v1beta1/")
JSON_TYPE = "application/json; charset=UTF-8"
IAM_PATH = re.compile(r"/v1/projects/-/serviceAccounts/([^/:]+):(signBlob|signJwt)")
# Batch path -> most parts. Gmail and Drive take fewer than the others.
BATCH_PATHS = ("/batch", "/batch/drive/v3", "/batch/calendar/v3", "/batch/groupssettings/v1")
BATCH_PARTS = {"gmail": 100, "drive": 100}
BATCH_PARTS_OTHERWISE = 1000
BATCH_AT_ONCE = 10  # parts that Google works on side by side
# Readable, but nothing an auditor may read: live backup codes, messages, and the content of files.
FORBIDDEN_READS = re.compile(
    r"/verificationCodes$|^/gmail/v1/users/[^/]+/(?!settings(?:/|$))|^/drive/v3/files/[^/]+/export$|[?&]alt=media(?:&|$)"
)


# -- what the server asks of a provider ------------------------------------------------------------------------------


def routes(tenants: Sequence[SimulatedTenant]) -> Sequence[BaseRoute]:
    """One mount per tenant: ``/google/{tenant}``."""
    return [Mount(f"/google/{tenant.key}", app=TenantApp(tenant)) for tenant in tenants]


def connection(tenant: SimulatedTenant, place: Place) -> dict[str, Any]:
    """What a client needs to reach the tenant: the base of all APIs, credentials of each kind, and who to act as."""
    base = f"{place.base}/google/{tenant.key}/{AREA}"
    account = ServiceAccount(tenant.state["credentials"])
    token_uri = f"{base}/token"
    return {
        "endpoint": base,
        "secure_endpoint": f"{place.secure_base}/google/{tenant.key}/{AREA}",
        "token_uri": token_uri,
        "customer_id": tenant.state["customer"]["id"],
        "primary_domain": tenant.state["customer"]["customerDomain"],
        "admin_subject": tenant.state["adminSubject"],
        "authorized_scopes": sorted(tenant.state["authorizedScopes"]),
        "service_account": account.key_file(token_uri),
        "authorized_user": account.authorized_user(token_uri),
        "keyless": {"service_account_email": account.email, "source_token": account.source_token, "iam_endpoint": base},
    }


def describe(call: gates.Call) -> Label:
    """Whether the call only reads, by the simulator's own judgment, and which page of a listing it asks for."""
    if call.method == "POST":
        is_batch = call.path in BATCH_PATHS
        is_read = is_batch or call.path == "/token" or IAM_PATH.fullmatch(call.path) is not None
        return Label(call.path, is_read, container=is_batch)
    is_read = call.method == "GET" and FORBIDDEN_READS.search(f"{call.path}?{call.query}".rstrip("?")) is None
    page = 1
    if "pageToken=" in call.query:
        page = read_page_token(dict(parse_qsl(call.query)).get("pageToken", ""))[0] or 1
    return Label(call.path, is_read and "/verificationCodes" not in call.path, page=page)


def quota(call: gates.Call) -> Sequence[Quota]:
    """Google's published limits. Where a limit is per user, the user is the one whom the token stands for."""
    path, tenant = call.path, call.tenant
    user = principal_of(call.headers.get("authorization", ""))

    def limit(name: str, count: float, seconds: float, cost: float = 1) -> Quota:
        return Quota(f"google/{name}/{tenant}", count, seconds, cost, tells_retry_after=False)

    if path.startswith("/v1/policies"):
        return [limit("policies", 1, 1)]
    if path.startswith("/apps/licensing/"):
        return [limit("licensing", 1, 1)]
    if path.startswith("/gmail/"):
        return [limit(f"gmail/{user}", *GMAIL_PERSON), limit("gmail", *GMAIL_PROJECT)]
    if path.startswith("/admin/directory/"):
        limits = [limit(f"directory/{user}", 2_400, 60)]
        return [*limits, limit("mobile", 10, 1)] if "/devices/mobile" in path else limits
    if path.startswith("/admin/reports/"):
        limits = [limit(f"reports/{user}", 2_400, 60)]
        narrow = "/activity/users/all/" not in path or re.search(
            r"(?:^|&)(?:actorIpAddress|eventName|filters|orgUnitID|groupIdFilter)=", call.query
        )
        return [*limits, limit("report-filters", 250, 60)] if "/activity/" in path and narrow else limits
    if path.startswith("/drive/"):
        cost = 100 if path.endswith(("/files", "/drives", "/permissions")) else 5  # a list, or one thing
        return [limit(f"drive/{user}", 325_000, 60, cost), limit("drive", 1_000_000, 60, cost)]
    if path.startswith("/calendar/"):
        return [limit(f"calendar/{user}", 600, 60), limit("calendar", 10_000, 60)]
    return []


def error(kind: ErrorKind, call: gates.Call) -> Reply:
    """The error of this kind in the words of the API that was asked."""
    path = call.path
    grpc = path.startswith(GRPC_PATHS)
    match kind:
        case "throttled" if path.startswith("/v1/policies"):
            problem = ApiError(
                429,
                "rateLimitExceeded",
                "Quota exceeded for quota metric 'Policy API read requests' and limit 'Policy API read requests per "
                f"second' of service 'cloudidentity.googleapis.com' for consumer 'project_number:{PROJECT}'.",
            )
        case "throttled" if path.startswith("/apps/licensing/"):
            problem = ApiError(503, "backendError", "The service is currently unavailable.")
        case "throttled" if path.startswith("/admin/"):
            problem = ApiError(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
        case "throttled" if path.startswith("/drive/"):
            problem = ApiError(403, "userRateLimitExceeded", "User rate limit exceeded.", domain="usageLimits")
        case "throttled" if path.startswith("/gmail/"):
            # The project's limit is never reached before that of a person.
            text = (
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
                f"'gmail.googleapis.com' for consumer 'project_number:{PROJECT}'."
            )
            problem = ApiError(403, "rateLimitExceeded", text, domain="usageLimits")
        case "throttled":
            problem = ApiError(429, "rateLimitExceeded", "Too many requests.", domain="usageLimits")
        case "permission":
            text = "The caller does not have permission" if grpc else "Not Authorized to access this resource/api"
            problem = ApiError(403, "forbidden", text)
        case "licence" if path.startswith("/gmail/"):
            problem = ApiError(400, "failedPrecondition", "Mail service not enabled", word="FAILED_PRECONDITION")
        case "licence" if path.startswith("/admin/reports/"):
            problem = ApiError(403, "forbidden", "Caller does not have access to the customers reporting data.")
        case "licence":
            problem = ApiError(403, "forbidden", "The customer's edition does not include this feature.")
        case "expired":
            problem = unauthenticated()
        case "unavailable":
            problem = ApiError(503, "backendError", "The service is currently unavailable.")
    return _failure(problem, grpc=grpc)


# -- one tenant ------------------------------------------------------------------------------------------------------


class TenantApp:
    """Answers every request below ``/google/{tenant}``."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        self._workspace = Workspace(tenant)
        self._desk = TokenDesk(self._workspace, ServiceAccount(tenant.state["credentials"]))
        self._catalogue = catalogue()
        # A client that builds its requests against our base sends batch parts with the base's path in front.
        self._prefix = f"/google/{tenant.key}/{AREA}/"

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        call: gates.Call = scope["simulator.call"]
        if call.method == "POST" and call.path in BATCH_PATHS and call.area == AREA:
            reply = await self._batch(call, scope["simulator.gate"])
        else:
            reply = self._answer(call)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    def _answer(self, call: gates.Call) -> Reply:
        method, values, known = self._catalogue.find(call.method, call.path)
        try:
            return self._route(call, method, values, known=known)
        except TokenError as problem:
            return _json(problem.status, problem.body)
        except ApiError as problem:
            return _failure(problem, grpc=method.grpc if method else call.path.startswith(GRPC_PATHS))

    def _route(self, call: gates.Call, method: ApiMethod | None, values: list[str], *, known: bool) -> Reply:
        if call.area != AREA:
            raise not_found("Not Found")
        if call.method == "POST":
            special = self._post(call)
            if special is not None:
                return special
        if known and call.method != "GET":
            raise ApiError(405, "httpMethodNotAllowed", "The simulator answers reads only.")
        if method is None or method.id not in SERVICES:
            raise not_found("Not Found")
        return self._read(call, method, values)

    def _post(self, call: gates.Call) -> Reply | None:
        if call.path == "/token":
            form = dict(parse_qsl(call.body.decode("latin-1")))
            return _json(200, self._desk.exchange(form))
        signing = IAM_PATH.fullmatch(call.path)
        if signing is None:
            return None
        authorization = call.headers.get("authorization")
        return _json(200, self._desk.iam(authorization, unquote(signing[1]), signing[2], call.body))

    def _read(self, call: gates.Call, method: ApiMethod, values: list[str]) -> Reply:
        workspace = self._workspace
        grant = self._desk.grant(call.headers.get("authorization"))
        if grant is None:
            raise unauthenticated()
        if method.api in workspace.disabled_apis:
            raise api_disabled(TITLES[method.api], method.service, PROJECT)
        if method.api in workspace.blocked_apis:
            title = TITLES[method.api].removesuffix(" API")
            raise ApiError(403, "domainPolicy", f"The domain administrators have disabled {title} apps.")
        if method.scopes and grant.scopes.isdisjoint(method.scopes):
            raise scope_insufficient(method.service, method.id)
        query, mask = _checked_query(method.id, call.query)
        if not mask and "x-goog-fieldmask" in call.headers:
            mask = parse_mask(call.headers["x-goog-fieldmask"])
        for index, allowed in method.path_enums:
            if values[index] not in allowed:
                raise invalid(f"Invalid value '{values[index]}'.")
        answer = SERVICES[method.id].run(Call(workspace, method, values, query, grant))
        if method.api == "groupssettings" and query.get("alt", "atom") != "json":
            return Reply(200, groups_settings.as_xml(answer), {"content-type": groups_settings.XML_TYPE})
        return _json(200, apply_mask(answer, mask) if mask else answer)

    # -- batches -----------------------------------------------------------------------------------------------------

    async def _batch(self, call: gates.Call, gate: Gate) -> Reply:
        try:
            parts = self._parts(call)
        except batch.MalformedBatch as problem:
            return _failure(ApiError(400, "badRequest", str(problem)), grpc=False)
        replies: list[Reply | None] = [None] * len(parts)
        waiting = iter(enumerate(parts))

        async def work(queue: Iterator[tuple[int, batch.Part]]) -> None:
            for index, part in queue:
                inner = self._inner_call(call, part)
                replies[index] = await gate.answer(inner, partial(self._answer_later, inner))

        await asyncio.gather(*(work(waiting) for _ in range(min(BATCH_AT_ONCE, len(parts)))))
        content_type, body = batch.encode(
            [
                (part.content_id, reply.status, reply.headers, reply.body)
                for part, reply in zip(parts, replies, strict=True)
                # A part whose connection a fault cuts is missing from the answer, as the rest of the answer is whole.
                if reply is not None and not reply.abort
            ]
        )
        return Reply(200, body, {"content-type": content_type})

    def _parts(self, call: gates.Call) -> list[batch.Part]:
        """The parts, if they are of one API and not too many. Raises MalformedBatch."""
        parts = batch.parse(call.headers.get("content-type", ""), call.body)
        apis = {self._api(part) for part in parts}
        if len(apis) > 1:
            raise batch.MalformedBatch("The batch mixes calls of different APIs")
        most = BATCH_PARTS.get(next(iter(apis), ""), BATCH_PARTS_OTHERWISE)
        if len(parts) > most:
            raise batch.MalformedBatch(f"The batch request contains too many calls ({len(parts)} > {most})")
        return parts

    async def _answer_later(self, call: gates.Call) -> Reply:
        return self._answer(call)

    def _api(self, part: batch.Part) -> str:
        path = part.target.partition("?")[0].removeprefix(self._prefix.rstrip("/"))
        method, _, _ = self._catalogue.find(part.method, path)
        return method.api if method else path.strip("/").partition("/")[0]

    def _inner_call(self, outer: gates.Call, part: batch.Part) -> gates.Call:
        path, _, query = part.target.partition("?")
        path = unquote(path)
        if path.startswith(self._prefix):
            path = path[len(self._prefix) - 1 :]
        headers = part.headers
        if "authorization" not in headers and "authorization" in outer.headers:
            headers = {**headers, "authorization": outer.headers["authorization"]}
        return replace(
            outer,
            method=part.method,
            path=path,
            query=query,
            headers=headers,
            body=part.body,
            batch=part.content_id.strip("<>"),
        )


@lru_cache(maxsize=4096)
def _checked_query(method_id: str, text: str) -> tuple[dict[str, str], Mask]:
    """The query and the ``fields`` mask, checked against the discovery document. Raises ApiError 400."""
    method = catalogue().methods[method_id]
    query: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query[name] = value
        parameter = method.parameters.get(name)
        if parameter is None:
            if name not in COMMON_PARAMETERS:
                raise unknown_parameter(name)
            continue
        if parameter.enum is not None and value not in parameter.enum:
            raise invalid(f"Invalid value '{value}' for {name}.", location=name)
        if parameter.kind == "boolean" and value.lower() not in ("true", "false"):
            raise invalid(f"Invalid boolean value: '{value}'.", location=name)
        if parameter.kind == "integer":
            _check_integer(name, value, parameter.minimum, parameter.maximum)
    for name in method.required:
        if not query.get(name):
            raise ApiError(400, "required", f"Required parameter: {name}", location=name)
    return query, parse_mask(query["fields"]) if query.get("fields") else {}


def _check_integer(name: str, value: str, least: int | None, most: int | None) -> None:
    try:
        number = int(value)
    except ValueError as error:
        raise invalid(f"Invalid value '{value}' for {name}.", location=name) from error
    if (least is not None and number < least) or (most is not None and number > most):
        raise invalid(f"Invalid value '{value}'. Values must be within the range: [{least}, {most}]", location=name)


def _json(status: int, content: Any) -> Reply:
    return Reply(status, msgspec.json.encode(content), {"content-type": JSON_TYPE})


def _failure(problem: ApiError, *, grpc: bool) -> Reply:
    reply = _json(problem.status, problem.body(grpc=grpc))
    if problem.status == 401:
        reply.headers["www-authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return reply
