"""`auditor connect`: what a customer pastes and consents to, what each permission buys, and what goes dark without it."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

from auditor import secrets
from auditor.cli import console
from auditor.cli.init import write_new
from auditor.config import GoogleWorkspaceSection, Microsoft365Section, load
from auditor.connect import google_workspace
from auditor.errors import AuditorError, ExitCode
from auditor.opens import opened
from connectors.google_workspace.connection import TIERS, Tier
from connectors.microsoft365.connection import CLOUDS, PROFILES, Profile
from connectors.source import declared

_CLIENT = "APPLICATION-CLIENT-ID"


def microsoft(
    tenant: str | None,
    *,
    profile: str | None,
    client_id: str | None,
    tenant_id: str | None,
    cloud: str | None,
    detect: str | None,
    manifest: bool,
    config: Path,
    as_json: bool,
) -> None:
    """Print what opens a Microsoft 365 tenant for a profile."""
    given = _microsoft_section(tenant, config)
    home = _detected(detect) if detect else None
    chosen: Profile = _one_of(profile or (given.profile if given else "standard"), PROFILES, "--profile")
    where = _one_of(
        cloud or (home["cloud"] if home else given.cloud if given else "commercial"), list(CLOUDS), "--cloud"
    )
    page = microsoft_page(
        chosen,
        client_id=client_id or (given.client_id if given else "") or _CLIENT,
        tenant=tenant_id or (home["tenant_id"] if home else given.tenant_id if given else "organizations"),
        cloud=where,
    )
    if as_json:
        console.result(json.dumps(page, indent=1))
    elif manifest:
        console.result(json.dumps(page["manifest"], indent=2))
    else:
        console.result(_microsoft_text(page))


def microsoft_page(profile: Profile, *, client_id: str, tenant: str, cloud: str) -> dict[str, Any]:
    """Everything a customer needs to know before consenting, computed from the sources and controls there are."""
    from connectors.microsoft365 import consent  # noqa: PLC0415 - only what is asked for is imported
    from connectors.microsoft365.profiles import permissions_of, sources_of  # noqa: PLC0415

    dark = opened({source.name: source.permission for source in sources_of(profile)})
    known = declared()
    return {
        "schema": 1,
        "provider": "microsoft365",
        "profile": profile,
        "cloud": cloud,
        "tenant": tenant,
        "client_id": client_id,
        "consent_link": consent.consent_link(client_id, tenant, cloud),
        "manifest": {"requiredResourceAccess": consent.manifest(profile, cloud)},
        "by_name_only": consent.unlisted(profile),
        "directory_roles": consent.directory_roles(profile),
        "permissions": [
            {
                "permission": permission,
                "sources": names,
                "buys": [known[name].buys for name in names],
                "dark": dark.get(permission, []),
                "beyond": consent.BROAD.get(permission, ""),
            }
            for permission, names in permissions_of(profile).items()
            if permission
        ],
    }


def _microsoft_text(page: dict[str, Any]) -> str:
    lines = [
        f"Microsoft 365, profile {page['profile']}, cloud {page['cloud']}",
        "",
        "1. In the Entra admin center, App registrations: register an application and upload a certificate",
        "   (a client secret works too, but not for SharePoint's own settings).",
        "2. Put the permissions into its manifest: `auditor connect microsoft --manifest` prints them.",
        "3. An administrator of the tenant (Privileged Role Administrator) opens this link once and consents:",
        f"   {page['consent_link']}",
    ]
    if _CLIENT in page["consent_link"]:
        lines.append("   (--client-id puts your application's id in)")
    number = 4
    for role, why in page["directory_roles"].items():
        lines += _wrapped(
            f"{number}. In Entra, Roles and administrators: assign the role {role} to the application itself: {why}. "
            "Consent cannot do this, and it may take half an hour to work."
        )
        number += 1
    for name in page["by_name_only"]:
        lines.append(f"{number}. Add the permission {name} by its name: Entra, App registrations, API permissions.")
        number += 1
    lines += ["", "What each permission buys, and what is not assessed in full without it:"]
    for entry in page["permissions"]:
        lines += ["", f"  {entry['permission']}"]
        for text in dict.fromkeys(entry["buys"]):
            lines += _wrapped(f"- {text}", "    ")
        lines += _wrapped(f"Without it: {', '.join(entry['dark']) or 'no control changes'}", "    ")
        if entry["beyond"]:
            lines += _wrapped(f"Beyond reading: {entry['beyond']}.", "    ")
    return "\n".join(lines)


def google(
    tenant: str | None, *, tier: str | None, client_id: str | None, key: Path | None, config: Path, as_json: bool
) -> None:
    """Print what opens a Google Workspace tenant for a tier."""
    given = _google_section(tenant, config)
    chosen: Tier = _one_of(tier or (given.tier if given else "standard"), TIERS, "--tier")
    number = client_id or _client_of(key) or _client_of_tenant(tenant, config)
    page = google_page(chosen, number or "CLIENT-ID")
    console.result(json.dumps(page, indent=1) if as_json else _google_text(page))


def google_page(tier: Tier, client_id: str) -> dict[str, Any]:
    """Everything a super administrator needs to know before delegating, computed from the sources and controls there are."""
    from connectors.google_workspace.connector import google_sources  # noqa: PLC0415
    from connectors.google_workspace.errors import TITLES  # noqa: PLC0415
    from connectors.google_workspace.scopes import CONSOLE, CONSOLE_PATH, GROUPS, reaches, url  # noqa: PLC0415

    sources = [source for source in google_sources() if reaches(tier, source.tier)]
    dark = opened({source.name: source.permission for source in sources})
    groups = [group for group in GROUPS.values() if reaches(tier, group.tier)]
    return {
        "schema": 1,
        "provider": "google_workspace",
        "tier": tier,
        "client_id": client_id,
        "apis": sorted({TITLES.get(source.call.api, source.call.api) for source in sources}),
        "console": CONSOLE,
        "console_path": CONSOLE_PATH,
        "scopes": [url(scope) for group in groups for scope in group.scopes],
        "groups": [
            {
                "group": group.name,
                "scopes": list(group.scopes),
                "role": group.role,
                "beyond": group.beyond,
                "buys": [source.buys for source in sources if source.permission in group.scopes],
                "dark": sorted({control for scope in group.scopes for control in dark.get(scope, [])}),
            }
            for group in groups
        ],
    }


def _google_text(page: dict[str, Any]) -> str:
    lines = [
        f"Google Workspace, tier {page['tier']}",
        "",
        "1. In a Google Cloud project (yours; it need not be the customer's) enable:",
        *_wrapped(", ".join(page["apis"]), "   "),
        "   and make a service account. It needs no role in the project.",
        "2. A super administrator of the customer opens",
        f"   {page['console_path']}",
        f"   {page['console']}",
        "   and adds:",
        f"   Client ID: {page['client_id']}",
        f"   OAuth scopes: {','.join(page['scopes'])}",
        "3. Name a super administrator as `admin` in auditor.toml; `auditor doctor` tries it.",
        "",
        "What each group of scopes buys, and what is not assessed in full without it:",
    ]
    for entry in page["groups"]:
        lines += ["", f"  {entry['group']}: {', '.join(entry['scopes'])}"]
        for text in dict.fromkeys(entry["buys"]):
            lines += _wrapped(f"- {text}", "    ")
        lines += _wrapped(f"Without it: {', '.join(entry['dark']) or 'no control changes'}", "    ")
        lines += _wrapped(f"The administrator needs {entry['role']}.", "    ")
        if entry["beyond"]:
            lines += _wrapped(f"Beyond reading: {entry['beyond']}.", "    ")
    return "\n".join(lines)


def google_sign_in(*, tier: str, client: Path, save: Path) -> None:
    """A super administrator signs in in a browser; what Google gives back goes into an owner-only file."""
    from connectors.google_workspace.connector import google_sources  # noqa: PLC0415
    from connectors.google_workspace.scopes import reaches, url  # noqa: PLC0415
    from connectors.google_workspace.sign_in import sign_in  # noqa: PLC0415
    from connectors.signin import SignInFailed  # noqa: PLC0415

    chosen: Tier = _one_of(tier, TIERS, "--tier")
    if save.exists():
        raise AuditorError(f"{save} is there already", "name another file with --save; nothing was overwritten")
    text = secrets.resolve(f"file:{client}", base=Path.cwd(), what="--oauth-client")
    try:
        info = json.loads(text)
    except json.JSONDecodeError:
        info = {}
    # Each person's own settings are out of reach of somebody who signs in, so their scopes are not asked for.
    mine = [s for s in google_sources() if reaches(chosen, s.tier) and s.call.subject != "user"]
    others = [s for s in google_sources() if reaches(chosen, s.tier) and s.call.subject == "user"]
    try:
        kept = sign_in(
            info if isinstance(info, dict) else {},
            sorted({url(source.permission) for source in mine}),
            lambda address: console.say(f"open this address in a browser on this machine:\n{address}"),
        )
    except SignInFailed as err:
        raise AuditorError(err.message, err.advice, code=ExitCode.NOTHING_COLLECTED) from None
    write_new(save, json.dumps(kept))
    console.say(f'signed in; kept in {save}, which only you can read: set oauth = "file:{save}"')
    dark = opened({source.name: source.permission for source in others})
    names = sorted({control for ids in dark.values() for control in ids})
    console.say(
        "a signed-in administrator cannot read other people's mailboxes"
        + (f"; not assessed in full: {', '.join(names)}" if names else "")
    )


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        max(60, console.width()),
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_of(text: str, known: Any, option: str) -> Any:
    if text not in known:
        raise AuditorError(f"{option} {console.printable(text)}: not known", f"write one of: {', '.join(known)}")
    return text


def _microsoft_section(tenant: str | None, config: Path) -> Microsoft365Section | None:
    if tenant is None:
        return None
    found = load(config).tenant(tenant).microsoft365
    if found is None:
        raise AuditorError(f"{tenant} has no microsoft365", "add [tenant.microsoft365] to it, or leave the key out")
    return found


def _google_section(tenant: str | None, config: Path) -> GoogleWorkspaceSection | None:
    if tenant is None:
        return None
    found = load(config).tenant(tenant).google_workspace
    if found is None:
        raise AuditorError(
            f"{tenant} has no google_workspace", "add [tenant.google_workspace] to it, or leave the key out"
        )
    return found


def _client_of_tenant(tenant: str | None, config: Path) -> str:
    """The number of a configured tenant's service account."""
    if tenant is None:
        return ""
    import threading  # noqa: PLC0415

    from connectors.google_workspace.connector import GoogleWorkspace  # noqa: PLC0415

    loaded = load(config)
    section = loaded.tenant(tenant)
    assert section.google_workspace is not None
    reader = google_workspace(section, section.google_workspace, loaded.base, stop=threading.Event(), skip=set())
    assert isinstance(reader, GoogleWorkspace)
    return reader.connection.client_id


def _client_of(key: Path | None) -> str:
    """The number by which a service account is delegated to, from its key file; the key itself is not looked at."""
    if key is None:
        return ""
    text = secrets.resolve(f"file:{key}", base=Path.cwd(), what="--key")
    try:
        found = json.loads(text).get("client_id")
    except (json.JSONDecodeError, AttributeError):
        found = None
    if not isinstance(found, str):
        raise AuditorError("--key: not a service account key (JSON)", "name the key file, or give --client-id")
    return found


def _detected(domain: str) -> dict[str, str]:
    """The tenant and cloud behind a domain, told by Microsoft without a sign-in."""
    from connectors.microsoft365 import clouds  # noqa: PLC0415
    from connectors.signin import SignInFailed  # noqa: PLC0415

    try:
        home = clouds.find(domain)
    except SignInFailed as err:
        raise AuditorError(err.message, err.advice, code=ExitCode.NOTHING_COLLECTED) from None
    console.say(f"{domain}: tenant {home.tenant_id}, cloud {home.cloud}")
    return {"tenant_id": home.tenant_id, "cloud": home.cloud}
