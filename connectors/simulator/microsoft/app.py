"""Microsoft 365 as the server sees it: routes, labels for the log and for faults, quotas, errors, credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.simulator.faults import ErrorKind
from connectors.simulator.gate import Call, Gate, Label, Place, Quota, Reply
from connectors.simulator.microsoft.directory import Directory
from connectors.simulator.microsoft.errors import bad_token, exchange_error, forbidden, graph_error, not_licensed
from connectors.simulator.microsoft.exchange import Exchange, cmdlet_name
from connectors.simulator.microsoft.graph import Graph, split
from connectors.simulator.microsoft.power import PowerBI, PowerPlatform
from connectors.simulator.microsoft.query import options, read_skip_token
from connectors.simulator.microsoft.resources import Lane, Resource, find
from connectors.simulator.microsoft.services import SharePointAdmin, TeamsAdmin, only_gets
from connectors.simulator.microsoft.tokens import Login
from connectors.simulator.tenant import SimulatedTenant

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_CMDLET_AREAS = frozenset({"exchange", "compliance"})

_QUOTAS: dict[Lane, tuple[float, float]] = {
    "identity": (3500, 10),
    "reports": (5, 10),
    "conditional-access": (1, 1),
    "outlook": (10_000, 600),
    "intune": (2000, 20),
    "other": (150, 60),
}
"""Published limits per app and tenant: (requests or resource units, seconds)."""


class _Tenant:
    """One tenant's services."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        directory = Directory(tenant)
        self.tenant_id: str = tenant.state["tenant_id"]
        self.login = Login(tenant)
        self.graph = Graph(directory, self.login)
        self.exchange = Exchange(directory, self.login, "exchange")
        self.compliance = Exchange(directory, self.login, "compliance")
        self.sharepoint = SharePointAdmin(directory, self.login)
        self.teams = TeamsAdmin(directory, self.login)
        self.powerplatform = PowerPlatform(directory, self.login)
        self.powerbi = PowerBI(directory, self.login)


def routes(tenants: Sequence[SimulatedTenant]) -> list[BaseRoute]:
    """One route per service of all tenants: ``/microsoft/{tenant key}/{area}/...``."""
    services = {tenant.key: _Tenant(tenant) for tenant in tenants}

    async def endpoint(request: Request) -> Response:
        call: Call = request.scope["simulator.call"]
        gate: Gate = request.scope["simulator.gate"]
        tenant = services.get(call.tenant)
        if tenant is None:
            return Response(status_code=404)
        root = f"{request.url.scheme}://{request.url.netloc}"
        base = f"{root}/microsoft/{call.tenant}/{call.area}"
        match call.area:
            case "login":
                reply = tenant.login.answer(call, f"{root}/{tenant.tenant_id}")
            case "imds":
                reply = tenant.login.managed_identity(call)
            case "graph":
                reply = await tenant.graph.answer(call, base, gate)
            case "exchange":
                reply = await tenant.exchange.answer(call, base, gate)
            case "compliance":
                reply = await tenant.compliance.answer(call, base, gate)
            case "sharepoint":
                reply = tenant.sharepoint.answer(call)
            case "teams":
                reply = tenant.teams.answer(call)
            case "powerplatform":
                reply = tenant.powerplatform.answer(call)
            case "powerbi":
                reply = tenant.powerbi.answer(call)
            case _:
                reply = Reply(404)
        return Response(reply.body, reply.status, reply.headers)

    return [Route("/microsoft/{tenant}/{area}/{rest:path}", endpoint, methods=_METHODS)]


