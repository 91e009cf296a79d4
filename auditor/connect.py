"""From configuration to connectors: where references to secrets are resolved, and nowhere else."""

from __future__ import annotations

import json
import ssl
import threading
from pathlib import Path
from typing import Any

from auditor import secrets
from auditor.config import GoogleWorkspaceSection, Microsoft365Section, TenantSection
from auditor.errors import AuditorError
from connectors.collect import Connector
from connectors.microsoft365.connection import Certificate, Connection, Credential, DeviceCode, ManagedIdentity, Secret


def connectors_for(
    section: TenantSection, base: Path, *, stop: threading.Event, skip: set[str], quick: bool = False
) -> list[Connector]:
    """The connectors of one tenant; paths in the configuration are relative to `base`."""
    from connectors.dns.connector import Dns  # noqa: PLC0415 - only what a tenant uses is imported
    from connectors.dns.resolver import Resolver  # noqa: PLC0415

    found: list[Connector] = []
    if section.microsoft365 is not None:
        found.append(microsoft365(section, section.microsoft365, base, stop=stop, skip=skip, quick=quick))
    if section.google_workspace is not None:
        found.append(google_workspace(section, section.google_workspace, base, stop=stop, skip=skip, quick=quick))
    clinic = section.clinic
    resolver = Resolver(tuple(section.dns.nameservers), section.dns.port, section.dns.timeout, section.dns.mta_sts_base)
    found.append(
        Dns(
            resolver,
            domains=sorted(clinic.patient_facing_domains),
            selectors=tuple(clinic.dkim_selectors),
            providers=tuple(str(connector.provider) for connector in found),
            stop=stop,
            skip=skip,
        )
    )
    if section.evidence is not None:
        from connectors.evidence.connector import Evidence  # noqa: PLC0415

        found.append(Evidence(base / section.evidence))
    return found


def microsoft365(
    section: TenantSection,
    given: Microsoft365Section,
    base: Path,
    *,
    stop: threading.Event,
    skip: set[str],
    quick: bool = False,
) -> Connector:
    """The Microsoft 365 connector of one tenant."""
    from connectors.microsoft365.connector import Microsoft365  # noqa: PLC0415

    try:
        connection = microsoft_connection(section, given, base)
    except ValueError as err:
        raise AuditorError(
            f"tenant {section.key}, microsoft365: {err}", "remove `endpoints` from the configuration"
        ) from None
    return Microsoft365(connection, stop=stop, skip=skip, budget=section.request_budget, quick=quick)


def microsoft_connection(
    section: TenantSection, given: Microsoft365Section, base: Path, *, signs_in: bool = True
) -> Connection:
    """How to reach the tenant, with secrets resolved; without them where nobody signs in."""
    what = f"tenant {section.key}, microsoft365"
    credential: Credential
    if not signs_in:
        credential = Certificate("") if given.client_secret is None else Secret("")
    elif given.certificate is not None:
        path = secrets.secret_file(given.certificate, base=base, what=f"{what}, certificate")
        password = (
            secrets.resolve(given.certificate_password, base=base, what=f"{what}, certificate_password")
            if given.certificate_password
            else None
        )
        credential = Certificate(str(path), password)
    elif given.client_secret is not None:
        credential = Secret(secrets.resolve(given.client_secret, base=base, what=f"{what}, client_secret"))
    elif given.sign_in == "managed-identity":
        credential = ManagedIdentity()
    else:
        from auditor.cli import console  # noqa: PLC0415

        credential = DeviceCode(
            lambda address, code: console.say(f"to sign in to {section.name}, open {address} and type {code}")
        )
    return Connection(
        given.tenant_id,
        given.client_id,
        credential,
        given.cloud,
        given.profile,
        given.mailbox_permissions,
        given.endpoints,
        _authorities(given.ca_file, base, what) if signs_in else None,
        given.sharepoint_name,
        given.paced,
        given.mailbox_calendars,
        given.hidden_rules,
    )


def _authorities(name: str | None, base: Path, what: str) -> str | None:
    """The file of authorities that a connection trusts, if one is named and can be used."""
    if name is None:
        return None
    path = base / name
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise AuditorError(f"{what}, ca_file: {path} holds no certificate", "name a PEM file of certificates") from None
    except OSError as err:
        raise AuditorError(
            f"{what}, ca_file: {path} cannot be read ({err.strerror})", "check the path and its permissions"
        ) from None
    return str(path)


def google_workspace(
    section: TenantSection,
    given: GoogleWorkspaceSection,
    base: Path,
    *,
    stop: threading.Event,
    skip: set[str],
    quick: bool = False,
    signs_in: bool = True,
) -> Connector:
    """The Google Workspace connector of one tenant; without its secrets where nobody signs in."""
    from connectors.google_workspace.connection import Connection as GoogleConnection  # noqa: PLC0415
    from connectors.google_workspace.connection import Key, Keyless, SignedIn  # noqa: PLC0415
    from connectors.google_workspace.connector import GoogleWorkspace  # noqa: PLC0415

    what = f"tenant {section.key}, google_workspace"
    credentials: Key | Keyless | SignedIn
    if not signs_in:
        credentials = SignedIn({}) if given.oauth is not None else Key({})
    elif given.key is not None:
        text = secrets.resolve(given.key, base=base, what=f"{what}, key")
        credentials = Key(
            _object(
                text, f"{what}, key: not a service account key (JSON)", "download the key of the service account again"
            )
        )
    elif given.oauth is not None:
        text = secrets.resolve(given.oauth, base=base, what=f"{what}, oauth")
        credentials = SignedIn(
            _object(
                text, f"{what}, oauth: not a kept sign-in (JSON)", "sign in again: `auditor connect google --sign-in`"
            )
        )
    else:
        federation = None
        if given.federation is not None:
            try:
                text = (base / given.federation).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as err:
                raise AuditorError(f"{what}, federation: {given.federation} cannot be read", "check the path") from err
            federation = _object(
                text,
                f"{what}, federation: not a configuration of workload identity federation (JSON)",
                "download it again from the pool's page in the Google Cloud console",
            )
        credentials = Keyless(given.service_account, federation=federation)
    try:
        connection = GoogleConnection(
            credentials, given.admin, given.customer_id, given.tier, endpoints=given.endpoints, paced=given.paced
        )
    except ValueError as err:
        raise AuditorError(f"{what}: {err}", "remove `endpoints` from the configuration") from None
    return GoogleWorkspace(connection, stop=stop, skip=skip, budget=section.request_budget, quick=quick)


def _object(text: str, message: str, advice: str) -> dict[str, Any]:
    """The JSON object in a text that may hold a secret: an error quotes nothing of it."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise AuditorError(message, advice)
    return found
