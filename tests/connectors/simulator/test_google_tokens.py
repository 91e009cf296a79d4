"""The simulated token endpoint: who gets a token, for which scopes, and how it says no."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import google.auth.exceptions
import google.auth.iam
import pytest
import requests
from google.auth import crypt, jwt
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from connectors.simulator import Simulator, scenario

SCOPE = "https://www.googleapis.com/auth/"
USERS = SCOPE + "admin.directory.user.readonly"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ADMIN = "marguerite@brightwater.example"


@pytest.fixture(scope="module")
def connection() -> Iterator[dict[str, Any]]:
    tenant = scenario("google-typical")
    tenant.state["tokenErrors"] = {
        "noor@brightwater.example": ["invalid_account", "Forbidden"],
        "ezra@brightwater.example": ["access_denied", "Requested client not authorized."],
    }
    tenant.state["authorizedScopes"].remove(SCOPE + "apps.alerts")
    with Simulator([tenant, scenario("google-empty")]) as simulator:
        yield simulator.connection("google-typical") | {"other": simulator.connection("google-empty")}


def credentials(connection: dict[str, Any], *scopes: str, subject: str = ADMIN) -> Any:
    return service_account.Credentials.from_service_account_info(
        connection["service_account"], scopes=list(scopes), subject=subject
    )


def refusal(connection: dict[str, Any], *scopes: str, subject: str = ADMIN) -> dict[str, Any]:
    made = credentials(connection, *scopes, subject=subject)
    with requests.Session() as session, pytest.raises(google.auth.exceptions.RefreshError) as caught:
        made.refresh(Request(session))
    body: dict[str, Any] = caught.value.args[1]
    return body


def exchange(connection: dict[str, Any], key: dict[str, Any] | None = None, **claims: Any) -> requests.Response:
    now = int(time.time())
    payload = {
        "iss": connection["service_account"]["client_email"],
        "aud": "https://oauth2.googleapis.com/token",
        "sub": ADMIN,
        "scope": USERS,
        "iat": now,
        "exp": now + 3600,
    } | claims
    signer = crypt.RSASigner.from_service_account_info(key or connection["service_account"])
    assertion = jwt.encode(signer, payload).decode()
    form = {"grant_type": BEARER, "assertion": assertion}
    return requests.post(connection["token_uri"], data=form, timeout=5)


def test_a_listed_scope_gives_a_token(connection: dict[str, Any]) -> None:
    made = credentials(connection, USERS)
    with requests.Session() as session:
        made.refresh(Request(session))
    assert made.token.startswith("ya29.")


@pytest.mark.parametrize(
    "scopes",
    [
        (SCOPE + "apps.alerts",),
        (USERS, SCOPE + "apps.alerts"),
        # A broader authorized scope does not cover a narrower request, nor the other way round.
        (SCOPE + "admin.directory.user",),
        (USERS + "/",),
    ],
)
def test_scopes_are_exact_and_all_or_nothing(connection: dict[str, Any], scopes: tuple[str, ...]) -> None:
    body = refusal(connection, *scopes)
    assert body["error"] == "unauthorized_client"
    assert body["error_description"].startswith("Client is unauthorized to retrieve access tokens using this method")


@pytest.mark.parametrize(
    ("subject", "error", "description"),
    [
        ("nobody@brightwater.example", "invalid_grant", "Invalid email or User ID"),
        ("marguerite@brightwater.example.test-google-a.com", "invalid_grant", "Invalid email or User ID"),
        ("bo@brightwater.example", "invalid_grant", "The account has been deleted"),
        ("someone@elsewhere.example", "invalid_request", "Invalid impersonation prn email address"),
        ("not an address", "invalid_request", "Invalid impersonation &quot;sub&quot; field"),
        ("noor@brightwater.example", "invalid_account", "Forbidden"),
        ("ezra@brightwater.example", "access_denied", "Requested client not authorized."),
    ],
)
def test_subjects_that_get_no_token(connection: dict[str, Any], subject: str, error: str, description: str) -> None:
    body = refusal(connection, USERS, subject=subject)
    assert body["error"] == error
    assert body["error_description"].startswith(description)


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "stranger@project.iam.gserviceaccount.com"}, "Invalid JWT: No valid verifier found for issuer."),
        ({"aud": "http://127.0.0.1/token"}, "Invalid JWT: Failed audience check."),
        ({"iat": 1_000_000, "exp": 1_003_600}, "Invalid JWT: Token must be a short-lived token"),
        ({"exp": int(time.time()) + 7200}, "Invalid JWT: Token must be a short-lived token"),
    ],
)
def test_assertions_that_are_wrong(connection: dict[str, Any], claims: dict[str, Any], description: str) -> None:
    answer = exchange(connection, **claims)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert answer.json()["error_description"].startswith(description)


def test_a_wrong_signature(connection: dict[str, Any]) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = connection["service_account"] | {"private_key": stranger.decode()}
    assert exchange(connection, key).json()["error_description"] == "Invalid JWT Signature."


def test_other_grant_types(connection: dict[str, Any]) -> None:
    answer = requests.post(connection["token_uri"], data={"grant_type": "password"}, timeout=5)
    assert answer.json()["error"] == "unsupported_grant_type"
    assert requests.post(connection["token_uri"], data={}, timeout=5).json()["error"] == "invalid_request"


def test_keyless_delegation_with_an_iam_signer(connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth's IAM signer, pointed at the simulator, then the ordinary exchange."""
    keyless = connection["keyless"]
    monkeypatch.setattr(
        google.auth.iam,
        "_IAM_SIGN_ENDPOINT",
        keyless["iam_endpoint"] + "/v1/projects/-/serviceAccounts/{}:signBlob",
    )
    source = user_credentials.Credentials(keyless["source_token"])
    with requests.Session() as session:
        signer = google.auth.iam.Signer(Request(session), source, keyless["service_account_email"])
        made = service_account.Credentials(
            signer, keyless["service_account_email"], connection["token_uri"], scopes=[USERS], subject=ADMIN
        )
        made.refresh(Request(session))
    assert made.token.startswith("ya29.")


