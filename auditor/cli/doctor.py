"""`auditor doctor`: try the way in to each tenant: sign-in, every permission, and what is held beyond."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.cli import console
from auditor.cli.scan import chosen
from auditor.config import TenantSection, load
from auditor.connect import google_workspace, microsoft365
from auditor.errors import AuditorError, ExitCode
from auditor.opens import opened
from connectors.probe import Probe, State
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider, declared

_WORDS = {
    State.OK: "ok",
    State.MISSING: "MISSING",
    State.BEYOND: "BEYOND",
    State.FAILED: "FAILED",
    State.UNKNOWN: "unknown",
}


def run(keys: list[str], *, config: Path, as_json: bool) -> None:
    """Probe the tenants and say what is missing and what is too much."""
    loaded = load(config)
    found: list[dict[str, Any]] = []
    errors: list[AuditorError] = []
    for section in chosen(loaded, keys, everyone=not keys):
        try:
            for provider, probe in probes(section, loaded.base):
                found.append(_as_dict(section, provider, probe))
                if not as_json:
                    console.result(_line(section, provider, probe))
        except AuditorError as err:
            errors.append(err)
    if as_json:
        console.result(json.dumps({"schema": 1, "probes": found}, indent=1))
    for error in errors:
        console.complain(error)
    states = {entry["state"] for entry in found}
    if State.FAILED in states:
        sys.exit(ExitCode.NOTHING_COLLECTED)
    if errors:
        sys.exit(max(error.code for error in errors))
    sys.exit(ExitCode.INCOMPLETE if State.MISSING in states else ExitCode.OK)


def probes(section: TenantSection, base: Path) -> Iterator[tuple[Provider, Probe]]:
    """Everything that can be told about one tenant's connections without a scan."""
    if section.microsoft365 is not None:
        from connectors.microsoft365.connector import Microsoft365  # noqa: PLC0415
        from connectors.microsoft365.probe import probe as try_microsoft  # noqa: PLC0415

        reader = microsoft365(section, section.microsoft365, base, stop=threading.Event(), skip=set())
        assert isinstance(reader, Microsoft365)
        yield from ((MICROSOFT_365, one) for one in try_microsoft(reader))
    if section.google_workspace is not None:
        from connectors.google_workspace.connector import GoogleWorkspace  # noqa: PLC0415
        from connectors.google_workspace.probe import probe as try_google  # noqa: PLC0415

        google = google_workspace(section, section.google_workspace, base, stop=threading.Event(), skip=set())
        assert isinstance(google, GoogleWorkspace)
        yield from ((GOOGLE_WORKSPACE, one) for one in try_google(google))


def dark(provider: Provider, permission: str) -> list[str]:
    """The controls that cannot be assessed in full without a permission, or without one of several scopes."""
    names = permission.split(",") if permission else []
    sources = {s.name: s.permission for s in declared().values() if s.provider is provider and s.permission in names}
    return sorted({control for ids in opened(sources).values() for control in ids})


def _as_dict(section: TenantSection, provider: Provider, probe: Probe) -> dict[str, Any]:
    missing = probe.state is State.MISSING
    return {
        "tenant": section.key,
        "provider": provider.value,
        "what": probe.what,
        "state": probe.state.value,
        "permission": probe.permission,
        "detail": probe.detail,
        "remedy": probe.remedy,
        "dark": dark(provider, probe.permission) if missing else [],
    }


def _line(section: TenantSection, provider: Provider, probe: Probe) -> str:
    what = f"{probe.what}, {probe.permission}" if probe.permission else probe.what
    detail = f": {probe.detail}" if probe.detail else ""
    lines = [f"{section.key}  {_WORDS[probe.state]:8}{provider.value}  {what}{detail}"]
    if probe.state is State.MISSING and (ids := dark(provider, probe.permission)):
        lines.append(f"            not assessed in full without it: {', '.join(ids)}")
    if probe.remedy and probe.state is not State.OK:
        lines.append(f"            -> {probe.remedy}")
    return console.printable_lines("\n".join(lines))
