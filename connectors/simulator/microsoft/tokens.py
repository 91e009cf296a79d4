"""The simulated Entra ID login: discovery document, token endpoint, device code and managed identity.

Tokens are real JWTs that carry the app's roles (or a person's scopes), so the permission checks behind them are real.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import jwt
from cryptography import x509

from connectors.simulator.gate import Call, Reply
from connectors.simulator.microsoft.errors import login_error
from connectors.simulator.tenant import SimulatedTenant

AUDIENCES = {
    "https://graph.microsoft.com": "graph",
    "https://outlook.office365.com": "exchange",
    "https://ps.compliance.protection.outlook.com": "compliance",
    "48ac35b8-9aa8-4d74-927d-1f4a14a0b239": "teams",
    "https://analysis.windows.net/powerbi/api": "powerbi",
    "https://service.powerapps.com": "powerplatform",
}
"""Token audience and the service that takes it; a SharePoint audience carries the tenant's own name."""

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_POLLS_BEFORE_CONSENT = 1


@dataclass(frozen=True)
class Bearer:
    """Who is calling: an app, or a person through an app (``delegated``)."""

    client_id: str
    service: str
    permissions: frozenset[str]
    directory_roles: tuple[str, ...]
    certificate: bool
    delegated: bool
    expires: float


