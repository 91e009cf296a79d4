"""What the operator states about the clinic: facts that no API holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Staff:
    """One person on the clinic's roster."""

    name: str
    addresses: tuple[str, ...] = ()
    started: date | None = None
    departed: date | None = None


@dataclass(frozen=True)
class Profile:
    """The clinic's own statements. An empty list is a statement; None means that nobody said anything.

    Addresses, ids and domains are compared without regard to case.
    """

    break_glass: frozenset[str] = frozenset()  # sign-in names or ids of sealed emergency accounts
    approved_external_domains: frozenset[str] = frozenset()
    sensitive_users: frozenset[str] | None = (
        None  # addresses of owner, clinicians and billing: those whom thieves imitate
    )
    tls_partners: frozenset[str] | None = None  # domains with which mail must be encrypted on its way
    same_owner_domains: frozenset[str] = frozenset()  # domains of other tenants of the same owner
    partners: dict[str, str] = field(default_factory=dict)  # domain -> who it is
    approved_forwarders: frozenset[str] = frozenset()
    front_desk: frozenset[str] = frozenset()
    patient_sites: frozenset[str] | None = None  # addresses or titles of SharePoint sites that hold patient data
    script_sites: frozenset[str] = frozenset()  # SharePoint sites whose pages may run scripts
    staff_create_sites: bool = False  # the clinic lets anybody make SharePoint sites
    google_sites_units: frozenset[str] = frozenset()  # organizational unit paths that may make web pages
    therapists: frozenset[str] = frozenset()  # people whose calendars colleagues must not read
    patient_facing_domains: frozenset[str] = frozenset()
    contact_addresses: frozenset[str] = frozenset()  # printed on the website, cards and forms
    inbox_owners: dict[str, str] = field(default_factory=dict)  # address of a shared inbox -> address of its owner
    approved_hidden: frozenset[str] = (
        frozenset()
    )  # addresses of mailboxes that are hidden from the address list on purpose
    break_glass_uses: frozenset[date] = frozenset()  # days on which a sealed emergency account was used on purpose
    keeps_therapy_notes: bool | None = None  # psychotherapy notes or substance-use records; None: nobody said
    staff_roster: tuple[Staff, ...] | None = None
    licence_grace_days: int = 30
    approved_apps: frozenset[str] = frozenset()  # client ids or names
    approved_public_groups: frozenset[str] = frozenset()
    approved_service_accounts: frozenset[str] = frozenset()
    privileged_readers: frozenset[str] | None = None  # who may search or export all mail, by name or address
    allowed_extra_services: frozenset[str] = frozenset()
    smtp_auth_exceptions: frozenset[str] = frozenset()
    imap_exceptions: frozenset[str] = frozenset()  # organizational unit paths
    dkim_selectors: tuple[str, ...] = ()
    device_inventory: frozenset[str] | None = None  # device ids or serials that the clinic knows
    weekly_scan: bool = False  # this product scans the tenant at least weekly
    uses_drive_trust_rules: bool = False
    approved_idps: frozenset[str] | None = None  # issuers or hosts of other sign-in providers
    outlook_sync_exceptions: frozenset[str] = frozenset()  # organizational unit paths
    passwords_expire_by_choice: bool = False
    self_recovery_by_choice: bool = False
    stay_signed_in_offered: bool | None = None  # Microsoft's question at sign-in, which no API shows
    telehealth_on_teams: bool | None = None  # visits are held on Teams, so patients join without an account
    approved_exporters: frozenset[str] = frozenset()  # administrators whose exports of all data were meant
    remembers_devices: bool | None = None  # Microsoft's old page for second factors, which no API shows

    def holds(self, names: frozenset[str], *candidates: str | None) -> bool:
        """Whether one of the candidates is on one of the clinic's lists, without regard to case."""
        wanted = {name.casefold() for name in names}
        return any(c is not None and c.casefold() in wanted for c in candidates)
