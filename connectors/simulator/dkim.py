"""Made-up public keys for signed mail: of a true form and length, and nothing is ever signed with them."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def public_key(bits: int) -> str:
    """An RSA public key of this size in the form that DKIM publishes (RFC 6376, 3.6.1)."""
    stream = b"".join(hashlib.sha512(f"dkim{bits}{part}".encode()).digest() for part in range(bits // 512 + 1))
    number = int.from_bytes(stream[: bits // 8], "big") | (1 << (bits - 1)) | 1
    form = (
        rsa.RSAPublicNumbers(65537, number)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(form).decode()
