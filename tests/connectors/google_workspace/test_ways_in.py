"""The ways in to Google: a key, no key (IAM signing, federation), and a super administrator's own sign-in."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from google.oauth2.credentials import Credentials

from connectors.gap import Reason, SourceGap
from connectors.google_workspace.connection import Connection, Keyless, SignedIn
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.google_workspace.errors import TokenRefused, token_gap
from connectors.google_workspace.probe import probe
from connectors.google_workspace.sign_in import sign_in
from connectors.probe import State
from connectors.signin import SignInFailed
from connectors.simulator import scenario
from tests.connectors.google_workspace.clinics import Clinic, records, serving

IAM = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/auditor@project.example:signBlob"
STS = "https://sts.googleapis.com/v1/token"
TOKEN = "https://oauth2.googleapis.com/token"
CUSTOMER = "https://admin.googleapis.com/admin/directory/v1/customers/my_customer"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with serving(scenario("google-well-run"), tmp_path) as served:
        yield served


# --- without a key --------------------------------------------------------------------------------------------------------


def test_iam_signs_in_place_of_a_key(clinic: Clinic) -> None:
    given = clinic.simulator.connection(clinic.tenant.key)["keyless"]
    source = Credentials(given["source_token"])  # type: ignore[no-untyped-call]
    keyless = Keyless(given["service_account_email"], "123", source)
    snapshot = clinic.read("directory.users", "gmail.auto_forwarding", credentials=keyless)
    assert records(snapshot, "directory.users")
    assert snapshot.sources["gmail.auto_forwarding"].gap is None
    assert clinic.asked(":signBlob")
    assert all(entry.is_read for entry in clinic.simulator.log())


def test_somebody_who_may_not_sign_is_told_which_role(clinic: Clinic) -> None:
    given = clinic.simulator.connection(clinic.tenant.key)["keyless"]
    stranger = Keyless(given["service_account_email"], "123", Credentials("ya29.stranger"))  # type: ignore[no-untyped-call]
    with pytest.raises(SourceGap) as caught:
        clinic.connector(credentials=stranger).identify()
    assert "Service Account Token Creator" in caught.value.gap.remedy


def federation(folder: Path, **source: Any) -> dict[str, Any]:
    token = folder / "token"
    token.write_text("a build server's token")
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/b",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": STS,
        "credential_source": source or {"file": str(token)},
    }


@responses.activate
def test_another_providers_token_is_traded_for_a_signature(tmp_path: Path) -> None:
    responses.post(
        STS, json={"access_token": "federated", "issued_token_type": "x", "token_type": "Bearer", "expires_in": 3600}
    )
    responses.post(IAM, json={"keyId": "k", "signedBlob": "c2lnbmVk"})
    responses.post(TOKEN, json={"access_token": "ya29.x", "expires_in": 3599})
    responses.get(CUSTOMER, json={"id": "C0abc"})
    keyless = Keyless("auditor@project.example", federation=federation(tmp_path))
    assert GoogleWorkspace(Connection(keyless, "admin@brightwater.example")).identify() == "C0abc"
    traded, signed, *_ = responses.calls
    assert "a+build+server" in str(traded.request.body)
    assert signed.request.headers["authorization"] == "Bearer federated"


@responses.activate
def test_a_token_source_that_the_file_names_is_asked_over_tls_only(tmp_path: Path) -> None:
    responses.get("https://build.example/token", json={"value": "t"})
    responses.post(
        STS, json={"access_token": "f", "issued_token_type": "x", "token_type": "Bearer", "expires_in": 3600}
    )
    responses.post(IAM, json={"keyId": "k", "signedBlob": "c2lnbmVk"})
    responses.post(TOKEN, json={"access_token": "ya29.x", "expires_in": 3599})
    responses.get(CUSTOMER, json={"id": "C0abc"})
    form = {"type": "json", "subject_token_field_name": "value"}
    good = federation(tmp_path, url="https://build.example/token", format=form)
    assert GoogleWorkspace(Connection(Keyless("auditor@project.example", federation=good), "a@b.example")).identify()
    plain = federation(tmp_path, url="http://build.example/token", format=form)
    with pytest.raises(SourceGap):
        GoogleWorkspace(Connection(Keyless("auditor@project.example", federation=plain), "a@b.example")).identify()


@pytest.mark.parametrize("broken", [{}, {"type": "external_account"}, {"type": "external_account", "audience": 5}])
def test_a_broken_configuration_of_federation_is_named(broken: dict[str, Any]) -> None:
    keyless = Keyless("auditor@project.example", federation=broken or {"type": "nothing"})
    with pytest.raises(SourceGap) as caught:
        GoogleWorkspace(Connection(keyless, "admin@brightwater.example")).identify()
    assert "Workload Identity Federation" in caught.value.gap.remedy


# --- a super administrator signs in ---------------------------------------------------------------------------------------


def person(clinic: Clinic, **changes: str) -> SignedIn:
    return SignedIn(clinic.simulator.connection(clinic.tenant.key)["authorized_user"] | changes)


def test_a_signed_in_administrator_reads_all_but_other_peoples_mailboxes(clinic: Clinic) -> None:
    reader = clinic.connector(tier="mailbox", credentials=person(clinic))
    snapshot = clinic.collect(reader)
    assert records(snapshot, "directory.users")
    assert records(snapshot, "policy.policies")
    gap = snapshot.sources["gmail.auto_forwarding"].gap
    assert gap is not None
    assert "other people's mailboxes" in gap.detail
    assert clinic.asked("/gmail/") == []


def test_a_sign_in_stands_for_its_own_person_only(clinic: Clinic) -> None:
    reader = clinic.connector(credentials=person(clinic), subjects={"policy": "somebody@brightwater.example"})
    gap = clinic.collect(reader).sources["policy.policies"].gap
    assert gap is not None
    assert gap.reason is Reason.PERMISSION


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"refresh_token": "1//revoked"}, "sign in again"),
        ({"client_secret": "wrong"}, "Credentials"),
        ({"client_id": "gone"}, "Credentials"),
    ],
)
def test_a_sign_in_that_no_longer_holds(clinic: Clinic, change: dict[str, str], advice: str) -> None:
    with pytest.raises(SourceGap) as caught:
        clinic.connector(credentials=person(clinic, **change)).identify()
    assert advice in caught.value.gap.remedy
    assert "1//revoked" not in str(caught.value.gap)


def test_session_control_asks_for_a_new_sign_in(tmp_path: Path) -> None:
    tenant = scenario("google-well-run")
    tenant.state["sessionControl"] = True
    with serving(tenant, tmp_path) as clinic, pytest.raises(SourceGap) as caught:
        clinic.connector(credentials=person(clinic)).identify()
    assert "session control" in caught.value.gap.detail


def test_a_damaged_sign_in_is_named() -> None:
    with pytest.raises(SourceGap) as caught:
        GoogleWorkspace(Connection(SignedIn({"client_id": "c"}), "admin@brightwater.example")).identify()
    assert "sign in again" in caught.value.gap.remedy
    assert "secret" not in repr(SignedIn({"refresh_token": "secret"}))


def test_doctor_says_what_a_sign_in_cannot_see(clinic: Clinic) -> None:
    found = list(probe(clinic.connector(tier="mailbox", credentials=person(clinic))))
    missing = [one for one in found if one.state is State.MISSING]
    assert [one.what for one in missing] == ["scope group gmail_settings"]


CLIENT = {"installed": {"client_id": "c.apps.googleusercontent.com", "client_secret": "s"}}


def browser(answer: str, seen: list[dict[str, list[str]]]) -> Any:
    """A browser that comes back with `answer`, in which {state} stands for what it was sent with."""

    def show(address: str) -> None:
        query = parse_qs(urlsplit(address).query)
        seen.append(query)
        url = f"{query['redirect_uri'][0]}/?{answer.replace('{state}', query['state'][0])}"

        def visit() -> None:
            try:
                urllib.request.urlopen(url, timeout=5).read()
            except HTTPError as err:
                err.close()

        threading.Thread(target=visit).start()

    return show


@responses.activate
def test_the_browser_brings_a_code_that_is_traded_once() -> None:
    responses.post(TOKEN, json={"access_token": "ya29.x", "refresh_token": "1//kept", "expires_in": 3599})
    seen: list[dict[str, list[str]]] = []
    kept = sign_in(CLIENT, ["https://x/scope"], browser("code=abc&state={state}", seen))
    assert kept == {"type": "authorized_user", "client_id": CLIENT["installed"]["client_id"], "client_secret": "s",
                    "refresh_token": "1//kept"}  # fmt: skip
    assert seen[0]["code_challenge_method"] == ["S256"]
    assert seen[0]["scope"] == ["https://x/scope"]
    form = parse_qs(str(responses.calls[0].request.body.decode()))
    assert form["code"] == ["abc"]
    assert len(form["code_verifier"][0]) >= 43


@pytest.mark.parametrize(
    "answer",
    ["error=access_denied&state={state}", "error=admin_policy_enforced&state={state}", "code=abc&state=forged"],
)
def test_a_refusal_or_somebody_elses_code_signs_nobody_in(answer: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        sign_in(CLIENT, ["https://x/scope"], browser(answer, []), patience=1.0)
    assert caught.value.advice


@responses.activate
@pytest.mark.parametrize("body", [{"error": "invalid_grant"}, {"access_token": "x"}, ["x"]])
def test_a_code_that_google_does_not_take(body: Any) -> None:
    responses.post(TOKEN, json=body)
    with pytest.raises(SignInFailed):
        sign_in(CLIENT, ["https://x/scope"], browser("code=abc&state={state}", []))


@pytest.mark.parametrize("client", [{}, {"web": {}}, {"installed": {"client_id": "c"}}, {"installed": 5}])
def test_a_file_that_is_no_client_of_a_desktop_app(client: dict[str, Any]) -> None:
    with pytest.raises(SignInFailed):
        sign_in(client, [], lambda address: None)


# --- every error of the token endpoint (google-workspace.md 1.4) ------------------------------------------------------------

SCOPE = "https://www.googleapis.com/auth/cloud-identity.policies.readonly"
UNAUTHORIZED = "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."


@pytest.mark.parametrize(
    ("error", "description", "reason", "advice"),
    [
        ("unauthorized_client", UNAUTHORIZED, Reason.PERMISSION, ["1234567", SCOPE, "Manage domain-wide delegation"]),
        ("access_denied", "Requested client not authorized.", Reason.PERMISSION, ["1234567", SCOPE, "domain-wide"]),
        ("invalid_grant", "Invalid email or User ID", Reason.UNREADABLE, ["admin@brightwater.example", "main address"]),
        ("invalid_grant", "Not a valid email", Reason.UNREADABLE, ["main address"]),
        ("invalid_grant", "The account has been deleted", Reason.UNREADABLE, ["no longer exists"]),
        ("invalid_request", "Invalid impersonation prn email address", Reason.NEEDS_INPUT, ["configuration"]),
        ("invalid_request", "Invalid impersonation &quot;sub&quot; field", Reason.NEEDS_INPUT, ["configuration"]),
        ("invalid_grant", "Invalid JWT: No valid verifier found for issuer.", Reason.NEEDS_INPUT, ["Service Accounts", "minute"]),
        ("invalid_grant", "Invalid JWT Signature.", Reason.NEEDS_INPUT, ["key", "clock"]),
        ("invalid_grant", "Invalid JWT: Token must be a short-lived token", Reason.NEEDS_INPUT, ["clock"]),
        ("invalid_account", "Forbidden", Reason.UNREADABLE, ["active account"]),
        ("invalid_grant", "Token has been expired or revoked.", Reason.PERMISSION, ["sign in again"]),
        ("invalid_grant", "reauth related error (invalid_rapt)", Reason.PERMISSION, ["sign in again", "service account"]),
        ("invalid_grant", "reauth related error (rapt_required)", Reason.PERMISSION, ["session control"]),
        ("invalid_scope", "Some requested scopes were invalid", Reason.PERMISSION, ["sign in again"]),
        ("admin_policy_enforced", "", Reason.PERMISSION, ["Manage app access"]),
    ],
)  # fmt: skip
@responses.activate
def test_each_error_of_the_token_endpoint_leads_to_the_right_advice(
    error: str, description: str, reason: Reason, advice: list[str]
) -> None:
    gap = token_gap(
        "policy.policies",
        TokenRefused(error, description),
        subject="admin@brightwater.example",
        client_id="1234567",
        missing=["cloud-identity.policies.readonly"],
    )
    assert gap.reason is reason
    for part in advice:
        assert part in gap.remedy + gap.detail
    assert not description or description not in gap.detail
