"""Microsoft's clouds: in which one a tenant lives, told without a sign-in, and what a cloud's Graph does not have."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import msgspec

from connectors.microsoft365.connection import CLOUDS
from connectors.signin import SignInFailed
from connectors.transport import ReadOnly, Request, Transport, Unreachable

_BY_SUB_SCOPE = {None: "commercial", "": "commercial", "GCC": "gcc", "DODCON": "gcchigh", "DOD": "dod"}
GOVERNMENT = frozenset({"gcchigh", "dod"})
_ABSENT = ("/admin/reportSettings", "/admin/configurationManagement", "/admin/teams", "/admin/exchange")
"""Paths that the US Government v1.0 Graph lacks (microsoft365.md 1.1, from its own metadata)."""


@dataclass(frozen=True)
class Home:
    """Where a tenant lives."""

    tenant_id: str
    cloud: str


def find(domain: str, *, base: str = "", verify: str | bool = True) -> Home:
    """The tenant behind a verified domain or id, and its cloud. `SignInFailed` if there is none. `base` is for the simulator."""
    front = base or CLOUDS["commercial"].login
    guard = ReadOnly([urlsplit(front).hostname or ""], loopback=bool(base))
    transport = Transport(guard, patience=20.0, backoff_base=0.05 if base else 1.0, verify=verify)
    url = f"{front}/{quote(domain, safe='')}/.well-known/openid-configuration"
    try:
        response = transport.send(Request("GET", url, "discovery"))
        answer = response.json() if response.ok else {}
    except (Unreachable, msgspec.DecodeError) as err:
        said = f" ({err})" if isinstance(err, Unreachable) else ""
        raise SignInFailed(f"Microsoft's login service does not answer{said}", "check the network path to it") from err
    endpoint = urlsplit(str(answer.get("token_endpoint", "")) if isinstance(answer, dict) else "")
    tenant = endpoint.path.strip("/").partition("/")[0]
    if not response.ok or not tenant:
        raise SignInFailed(
            "Microsoft knows no tenant of this name", "write a domain that the clinic has verified, or the tenant's id"
        )
    sub_scope = answer.get("tenant_region_sub_scope")
    if sub_scope not in _BY_SUB_SCOPE:
        raise SignInFailed("the tenant lives in a cloud that this version does not know", "report this")
    return Home(tenant, _BY_SUB_SCOPE[sub_scope])


def lacks(path: str, cloud: str) -> bool:
    """Whether a Graph path ("/v1.0/admin/reportSettings?...") does not exist in this cloud."""
    _, _, below = path.lstrip("/").partition("/")
    return cloud in GOVERNMENT and path.startswith("/v1.0/") and f"/{below}".startswith(_ABSENT)
