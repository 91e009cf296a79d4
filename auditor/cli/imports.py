"""`auditor import`: a tenant from an export of another tool."""

from __future__ import annotations

import dataclasses
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from auditor.cli import console, finish
from auditor.cli.source import configuration, section_of
from auditor.errors import AuditorError
from connectors.snapshot import Snapshot
from rules import assess
from rules.profile import Profile

KINDS = ("scubagear", "scubagoggles")


def run(
    kind: str,
    file: Path,
    *,
    tenant: str | None,
    config: Path,
    output: Path | None,
    save: Path | None,
    fail_on: str,
    require_complete: bool,
    as_json: bool,
) -> None:
    """Import, judge, print and exit with the code that the findings ask for."""
    finish.check_level(fail_on)
    loaded = configuration(config, needed=False)
    if loaded is not None and tenant is not None:
        loaded.tenant(tenant)  # a misspelt key would leave its statements and waivers out
    snapshot, stated = read(kind, file, tenant)
    section = section_of(loaded, snapshot.manifest.tenant.key)
    profile = with_statements(section.clinic.profile() if section is not None else Profile(), stated)
    assessment = assess(
        snapshot, profile=profile, waivers=[w.waiver() for w in section.waiver] if section is not None else []
    )
    if save is not None:
        try:
            console.say(f"kept as {snapshot.save(save)}")
        except OSError as err:
            raise AuditorError.of_file(err, f"the snapshot cannot be kept below {save}") from err
    finish.show([assessment], as_json=as_json, single=True)
    if output is not None:
        finish.write(assessment, output)
    sys.exit(finish.exit_code([assessment], fail_on=fail_on, require_complete=require_complete))


def read(kind: str, file: Path, tenant: str | None) -> tuple[Snapshot, dict[str, Any]]:
    """The snapshot in an export, and the exclusions that its operator had configured."""
    if kind not in KINDS:
        raise AuditorError(f"import {kind}: not a kind of export", f"write one of: {', '.join(KINDS)}")
    from connectors.imports import ImportRefused  # noqa: PLC0415 - after the arguments are checked

    importer = import_module(f"connectors.imports.{kind}")
    try:
        return importer.load(file, tenant_key=tenant), importer.profile_of(file)
    except ImportRefused as err:
        raise AuditorError(str(err), err.advice) from err


def with_statements(profile: Profile, stated: dict[str, Any]) -> Profile:
    """A profile with the other tool's exclusions added: they change the verdict the same way as ours."""
    known = {field.name for field in dataclasses.fields(Profile)}
    merged: dict[str, Any] = {}
    for name, values in stated.items():
        if name in known and isinstance(getattr(profile, name), frozenset):
            merged[name] = getattr(profile, name) | frozenset(values)
        elif name in known and not getattr(profile, name):
            merged[name] = values
    return dataclasses.replace(profile, **merged)
