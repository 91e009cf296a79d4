"""Secrets by reference: configuration names where a secret lies, never the secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from auditor.errors import AuditorError

KINDS = ("env", "file", "keyring")


def looks_like_reference(text: str) -> bool:
    """Whether a text has the form of a reference: env:NAME, file:PATH or keyring:SERVICE/NAME."""
    kind, colon, rest = text.partition(":")
    return bool(colon and rest) and kind in KINDS


def resolve(reference: str, *, base: Path, what: str) -> str:
    """The secret behind a reference. Errors name the reference and what it is for, never a value."""
    kind, _, rest = reference.partition(":")
    if kind == "env":
        value = os.environ.get(rest)
        if not value:
            raise AuditorError(f"{what}: the environment variable {rest} is not set", f"set {rest} before the scan")
        return value
    if kind == "file":
        path = secret_file(reference, base=base, what=what)
        try:
            return path.read_text(encoding="utf-8-sig").strip()
        except OSError as err:
            raise AuditorError(
                f"{what}: {path} cannot be read ({err.strerror})", "check the path and its permissions"
            ) from None
        except UnicodeDecodeError:
            raise AuditorError(f"{what}: {path} is not UTF-8 text", "name the file that holds it as text") from None
    if kind == "keyring":
        return _from_keyring(rest, what)
    raise AuditorError(f"{what}: not a reference to a secret", "write env:NAME, file:PATH or keyring:SERVICE/NAME")


def secret_file(reference: str, *, base: Path, what: str) -> Path:
    """The path behind a file: reference; refuses a file that others on this machine may read."""
    path = Path(reference.removeprefix("file:")).expanduser()
    path = path if path.is_absolute() else base / path
    try:
        mode = path.stat().st_mode
    except OSError as err:
        raise AuditorError(
            f"{what}: {path} cannot be read ({err.strerror})", "check the path and its permissions"
        ) from None
    if not stat.S_ISREG(mode):
        raise AuditorError(f"{what}: {path} is not a file", "name the file itself")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuditorError(f"{what}: {path} can be read by others on this machine", f"run: chmod 600 {path}")
    return path


def _from_keyring(name: str, what: str) -> str:
    service, _, user = name.partition("/")
    try:
        import keyring  # noqa: PLC0415 - optional
    except ImportError:
        raise AuditorError(
            f"{what}: the keyring library is not installed", "install the package `keyring`, or use env: or file:"
        ) from None
    value: str | None = keyring.get_password(service, user)
    if not value:
        raise AuditorError(
            f"{what}: the keyring holds nothing for {service}/{user}", f"run: keyring set {service} {user}"
        )
    return value
