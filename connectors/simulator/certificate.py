"""Throw-away keys for one run of the simulator.

azure-identity insists on https for its authority, so the simulator's login answers over TLS with a certificate from
an authority that exists for this run only. Everything is written for the owner's eyes into the run's own folder.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_VALID = timedelta(days=2)


def write_private(path: Path, content: bytes) -> Path:
    """Write a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _VALID)
    )


def server_certificate(folder: Path) -> tuple[Path, Path]:
    """Create an authority and a certificate for 127.0.0.1: its CA file, then the server's key with certificate."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = "Clinic simulator (this run only)"
    authority_id = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(authority_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    server = (
        _builder("127.0.0.1", authority_name, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    public = serialization.Encoding.PEM
    ca_file = write_private(folder / "ca.pem", authority.public_bytes(public))
    return ca_file, write_private(folder / "server.pem", _pem(key) + server.public_bytes(public))


def client_certificate(folder: Path) -> Path:
    """Create the certificate with which an auditor's app registration proves itself (RSA, as Entra requires)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = "clinic auditor app (this run only)"
    certificate = _builder(name, name, key.public_key()).sign(key, hashes.SHA256())
    return write_private(folder / "client.pem", _pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
