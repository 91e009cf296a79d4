"""Trying a connection to Microsoft 365: sign-in, every permission of the profile, the directory role, and what is held beyond."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from connectors.gap import Reason, SourceGap
from connectors.microsoft365 import clouds
from connectors.microsoft365.calls import Cmdlet
from connectors.microsoft365.connector import Microsoft365
from connectors.microsoft365.consent import BROAD
from connectors.microsoft365.profiles import beyond, held_by, needed, sources_of
from connectors.probe import Probe, State
from connectors.signin import SignInFailed
from connectors.source import Source
from connectors.transport import Unreachable

_TITLES = {
    "graph": "Microsoft Graph",
    "exchange": "Exchange Online",
    "compliance": "Purview",
    "sharepoint": "SharePoint",
    "teams": "Teams",
}
_TRIED = ("exchange.accepted_domains", "purview.protection_alerts", "teams.tenant_federation")
"""One small source of each service that answers only applications with a directory role."""


def probe(connector: Microsoft365) -> Iterator[Probe]:
    """Everything that can be told about the connection without a scan."""
    yield from _cloud(connector)
    try:
        tenant = connector.identify()
    except SignInFailed as err:
        yield Probe("sign-in", State.FAILED, err.message, err.advice)
        return
    except Unreachable as err:
        yield Probe("sign-in", State.FAILED, str(err), "check the network path to Microsoft")
        return
    yield Probe("sign-in", State.OK, f"the tenant {tenant}")
    for resource in ("graph", "exchange", "compliance", "teams"):
        if needed(connector.connection.profile, resource):
            yield from _resource(connector, resource)
    for source in sources_of(connector.connection.profile):
        if source.name in _TRIED:
            yield from _role(connector, source)


def _cloud(connector: Microsoft365) -> Iterator[Probe]:
    connection = connector.connection
    try:
        base = connection.base("login") if connection.local else ""
        home = clouds.find(connection.tenant_id, base=base, verify=connection.ca_file or True)
    except SignInFailed as err:
        yield Probe("tenant", State.UNKNOWN, err.message, err.advice)
        return
    if home.cloud != connection.cloud:
        yield Probe(
            "cloud",
            State.FAILED,
            f"the tenant lives in the cloud {home.cloud}, the configuration says {connection.cloud}",
            f'set cloud = "{home.cloud}"',
        )
    else:
        yield Probe("cloud", State.OK, home.cloud)


def _resource(connector: Microsoft365, resource: str) -> Iterator[Probe]:
    """The permissions that the token of one resource shows."""
    title, profile = _TITLES[resource], connector.connection.profile
    try:
        claims = connector.tokens.claims(resource)
    except SignInFailed as err:
        yield Probe(title, State.FAILED, err.message, err.advice)
        return
    held = held_by(claims)
    wanted = needed(profile, resource)
    if not claims:
        yield Probe(title, State.UNKNOWN, "the token cannot be looked into; a scan will tell")
        return
    for permission in wanted:
        if permission in held:
            yield Probe(title, State.OK, BROAD.get(permission, ""), permission=permission)
        elif resource in {"graph", "exchange"}:
            yield Probe(
                title, State.MISSING, "is not granted", "consent to it: `auditor connect microsoft`", permission
            )
    for permission in beyond(held, profile, resource):
        yield Probe(title, State.BEYOND, "is granted, and nothing here needs it", "take it away", permission)


def _role(connector: Microsoft365, source: Source) -> Iterator[Probe]:
    """Whether a service that asks for a directory role lets the application in."""
    what = f"directory role at {_TITLES[source.lane]}"
    fetch: Any = SimpleNamespace(source=source, following=None)
    reader = connector.exchange if isinstance(source.call, Cmdlet) else connector.rest
    try:
        next(iter(reader.pages(fetch)), None)
    except SourceGap as err:
        told = err.gap.reason is not Reason.LICENCE
        yield Probe(what, State.MISSING if told else State.UNKNOWN, err.gap.detail, err.gap.remedy)
    except (SignInFailed, Unreachable) as err:
        yield Probe(what, State.FAILED, str(err), getattr(err, "advice", ""))
    else:
        yield Probe(what, State.OK, "it answers")
