"""Configuration for simulated tenants: what a person would write by hand for a real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.cli.console import write_private


def tenant_settings(connection: dict[str, Any], folder: Path, *, quotas: bool = False) -> dict[str, Any]:
    """The `[[tenant]]` block for one simulated tenant; its throw-away credentials go into owner-only files in `folder`.

    With `quotas` the scan keeps to the quotas that the simulator was told to keep.
    """
    settings: dict[str, Any] = {"key": connection["key"], "name": connection["name"]}
    if connection["dns"]:
        address, port = connection["dns"]
        settings["dns"] = {"nameservers": [address], "port": port, "mta_sts_base": connection.get("mta_sts_base", "")}
    if connection["provider"] == "microsoft365":
        settings["microsoft365"] = {
            "tenant_id": connection["tenant_id"],
            "client_id": connection["credentials"]["client_id"],
            "certificate": f"file:{connection['credentials']['certificate_file']}",
            "profile": "full",
            "endpoints": connection["endpoints"],
            "ca_file": connection["ca_file"],
        }
    else:
        key = folder / f"{connection['key']}-key.json"
        write_private(key, json.dumps(connection["service_account"]))
        settings["google_workspace"] = {
            "customer_id": connection["customer_id"],
            "admin": connection["admin_subject"],
            "key": f"file:{key}",
            "tier": "files",
            "endpoints": {"base": connection["endpoint"], "token_uri": connection["token_uri"]},
        }
    if quotas:
        settings[connection["provider"]]["paced"] = True
    return settings


def as_toml(tenants: list[dict[str, Any]]) -> str:
    """An auditor.toml with these tenants."""
    lines = []
    for tenant in tenants:
        lines += ["[[tenant]]", *(f"{name} = {_value(value)}" for name, value in tenant.items())]
        lines.append("")
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return json.dumps(value)
