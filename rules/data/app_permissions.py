"""What a permission of a connected app opens: mail, files, calendars ...

microsoft("Mail.Read") -> "mail"
google("https://www.googleapis.com/auth/drive.readonly") -> "files"
"""

from __future__ import annotations

from functools import cache

from rules.data import Provenance, provenance, read

_GOOGLE = "https://www.googleapis.com/auth/"


@cache
def _table(provider: str) -> tuple[tuple[str, str, bool], ...]:
    """(name in lower case, what it opens, whether the name is meant whole)."""
    return tuple(
        (name.casefold(), entry["opens"], whole)
        for entry in read("app_permissions")[provider]
        for whole, names in ((False, entry["starts"]), (True, entry["bare"]))
        for name in names
    )


def _opens(provider: str, name: str) -> str | None:
    wanted = name.casefold()
    return next(
        (
            opens
            for known, opens, whole in _table(provider)
            if wanted == known or (not whole and wanted.startswith(known))
        ),
        None,
    )


def microsoft(permission: str) -> str | None:
    """What a Microsoft permission opens; None if nothing that patient data lies in."""
    return _opens("microsoft", permission)


def google(scope: str) -> str | None:
    """What a Google scope opens; None if nothing that patient data lies in."""
    return _opens("google", scope.removeprefix(_GOOGLE))


@cache
def microsoft_tenants() -> frozenset[str]:
    """The tenants that Microsoft's own applications belong to."""
    return frozenset(entry["tenant"] for entry in read("app_permissions")["first_party"])


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("app_permissions")
