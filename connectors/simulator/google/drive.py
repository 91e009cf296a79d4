"""Drive API: shared drives, their permissions, and files that are shared widely. Never any content."""

from __future__ import annotations

import re
from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError, forbidden, not_found

DRIVE_PRIVILEGE = "DRIVE_SETTINGS"
# `fields` decides what Drive returns; without it only these are sent.
DEFAULT_DRIVE = ("kind", "id", "name")
DEFAULT_FILE = ("kind", "id", "name", "mimeType")
DEFAULT_PERMISSION = ("kind", "id", "type", "role")


def _brief(call: Call, answer: dict[str, Any], key: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Without ``fields`` Drive sends a few default properties only."""
    if "fields" not in call.query and key in answer:
        answer[key] = [{name: item[name] for name in names if name in item} for item in answer[key]]
    return answer


def _is_admin(call: Call) -> bool:
    return call.workspace.may(call.grant.principal, DRIVE_PRIVILEGE)


@serves("drive.drives.list")
def drives(call: Call) -> Any:
    found = call.workspace.state.get("sharedDrives", [])
    if call.flag("useDomainAdminAccess"):
        if not _is_admin(call):
            raise forbidden("The requesting user is not a domain administrator.")
    else:
        found = [
            {key: value for key, value in drive.items() if key != "orgUnitId"}
            for drive in found
            if any(
                permission.get("emailAddress") == call.grant.email
                for permission in call.workspace.state.get("drivePermissions", {}).get(drive["id"], ())
            )
        ]
    answer = {"kind": "drive#driveList"} | call.page(found, "drives", size="pageSize", default=10, maximum=100)
    answer.setdefault("drives", [])
    return _brief(call, answer, "drives", DEFAULT_DRIVE)


@serves("drive.permissions.list")
def permissions(call: Call) -> Any:
    identity = call.path[0]
    state = call.workspace.state
    known = state.get("drivePermissions", {}).get(identity)
    is_drive = any(drive["id"] == identity for drive in state.get("sharedDrives", ()))
    if known is not None and is_drive:
        if not call.flag("supportsAllDrives"):
            raise not_found(f"File not found: {identity}.")
        member = any(entry.get("emailAddress") == call.grant.email for entry in known)
        if not member and not (call.flag("useDomainAdminAccess") and _is_admin(call)):
            raise not_found(f"File not found: {identity}.")
    else:
        own = {entry["id"]: entry for entry in state.get("files", {}).get(call.grant.email, ())}
        if identity not in own:
            raise not_found(f"File not found: {identity}.")
        known = own[identity].get("permissions", [])
    answer = {"kind": "drive#permissionList"} | call.page(
        known, "permissions", size="pageSize", default=100, maximum=100
    )
    return _brief(call, answer, "permissions", DEFAULT_PERMISSION)


@serves("drive.files.list")
def files(call: Call) -> Any:
    if call.grant.subject is None:
        found: list[dict[str, Any]] = []
    else:
        found = call.workspace.state.get("files", {}).get(call.grant.email, [])
    query = call.query.get("q", "")
    wanted = set(re.findall(r"visibility\s*=\s*'(\w+)'", query))
    rest = re.sub(r"\(|\)|\band\b|\bor\b|visibility\s*=\s*'\w+'|'me' in owners|trashed\s*=\s*(?:true|false)", "", query)
    if rest.strip():
        raise ApiError(400, "invalid", "Invalid Value", location="q")
    if wanted:
        found = [entry for entry in found if wanted & _visibilities(entry)]
    if "'me' in owners" in query:
        found = [entry for entry in found if entry.get("ownedByMe")]
    answer = {"kind": "drive#fileList", "incompleteSearch": False}
    answer |= call.page(found, "files", size="pageSize", default=100, maximum=1000)
    answer.setdefault("files", [])
    return _brief(call, answer, "files", DEFAULT_FILE)


def _visibilities(entry: dict[str, Any]) -> set[str]:
    found = set()
    for permission in entry.get("permissions", ()):
        if permission["type"] in ("anyone", "domain"):
            findable = "CanFind" if permission.get("allowFileDiscovery") else "WithLink"
            found.add(permission["type"] + findable)
    return found or {"limited"}
