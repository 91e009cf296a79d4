"""Conditional Access: which rule asks whom for what, and what leaves somebody out.

    for policy in access: ...                      the enabled ones
    policy.applies(person) -> Applies              or Unreadable: membership that is not known is neither covered nor exempt
    policy.demand -> Demand                        what it asks for: a full second factor, something weaker, nothing
    policy.narrowings -> list[str]                 in words, what limits it ("only from some places")
    access.objections(policy, people)              what keeps it from holding for everybody, everywhere
    access.objections(policy, people, spare={Limit.FLOWS})     the same for a control that itself names such sign-ins

Facts: Graph resources conditionalAccessPolicy and conditionalAccessConditionSet; role ids are template ids there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.access import ConditionalAccessPolicy, GuestsOrExternalUsers
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View
from rules.views.membership import Membership
from rules.views.people import MicrosoftPerson, Person
from rules.views.roles import DIRECTORY_SYNCHRONIZATION

PATH = "graph.conditional_access_policies:"

GUEST_KINDS = frozenset(
    {
        "internalGuest",
        "b2bCollaborationGuest",
        "b2bCollaborationMember",
        "b2bDirectConnectUser",
        "otherExternalUser",
        "serviceProvider",
    }
)
"""Microsoft's kinds of guests (Graph, conditionalAccessGuestOrExternalUserTypes)."""

_SECOND_STEPS = frozenset({"sms", "voice", "hardwareOath", "softwareOath", "microsoftAuthenticatorPush"})
_FIRST_STEPS = frozenset({"password", "federatedSingleFactor"})
PHISHING_RESISTANT = frozenset({"fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"})
_WHOLE = PHISHING_RESISTANT | {
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "federatedMultiFactor",
}
_SINGLE = frozenset({"password", "sms", "x509CertificateSingleFactor", "federatedSingleFactor", "qrCodePin"})


def is_multi_factor(combination: str) -> bool:
    """Whether one allowed combination of an authentication strength is more than one factor.

    `Unreadable` for a combination that Microsoft has not documented (Graph, authenticationMethodModes).
    """
    parts = frozenset(part.strip() for part in combination.split(","))
    if len(parts) == 1 and parts <= _WHOLE:
        return True
    if parts <= _SINGLE and len(parts) == 1:
        return False
    if len(parts) == 2 and parts & _FIRST_STEPS and parts & _SECOND_STEPS:
        return True
    raise Unreadable(
        Gap(
            PATH + "grantControls.authenticationStrength.allowedCombinations",
            Reason.UNREADABLE,
            f"an authentication strength allows a combination that is not documented: {combination!r}",
        )
    )


class Demand(StrEnum):
    """What a policy asks for before it lets somebody in."""

    SECOND_FACTOR = "a second factor"
    EXTERNAL = "a second factor of another provider"  # custom controls (Duo and others): what they ask is not visible
    ALTERNATIVE = "a second factor or something else"  # OR: a managed device may do instead
    NOTHING = "no second factor"


class Limit(StrEnum):
    """What limits a policy to some sign-ins, in words."""

    PLACES = "only from some places"
    PLATFORMS = "only on some kinds of devices"
    RISK = "only when Microsoft sees a risk"
    APPLICATION_RISK = "only for applications at risk"
    DEVICES = "only on some devices"
    FLOWS = "only for some ways of signing in"
    INSIDER_RISK = "only for people with an insider risk"


class Why(StrEnum):
    """How a policy treats a person."""

    COVERED = "covered"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not included"


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether a policy applies to a person, and what leaves them out."""

    why: Why
    exclusion: str = ""  # in words: "named by itself", "in group Owners", "holds the role ..."

    @property
    def covered(self) -> bool:
        return self.why is Why.COVERED


@dataclass(frozen=True, slots=True)
class _Clause:
    """One part of a policy's include or exclude list."""

    holds: Callable[[Person], bool]
    words: str


