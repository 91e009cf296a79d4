"""Single exchanges with Google's own addresses, answered by `responses`."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.gap import Reason, SourceGap
from connectors.google_workspace.client import Requests, fields_of, mask
from connectors.google_workspace.connection import Connection, Key, Keyless
from connectors.google_workspace.connector import GoogleWorkspace, google_sources
from connectors.google_workspace.sources.mailboxes import Filter
from connectors.source import Source, declared

TOKEN = "https://oauth2.googleapis.com/token"
CUSTOMER = "https://admin.googleapis.com/admin/directory/v1/customers/my_customer"
ROOT = Path(__file__).resolve().parents[3]


@cache
def key() -> dict[str, Any]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "client_email": "auditor@project.example",
        "client_id": "1234567",
        "private_key_id": "k",
        "private_key": pem.decode(),
        "token_uri": "https://elsewhere.example/token",
    }


def connector() -> GoogleWorkspace:
    made = GoogleWorkspace(Connection(Key(key()), "admin@brightwater.example"))
    made.transport.backoff_base = 0.0
    return made


@responses.activate
def test_a_token_is_asked_of_google_and_used() -> None:
    responses.post(TOKEN, json={"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"})
    responses.get(CUSTOMER, json={"id": "C0abc", "customerDomain": "brightwater.example"})
    google = connector()
    assert google.identify() == "C0abc"
    assert google.identify() == "C0abc"
    token, asked = responses.calls
    # The address in the key file does not decide where the assertion goes.
    assert token.request.url == TOKEN
    assert asked.request.headers["Authorization"] == "Bearer ya29.x"
    assert "fields=id%2CcustomerDomain%2CcustomerCreationTime" in asked.request.url
    assert google.transport.tally.by_operation == {"token": 1, "directory.customer": 1}


@responses.activate
def test_a_token_endpoint_in_trouble_is_asked_again_and_then_a_gap() -> None:
    responses.post(TOKEN, status=503, json={"error": "backend_error"})
    with pytest.raises(SourceGap) as caught:
        connector().identify()
    assert caught.value.gap.reason is Reason.PROVIDER_ERROR
    assert len(responses.calls) == 5


@responses.activate
def test_a_token_refused_in_another_form_is_still_a_gap() -> None:
    responses.post(TOKEN, status=400, body="<html>no</html>")
    with pytest.raises(SourceGap) as caught:
        connector().identify()
    assert caught.value.gap.remedy


@responses.activate
def test_an_answer_without_an_id_is_unreadable() -> None:
    responses.post(TOKEN, json={"access_token": "ya29.x", "expires_in": 3599})
    responses.get(CUSTOMER, json={"customerDomain": "brightwater.example"})
    with pytest.raises(SourceGap) as caught:
        connector().identify()
    assert caught.value.gap.reason is Reason.UNREADABLE


@responses.activate
def test_a_disabled_api_names_the_api() -> None:
    responses.post(TOKEN, json={"access_token": "ya29.x", "expires_in": 3599})
    error = {"code": 403, "message": "has not been used in project", "errors": [{"reason": "accessNotConfigured"}]}
    responses.get(CUSTOMER, status=403, json={"error": error})
    with pytest.raises(SourceGap) as caught:
        connector().identify()
    assert "Admin SDK API" in caught.value.gap.remedy


@responses.activate
def test_an_expired_token_is_replaced_once() -> None:
    responses.post(TOKEN, json={"access_token": "ya29.old", "expires_in": 3599})
    responses.post(TOKEN, json={"access_token": "ya29.new", "expires_in": 3599})
    responses.get(CUSTOMER, status=401, json={"error": {"code": 401, "status": "UNAUTHENTICATED"}})
    responses.get(CUSTOMER, json={"id": "C0abc"})
    assert connector().identify() == "C0abc"
    assert responses.calls[-1].request.headers["Authorization"] == "Bearer ya29.new"


def test_without_any_identity_here_nothing_is_signed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    with pytest.raises(SourceGap) as caught:
        GoogleWorkspace(Connection(Keyless("auditor@project.example"), "admin@brightwater.example")).identify()
    assert caught.value.gap.reason is Reason.NEEDS_INPUT
    assert "application-default login" in caught.value.gap.remedy


def test_the_mask_names_nested_fields() -> None:
    assert mask(Filter).startswith("id,criteria(from,to,subject,query,negatedQuery,hasAttachment)")
    assert fields_of(declared()["policy.policies"]).startswith("nextPageToken,policies(name,type,policyQuery(orgUnit,")
    assert fields_of(declared()["gmail.filters"]).startswith("filter(id,")
    assert not fields_of(declared()["gmail.imap"]).startswith("nextPageToken")


def test_secrets_do_not_show_in_what_is_printed() -> None:
    assert "PRIVATE KEY" not in repr(Connection(Key(key()), "admin@brightwater.example"))


def test_declaring_sources_loads_no_library_of_google() -> None:
    code = "import sys, connectors.google_workspace.connector; print(json.dumps([m for m in sys.modules if m.startswith('google')]))"
    done = subprocess.run(
        [sys.executable, "-c", "import json, " + code[7:]], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    "source",
    [s for s in google_sources() if s.fan_out and s.call.per and s.call.subject == "admin"],
    ids=lambda s: s.name,
)
def test_addresses_that_differ_in_one_place_are_those_that_google_would_build(source: Source) -> None:
    requests = Requests()
    values = ["103", "front.desk@clinic.example", "a/../b", "a b+c", "50%41", "~.-_", "Zürich", "x?y=z&w#v", ""]
    wanted = [requests.url(source, **{source.call.per: value}) for value in values]
    assert requests.urls(source, source.call.per, values) == wanted
    assert requests.urls(source, source.call.per, []) == []
