"""The token endpoint and the IAM signing methods.

Checks what Google checks: the assertion's signature, issuer, audience, times, subject, and that every scope asked for
stands in the domain-wide delegation list, letter by letter. Error wording: GAM's and Prowler's error tables.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.simulator.google.errors import ApiError, TokenError
from connectors.simulator.google.workspace import Workspace

AUDIENCE = "https://oauth2.googleapis.com/token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3600  # seconds; also the longest life of an assertion
CLOCK_SKEW = 300  # seconds by which an assertion's times may differ from ours
TOKEN_PREFIX = "ya29."  # noqa: S105 - how every Google access token starts
PROJECT = "clinic-audit-simulated"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token stands for.

    ``subject`` is None when the service account acts as itself; ``interactive`` means that a person signed in.
    """

    subject: Mapping[str, Any] | None
    principal: str
    scopes: frozenset[str]
    expires: float
    interactive: bool = False

    @property
    def email(self) -> str:
        return self.subject["primaryEmail"] if self.subject is not None else self.principal


@cache
def _private_key() -> bytes:
    """One throw-away key for all tenants of this process; making one takes a noticeable fraction of a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def new_credentials(key: str) -> dict[str, Any]:
    """Throw-away credentials for a tenant's ``state["credentials"]``: plain data that may travel between processes."""
    client_id = str(100000000000000000000 + zlib.crc32(key.encode()))
    return {
        "email": f"auditor@{PROJECT}.iam.gserviceaccount.com",
        "clientId": client_id,
        "keyId": secrets.token_hex(20),
        "privateKey": _private_key().decode(),
        # Stands for the operator's own Google sign-in where no key file exists.
        "sourceToken": "ya29.source-" + secrets.token_urlsafe(24),
        "oauthClientId": f"{client_id}-auditor.apps.googleusercontent.com",
        "oauthClientSecret": secrets.token_urlsafe(24),
        "refreshToken": "1//" + secrets.token_urlsafe(48),
    }


class ServiceAccount:
    """The throw-away service account of one tenant."""

    def __init__(self, credentials: Mapping[str, Any]) -> None:
        self.email: str = credentials["email"]
        self.client_id: str = credentials["clientId"]
        self.key_id: str = credentials["keyId"]
        self.source_token: str = credentials["sourceToken"]
        self.credentials = credentials
        key = serialization.load_pem_private_key(
            credentials["privateKey"].encode(), None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the tenant's private key is not an RSA key")
        self._private = key
        self._public = key.public_key()

    def key_file(self, token_uri: str) -> dict[str, str]:
        """The JSON key file, with ``token_uri`` pointing at the simulator (google-auth lets the key file win)."""
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": self.key_id,
            "private_key": self.credentials["privateKey"],
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }

    def authorized_user(self, token_uri: str) -> dict[str, str]:
        """What an installed application keeps after a super administrator signed in."""
        return {
            "type": "authorized_user",
            "client_id": self.credentials["oauthClientId"],
            "client_secret": self.credentials["oauthClientSecret"],
            "refresh_token": self.credentials["refreshToken"],
            "token_uri": token_uri,
        }

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            self._public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


