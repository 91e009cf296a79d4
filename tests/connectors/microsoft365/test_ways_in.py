"""The ways in to Microsoft 365: a certificate and everything that can be wrong with its file, a secret, the machine's own identity."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from connectors.microsoft365.certificate import check
from connectors.microsoft365.connection import Certificate, Connection, Credential, ManagedIdentity, Secret
from connectors.microsoft365.connector import Microsoft365
from connectors.microsoft365.errors import sign_in_failed
from connectors.signin import SignInFailed
from connectors.simulator import SimulatedTenant, Simulator, scenario

NOW = datetime(2026, 11, 24, tzinfo=UTC)


# --- a certificate's file -------------------------------------------------------------------------------------------------


def made(key: Any, *, ends: int = 30, begins: int = -30) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "auditor")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW + timedelta(days=begins))
        .not_valid_after(NOW + timedelta(days=ends))
        .sign(key, hashes.SHA256())
    )


def pem(key: Any, how: KeySerializationEncryption | None = None) -> bytes:
    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how or NoEncryption())
    return found


RSA, OTHER, CURVE = (
    rsa.generate_private_key(65537, 2048),
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
)
GOOD = made(RSA)
LOCK = BestAvailableEncryption(b"open sesame")


def of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


PFX = pkcs12.serialize_key_and_certificates(b"auditor", RSA, GOOD, None, LOCK)


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (pem(RSA) + of(GOOD), None),
        (of(GOOD) + pem(RSA), None),
        (b"Bag Attributes\n" + pem(RSA) + of(GOOD), None),
        (pem(RSA, LOCK) + of(GOOD), "open sesame"),
        (PFX, "open sesame"),
        (pkcs12.serialize_key_and_certificates(b"auditor", RSA, GOOD, None, NoEncryption()), None),
    ],
)
def test_a_good_file_is_let_through(tmp_path: Path, content: bytes, password: str | None) -> None:
    path = tmp_path / "clinic.pem"
    path.write_bytes(content)
    check(Certificate(str(path), password), NOW)


@pytest.mark.parametrize(
    ("content", "password", "said"),
    [
        (of(GOOD), None, "holds no private key"),
        (pem(RSA), None, "holds no certificate"),
        (b"", None, "is no certificate, or is damaged"),
        (b"\x00\xff" * 200, None, "is no certificate, or is damaged"),
        (pem(RSA)[:-200] + of(GOOD), None, "is no certificate, or is damaged"),
        (pem(CURVE) + of(made(CURVE)), None, "is no RSA key"),
        (pem(OTHER) + of(GOOD), None, "does not belong to the certificate"),
        (pem(RSA, LOCK) + of(GOOD), None, "is protected by a password"),
        (pem(RSA, LOCK) + of(GOOD), "wrong", "the password does not open it"),
        (pem(RSA) + of(GOOD), "needless", "has no password"),
        (PFX, None, "is protected by a password"),
        (PFX, "wrong", "the password does not open it"),
        (PFX[:-100], "open sesame", "the password does not open it, or it is damaged"),
        (pem(RSA) + of(made(RSA, ends=-3)), None, "expired on 2026-11-21"),
        (pem(RSA) + of(made(RSA, begins=3)), None, "is valid from 2026-11-27 on"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_in_one_line(
    tmp_path: Path, content: bytes, password: str | None, said: str
) -> None:
    path = tmp_path / "clinic.pem"
    path.write_bytes(content)
    with pytest.raises(SignInFailed, match=said) as caught:
        check(Certificate(str(path), password), NOW)
    assert caught.value.advice
    assert not any(word in caught.value.message + caught.value.advice for word in ("wrong'", "sesame", "needless"))


def test_a_file_that_is_gone_is_said() -> None:
    with pytest.raises(SignInFailed, match="cannot be read"):
        check(Certificate("/nowhere/clinic.pem"), NOW)


# --- at the login service -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[SimulatedTenant, Simulator]]:
    tenant = scenario("microsoft-empty")
    with Simulator([tenant]) as simulator:
        yield tenant, simulator


def reader(served: tuple[SimulatedTenant, Simulator], credential: Credential | None, **other: Any) -> Microsoft365:
    tenant, simulator = served
    there = simulator.connection(tenant.key)
    given = credential or Certificate(there["credentials"]["certificate_file"])
    settings = {"endpoints": there["endpoints"], "ca_file": there["ca_file"]} | other
    return Microsoft365(Connection(there["tenant_id"], there["credentials"]["client_id"], given, **settings))


def test_a_certificate_and_a_secret_sign_in(served: tuple[SimulatedTenant, Simulator]) -> None:
    tenant, simulator = served
    secret = Secret(simulator.connection(tenant.key)["credentials"]["client_secret"])
    assert reader(served, None).identify() == reader(served, secret).identify() == tenant.state["tenant_id"]


def test_the_identity_of_the_machine_signs_in(
    served: tuple[SimulatedTenant, Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, simulator = served
    for name in [name for name in os.environ if name.startswith(("AZURE_", "IDENTITY_", "MSI_", "IMDS_"))]:
        monkeypatch.delenv(name)
    # Where the library is to find Azure's metadata service (azure-identity's own variable).
    monkeypatch.setenv(
        "AZURE_POD_IDENTITY_AUTHORITY_HOST", simulator.connection(tenant.key)["endpoints"]["managed_identity"]
    )
    assert reader(served, ManagedIdentity()).identify() == tenant.state["tenant_id"]
    assert any(entry.area == "imds" for entry in simulator.log())
    tenant.state["managed_identity"] = None
    with pytest.raises(SignInFailed, match="no managed identity"):
        reader(served, ManagedIdentity()).identify()


def test_a_server_that_nobody_here_trusts_and_one_that_is_not_there(
    served: tuple[SimulatedTenant, Simulator],
) -> None:
    tenant, simulator = served
    endpoints = simulator.connection(tenant.key)["endpoints"]
    with pytest.raises(SignInFailed, match="REQUESTS_CA_BUNDLE"):
        reader(served, None, ca_file=None).identify()
    nobody = {**endpoints, "login": "https://127.0.0.1:9"}
    with pytest.raises(SignInFailed, match="cannot be reached"):
        reader(served, None, endpoints=nobody).identify()


@pytest.mark.parametrize("text", ["", "Authentication failed: something new", "AADSTS999999: nobody knows"])
def test_an_error_of_unknown_meaning_quotes_nothing(text: str) -> None:
    said = sign_in_failed(text + " for jo@clinic.example")
    assert "jo@" not in said.message + said.advice
    assert said.advice