def test_iam_signs_claims_and_refuses_strangers(connection: dict[str, Any]) -> None:
    keyless = connection["keyless"]
    uri = f"{keyless['iam_endpoint']}/v1/projects/-/serviceAccounts/{keyless['service_account_email']}:signJwt"
    headers = {"Authorization": f"Bearer {keyless['source_token']}"}
    now = int(time.time())
    claims = (
        f'{{"iss": "{keyless["service_account_email"]}", "aud": "https://oauth2.googleapis.com/token", '
        f'"sub": "{ADMIN}", "scope": "{USERS}", "iat": {now}, "exp": {now + 600}}}'
    )
    signed = requests.post(uri, json={"payload": claims}, headers=headers, timeout=5).json()["signedJwt"]
    form = {"grant_type": BEARER, "assertion": signed}
    assert requests.post(connection["token_uri"], data=form, timeout=5).status_code == 200
    assert requests.post(uri, json={"payload": claims}, timeout=5).status_code == 401
    assert requests.post(uri.replace("auditor@", "nobody@"), json={}, headers=headers, timeout=5).status_code == 404


def signed_in(info: dict[str, str]) -> Any:
    # `from_authorized_user_info` ignores the file's token_uri and would ask the real endpoint.
    return user_credentials.Credentials(
        None,
        refresh_token=info["refresh_token"],
        token_uri=info["token_uri"],
        client_id=info["client_id"],
        client_secret=info["client_secret"],
    )


def test_a_signed_in_person_reads_only_the_own_mailbox(connection: dict[str, Any]) -> None:
    made = signed_in(connection["authorized_user"])
    with AuthorizedSession(made) as session:
        base = connection["endpoint"]
        assert session.get(f"{base}/admin/directory/v1/users?customer=my_customer").status_code == 200
        other = session.get(f"{base}/gmail/v1/users/noor@brightwater.example/settings/imap")
        assert other.json()["error"]["message"] == f"Delegation denied for {ADMIN}"
        assert session.get(f"{base}/gmail/v1/users/me/settings/imap").status_code == 200
        assert session.get(f"{base}/gmail/v1/users/me/settings/delegates").status_code == 403
    revoked = connection["authorized_user"] | {"refresh_token": "1//revoked"}
    made = signed_in(revoked)
    with requests.Session() as session, pytest.raises(google.auth.exceptions.RefreshError) as caught:
        made.refresh(Request(session))
    assert caught.value.args[1]["error_description"] == "Token has been expired or revoked."


def test_tokens_of_one_tenant_are_strangers_in_another(connection: dict[str, Any]) -> None:
    token = exchange(connection).json()["access_token"]
    uri = f"{connection['other']['endpoint']}/admin/directory/v1/users?customer=my_customer"
    assert requests.get(uri, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 401
