"""`auditor tenants`: the tenants of the configuration, and a partner's customers as new ones."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tabulate import tabulate

from auditor.cli import console
from auditor.cli.init import write_new
from auditor.config import Loaded, TenantSection, load
from auditor.connect import google_workspace, microsoft365
from auditor.errors import AuditorError, ExitCode
from auditor.tenants import blocks
from connectors.customer import Customer
from connectors.gap import Gap

_SHARED = {
    "microsoft365": (
        "client_id",
        "certificate",
        "certificate_password",
        "client_secret",
        "sign_in",
        "cloud",
        "profile",
    ),
    "google_workspace": ("key", "service_account", "federation", "tier"),
}
"""Settings that the customers of one partner have in common: the same application, by the same references."""


def list_all(*, config: Path, as_json: bool) -> None:
    """The tenants of the configuration."""
    rows = [
        {
            "key": tenant.key,
            "name": tenant.name,
            "providers": [name for name in ("microsoft365", "google_workspace") if getattr(tenant, name) is not None],
        }
        for tenant in load(config).config.tenant
    ]
    if as_json:
        console.result(json.dumps({"schema": 1, "tenants": rows}, indent=1))
        return
    console.result(
        tabulate(
            [[row["key"], console.printable(str(row["name"])), ", ".join(row["providers"])] for row in rows],
            ["key", "name", "providers"],
            tablefmt="simple",
        )
    )


def discover(provider: str, key: str | None, *, config: Path, output: Path | None, as_json: bool) -> None:
    """List a partner's customers, signed in as one of the configured tenants: the partner's own."""
    name = {"microsoft": "microsoft365", "google": "google_workspace"}.get(provider)
    if name is None:
        raise AuditorError(f"{provider} is not a provider", "write microsoft or google")
    loaded = load(config)
    section = _partner(loaded, name, key)
    found, gaps = _customers(section, name, loaded.base)
    for gap in gaps:
        console.say(f"{gap.source}: {console.printable(gap.detail)}")
        console.say(f"  -> {console.printable(gap.remedy)}")
    if gaps and not found:
        raise AuditorError("no customer could be read", gaps[0].remedy, code=ExitCode.NOTHING_COLLECTED)
    known = _known(loaded, name)
    new = [customer for customer in found if customer.id.casefold() not in known]
    for customer in found:
        if customer.id.casefold() in known:
            console.say(f"{console.printable(customer.name)}: is in {loaded.path} already")
    if as_json:
        rows = [_as_dict(customer, known=customer.id.casefold() in known) for customer in found]
        console.result(json.dumps({"schema": 1, "customers": rows, "complete": not gaps}, indent=1))
        return
    way_in: dict[str, Any] = {
        setting: value
        for setting in _SHARED[name]
        if (value := getattr(getattr(section, name), setting)) is not None and value != ""
    }
    if name == "google_workspace":
        way_in["admin"] = ""  # each customer names its own
    text = blocks(new, name, way_in, [tenant.key for tenant in loaded.config.tenant])
    if name == "google_workspace":
        text = text.replace('admin = ""', 'admin = ""  # a super administrator of this customer')
    if output is None:
        console.result(text)
        return
    write_new(output, text)
    console.say(f"wrote {len(new)} tenants to {output}: look at them, then add them to {loaded.path}")


def _partner(loaded: Loaded, provider: str, key: str | None) -> TenantSection:
    able = [tenant for tenant in loaded.config.tenant if getattr(tenant, provider) is not None]
    if key is not None:
        section = loaded.tenant(key)
        if getattr(section, provider) is None:
            raise AuditorError(f"{key} has no {provider}", f"add [tenant.{provider}] to it")
        return section
    if len(able) == 1:
        return able[0]
    keys = ", ".join(tenant.key for tenant in able) or "none"
    raise AuditorError(f"name the partner's own tenant: which of {keys}", "its application reads the list of customers")


def _customers(section: TenantSection, provider: str, base: Path) -> tuple[list[Customer], list[Gap]]:
    from connectors.signin import SignInFailed  # noqa: PLC0415 - only what is used is imported

    try:
        if section.microsoft365 is not None and provider == "microsoft365":
            from connectors.microsoft365 import partners  # noqa: PLC0415
            from connectors.microsoft365.connector import Microsoft365  # noqa: PLC0415

            reader = microsoft365(section, section.microsoft365, base, stop=threading.Event(), skip=set())
            assert isinstance(reader, Microsoft365)
            return partners.customers(reader, datetime.now(UTC))
        from connectors.google_workspace import reseller  # noqa: PLC0415
        from connectors.google_workspace.connector import GoogleWorkspace  # noqa: PLC0415

        assert section.google_workspace is not None
        google = google_workspace(section, section.google_workspace, base, stop=threading.Event(), skip=set())
        assert isinstance(google, GoogleWorkspace)
        return reseller.customers(google)
    except SignInFailed as err:
        raise AuditorError(err.message, err.advice, code=ExitCode.NOTHING_COLLECTED) from None


def _known(loaded: Loaded, provider: str) -> set[str]:
    """The provider's ids of the tenants that are configured already."""
    ids = set()
    for tenant in loaded.config.tenant:
        given = getattr(tenant, provider)
        if given is not None:
            ids.add((given.tenant_id if provider == "microsoft365" else given.customer_id).casefold())
    return ids - {""}


def _as_dict(customer: Customer, *, known: bool) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "domain": customer.domain,
        "notes": list(customer.notes),
        "configured": known,
    }