def connection(tenant: SimulatedTenant, place: Place) -> dict[str, Any]:
    """How to reach the tenant and sign in to it."""
    base = f"{place.base}/microsoft/{tenant.key}"
    client_id = tenant.state["default_app"]
    return {
        "tenant_id": tenant.state["tenant_id"],
        "initial_domain": tenant.state["initial_domain"],
        "endpoints": {
            "login": place.secure_base,
            "graph": f"{base}/graph",
            "exchange": f"{base}/exchange",
            "compliance": f"{base}/compliance",
            "sharepoint": f"{base}/sharepoint",
            "teams": f"{base}/teams",
            "powerplatform": f"{base}/powerplatform",
            "powerbi": f"{base}/powerbi",
            "managed_identity": f"{base}/imds",
        },
        "credentials": {
            "client_id": client_id,
            "client_secret": tenant.state["apps"][client_id]["secret"],
            "certificate_file": str(place.client_certificate),
        },
    }


def _page(query: str) -> int:
    token = options(query).get("$skiptoken")
    try:
        return read_skip_token(token)[1] if token else 1
    except ValueError:
        return 1


def describe(call: Call) -> Label:
    """What the call is. Only named posts count as reads: token requests, batches, cmdlets and queries that only get."""
    get = call.method in ("GET", "HEAD")
    if call.area in _CMDLET_AREAS:
        container = call.path.endswith("/$batch") and call.method == "POST"
        cmdlet = cmdlet_name(call.body) if call.method == "POST" and not container else None
        is_read = get or container or (cmdlet is not None and cmdlet.startswith("Get-"))
        return Label(cmdlet or call.path, is_read, cmdlet, _page(call.query), container)
    if call.area == "graph":
        container = call.method == "POST" and split(call.path)[1] == "/$batch"
        return Label(call.path, get or container, None, _page(call.query), container)
    if call.area == "sharepoint" and call.path.endswith("/ProcessQuery"):
        return Label(call.path, call.method == "POST" and only_gets(call.body.decode("utf-8", "replace")))
    if call.area == "powerplatform" and call.path.endswith("/listTenantSettings"):
        return Label(call.path, call.method == "POST" and not call.body)
    return Label(call.path, get or (call.area == "login" and call.path.endswith(("/token", "/devicecode"))))


def _cost(resource: Resource, query: str) -> float:
    """Graph's resource units for one read: less for ``$select`` and small pages, more for ``$expand``."""
    asked = options(query)
    top = asked.get("$top", "")
    cost = resource.cost - ("$select" in asked) + ("$expand" in asked) - (top.isdigit() and int(top) < 20)
    return max(1, cost)


def quota(call: Call) -> list[Quota]:
    """The published limits that the call counts against; Exchange publishes none."""
    if call.area != "graph":
        return []
    found = find(split(call.path)[1])
    if found is None:
        return []
    resource, ids = found
    limit, seconds = _QUOTAS[resource.lane]
    if resource.lane == "outlook":
        key = f"{call.tenant} outlook {ids['user']}"
        return [Quota(key, limit, seconds, concurrent=4)]
    cost = _cost(resource, call.query) if resource.lane == "identity" else 1.0
    key = f"{call.tenant} {resource.lane}"
    return [Quota(key, limit, seconds, cost, tells_retry_after=resource.lane != "conditional-access")]


def error(kind: ErrorKind, call: Call) -> Reply:
    """The provider's own words for an injected error."""
    exchange = call.area in _CMDLET_AREAS
    match kind:
        case "expired":
            return Reply(401) if exchange else bad_token()
        case "permission":
            return Reply(403) if exchange else forbidden()
        case "licence" if exchange:
            return exchange_error(404, "NotFound", "The term is not recognized as a name of a cmdlet.", "NotFound")
        case "licence":
            found = find(split(call.path)[1])
            return not_licensed((found[0].gate if found else None) or "p1")
        case "throttled" if exchange:
            return exchange_error(429, "TooManyRequests", "Server is busy.", "ServerBusyException")
        case "throttled":
            return graph_error(429, "TooManyRequests", "Too many requests.")
        case "unavailable" if exchange:
            return exchange_error(503, "ServiceUnavailable", "The server is busy.", "ServerBusyException")
        case "unavailable":
            return graph_error(503, "ServiceUnavailable", "The service is temporarily unavailable.")
