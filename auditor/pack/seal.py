"""Sealing a pack: a manifest with the hash of every file and of the pack before it, signed with Ed25519."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from auditor.errors import AuditorError

SCHEMA = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
_MOST_FILES, _MOST_BYTES = 20_000, 4 << 30
_EPOCH = (1980, 1, 1, 0, 0, 0)


def new_key() -> bytes:
    """A new private key as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(pem: str, what: str) -> Ed25519PrivateKey:
    """The private key; `AuditorError` without its content if it is none."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise AuditorError(
            f"{what}: not a private key in PEM", "make one with `auditor evidence --new-key FILE`"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditorError(f"{what}: not an Ed25519 key", "make one with `auditor evidence --new-key FILE`")
    return key


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key as text."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def write(
    path: Path, files: Mapping[str, bytes], about: Mapping[str, Any], key: Ed25519PrivateKey, previous: str
) -> str:
    """Write the archive; the same content gives the same bytes. Returns the manifest's hash, which the next pack names."""
    entries = [
        {"path": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in sorted(files.items())
    ]
    manifest = {"schema": SCHEMA, **about, "previous": previous, "public_key": public_of(key), "files": entries}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    signature = base64.b64encode(key.sign(text)) + b"\n"
    partial = path.with_suffix(path.suffix + ".writing")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial.touch(mode=0o600)
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(MANIFEST, text), (SIGNATURE, signature), *sorted(files.items())]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    partial.replace(path)
    return hashlib.sha256(text).hexdigest()


@dataclass(frozen=True)
class Verified:
    """What a pack turned out to be. `troubles` is empty if every file is what was sealed."""

    manifest: Mapping[str, Any]
    manifest_sha256: str
    troubles: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.troubles


def verify(path: Path, *, public_key: str | None = None, previous: Path | None = None) -> Verified:
    """Check an archive: signature, every file's hash, nothing added, and, if given, whose key and which pack came before.

    `AuditorError` if it is no pack at all. Nothing is unpacked to disk.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES or sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise AuditorError(f"{path}: larger than a pack can be", "check where it comes from")
            text, signature = archive.read(MANIFEST), archive.read(SIGNATURE)
            manifest = json.loads(text)
            troubles = _signature(manifest, text, signature, public_key)
            troubles += _files(archive, manifest, names)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError) as err:
        raise AuditorError(
            f"{path}: not an evidence pack ({type(err).__name__})", "name a pack that `auditor evidence` made"
        ) from None
    if previous is not None:
        before = verify(previous)
        if manifest.get("previous") != before.manifest_sha256:
            troubles.append(f"the pack before it is another one than {previous.name}")
        troubles += [f"{previous.name}: {trouble}" for trouble in before.troubles]
    return Verified(manifest, hashlib.sha256(text).hexdigest(), tuple(troubles))


def _signature(manifest: Mapping[str, Any], text: bytes, signature: bytes, public_key: str | None) -> list[str]:
    named = str(manifest.get("public_key", ""))
    if public_key is not None and public_key != named:
        return ["it was signed with another key than the one that was given"]
    try:
        given = base64.b64decode(signature)
        if base64.b64encode(given) + b"\n" != signature:
            return ["the signature is not written as it was sealed"]
        Ed25519PublicKey.from_public_bytes(base64.b64decode(named)).verify(given, text)
    except (InvalidSignature, ValueError):
        return ["the signature does not fit the manifest"]
    return []


def _files(archive: zipfile.ZipFile, manifest: Mapping[str, Any], names: list[str]) -> list[str]:
    listed = {str(entry["path"]): str(entry["sha256"]) for entry in manifest["files"]}
    troubles = [f"{name} is not in the manifest" for name in sorted(set(names) - set(listed) - {MANIFEST, SIGNATURE})]
    if len(names) != len(set(names)):
        troubles.append("a file stands in it twice")
    for name, expected in listed.items():
        if name not in names:
            troubles.append(f"{name} is missing")
            continue
        digest = hashlib.sha256()
        with archive.open(name) as stream:
            for part in iter(lambda: stream.read(1 << 20), b""):
                digest.update(part)
        if digest.hexdigest() != expected:
            troubles.append(f"{name} was changed")
    return troubles
