"""The configuration file auditor.toml: tenants, how to sign in to them, and what the clinic states about itself."""

from __future__ import annotations

import ipaddress
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from auditor.errors import AuditorError
from auditor.secrets import looks_like_reference
from rules.profile import Profile, Staff
from rules.result import Verdict
from rules.waiver import Waiver, WaiverKind

DEFAULT_NAME = "auditor.toml"
_LONGEST = 10_000_000
"""Letters in a file; a configuration of a thousand tenants has a tenth of it."""


def _reference(text: str) -> str:
    if not looks_like_reference(text):
        raise ValueError("write where the secret lies (env:NAME, file:PATH or keyring:SERVICE/NAME), not the secret")
    return text


def _address(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and "." in domain) or any(c.isspace() or not c.isprintable() or c in "<>,;" for c in text):
        raise ValueError("write one mail address, like owner@clinic.example")
    return text


def _name_server(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("write the name server's address, like 9.9.9.9") from None


S = TypeVar("S", bound="Section")
Reference = Annotated[str, AfterValidator(_reference)]
Address = Annotated[str, AfterValidator(_address)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class Section(BaseModel):
    """A part of the file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Microsoft365Section(Section):
    """How to read the tenant's Microsoft 365."""

    tenant_id: str
    client_id: str = ""
    certificate: Reference | None = None  # PEM or PKCS12 with the private key
    certificate_password: Reference | None = None
    client_secret: Reference | None = None
    sign_in: Literal["certificate", "secret", "device-code", "managed-identity"] | None = None
    cloud: Literal["commercial", "gcc", "gcchigh", "dod"] = "commercial"
    profile: Literal["graph-only", "standard", "full"] = "standard"
    # These two take an Exchange call for every mailbox: in a big tenant more than all the rest together.
    mailbox_permissions: bool = True  # who may open whose mailbox
    mailbox_calendars: bool = True  # what is published of calendars, and who may look into them; in the profile full
    # Rules that Outlook and Graph do not show. Also a call a mailbox; Global Reader may not read them: the README says which role may.
    hidden_rules: bool = False
    sharepoint_name: str = ""  # what stands before .sharepoint.com; only for a tenant that was renamed
    endpoints: dict[str, str] = {}
    paced: bool | None = None  # keep to the provider's quotas; without it, whenever the provider itself is asked
    ca_file: str | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Microsoft365Section:
        if self.sign_in is None and self.certificate is None and self.client_secret is None:
            raise ValueError(
                'name a way to sign in: certificate, client_secret, or sign_in = "device-code" or "managed-identity"'
            )
        if self.certificate is not None and self.client_secret is not None:
            raise ValueError("name either certificate or client_secret, not both")
        if self.sign_in != "managed-identity" and not self.client_id:
            raise ValueError("client_id is missing: the application (client) id of the app registration")
        return self


class GoogleWorkspaceSection(Section):
    """How to read the tenant's Google Workspace."""

    customer_id: str = ""
    admin: str = Field(min_length=1)
    key: Reference | None = None  # service account key, JSON
    service_account: str = ""  # keyless: the service account that the running identity may sign for
    federation: str | None = None  # keyless: configuration file of workload identity federation; it holds no secret
    oauth: Reference | None = None  # what `auditor connect google --sign-in` kept: a super administrator's own sign-in
    tier: Literal["tenant", "standard", "mailbox", "files"] = "standard"
    endpoints: dict[str, str] = {}
    paced: bool | None = None  # keep to the provider's quotas; without it, whenever the provider itself is asked

    @model_validator(mode="after")
    def _one_way_in(self) -> GoogleWorkspaceSection:
        if (self.key is not None) + bool(self.service_account) + (self.oauth is not None) != 1:
            raise ValueError(
                "name one way to sign in: key (a service account key file), service_account (keyless) or oauth"
            )
        if self.federation is not None and not self.service_account:
            raise ValueError("federation goes with service_account: whom the running identity may sign for")
        return self


class DnsSection(Section):
    """Where to ask for public DNS records."""

    nameservers: list[Annotated[str, AfterValidator(_name_server)]] = []
    port: int = Field(default=53, gt=0, lt=65536)
    timeout: float = Field(default=5.0, gt=0)
    mta_sts_base: str = Field(default="", pattern=r"^(http://127\.0\.0\.1:\d+/.*)?$")  # for the simulator


class StaffSection(Section):
    """One person on the roster."""

    name: str
    addresses: list[str] = []
    started: date | None = None
    departed: date | None = None


class ClinicSection(Section):
    """What the clinic states about itself; see `rules.profile.Profile`."""

    break_glass: list[str] = []
    approved_external_domains: list[str] = []
    sensitive_users: list[str] | None = None
    tls_partners: list[str] | None = None
    same_owner_domains: list[str] = []
    partners: dict[str, str] = {}
    approved_forwarders: list[str] = []
    front_desk: list[str] = []
    patient_sites: list[str] | None = None
    script_sites: list[str] = []
    staff_create_sites: bool = False
    google_sites_units: list[str] = []
    therapists: list[str] = []
    patient_facing_domains: list[str] = []
    contact_addresses: list[str] = []
    inbox_owners: dict[str, str] = {}
    approved_hidden: list[str] = []
    break_glass_uses: list[date] = []
    keeps_therapy_notes: bool | None = None
    staff: list[StaffSection] | None = None
    licence_grace_days: int = 30
    approved_apps: list[str] = []
    approved_public_groups: list[str] = []
    approved_service_accounts: list[str] = []
    privileged_readers: list[str] | None = None
    allowed_extra_services: list[str] = []
    smtp_auth_exceptions: list[str] = []
    imap_exceptions: list[str] = []
    dkim_selectors: list[str] = []
    device_inventory: list[str] | None = None
    weekly_scan: bool = False
    uses_drive_trust_rules: bool = False
    approved_idps: list[str] | None = None
    outlook_sync_exceptions: list[str] = []
    passwords_expire_by_choice: bool = False
    self_recovery_by_choice: bool = False
    stay_signed_in_offered: bool | None = None
    telehealth_on_teams: bool | None = None
    approved_exporters: list[str] = []
    remembers_devices: bool | None = None

    def profile(self) -> Profile:
        """The statements in the form that rules read."""
        given = self.model_dump(exclude={"staff"})
        for name, value in given.items():
            if name == "dkim_selectors":
                given[name] = tuple(value)
            elif isinstance(value, list):
                given[name] = frozenset(value)
        staff = None
        if self.staff is not None:
            staff = tuple(Staff(s.name, tuple(s.addresses), s.started, s.departed) for s in self.staff)
        return Profile(**given, staff_roster=staff)


class LimitsSection(Section):
    """How long sources may take, in seconds."""

    source_seconds: float | None = Field(default=None, gt=0)
    sources: dict[str, Annotated[float, Field(gt=0)]] = {}  # by name, in place of `source_seconds`


def _finding(verdict: Verdict) -> Verdict:
    if verdict not in {Verdict.FAIL, Verdict.REVIEW}:
        raise ValueError("write fail or review: nothing else is accepted")
    return verdict


class WaiverSection(Section):
    """One accepted finding."""

    control: str
    entity: str
    reason: str = Field(min_length=10)
    approver: str = Field(min_length=2)
    until: date
    about: dict[str, str] = {}
    kind: WaiverKind = WaiverKind.ACCEPTED_RISK
    evidence: str = ""  # the file that describes the alternative, in the evidence folder
    check: str = ""  # one statement of the control, as the JSON report names it; empty: any
    verdict: Annotated[Verdict, AfterValidator(_finding)] = Verdict.FAIL  # the worst that is accepted

    @model_validator(mode="after")
    def _alternative_has_evidence(self) -> WaiverSection:
        if self.kind is WaiverKind.ALTERNATIVE and not self.evidence:
            raise ValueError("a documented alternative names its evidence file (45 CFR 164.306(d)(3))")
        return self

    def waiver(self) -> Waiver:
        """The waiver in the form that rules read."""
        return Waiver(**self.model_dump())


class LetterSection(Section):
    """The owner's monthly letter: who it is from, and who wants it. Nobody gets it without being named here."""

    sender: str = ""  # the practice, or the company that looks after it
    contact: str = ""  # whom to ask
    logo: str = ""  # a PNG, JPEG or SVG file, relative to the configuration file
    to: list[Address] = []  # mail addresses, each of which asked for it
    notify: list[Reference] = []  # where Apprise URLs lie; they hold secrets
    folder: str = ""  # also written here, relative to the configuration file


class TenantSection(Section):
    """One clinic."""

    key: Key
    name: str
    microsoft365: Microsoft365Section | None = None
    google_workspace: GoogleWorkspaceSection | None = None
    dns: DnsSection = DnsSection()
    evidence: str | None = None  # folder of statements, relative to the configuration file
    clinic: ClinicSection = ClinicSection()
    waiver: list[WaiverSection] = []
    waivers: str = ""  # file of accepted findings that `auditor waive` keeps; waivers/KEY.toml if empty
    letter: LetterSection = LetterSection()
    skip: list[str] = []  # names of sources that are not read
    limits: LimitsSection = LimitsSection()
    request_budget: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _some_provider(self) -> TenantSection:
        if self.microsoft365 is None and self.google_workspace is None:
            raise ValueError("names neither microsoft365 nor google_workspace")
        return self


class WaiversFile(Section):
    """What `auditor waive` keeps of a tenant."""

    waiver: list[WaiverSection] = []


class MailSection(Section):
    """The mail server that letters are sent through."""

    host: str
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls"] = "starttls"  # a letter names staff: it is never sent in the clear
    user: str = ""
    password: Reference | None = None
    sender: Address
    ca_file: str = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> MailSection:
        if bool(self.user) != (self.password is not None):
            raise ValueError("user and password go together")
        return self


class RetentionSection(Section):
    """How long `auditor history --prune` keeps what scans leave. HIPAA asks for six years (45 CFR 164.316(b)(2)(i))."""

    months: int = Field(default=72, ge=1)  # nothing older is kept
    every_scan_for_months: int = Field(
        default=3, ge=0
    )  # within these, every scan is kept; before, the last of each month


class Config(Section):
    """The whole file."""

    snapshots: str = "snapshots"  # folder, relative to the configuration file
    history: str = "history.db"  # SQLite file, relative to the configuration file, or a reference to a PostgreSQL URL
    retention: RetentionSection = RetentionSection()
    mail: MailSection | None = None
    pack_key: Reference | None = None  # the Ed25519 key that evidence packs are signed with
    outbox: str = "outbox"  # letters that could not be sent yet, relative to the configuration file
    tenant: list[TenantSection] = []

    @model_validator(mode="after")
    def _keys_differ(self) -> Config:
        keys = [tenant.key for tenant in self.tenant]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"two tenants have the key {', '.join(twice)}")
        if "://" in self.history:
            raise ValueError("history: a database's URL holds a password: write where it lies (env:NAME or file:PATH)")
        return self


class Loaded:
    """A configuration with the place it came from."""

    def __init__(self, config: Config, path: Path) -> None:
        self.config, self.path, self.base = config, path, path.parent

    @property
    def snapshots(self) -> Path:
        return self.base / self.config.snapshots

    def tenant(self, key: str) -> TenantSection:
        """One tenant by key; the error lists the keys there are."""
        for tenant in self.config.tenant:
            if tenant.key == key:
                return tenant
        known = ", ".join(t.key for t in self.config.tenant) or "none"
        raise AuditorError(f"{self.path}: no tenant has the key {key!r}", f"tenants in this file: {known}")

    def waivers(self, section: TenantSection) -> Path:
        """The file of a tenant's accepted findings; it need not be there."""
        return self.base / (section.waivers or f"waivers/{section.key}.toml")


def load(path: Path) -> Loaded:
    """Read and check the file, and the accepted findings beside it; every mistake in a file is named at once."""
    text = _text(path)
    if text is None:
        raise AuditorError(
            f"{path} does not exist", "name another file with --config, or write one: the README shows how"
        )
    loaded = Loaded(check(_toml(text, path), path), path)
    tenants = []
    for section in loaded.config.tenant:
        file = loaded.waivers(section)
        accepted = waivers_in(_text(file) or "", file)
        tenants.append(section.model_copy(update={"waiver": [*section.waiver, *accepted]}) if accepted else section)
    return Loaded(loaded.config.model_copy(update={"tenant": tenants}), path)


def waivers_in(text: str, path: Path) -> list[WaiverSection]:
    """The accepted findings of a file's text."""
    return _checked(WaiversFile, _toml(text, path), path).waiver if text.strip() else []


def _text(path: Path) -> str | None:
    """A file's text; None if there is no such file."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            text = stream.read(_LONGEST)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as err:
        said = err.strerror if isinstance(err, OSError) else "it is not UTF-8 text"
        raise AuditorError(f"{path} cannot be read: {said}", "check its permissions; it must be UTF-8 text") from err
    if len(text) == _LONGEST:
        raise AuditorError(f"{path} is too long for a configuration", "name another file with --config")
    return text


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise AuditorError(f"{path}: not TOML: {err}", "mend the line that is named") from None


def check(raw: dict[str, Any], path: Path) -> Config:
    """The typed configuration; `AuditorError` with one line a mistake."""
    return _checked(Config, raw, path)


def _checked(kind: type[S], raw: dict[str, Any], path: Path) -> S:
    try:
        return kind.model_validate(raw)
    except ValidationError as err:
        lines = [
            f"{path}: {_place(raw, mistake['loc'])}{mistake['msg'].removeprefix('Value error, ')}"
            for mistake in err.errors()
        ]
        raise AuditorError("\n".join(lines), "mend the lines that are named; nothing was read or written") from None


def _place(raw: dict[str, Any], location: tuple[int | str, ...]) -> str:
    parts = []
    for index, part in enumerate(location):
        if part == "tenant" and index + 1 < len(location) and isinstance(location[index + 1], int):
            continue
        if isinstance(part, int) and index and location[index - 1] == "tenant":
            tenants = raw.get("tenant", [])
            key = tenants[part].get("key") if isinstance(tenants, list) and isinstance(tenants[part], dict) else None
            parts.append(f"tenant {key or part + 1}")
        else:
            parts.append(str(part))
    return ", ".join(parts) + ": " if parts else ""
