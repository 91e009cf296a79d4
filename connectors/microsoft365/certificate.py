"""Whether a certificate's file can sign in at all, told before anybody is asked: Microsoft's own answer names no reason."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.microsoft365.connection import Certificate
from connectors.signin import SignInFailed

_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_BOTH = "the file holds the certificate and its private key: PEM with both, or PKCS12 (.pfx)"


def check(given: Certificate, now: datetime) -> None:
    """`SignInFailed` with the one thing that is wrong: nothing of the file is quoted, and its password is named nowhere."""
    try:
        content = Path(given.path).read_bytes()
    except OSError as err:
        raise SignInFailed(
            f"{given.path} cannot be read ({err.strerror})", "check the path and its permissions"
        ) from None
    key, found = _opened(given, content)
    if found is None:
        raise SignInFailed(f"{given.path} holds no certificate", _BOTH)
    if key is None:
        raise SignInFailed(f"{given.path} holds no private key", _BOTH)
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - loaded when needed

    if not isinstance(key, RSAPrivateKey):
        raise SignInFailed(
            f"{given.path}: the key is no RSA key", "make a certificate with an RSA key: Microsoft takes no other"
        )
    if key.public_key() != found.public_key():
        raise SignInFailed(f"{given.path}: the private key does not belong to the certificate", _BOTH)
    day = found.not_valid_after_utc.date()
    if found.not_valid_after_utc < now:
        raise SignInFailed(
            f"the certificate in {given.path} expired on {day}",
            "make a new one, upload it to the app registration, and name its file in the configuration",
        )
    if found.not_valid_before_utc > now:
        raise SignInFailed(
            f"the certificate in {given.path} is valid from {found.not_valid_before_utc.date()} on",
            "check this computer's clock, or wait until then",
        )


def _opened(given: Certificate, content: bytes) -> tuple[Any, Any]:
    """(private key, certificate), None for what is not there."""
    from cryptography import x509  # noqa: PLC0415 - loaded when needed
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12  # noqa: PLC0415

    password = given.password.encode() if given.password else None
    try:
        if _KEY.search(content) or _CERTIFICATE in content:
            # The key's primes are tested by whoever signs with it, a moment later; that takes a tenth of a second.
            key = (
                load_pem_private_key(content, password, unsafe_skip_rsa_key_validation=True)
                if _KEY.search(content)
                else None
            )
            return key, x509.load_pem_x509_certificate(content) if _CERTIFICATE in content else None
        return pkcs12.load_key_and_certificates(content, password)[:2]
    except TypeError:
        # Said of a key with a password that nobody gave, and of a password for a key that has none.
        if password is None:
            raise _needs_password(given) from None
        raise SignInFailed(f"{given.path}: the private key has no password", "take certificate_password away") from None
    except ValueError:
        if b"ENCRYPTED" in content or content[:1] == b"\x30":  # PKCS12 is DER, which begins with a sequence
            if password is None:
                raise _needs_password(given) from None
            raise SignInFailed(
                f"{given.path}: the password does not open it, or it is damaged", "check certificate_password"
            ) from None
        raise SignInFailed(f"{given.path} is no certificate, or is damaged", _BOTH) from None


def _needs_password(given: Certificate) -> SignInFailed:
    return SignInFailed(
        f"{given.path} is protected by a password", 'say where it lies: certificate_password = "env:NAME"'
    )