class AccessPolicy:
    """One enabled policy, read."""

    kind = "policy"

    def __init__(self, record: ConditionalAccessPolicy, membership: Membership) -> None:
        self.record, self._membership = record, membership

    @property
    def id(self) -> str:
        return str(self.record.id)

    @property
    def label(self) -> str:
        return str(self.record.display_name)

    # --- what it asks for -------------------------------------------------------------------------------------------

    @derived
    def demand(self) -> Demand:
        """What the grant controls ask for. `block` is not counted: it lets nobody in."""
        grant = self.record.grant_controls
        if grant is None:
            return Demand.NOTHING
        built_in = list(grant.built_in_controls)
        strength = grant.authentication_strength
        asks: list[bool] = [control == "mfa" for control in built_in]
        if strength is not None:
            combinations = strength.allowed_combinations
            asks.append(bool(combinations) and all(is_multi_factor(one) for one in combinations))
        custom = [False] * len(grant.custom_authentication_factors)
        others = [False] * len(grant.terms_of_use)
        everything = [*asks, *custom, *others]
        if any(asks) and (len(everything) == 1 or grant.operator == "AND" or all(everything)):
            return Demand.SECOND_FACTOR
        if any(asks) and grant.operator is None:
            raise Unreadable(
                Gap(PATH + "grantControls.operator", Reason.UNREADABLE, "a policy joins its demands in an unknown way")
            )
        if custom and (len(everything) == 1 or grant.operator == "AND"):
            return Demand.EXTERNAL
        if custom and all(ask or index >= len(asks) for index, ask in enumerate([*asks, *custom])) and not others:
            return Demand.EXTERNAL  # a second factor or another provider's: every way in is one
        return Demand.ALTERNATIVE if any(asks) or custom else Demand.NOTHING

    @derived
    def blocks(self) -> bool:
        """Whether it lets nobody in."""
        grant = self.record.grant_controls
        return grant is not None and "block" in grant.built_in_controls

    # --- where it applies -------------------------------------------------------------------------------------------

    @derived
    def all_applications(self) -> bool:
        """Whether it speaks of every application, with none left out."""
        applications = self.record.conditions.applications
        return (
            "All" in applications.include_applications
            and not applications.exclude_applications
            and applications.application_filter is None
        )

    def covers_application(self, application: str) -> bool:
        """Whether it speaks of an application (by id, or Microsoft's name of a suite), and does not leave it out.

        `Unreadable` where a filter on attributes decides: the attributes are not read.
        """
        applications = self.record.conditions.applications
        if application in applications.exclude_applications:
            return False
        if not {"All", application} & set(applications.include_applications):
            return False
        if applications.application_filter is not None:
            raise Unreadable(
                Gap(
                    PATH + "conditions.applications.applicationFilter",
                    Reason.UNREADABLE,
                    "a policy picks its applications by attributes, which are not read",
                )
            )
        return True

    @derived
    def client_app_types(self) -> frozenset[str]:
        """The kinds of programs it speaks of."""
        return frozenset(self.record.conditions.client_app_types)

    @derived
    def all_clients(self) -> bool:
        """Whether it speaks of every kind of program."""
        kinds = self.client_app_types
        return "all" in kinds or {"browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"} <= kinds

    @derived
    def narrowed_by(self) -> list[Limit]:
        """What limits the policy besides people, applications and kinds of programs."""
        conditions = self.record.conditions
        found = []
        if conditions.locations is not None and (
            "All" not in conditions.locations.include_locations or conditions.locations.exclude_locations
        ):
            found.append(Limit.PLACES)
        if conditions.platforms is not None and (
            "all" not in {platform.casefold() for platform in conditions.platforms.include_platforms}
            or conditions.platforms.exclude_platforms
        ):
            found.append(Limit.PLATFORMS)
        if conditions.sign_in_risk_levels or conditions.user_risk_levels:
            found.append(Limit.RISK)
        if conditions.service_principal_risk_levels:
            found.append(Limit.APPLICATION_RISK)
        if conditions.devices is not None and conditions.devices.device_filter is not None:
            found.append(Limit.DEVICES)
        if self.transfer_methods:
            found.append(Limit.FLOWS)
        if conditions.insider_risk_levels:
            found.append(Limit.INSIDER_RISK)
        return found

    @derived
    def narrowings(self) -> list[str]:
        """What limits the policy besides people, applications and kinds of programs, in words."""
        return [limit.value for limit in self.narrowed_by]

    @derived
    def transfer_methods(self) -> frozenset[str]:
        """The ways of moving a sign-in between devices that it speaks of."""
        flows = self.record.conditions.authentication_flows
        named = "" if flows is None else flows.transfer_methods or ""
        return frozenset(name.strip() for name in named.split(",")) - {"", "none"}

    @derived
    def user_actions(self) -> frozenset[str]:
        """The actions that it speaks of in place of applications ("urn:user:registersecurityinfo")."""
        return frozenset(self.record.conditions.applications.include_user_actions)

    @derived
    def phishing_resistant(self) -> bool:
        """Whether it lets in nobody without a factor that cannot be talked out of somebody."""
        grant = self.record.grant_controls
        if grant is None or grant.authentication_strength is None:
            return False
        allowed = grant.authentication_strength.allowed_combinations
        alone = not (grant.built_in_controls or grant.custom_authentication_factors or grant.terms_of_use)
        if not alone and grant.operator is None:
            raise Unreadable(
                Gap(PATH + "grantControls.operator", Reason.UNREADABLE, "a policy joins its demands in an unknown way")
            )
        return bool(allowed) and set(allowed) <= PHISHING_RESISTANT and (alone or grant.operator == "AND")

    @derived
    def asks_every_time(self) -> bool:
        """Whether each sign-in is asked anew."""
        session = self.record.session_controls
        frequency = None if session is None else session.sign_in_frequency
        return frequency is not None and frequency.is_enabled and frequency.frequency_interval == "everyTime"

    def asks_one_of(self, *controls: str) -> bool:
        """Whether nobody gets in without one of these grant controls; an authentication strength that is more than one factor
        counts as "mfa".
        """
        grant = self.record.grant_controls
        if grant is None:
            return False
        ways = [control in controls for control in grant.built_in_controls]
        ways += [False for _ in (*grant.custom_authentication_factors, *grant.terms_of_use)]
        strength = grant.authentication_strength
        if strength is not None:
            many = bool(strength.allowed_combinations) and all(
                is_multi_factor(one) for one in strength.allowed_combinations
            )
            ways.append("mfa" in controls and many)
        if len(set(ways)) < 2:
            return any(ways)
        if grant.operator is None:
            raise Unreadable(
                Gap(PATH + "grantControls.operator", Reason.UNREADABLE, "a policy joins its demands in an unknown way")
            )
        return bool(grant.operator == "AND")

    def asks(self, *controls: str) -> bool:
        """Whether nobody gets in without all of these grant controls."""
        grant = self.record.grant_controls
        if grant is None or not set(controls) <= set(grant.built_in_controls):
            return False
        ways = len(grant.built_in_controls) + len(grant.custom_authentication_factors) + len(grant.terms_of_use)
        if ways + (grant.authentication_strength is not None) == 1:
            return True
        if grant.operator is None:
            raise Unreadable(
                Gap(PATH + "grantControls.operator", Reason.UNREADABLE, "a policy joins its demands in an unknown way")
            )
        return bool(grant.operator == "AND")

    @derived
    def limits(self) -> list[str]:
        """Everything but people that keeps the policy from applying to each sign-in, in words."""
        found = list(self.narrowings)
        if not self.all_applications:
            found.insert(0, "not for every application")
        if not self.all_clients:
            found.append("only for some kinds of programs")
        return found

    # --- whom it covers ---------------------------------------------------------------------------------------------

    @derived
    def includes_all(self) -> bool:
        """Whether it names everybody."""
        return "All" in self.record.conditions.users.include_users

    @derived
    def _include(self) -> list[_Clause]:
        users = self.record.conditions.users
        return list(
            self._clauses(
                users.include_users, users.include_groups, users.include_roles, users.include_guests_or_external_users
            )
        )

    @derived
    def _exclude(self) -> list[_Clause]:
        users = self.record.conditions.users
        return list(
            self._clauses(
                users.exclude_users, users.exclude_groups, users.exclude_roles, users.exclude_guests_or_external_users
            )
        )

    @derived
    def excluded_roles(self) -> list[str]:
        """Template ids of excluded roles."""
        return list(self.record.conditions.users.exclude_roles)

    @derived
    def included_roles(self) -> frozenset[str]:
        """Template ids of the roles it names."""
        return frozenset(self.record.conditions.users.include_roles)

    @derived
    def included_guests(self) -> frozenset[str]:
        """The kinds of guests it names, of whichever organization."""
        users = self.record.conditions.users
        if "GuestsOrExternalUsers" in users.include_users:
            return GUEST_KINDS
        named = users.include_guests_or_external_users
        if named is None or (named.external_tenants is not None and named.external_tenants.membership_kind != "all"):
            return frozenset()
        return frozenset(kind.strip() for kind in named.guest_or_external_user_types.split(","))

    @derived
    def leaves_nobody_out(self) -> bool:
        """Whether its list of whom it leaves out is empty, so that nobody need be looked at."""
        users = self.record.conditions.users
        named = [*users.exclude_users, *users.exclude_groups, *users.exclude_roles]
        return not named and users.exclude_guests_or_external_users is None

    @derived
    def excludes_guests(self) -> bool:
        """Whether any kind of guest is left out as a kind."""
        users = self.record.conditions.users
        return users.exclude_guests_or_external_users is not None or "GuestsOrExternalUsers" in users.exclude_users

    def _clauses(
        self, users: Iterable[str], groups: Iterable[str], roles: Iterable[str], guests: GuestsOrExternalUsers | None
    ) -> Iterator[_Clause]:
        for user in users:
            if user == "All":
                yield _Clause(lambda person: True, "everybody")  # noqa: ARG005
            elif user == "GuestsOrExternalUsers":
                yield _Clause(lambda person: person.is_guest, "all guests")
            elif user != "None":
                yield _Clause(lambda person, user=user: person.id == user, "named by itself")  # type: ignore[misc]
        for group in groups:
            yield _Clause(
                lambda person, group=group: self._membership.contains(group, person.id),  # type: ignore[misc]
                f"in group {self._membership.name(group)}",
            )
        for role in roles:
            yield _Clause(lambda person, role=role: _holds(person, role), "holds an administrator role")  # type: ignore[misc]
        if guests is not None:
            yield _Clause(lambda person: _is_such_guest(person, guests), "guests of some kinds")

    def applies(self, person: Person) -> Applies:
        """Whether the policy applies to a person; `Unreadable` if that hangs on something that could not be read."""
        included, unknown_in = _any(self._include, person)
        if included is None and unknown_in is None:
            return Applies(Why.NOT_INCLUDED)
        excluded, unknown_out = _any(self._exclude, person)
        if excluded is not None:
            return Applies(Why.EXCLUDED, excluded.words) if included is not None else Applies(Why.NOT_INCLUDED)
        if included is None and unknown_in is not None:
            raise unknown_in
        if unknown_out is not None:
            raise unknown_out
        return Applies(Why.COVERED)