class TokenDesk:
    """Issues and recognizes the access tokens of one tenant."""

    def __init__(self, workspace: Workspace, account: ServiceAccount, clock: Callable[[], float] = time.time) -> None:
        self._workspace = workspace
        self.account = account
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Trade a signed assertion for an access token. Raises TokenError with Google's code and wording."""
        grant_type = form.get("grant_type")
        if not grant_type:
            raise TokenError("invalid_request", "Required parameter is missing: grant_type")
        if grant_type == "refresh_token":
            return self._refresh(form)
        if grant_type != JWT_BEARER:
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        claims = self._verified_claims(form.get("assertion", ""))
        subject = self._subject(claims.get("sub"))
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise TokenError("invalid_scope", "Empty or missing scope not allowed.")
        if subject is not None and not scopes <= self._workspace.scopes:
            raise TokenError(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for "
                "any of the scopes requested.",
                status=401,
            )
        return self._issue(subject, scopes, interactive=False)

    def _refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Renew the sign-in of a person; the tenant's session control may ask for a fresh one."""
        credentials = self.account.credentials
        if form.get("client_id") != credentials["oauthClientId"]:
            raise TokenError("invalid_client", "The OAuth client was not found.", status=401)
        if form.get("client_secret") != credentials["oauthClientSecret"]:
            raise TokenError("invalid_client", "Unauthorized", status=401)
        if form.get("refresh_token") != credentials["refreshToken"]:
            raise TokenError("invalid_grant", "Token has been expired or revoked.")
        if self._workspace.state.get("sessionControl"):
            error = TokenError("invalid_grant", "reauth related error (invalid_rapt)")
            error.body["error_subtype"] = "invalid_rapt"
            raise error
        consented = self._workspace.scopes
        asked = frozenset(form.get("scope", "").split()) or consented
        if not asked <= consented:
            raise TokenError("invalid_scope", "Some requested scopes were invalid or not granted.")
        subject = self._workspace.live_user(self._workspace.admin_subject)
        return self._issue(subject, asked, interactive=True) | {"scope": " ".join(sorted(asked))}

    def _issue(self, subject: Mapping[str, Any] | None, scopes: frozenset[str], *, interactive: bool) -> dict[str, Any]:
        principal = subject["id"] if subject is not None else self.account.client_id
        # The principal stands in the token, so that quotas per user need no lookup; callers see an opaque string.
        token = f"{TOKEN_PREFIX}{principal}-{secrets.token_urlsafe(48)}"
        self._grants[token] = Grant(subject, principal, scopes, self._clock() + LIFETIME, interactive)
        return {"access_token": token, "expires_in": LIFETIME - 1, "token_type": "Bearer"}

    def grant(self, authorization: str | None) -> Grant | None:
        """What the ``Authorization`` header stands for; None when unknown or expired."""
        if not authorization or not authorization.startswith("Bearer "):
            return None
        found = self._grants.get(authorization[7:])
        return found if found is not None and found.expires > self._clock() else None

    def iam(self, authorization: str | None, account: str, verb: str, body: bytes) -> dict[str, Any]:
        """``signBlob`` and ``signJwt`` of the IAM Credentials API, for delegation without a key file."""
        if authorization != f"Bearer {self.account.source_token}":
            raise ApiError(401, "authError", "Request had invalid authentication credentials.")
        if account not in (self.account.email, self.account.client_id):
            raise ApiError(404, "notFound", f"Not found; Gaia id not found for email {account}")
        try:
            request = msgspec.json.decode(body, type=dict[str, Any])
            if verb == "signBlob":
                signed = self.account.sign(base64.b64decode(request["payload"], validate=True))
                return {"keyId": self.account.key_id, "signedBlob": base64.b64encode(signed).decode()}
            claims = msgspec.json.decode(request["payload"], type=dict[str, Any])
        except (msgspec.DecodeError, KeyError, TypeError, binascii.Error) as error:
            raise ApiError(400, "badRequest", f"Invalid value at 'payload': {error}") from error
        if "exp" not in claims:
            claims["exp"] = int(self._clock()) + LIFETIME
        return {"keyId": self.account.key_id, "signedJwt": self._sign_jwt(claims)}

    def _sign_jwt(self, claims: Mapping[str, Any]) -> str:
        header = {"alg": "RS256", "typ": "JWT", "kid": self.account.key_id}
        parts = b".".join(_segment(msgspec.json.encode(part)) for part in (header, claims))
        return (parts + b"." + _segment(self.account.sign(parts))).decode()

    def _verified_claims(self, assertion: str) -> dict[str, Any]:
        parts = assertion.split(".")
        if len(parts) != 3:
            raise TokenError("invalid_grant", "Invalid JWT: the assertion does not have three parts.")
        try:
            header, claims = (msgspec.json.decode(_bytes(part), type=dict[str, Any]) for part in parts[:2])
            signature = _bytes(parts[2])
        except (msgspec.DecodeError, binascii.Error, ValueError) as error:
            raise TokenError("invalid_grant", "Invalid JWT: the assertion could not be decoded.") from error
        if claims.get("iss") != self.account.email:
            raise TokenError("invalid_grant", "Invalid JWT: No valid verifier found for issuer.")
        if header.get("alg") != "RS256" or header.get("kid", self.account.key_id) != self.account.key_id:
            raise TokenError("invalid_grant", "Invalid JWT Signature.")
        if not self.account.verify(signature, f"{parts[0]}.{parts[1]}".encode()):
            raise TokenError("invalid_grant", "Invalid JWT Signature.")
        if claims.get("aud") != AUDIENCE:
            raise TokenError("invalid_grant", "Invalid JWT: Failed audience check.")
        issued, expires = claims.get("iat"), claims.get("exp")
        now = self._clock()
        timely = (
            isinstance(issued, int)
            and isinstance(expires, int)
            and expires - issued <= LIFETIME
            and issued <= now + CLOCK_SKEW
            and expires >= now - CLOCK_SKEW
        )
        if not timely:
            raise TokenError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check "
                "your iat and exp values in the JWT claim.",
            )
        return claims

    def _subject(self, sub: Any) -> Mapping[str, Any] | None:
        if sub is None or sub == self.account.email:
            return None
        if not isinstance(sub, str) or not sub.strip():
            raise TokenError("invalid_request", "Invalid impersonation &quot;sub&quot; field: " + str(sub))
        name, _, domain = sub.partition("@")
        if not name or not domain or " " in sub:
            raise TokenError("invalid_request", f"Invalid impersonation &quot;sub&quot; field: {sub}")
        if not self._workspace.holds_domain(domain):
            raise TokenError("invalid_request", f"Invalid impersonation prn email address: {sub}")
        if self._workspace.deleted_user(sub) is not None:
            raise TokenError("invalid_grant", "The account has been deleted")
        user = self._workspace.live_user(sub)
        if user is None:
            raise TokenError("invalid_grant", "Invalid email or User ID")
        if user["primaryEmail"] in self._workspace.token_errors:
            code, description = self._workspace.token_errors[user["primaryEmail"]]
            raise TokenError(code, description)
        return user


def principal_of(authorization: str) -> str:
    """The user (or service account) id inside one of our access tokens; empty for anything else."""
    start = len("Bearer " + TOKEN_PREFIX)
    return authorization[start:].partition("-")[0] if authorization.startswith("Bearer " + TOKEN_PREFIX) else ""


def _segment(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _bytes(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
