"""`auditor evidence` and `auditor verify`: make an evidence pack of a period, and check one without network."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from auditor import secrets
from auditor.cli import console
from auditor.cli.history import only_tenant
from auditor.config import load
from auditor.errors import AuditorError, ExitCode
from auditor.history.keeping import open_history
from auditor.pack import build, seal


def new_key(path: Path) -> None:
    """Make a signing key that only its owner can read. An existing file is never overwritten."""
    if path.exists():
        raise AuditorError(
            f"{path} exists already", "name another file: a key that is overwritten cannot be brought back"
        )
    console.write_private_bytes(path, seal.new_key())
    key = seal.load_key(path.read_text(), str(path))
    console.say(f'wrote {path}; name it in the configuration: pack_key = "file:{path.name}"')
    console.result(seal.public_of(key))


def run(
    tenant: str | None,
    *,
    span: str,
    config: Path,
    output: Path,
    redact: bool,
    with_snapshots: bool,
    previous: Path | None,
) -> None:
    """Write the pack of a tenant and a period below a folder, chained to the newest one there."""
    if redact and with_snapshots:
        raise AuditorError(
            "--redact and --with-snapshots do not go together",
            "snapshots hold names; a redacted pack names their hashes",
        )
    found = build.period(span)
    loaded = load(config)
    section = only_tenant(loaded, tenant)
    if loaded.config.pack_key is None:
        raise AuditorError(
            f"{loaded.path}: no pack_key is configured",
            "make one with `auditor evidence --new-key FILE` and name it there",
        )
    key = seal.load_key(secrets.resolve(loaded.config.pack_key, base=loaded.base, what="pack_key"), "pack_key")
    history = open_history(loaded)
    try:
        content = build.content(history, loaded, section, found, redact=redact, with_snapshots=with_snapshots)
    finally:
        history.close()
    name = str(content.about["tenant"])
    kind = "redacted-" if redact else ""
    path = output / f"{name}-{kind}{found.first:%Y%m%d}-{found.last:%Y%m%d}.zip"
    if path.exists():
        raise AuditorError(
            f"{path} exists already", "a sealed pack is never overwritten: name another folder with --output"
        )
    before = previous or build.newest(output, name)
    chained = seal.verify(before) if before is not None else None
    if chained is not None and not chained.good:
        raise AuditorError(f"{before}: {chained.troubles[0]}", "restore that pack, or start a chain in another folder")
    digest = seal.write(path, content.files, content.about, key, chained.manifest_sha256 if chained else "")
    console.say(
        f"wrote {path}: {len(content.files)} files, signed, "
        + (f"after {before}" if before else "the first of its chain")
    )
    console.result(digest)


def verify(path: Path, *, public_key: str | None, previous: Path | None, as_json: bool) -> None:
    """Check a pack; exit code 10 if it is not what was sealed."""
    found = seal.verify(path, public_key=public_key, previous=previous)
    manifest = found.manifest
    if as_json:
        said = {
            "schema": 1, "good": found.good, "troubles": list(found.troubles), "manifest_sha256": found.manifest_sha256,
            "tenant": manifest.get("tenant"), "period": manifest.get("period"), "public_key": manifest.get("public_key"),
            "previous": manifest.get("previous"),
        }  # fmt: skip
        console.result(json.dumps(said, indent=1))
    else:
        for trouble in found.troubles:
            console.result(f"NOT AS SEALED: {console.printable(trouble)}")
        if found.good:
            first, last = manifest.get("period", ["?", "?"])
            console.result(
                f"as sealed: {console.printable(str(manifest.get('tenant')))}, {first} to {last}, {len(manifest['files'])} files\n"
                f"signed with {manifest.get('public_key')}"
                + ("" if public_key else "; compare this key with the one that the clinic or its helper gave you")
            )
    sys.exit(ExitCode.OK if found.good else ExitCode.FINDINGS)
