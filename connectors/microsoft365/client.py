"""Access tokens: the only module that imports azure-identity, and not before it is needed."""

from __future__ import annotations

import base64
import threading
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.microsoft365 import certificate
from connectors.microsoft365.connection import Certificate, Connection, DeviceCode, ManagedIdentity, Secret
from connectors.microsoft365.errors import no_identity, sign_in_failed
from connectors.transport import Transport


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
