"""People: the accounts of both providers, as the clinic thinks of them.

    for person in people: ...
    people.by_id("id") -> Person | None
    people.by_address("front@clinic.example") -> Person | None     (any of a person's addresses)

Every property raises `Unreadable` where the provider's answer does not tell; none of them guesses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.licences import LicenceAssignment
from connectors.google_workspace.sources.people import User as GoogleUser
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.microsoft365.sources.people import User, UserSignInActivity
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.profile import Profile
from rules.tables import Keyed, Table
from rules.view import View
from rules.views.roles import HeldRole, Roles

EXCHANGE_PLANS = frozenset(
    {
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        "efb87545-963c-4e0d-99df-69c6916d9eb0",
        "4a82b400-a79f-41a4-b4e2-e94f5787b113",
        "1126bef5-da20-4f07-b45e-ad25d2581aa8",
        "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd",
        "8c3069c0-ccdb-44be-ab77-986203a67df2",
    }
)
"""Service plans with a mailbox: Plan 1 and 2, Kiosk, Essentials and the government ones. Foundation is not among them."""

SUCCESSES_RECORDED_SINCE = datetime(2023, 12, 1, tzinfo=UTC)

SHARED_KINDS = frozenset({"SharedMailbox", "RoomMailbox", "EquipmentMailbox", "SchedulingMailbox"})
"""Mailboxes that belong to no single person (Get-Mailbox, RecipientTypeDetails)."""

PERSONAL_KINDS = frozenset({"UserMailbox", "LinkedMailbox", "LegacyMailbox"})
"""Mailboxes that belong to one person."""

SERVICE_KINDS = frozenset(
    {
        "ArbitrationMailbox",
        "DiscoveryMailbox",
        "GroupMailbox",
        "MonitoringMailbox",
        "PublicFolderMailbox",
        "SystemAttendantMailbox",
        "SystemMailbox",
        "TeamMailbox",
    }
)
"""Mailboxes of groups, sites and Exchange itself, which nobody signs in to (Exchange, RecipientTypeDetails enumeration)."""


class Person(ABC):
    """One account of somebody at one provider: staff, guests, and the accounts behind shared mailboxes."""

    kind = "person"
    provider: Provider

    def __init__(self, id: str, profile: Profile, roles: Roles) -> None:  # noqa: A002
        self.id = id
        self._profile, self._roles = profile, roles

    @property
    @abstractmethod
    def address(self) -> str:
        """The name somebody signs in with."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the person is called; empty if the account has no name."""

    @property
    @abstractmethod
    def addresses(self) -> frozenset[str]:
        """All addresses of the account in lower case, the sign-in name among them."""

    @property
    @abstractmethod
    def can_sign_in(self) -> bool:
        """Whether the account works: not blocked, suspended or archived."""

    @property
    @abstractmethod
    def is_guest(self) -> bool:
        """Whether the account belongs to somebody outside."""

    @property
    @abstractmethod
    def is_licensed(self) -> bool:
        """Whether at least one license is assigned."""

    @property
    @abstractmethod
    def has_mailbox(self) -> bool:
        """Whether the account has a mailbox at this provider."""

    @property
    @abstractmethod
    def is_shared(self) -> bool:
        """Whether the account stands behind a shared, room or equipment mailbox."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """The organizational unit's path; empty where the provider has none."""

    @property
    @abstractmethod
    def created(self) -> datetime | None:
        """When the account was made; None if the provider does not know any more."""

    @property
    @abstractmethod
    def last_sign_in(self) -> datetime | None:
        """The last successful sign-in; None if there never was one."""

    @property
    def label(self) -> str:
        """Name and address."""
        return f"{self.name} <{self.address}>" if self.name else self.address

    def held_roles(self) -> Iterator[HeldRole]:
        """The administrator roles that are known, then `Unreadable` if some may be missing."""
        return self._roles.held_by(self.id)

    @derived
    def roles(self) -> list[HeldRole]:
        """All administrator roles; `Unreadable` if the list is not known to be whole."""
        return list(self._roles.held_by(self.id))

    @derived
    def known_roles(self) -> list[str]:
        """The names of the administrator roles that are known, whole list or not: for showing."""
        names: set[str] = set()
        try:
            for held in self.held_roles():
                names.add(held.name)
        except Unreadable:
            pass
        return sorted(names)

    @derived
    def is_admin(self) -> bool:
        """Whether the account holds any administrator role."""
        return any(True for _ in self._roles.held_by(self.id))

    @derived
    def is_highest_admin(self) -> bool:
        """Whether the account is a Global Administrator or super administrator of the whole tenant."""
        return any(held.highest and not held.scope for held in self._roles.held_by(self.id))

    @derived
    def is_break_glass(self) -> bool:
        """Whether the clinic named this account as a sealed emergency account."""
        return self._profile.holds(self._profile.break_glass, self.id, self.address)