class Login:
    """Issues and recognizes one tenant's tokens."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        self._state = tenant.state
        self._tenant_id: str = tenant.state["tenant_id"]
        self._issued: dict[str, Bearer] = {}
        self._device_codes: dict[str, tuple[str, str, int]] = {}
        self._secret = secrets.token_bytes(32)

    def bearer(self, call: Call) -> Bearer | None:
        """The holder of the call's token, or None when it is missing, unknown or past its time."""
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        found = self._issued.get(token) if kind.lower() == "bearer" else None
        return found if found and found.expires > time.time() else None

    def answer(self, call: Call, base: str) -> Reply:
        """Answer a request below the tenant's own path; ``base`` is the https address with the tenant's id."""
        if call.path.endswith("/.well-known/openid-configuration"):
            return self._discovery(base)
        if call.method == "GET" and call.path.endswith("/discovery/v2.0/keys"):
            return Reply.of(200, {"keys": []})
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        if call.method == "POST" and call.path.endswith("/oauth2/v2.0/devicecode"):
            return self._device_code(form)
        if call.method == "POST" and call.path.endswith("/oauth2/v2.0/token"):
            return self._token(form, base)
        return Reply.of(404, {"error": "not_found"})

    def managed_identity(self, call: Call) -> Reply:
        """Azure's instance metadata service, as a virtual machine in the tenant sees it."""
        query = {name: values[0] for name, values in parse_qs(call.query).items()}
        if call.headers.get("metadata") != "true":
            return Reply.of(
                400, {"error": "invalid_request", "error_description": "Required metadata header not specified"}
            )
        client_id = self._state.get("managed_identity")
        if client_id is None:
            return Reply.of(400, {"error": "invalid_request", "error_description": "Identity not found"})
        token = self._issue(client_id, query.get("resource", ""), certificate=True)
        if isinstance(token, Reply):
            return token
        expires = int(self._issued[token].expires)
        seconds = self._state.get("token_seconds", 3599)
        content = {
            "access_token": token,
            "expires_in": str(seconds),
            "expires_on": str(expires),
            "resource": query["resource"],
        }
        return Reply.of(200, {**content, "token_type": "Bearer", "client_id": client_id})

    def _discovery(self, base: str) -> Reply:
        return Reply.of(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "NA",
                "tenant_region_sub_scope": self._state.get("region_sub_scope"),
            },
        )

    def _token(self, form: Mapping[str, str], base: str) -> Reply:
        client_id = form.get("client_id", "")
        app = self._state["apps"].get(client_id)
        if app is None:
            return login_error(
                400, "unauthorized_client", 700016, f"Application with identifier '{client_id}' was not found."
            )
        if form.get("grant_type") == _DEVICE_CODE:
            return self._redeem(form)
        if form.get("grant_type") != "client_credentials":
            return login_error(400, "unsupported_grant_type", 70003, "The grant type is not supported.")
        certificate = form.get("client_assertion_type") == _ASSERTION
        if certificate:
            refused = self._refuse_assertion(form.get("client_assertion", ""), client_id, base)
        elif not app.get("secret") or form.get("client_secret") != app["secret"]:
            refused = login_error(401, "invalid_client", 7000215, "Invalid client secret provided.")
        else:
            refused = None
        if refused is not None:
            return refused
        token = self._issue(client_id, form.get("scope", ""), certificate=certificate)
        return token if isinstance(token, Reply) else self._grant(token)

    def _grant(self, token: str, person: Mapping[str, str] | None = None) -> Reply:
        seconds = int(self._issued[token].expires - time.time())
        content = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
        return Reply.of(200, {**content, **(person or {})}, **{"cache-control": "no-store"})

    def _refuse_assertion(self, assertion: str, client_id: str, base: str) -> Reply | None:
        """Check a signed client assertion against the certificate that the app registration knows."""
        certificate = x509.load_pem_x509_certificate(Path(self._state["client_certificate"]).read_bytes())
        try:
            claims = jwt.decode(
                assertion,
                certificate.public_key(),  # type: ignore[arg-type]  # the simulator's own certificate is RSA
                algorithms=["RS256", "PS256"],
                options={"verify_aud": False},
            )
        except jwt.InvalidSignatureError:
            return login_error(401, "invalid_client", 700027, "The certificate used to sign is not registered.")
        except jwt.InvalidTokenError:
            return login_error(401, "invalid_client", 50027, "The client assertion is malformed or expired.")
        if claims.get("iss") != client_id or self._tenant_id not in str(claims.get("aud")) or not base:
            return login_error(401, "invalid_client", 700023, "The client assertion's audience or issuer is wrong.")
        return None

    def _device_code(self, form: Mapping[str, str]) -> Reply:
        client_id = form.get("client_id", "")
        if client_id not in self._state["apps"]:
            return login_error(400, "unauthorized_client", 700016, "The application was not found.")
        code = secrets.token_urlsafe(16)
        self._device_codes[code] = (client_id, form.get("scope", ""), _POLLS_BEFORE_CONSENT)
        return Reply.of(
            200,
            {
                "user_code": "CLINIC123",
                "device_code": code,
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": "To sign in, open the page https://microsoft.com/devicelogin and enter the code CLINIC123.",
            },
        )

    def _redeem(self, form: Mapping[str, str]) -> Reply:
        code = form.get("device_code", "")
        if code not in self._device_codes:
            return login_error(400, "invalid_grant", 70000, "The device code is not valid.")
        client_id, scope, polls = self._device_codes[code]
        if polls:
            self._device_codes[code] = (client_id, scope, polls - 1)
            return login_error(400, "authorization_pending", 70016, "The person has not signed in yet.")
        del self._device_codes[code]
        token = self._issue(client_id, scope, certificate=False, delegated=True)
        return token if isinstance(token, Reply) else self._grant(token, self._person(client_id))

    def _person(self, client_id: str) -> dict[str, str]:
        """The identity token of whoever typed the code: the tenant's first user."""
        user, now = self._state["graph"]["users"][0], int(time.time())
        claims = {
            "iss": f"https://login.microsoftonline.com/{self._tenant_id}/v2.0",
            "aud": client_id,
            "iat": now,
            "exp": now + 3600,
            "sub": user["id"],
            "oid": user["id"],
            "tid": self._tenant_id,
            "preferred_username": user["userPrincipalName"],
        }
        info = base64.urlsafe_b64encode(json.dumps({"uid": user["id"], "utid": self._tenant_id}).encode())
        return {"id_token": jwt.encode(claims, self._secret, algorithm="HS256"), "client_info": info.decode()}

    def _issue(self, client_id: str, scope: str, *, certificate: bool, delegated: bool = False) -> str | Reply:
        resource = next(
            (part.removesuffix("/.default") for part in scope.split() if part.endswith("/.default")), scope.strip()
        ).rstrip("/")
        if resource.endswith("-admin.sharepoint.com"):
            service = "sharepoint"
        elif resource in AUDIENCES:
            service = AUDIENCES[resource]
        else:
            return login_error(
                400, "invalid_resource", 500011, f"The resource principal named {resource} was not found."
            )
        app = self._state["apps"][client_id]
        # The compliance service takes Exchange's permission under an audience of its own.
        permissions = app["grants"].get("exchange" if service == "compliance" else service, [])
        now = int(time.time())
        expires = now + self._state.get("token_seconds", 3599)
        claims: dict[str, Any] = {
            "aud": resource,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": expires,
            "appid": client_id,
            "app_displayname": app["name"],
            "appidacr": "2" if certificate else "1",
            "tid": self._tenant_id,
            "uti": str(uuid4()),
            "ver": "1.0",
        }
        claims |= {"scp": " ".join(permissions)} if delegated else {"idtyp": "app", "roles": list(permissions)}
        token = jwt.encode(claims, self._secret, algorithm="HS256")
        self._issued[token] = Bearer(
            client_id=client_id,
            service=service,
            permissions=frozenset(permissions),
            directory_roles=tuple(app.get("directory_roles", ())),
            certificate=certificate,
            delegated=delegated,
            expires=expires,
        )
        return token