def _any(clauses: Iterable[_Clause], person: Person) -> tuple[_Clause | None, Unreadable | None]:
    """(the first clause that holds, why one could not be judged)."""
    unknown: Unreadable | None = None
    for clause in clauses:
        try:
            if clause.holds(person):
                return clause, None
        except Unreadable as err:
            unknown = unknown or err
    return None, unknown


def _holds(person: Person, role: str) -> bool:
    # Roles held over a part of the tenant only do not count (Entra page "Conditional Access: users and groups").
    return any(held.role == role and not held.scope for held in person.held_roles())


def _is_such_guest(person: Person, guests: GuestsOrExternalUsers) -> bool:
    if not person.is_guest:
        return False
    kinds = {kind.strip() for kind in guests.guest_or_external_user_types.split(",")}
    unknown = kinds - GUEST_KINDS - {"none"}
    if unknown:
        raise Unreadable(
            Gap(
                PATH + "conditions.users.guestOrExternalUserTypes",
                Reason.UNREADABLE,
                f"a policy speaks of a kind of guest that is not documented: {min(unknown)!r}",
            )
        )
    if guest_kind(person) not in kinds:
        return False
    if guests.external_tenants is not None and guests.external_tenants.membership_kind == "enumerated":
        raise Unreadable(
            Gap(
                PATH + "conditions.users.externalTenants",
                Reason.UNREADABLE,
                "a policy speaks of guests of some organizations only; from which one a guest comes is not visible",
            )
        )
    return True


