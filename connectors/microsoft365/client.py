"""The only module that imports the Microsoft libraries: azure-identity for tokens, msgraph-sdk for what to ask.

Nothing is imported before it is needed: the libraries cost a third of a second.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.microsoft365 import certificate
from connectors.microsoft365.calls import Graph
from connectors.microsoft365.connection import Certificate, Connection, DeviceCode, ManagedIdentity, Secret
from connectors.microsoft365.errors import no_identity, sign_in_failed
from connectors.source import Source
from connectors.transport import Transport

_PARENT = "00000000-1111-2222-3333-444444444444"
_LOCK = threading.Lock()


class Tokens:
    """Access tokens of one tenant, one a resource, signed in once and renewed before they end.

    A resource is a service by its name in `connection.Cloud`, or an audience: SharePoint's carries the tenant's own name.
    """

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        self._transport = transport
        self._lock = threading.Lock()
        self._credential: Any = None
        self._held: dict[str, tuple[str, float]] = {}

    def header(self, resource: str, *, fresh: bool = False) -> str:
        """The Authorization header for a resource; `SignInFailed` if there is no token."""
        with self._lock:
            token, ends = self._held.get(resource, ("", 0.0))
            if fresh or ends - time.time() < 120:
                token, ends = self._ask(resource, fresh=fresh)
                self._held[resource] = token, ends
            return f"Bearer {token}"

    def resources(self) -> list[str]:
        """The services a token was given for so far, Graph first."""
        with self._lock:
            return sorted(self._held, key=lambda name: (name != "graph", name))

    def claims(self, resource: str) -> dict[str, Any]:
        """What the token says of itself (unchecked): `roles` or `scp`, `tid`."""
        token = self.header(resource).removeprefix("Bearer ")
        try:
            payload = token.split(".")[1]
            decoded = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            return {}
        return decoded if isinstance(decoded, dict) else {}

    def _ask(self, resource: str, *, fresh: bool) -> tuple[str, float]:
        from azure.core.exceptions import AzureError  # noqa: PLC0415

        scope = self._connection.scope(resource)
        if (
            self._credential is None or fresh
        ):  # the library keeps a token until it ends, even one that Microsoft has revoked
            self._credential = self._make()
        try:
            answer = self._credential.get_token(scope)
        except (AzureError, ValueError) as err:
            if isinstance(self._connection.credential, ManagedIdentity):
                raise no_identity() from None
            raise sign_in_failed(str(err)) from None
        return answer.token, float(answer.expires_on)

    def _make(self) -> Any:
        from azure import identity  # noqa: PLC0415
        from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415

        connection = self._connection
        common: dict[str, Any] = {
            "transport": RequestsTransport(
                session=self._transport.session(), session_owner=False, connection_verify=connection.ca_file or True
            ),
        }
        credential = connection.credential
        signed = {**common, "authority": connection.base("login"), "disable_instance_discovery": connection.local}
        try:
            if isinstance(credential, Certificate):
                certificate.check(credential, datetime.now(UTC))
                return identity.CertificateCredential(
                    connection.tenant_id, connection.client_id, credential.path, password=credential.password, **signed
                )
            if isinstance(credential, Secret):
                return identity.ClientSecretCredential(
                    connection.tenant_id, connection.client_id, credential.value, **signed
                )
            if isinstance(credential, DeviceCode):
                show = credential.show
                return identity.DeviceCodeCredential(
                    connection.client_id,
                    tenant_id=connection.tenant_id,
                    prompt_callback=lambda address, code, expires: show(address, code),  # noqa: ARG005
                    **signed,
                )
        except (ValueError, OSError) as err:
            raise sign_in_failed(str(err)) from None
        return identity.ManagedIdentityCredential(client_id=connection.client_id or None, **common)


class _Adapter:
    """Stands where the SDK expects its own HTTP client: the builders need nothing of it but an address."""

    base_url = ""

    def enable_backing_store(self, factory: object) -> None:
        """The SDK's client asks for it; there are no models here to store."""


class Paths:
    """Relative addresses of Graph reads, built by msgraph-sdk's request builders: a path that does not exist cannot be built."""

    def __init__(self) -> None:
        self._built: dict[tuple[str, int | None], str] = {}
        self._root: Any = None

    def of(self, source: Source, parent: str | None = None, *, top: int | None = None) -> str:
        """The path and query of a source, for one parent where it is a fan-out."""
        template = self._built.get((source.name, top))
        if template is None:
            with _LOCK:
                template = self._build(source, top)
            self._built[source.name, top] = template
        return template.replace(_PARENT, parent) if parent is not None else template

    def _build(self, source: Source, top: int | None) -> str:
        from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: PLC0415
        from msgraph.generated.base_graph_service_client import BaseGraphServiceClient  # noqa: PLC0415

        if self._root is None:
            self._root = BaseGraphServiceClient(_Adapter())  # type: ignore[arg-type]
        call: Graph = source.call
        builder = call.path(self._root, _PARENT) if call.per else call.path(self._root)
        options = query_options(builder)
        query = options(**_dated(call)) if options is not None else None
        if query is not None and call.select:
            query.select = selected(source)
        if query is not None and (top or source.page_size):
            query.top = top or source.page_size
        if query is not None and call.advanced:
            query.count = True
        address = builder.to_get_request_information(RequestConfiguration(query_parameters=query)).url
        address = re.sub(r"^\{\+baseurl\}", "", address).replace("%24", "$")
        if call.suffix:
            path, mark, rest = address.partition("?")
            address = path + call.suffix + mark + rest
        if call.extra:
            address += ("&" if "?" in address else "?") + call.extra
        return ("/beta" if call.beta else "/v1.0") + address


def _dated(call: Graph) -> dict[str, Any]:
    """The options of a call, with the day from which on it asks."""
    asked = dict(call.query)
    if call.days:
        since = datetime.now(UTC) - timedelta(days=call.days)
        asked["filter"] = asked["filter"].format(since=since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return asked


def query_options(builder: Any) -> Any:
    """The class of the query options that a builder's GET takes; None if it takes none."""
    name = type(builder).__name__ + "GetQueryParameters"
    return getattr(type(builder), name, None)


def selected(source: Source) -> list[str]:
    """The property names for `$select`: the record's fields, less annotations and what only imports hold."""
    return [key for key in source.record.wire_names() if not key.startswith("@") and key not in source.call.omit]