class People(View[Person], ABC):
    """Everybody with an account at a provider."""

    @abstractmethod
    def known(self) -> dict[str, Person]:
        """The accounts that could be read, by id, complete or not."""

    @abstractmethod
    def by_id(self, id: str) -> Person | None:  # noqa: A002
        """The account with this id; None if there is none, `Unreadable` if the list is incomplete."""

    @abstractmethod
    def __iter__(self) -> Iterator[Person]:
        """All accounts, then `Unreadable` if the list is incomplete."""

    def by_address(self, address: str) -> Person | None:
        """The account with this sign-in name, address or alias; None if nobody has it, `Unreadable` if that is not known."""
        found = self._addresses.get(address.casefold())
        if found is not None:
            return found
        self._all_addresses  # noqa: B018 - reading it says so if an account or its addresses are missing
        return None

    @derived
    def _addresses(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for person in self.known().values():
            try:
                for address in person.addresses:
                    found.setdefault(address, person)
            except Unreadable:
                continue
        return found

    @derived
    def _all_addresses(self) -> int:
        return sum(len(person.addresses) for person in self)


class MicrosoftPerson(Person):
    """An Entra account."""

    provider = MICROSOFT_365

    def __init__(
        self,
        user: User,
        profile: Profile,
        roles: Roles,
        activity: Keyed[UserSignInActivity],
        mailboxes: Keyed[Mailbox],
    ) -> None:
        super().__init__(user.id, profile, roles)
        self.record = user
        self._activity, self._mailboxes = activity, mailboxes

    @derived
    def address(self) -> str:
        return str(self.record.user_principal_name)

    @derived
    def name(self) -> str:
        return str(self.record.display_name or "")

    @derived
    def addresses(self) -> frozenset[str]:
        user = self.record
        proxies = [
            proxy.partition(":")[2] for proxy in user.proxy_addresses if proxy.casefold().startswith(("smtp:", "sip:"))
        ]
        return frozenset(a.casefold() for a in [user.user_principal_name, user.mail, *proxies] if a)

    @derived
    def can_sign_in(self) -> bool:
        return bool(self.record.account_enabled)

    @derived
    def is_guest(self) -> bool:
        # Null on very old and on synchronized accounts: people of the tenant (Graph, user resource).
        return self.record.user_type == "Guest" or "#ext#" in self.record.user_principal_name.casefold()

    @derived
    def is_licensed(self) -> bool:
        return bool(self.record.assigned_licenses)

    @derived
    def has_exchange_plan(self) -> bool:
        """Whether a license of the account holds a plan with a mailbox that is switched on."""
        return any(
            plan.service_plan_id in EXCHANGE_PLANS and plan.capability_status in {"Enabled", "Warning"}
            for plan in self.record.assigned_plans
        )

    @derived
    def has_mailbox(self) -> bool:
        try:
            return self._mailboxes.get(self.id) is not None
        except Unreadable:
            if self.has_exchange_plan:
                return True
            raise

    @derived
    def mailbox_kind(self) -> str:
        """Exchange's kind of the account's mailbox ("SharedMailbox"); empty if it has none."""
        mailbox = self._mailboxes.get(self.id)
        return "" if mailbox is None else str(mailbox.recipient_type_details)

    @derived
    def is_shared(self) -> bool:
        return self.mailbox_kind in SHARED_KINDS

    @derived
    def is_synchronized(self) -> bool:
        """Whether the account comes from a local directory."""
        return bool(self.record.on_premises_sync_enabled)

    @property
    def unit(self) -> str:
        return ""

    @derived
    def created(self) -> datetime | None:
        when: datetime | None = self.record.created_date_time
        return when

    @derived
    def last_sign_in(self) -> datetime | None:
        found = self._activity.get(self.id)
        if found is None or found.sign_in_activity is None:
            return None
        activity = found.sign_in_activity
        success: datetime | None = activity.last_successful_sign_in_date_time
        if success is not None:
            return success
        tries = [t for t in (activity.last_sign_in_date_time, activity.last_non_interactive_sign_in_date_time) if t]
        if not tries:
            return None
        # Successes are recorded since December 2023 (Graph, signInActivity): an older try may have been one, and tells
        # when at the latest; a newer one without a success was a failure, and what came before it is not known.
        if max(tries) < SUCCESSES_RECORDED_SINCE:
            return max(tries)
        raise Unreadable(
            Gap(
                "graph.user_sign_in_activity:signInActivity.lastSuccessfulSignInDateTime",
                Reason.UNREADABLE,
                "sign-ins were tried, but when one last succeeded is not told",
            )
        )


class MicrosoftPeople(People, provider=MICROSOFT_365):
    """All Entra accounts, guests among them."""

    def __init__(
        self,
        users: Table[User],
        activity: Keyed[UserSignInActivity],
        mailboxes: Keyed[Mailbox],
        roles: Roles,
        profile: Profile,
    ) -> None:
        self.users, self.activity, self.mailboxes, self.roles, self.profile = users, activity, mailboxes, roles, profile

    def _person(self, user: User) -> MicrosoftPerson:
        return MicrosoftPerson(user, self.profile, self.roles, self.activity, self.mailboxes)

    @derived
    def _people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for user in self.users.known():
            try:
                found[user.id] = self._person(user)
            except Unreadable:
                continue
        return found

    @derived
    def _whole(self) -> int:
        return sum(1 for user in self.users if user.id)

    def known(self) -> dict[str, Person]:
        return dict(self._people)

    def by_id(self, id: str) -> Person | None:  # noqa: A002
        found = self._people.get(id)
        if found is None:
            self._whole  # noqa: B018 - reading it says so if an account is missing
        return found

    def __iter__(self) -> Iterator[Person]:
        yield from self._people.values()
        self._whole  # noqa: B018 - reading it says so if an account is missing


class GooglePerson(Person):
    """A Google Workspace account."""

    provider = GOOGLE_WORKSPACE

    def __init__(self, user: GoogleUser, profile: Profile, roles: Roles, licences: Table[LicenceAssignment]) -> None:
        super().__init__(user.id, profile, roles)
        self.record = user
        self._licences = licences

    @derived
    def address(self) -> str:
        return str(self.record.primary_email)

    @derived
    def name(self) -> str:
        return str(self.record.name.full_name)

    @derived
    def addresses(self) -> frozenset[str]:
        user = self.record
        return frozenset(a.casefold() for a in [user.primary_email, *user.aliases, *user.non_editable_aliases])

    @derived
    def can_sign_in(self) -> bool:
        return bool(self.record.can_sign_in)

    @derived
    def is_guest(self) -> bool:
        return bool(self.record.is_guest_user)

    @derived
    def is_licensed(self) -> bool:
        mine = self.address.casefold()
        return any(licence.user_id.casefold() == mine for licence in self._licences)

    @derived
    def has_mailbox(self) -> bool:
        return bool(self.record.is_mailbox_setup)

    @property
    def is_shared(self) -> bool:
        return False  # Google has no such accounts: what several people share is a group or a delegated mailbox

    @derived
    def unit(self) -> str:
        return str(self.record.org_unit_path)

    @derived
    def created(self) -> datetime | None:
        when: datetime = self.record.creation_time
        return when

    @derived
    def last_sign_in(self) -> datetime | None:
        when: datetime | None = self.record.last_login
        return when


class GooglePeople(People, provider=GOOGLE_WORKSPACE):
    """All Google accounts, suspended and archived ones among them."""

    def __init__(
        self, users: Table[GoogleUser], licences: Table[LicenceAssignment], roles: Roles, profile: Profile
    ) -> None:
        self.users, self.licences, self.roles, self.profile = users, licences, roles, profile

    @derived
    def _people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for user in self.users.known():
            try:
                found[user.id] = GooglePerson(user, self.profile, self.roles, self.licences)
            except Unreadable:
                continue
        return found

    @derived
    def _whole(self) -> int:
        return sum(1 for user in self.users if user.id)

    def known(self) -> dict[str, Person]:
        return dict(self._people)

    def by_id(self, id: str) -> Person | None:  # noqa: A002
        found = self._people.get(id)
        if found is None:
            self._whole  # noqa: B018 - reading it says so if an account is missing
        return found

    def __iter__(self) -> Iterator[Person]:
        yield from self._people.values()
        self._whole  # noqa: B018 - reading it says so if an account is missing
