"""What may leave for Google: reads of settings, token exchanges, signatures for them, and batches of such reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from connectors.google_workspace import batch
from connectors.transport import ReadOnly, WriteRefused, is_loopback

HOSTS = (
    "admin.googleapis.com",
    "alertcenter.googleapis.com",
    "cloudidentity.googleapis.com",
    "gmail.googleapis.com",
    "iamcredentials.googleapis.com",
    "licensing.googleapis.com",
    "oauth2.googleapis.com",
    "reseller.googleapis.com",
    "sts.googleapis.com",
    "www.googleapis.com",
)
GRANTS = frozenset(
    {
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "authorization_code",
        "refresh_token",
    }
)
_SIGN = re.compile(r".*/v1/projects/-/serviceAccounts/[^/]+:sign(?:Blob|Jwt)")
_BATCH = re.compile(r"(?:.*/)?batch(?:/(?:drive|groupssettings)/v\d)?")
_MAIL = re.compile(r"/gmail/v\d/(?!users/[^/]+/settings/)")
_NEVER = re.compile(r"/verificationCodes(?:/|$)|/drive/v\d/files/[^/]+/(?:export|download)(?:/|$)|/upload/drive/")


def is_token_exchange(host: str, path: str, body: bytes) -> bool:
    """Whether a post only asks for a token."""
    if not path.endswith("/token") or not (
        host in {"oauth2.googleapis.com", "sts.googleapis.com"} or is_loopback(host)
    ):
        return False
    # The long assertion beside it need not be decoded to tell what is asked for.
    pairs = (pair.partition("=") for pair in body.decode("latin-1").split("&"))
    grants = [unquote_plus(value) for name, _, value in pairs if unquote_plus(name) == "grant_type"]
    return len(grants) == 1 and grants[0] in GRANTS


def is_signature(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001 - one signature for all
    """Whether a post only asks IAM to sign a token request."""
    return (host == "iamcredentials.googleapis.com" or is_loopback(host)) and _SIGN.fullmatch(path) is not None


def is_batch_of_reads(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001 - one signature for all
    """Whether a post is a batch whose every part is a GET that may be sent alone."""
    if _BATCH.fullmatch(path.lstrip("/")) is None:
        return False
    parts = batch.requests_in(body)
    return bool(parts) and all(method == "GET" and refused(target) is None for method, target in parts)


@lru_cache(maxsize=256)  # the same seven settings are asked for in every mailbox
def refused(address: str) -> str | None:
    """Why a path is never read, even by GET: backup codes, mail, the content of files. None if it may be."""
    parts = urlsplit(address)
    if ".." in unquote(parts.path).split("/"):
        return "this path leads elsewhere"
    if _NEVER.search(parts.path):
        return "this path is never read"
    if _MAIL.search(parts.path):
        return "of Gmail only settings are read"
    if "media" in unquote(parts.query) and ("alt", "media") in parse_qsl(parts.query):
        return "the content of files is never read"
    return None


@dataclass(frozen=True)
class GoogleReadOnly(ReadOnly):
    """The read-only guard with what is special about Google's paths."""

    def check(self, method: str, url: str, body: bytes) -> None:
        """Raise `WriteRefused` unless this request is a read that may leave."""
        reason = refused(url)
        if reason is not None:
            raise WriteRefused(f"{method} {urlsplit(url).hostname}: {reason}")
        super().check(method, url, body)


METADATA = ("metadata.google.internal", "169.254.169.254")
"""Where a virtual machine of Google's learns its own identity; it has no TLS (Google Cloud, metadata server)."""


def guard(*, local: bool, more: tuple[str, ...] = ()) -> GoogleReadOnly:
    """The guard of one connection; `local` lets loopback addresses through, `more` are hosts of identity federation (GET only)."""
    posts = (is_token_exchange, is_signature, is_batch_of_reads)
    return GoogleReadOnly((*HOSTS, *more), posts, loopback=local, plain=METADATA)