def guest_kind(person: Person) -> str:
    """Microsoft's kind of a guest account; an account of the clinic's own directory may be one too."""
    outside = "#ext#" in person.address.casefold()
    guest = not isinstance(person, MicrosoftPerson) or person.record.user_type == "Guest"
    if outside:
        return "b2bCollaborationGuest" if guest else "b2bCollaborationMember"
    return "internalGuest"


class ConditionalAccess(View[AccessPolicy]):
    """The policies that are switched on. Those in report-only mode ask nobody for anything and are not among them."""

    def __init__(self, records: Table[ConditionalAccessPolicy], membership: Membership) -> None:
        self.records, self.membership = records, membership
        self._policies: dict[int, AccessPolicy] = {}

    def __iter__(self) -> Iterator[AccessPolicy]:
        """All enabled policies, then `Unreadable` if the list is incomplete."""
        unread: Unreadable | None = None
        for record in self.records.known():
            try:
                if record.state == "enabled":
                    yield self._made(record)
            except Unreadable as err:
                unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)
        if self.records.gap is not None:
            raise Unreadable(self.records.gap)

    def _made(self, record: ConditionalAccessPolicy) -> AccessPolicy:
        return self._policies.setdefault(id(record), AccessPolicy(record, self.membership))

    def demanding(self) -> Iterator[AccessPolicy]:
        """Enabled policies that ask for a second factor in some way; those that cannot be judged come last, as `Unreadable`."""
        unread: Unreadable | None = None
        try:
            for policy in self:
                try:
                    if policy.demand is not Demand.NOTHING and not policy.blocks:
                        yield policy
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)

    def exempted(self, policy: AccessPolicy, people: Iterable[Person]) -> list[tuple[Person, str]]:
        """The working accounts that a policy for everybody leaves out, with what leaves them out; sealed emergency accounts and
        the directory synchronization account aside. `Unreadable` if that is not known of somebody.
        """
        found = []
        for person in people:
            if not person.can_sign_in:
                continue
            applies = policy.applies(person)
            if not applies.covered and not person.is_break_glass and not is_synchronization(person):
                found.append((person, applies.exclusion))
        return found

    def objections(
        self,
        policy: AccessPolicy,
        people: Iterable[Person],
        *,
        any_client: bool = True,
        every_application: bool = True,
        spare: Collection[Limit] = (),
        left_out: LeftOut | None = None,
    ) -> tuple[list[str], list[Person]]:
        """What keeps a policy from holding for everybody, everywhere, in words; and the accounts it leaves out.

        Both empty: it is a qualifying policy. `any_client` and `every_application` are False where the control itself names the
        kinds of programs, or the applications or actions; `spare` are the limits that the control itself names. `left_out` saves
        looking for those whom it leaves out again.
        """
        found = [limit.value for limit in policy.narrowed_by if limit not in spare]
        if not policy.includes_all:
            found.append("it does not name everybody")
        if every_application and not policy.all_applications:
            found.append("it does not cover every application")
        if any_client and not policy.all_clients:
            found.append("it covers only some kinds of programs")
        roles = [role for role in policy.excluded_roles if role != DIRECTORY_SYNCHRONIZATION]
        if roles:
            found.append("it leaves out administrator roles")
        if policy.excludes_guests:
            found.append("it leaves out guests")
        if found or policy.leaves_nobody_out:
            return found, []
        exempt = self.exempted(policy, people) if left_out is None else left_out.people
        if exempt:
            found.append("it leaves out " + ", ".join(sorted(person.label for person, _ in exempt)))
        return found, [person for person, _ in exempt]


class LeftOut:
    """Whom one policy leaves out, found once however many controls ask."""

    def __init__(self, access: ConditionalAccess, policy: AccessPolicy, people: Iterable[Person]) -> None:
        self._access, self._policy, self._people = access, policy, people

    @derived
    def people(self) -> list[tuple[Person, str]]:
        """The working accounts, with what leaves them out; `Unreadable` if that is not known of somebody."""
        return self._access.exempted(self._policy, self._people)


def is_synchronization(person: Person) -> bool:
    """Whether the account holds the Directory Synchronization Accounts role and no other."""
    roles = {held.role for held in person.held_roles()}
    return roles == {DIRECTORY_SYNCHRONIZATION}
