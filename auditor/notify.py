"""Telling people through services that Apprise knows. The URLs hold secrets, so they are given by reference only."""

from __future__ import annotations

import tempfile
from pathlib import Path

from auditor import secrets
from auditor.config import Loaded, TenantSection
from auditor.errors import AuditorError


def notify(loaded: Loaded, section: TenantSection, title: str, body: str, *, attachment: tuple[str, bytes]) -> None:
    """Send to every service of the tenant. `AuditorError` names the reference of each that failed, never its URL."""
    import apprise  # noqa: PLC0415 - a large library that few need

    failed = []
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        path = Path(folder) / attachment[0]
        path.write_bytes(attachment[1])
        for reference in section.letter.notify:
            service = apprise.Apprise()
            url = secrets.resolve(reference, base=loaded.base, what=f"tenant {section.key}, letter, notify")
            taken = service.add(url) and service.notify(
                title=title, body=body, attach=str(path), body_format=apprise.NotifyFormat.TEXT
            )
            if not taken:
                failed.append(reference)
    if failed:
        raise AuditorError(
            f"{section.key}: the letter did not reach {', '.join(failed)}", "check the URLs there, then send it again"
        )
