"""Second factors: for each person, what asks for one, what is registered, and what exempts them.

    truth = factors.of(person)
    truth.enforcement -> Enforcement     what asks for a second factor, and what leaves the person out
    truth.registration -> Registration   which factors are registered, and how strong the best is
    truth.facts -> dict                  enforced_by, registered, strength, exempt_because, for results

Microsoft: security defaults ask everybody to register and ask again when Microsoft sees a reason; Conditional Access counts only
where the tenant owns Entra ID P1, in enabled policies for every application without further conditions; the old per-person
switch counts when it is enforced, or enabled and registered. Google resolves enforcement itself (isEnforcedIn2Sv).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import LoginActivity, UserUsage
from connectors.google_workspace.sources.people import User as GoogleUser
from connectors.google_workspace.sources.settings import TwoStepEnforcement, TwoStepGracePeriod
from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy, SecurityDefaults
from connectors.microsoft365.sources.people import AuthenticationMethod, PerUserMfa, UserRegistrationDetails
from connectors.record import Remembered, Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.data.service_plans import Capability
from rules.tables import Grouped, Keyed, One, Table
from rules.view import View
from rules.views.conditional_access import ConditionalAccess, Demand, Why
from rules.views.google_policy import VALUE, GooglePolicy
from rules.views.licences import Licences
from rules.views.people import Person
from rules.views.signin import SignIn

SECURITY_DEFAULTS = "security defaults"
PER_PERSON = "the per-person switch"


class Strength(StrEnum):
    """How hard a second factor is to get around."""

    NONE = "none"
    WEAK = "weak"  # a text message or a call
    STRONG = "strong"  # an app or a code device
    PHISHING_RESISTANT = "phishing-resistant"  # a passkey, security key or Windows Hello
    EXTERNAL = "at another provider"  # Duo and others: which kind is not visible
    UNKNOWN = "unknown"


METHODS: dict[str, Strength] = {
    "microsoftAuthenticatorPush": Strength.STRONG,
    "microsoftAuthenticatorPasswordless": Strength.STRONG,
    "softwareOneTimePasscode": Strength.STRONG,
    "hardwareOneTimePasscode": Strength.STRONG,
    "fido2": Strength.PHISHING_RESISTANT,
    "fido2SecurityKey": Strength.PHISHING_RESISTANT,
    "passKeyDeviceBound": Strength.PHISHING_RESISTANT,
    "passKeyDeviceBoundAuthenticator": Strength.PHISHING_RESISTANT,
    "passKeyDeviceBoundWindowsHello": Strength.PHISHING_RESISTANT,
    "windowsHelloForBusiness": Strength.PHISHING_RESISTANT,
    "macOsSecureEnclaveKey": Strength.PHISHING_RESISTANT,
    "mobilePhone": Strength.WEAK,
    "alternateMobilePhone": Strength.WEAK,
    "officePhone": Strength.WEAK,
    "email": Strength.NONE,
    "securityQuestion": Strength.NONE,
    "temporaryAccessPass": Strength.NONE,
}
"""Names in Microsoft's registration report. E-mail, questions and temporary passes are no second factor."""

TYPES: dict[str, str] = {
    "microsoftAuthenticatorAuthenticationMethod": "microsoftAuthenticatorPush",
    "passwordlessMicrosoftAuthenticatorAuthenticationMethod": "microsoftAuthenticatorPasswordless",
    "fido2AuthenticationMethod": "passKeyDeviceBound",
    "windowsHelloForBusinessAuthenticationMethod": "windowsHelloForBusiness",
    "platformCredentialAuthenticationMethod": "macOsSecureEnclaveKey",
    "softwareOathAuthenticationMethod": "softwareOneTimePasscode",
    "hardwareOathAuthenticationMethod": "hardwareOneTimePasscode",
    "emailAuthenticationMethod": "email",
    "temporaryAccessPassAuthenticationMethod": "temporaryAccessPass",
}
"""Graph's types of a person's methods by the report's names; phones and outside providers are told apart below."""

PHONES = {"mobile": "mobilePhone", "alternateMobile": "alternateMobilePhone", "office": "officePhone"}
PASSWORD = "passwordAuthenticationMethod"  # noqa: S105 - a type's name
EXTERNAL = "externalAuthenticationMethod"

_ORDER = [Strength.PHISHING_RESISTANT, Strength.STRONG, Strength.EXTERNAL, Strength.UNKNOWN, Strength.WEAK]


def strength_of(names: Iterable[str]) -> Strength:
    """The strength of the best factor; UNKNOWN if a name that nobody documented may be a better one than those known."""
    found = {Strength.EXTERNAL if name == EXTERNAL else METHODS.get(name, Strength.UNKNOWN) for name in names}
    return next((strength for strength in _ORDER if strength in found), Strength.NONE)


@dataclass(frozen=True)
class Registration:
    """What somebody has registered."""

    factors: tuple[str, ...]  # names that count, are unknown, or belong to another provider; passwords are left out
    has_factor: bool | None  # None: only names that nobody documented
    strength: Strength
    source: str  # where this comes from, in words
    preferred: str | None = None  # Microsoft's default second factor, None if not told
    reported: bool = False  # whether Microsoft's report told the default second factor
    capable: bool | None = None  # Microsoft's stricter word: registered and allowed by the clinic's own rules


@dataclass(frozen=True)
class Enforcement:
    """What asks somebody for a second factor at sign-in."""

    enforced_by: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()  # what asks only in some cases, with the cases
    exempt_because: tuple[str, ...] = ()
    elsewhere: str | None = None  # another provider holds the second factor
    gap: Gap | None = None  # something that could enforce it could not be read

    @property
    def enforced(self) -> bool:
        """Whether a second factor is asked for; `Unreadable` if that hangs on something that could not be read."""
        if self.enforced_by:
            return True
        if self.gap is not None:
            raise Unreadable(self.gap)
        return False


class SecondFactor(ABC):
    """The truth about one person's second factor."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @property
    @abstractmethod
    def enforcement(self) -> Enforcement:
        """What asks for a second factor."""

    @property
    @abstractmethod
    def registration(self) -> Registration:
        """What is registered; `Unreadable` if no source tells."""

    @property
    def outside(self) -> str | None:
        """Another provider that may hold the second factor although none shows here; None if there is none."""
        return self.enforcement.elsewhere

    def grace_ends(self, now: datetime) -> datetime | None:  # noqa: ARG002 - only Google gives new people time
        """Until when a new person may sign in without a second factor; None if that time is over or there is none."""
        return None

    @derived
    def facts(self) -> dict[str, Any]:
        """What results about a person's second factor show; None where it is not known."""
        enforcement = self.enforcement
        try:
            registered: list[str] | None = list(self.registration.factors)
            strength: str | None = self.registration.strength.value
        except Unreadable:
            registered, strength = None, None
        unknown = enforcement.gap is not None and not enforcement.enforced_by
        return {
            "enforced_by": None if unknown else list(enforcement.enforced_by),
            "registered": registered,
            "strength": strength,
            "exempt_because": list(enforcement.exempt_because),
        }


class Factors(View[None], ABC):
    """Everybody's second factor."""

    def __init__(self) -> None:
        self._truths: Remembered[str, SecondFactor] = Remembered()

    @abstractmethod
    def _truth(self, person: Person) -> SecondFactor: ...

    def second_steps(self, person: Person) -> frozenset[str]:  # noqa: ARG002 - only Google's log tells them
        """The second steps that the sign-in log shows, by the provider's names; empty where there is no such log."""
        return frozenset()

    def of(self, person: Person) -> SecondFactor:
        """The truth about one person."""
        return self._truths.get(person.id, lambda: self._truth(person))


# --- Microsoft ------------------------------------------------------------------------------------------------------------


class MicrosoftFactors(Factors, provider=MICROSOFT_365):
    """Security defaults, Conditional Access and the per-person switch; the report and the per-person lists."""

    def __init__(
        self,
        defaults: One[SecurityDefaults],
        access: ConditionalAccess,
        licences: Licences,
        states: Grouped[PerUserMfa],
        report: Keyed[UserRegistrationDetails],
        methods: Grouped[AuthenticationMethod],
        sign_in: SignIn,
        allowed: One[AuthenticationMethodsPolicy],
    ) -> None:
        super().__init__()
        self.defaults, self.access, self.licences, self.states = defaults, access, licences, states
        self.report, self.methods, self.sign_in, self.allowed = report, methods, sign_in, allowed

    @derived
    def outside_provider(self) -> bool:
        """Whether the tenant uses an outside provider's second factor (Duo and others), which the report may leave out."""
        return any(
            method.type.endswith("externalAuthenticationMethodConfiguration") and method.state == "enabled"
            for method in self.allowed.value.authentication_method_configurations
        )

    @derived
    def security_defaults(self) -> bool:
        """Whether Microsoft's free baseline protection is on."""
        return bool(self.defaults.value.is_enabled)

    def _truth(self, person: Person) -> SecondFactor:
        return _MicrosoftFactor(person, self)


class _MicrosoftFactor(SecondFactor):
    def __init__(self, person: Person, view: MicrosoftFactors) -> None:
        super().__init__(person)
        self.view = view

    @derived
    def enforcement(self) -> Enforcement:
        found = _Found()
        found.reading(self._by_defaults)
        if not found.enforced_by:
            found.reading(self._by_policies)
        if not found.enforced_by:
            found.reading(self._by_switch)
        if not found.enforced_by:
            found.reading(self._by_others)
        return found.done()

    def _by_defaults(self, found: _Found) -> None:
        if self.view.security_defaults:
            found.enforced_by.append(SECURITY_DEFAULTS)

    def _by_policies(self, found: _Found) -> None:
        unread: Unreadable | None = None
        try:
            if not self.view.licences.has(Capability.ENTRA_P1):
                return  # without P1 Microsoft does not apply policies (Entra page on licensing)
        except Unreadable as err:
            if any(True for _ in self.view.access.demanding()):
                raise Unreadable(err.gap) from err
            return
        try:
            for policy in self.view.access.demanding():
                try:
                    applies = policy.applies(self.person)
                    if applies.why is Why.EXCLUDED:
                        found.exempt_because.append(f"policy {policy.label}: {applies.exclusion}")
                    elif applies.covered:
                        limits = list(policy.limits)
                        if policy.demand is Demand.ALTERNATIVE:
                            limits.append("something else will do instead")
                        if limits:
                            found.partly.append(f"policy {policy.label}: {', '.join(limits)}")
                        elif policy.demand is Demand.SECOND_FACTOR:
                            found.enforced_by.append(f"policy {policy.label}")
                        else:
                            found.elsewhere = f"the provider that policy {policy.label} sends people to"
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        if unread is not None:
            raise Unreadable(unread.gap)

    def _by_switch(self, found: _Found) -> None:
        if self.person.is_guest:
            return  # the switch does not exist for guests
        state = next(iter(self.view.states.of(self.person.id)), None)
        if state is None:
            raise Unreadable(
                Gap("graph.per_user_mfa", Reason.UNREADABLE, "the per-person switch was not told for this person")
            )
        match state.per_user_mfa_state:
            case "enforced":
                found.enforced_by.append(PER_PERSON)
            case "enabled":
                # Both states ask at sign-in; "enabled" lets in somebody who never registered.
                if self.registration.has_factor:
                    found.enforced_by.append(PER_PERSON)
                else:
                    found.partly.append(f"{PER_PERSON}: only after registering")

    def _by_others(self, found: _Found) -> None:
        found.elsewhere = found.elsewhere or self.view.sign_in.elsewhere(self.person)

    @derived
    def outside(self) -> str | None:
        """The federated domain's provider, or one that the clinic connected and the report may not show."""
        if self.enforcement.elsewhere is not None:
            return self.enforcement.elsewhere
        here = self.view.sign_in.elsewhere(self.person)
        if here is not None:
            return here
        if self.registration.source == "the account itself":
            return None  # that list shows outside providers' factors
        return "an outside provider that the clinic connected" if self.view.outside_provider else None

    @derived
    def _from_methods(self) -> Registration:
        names = []
        for method in self.view.methods.of(self.person.id):
            kind = method.type.rpartition(".")[2]
            if kind == "phoneAuthenticationMethod":
                names.append(PHONES.get(method.phone_type or "", "mobilePhone"))
            elif kind != PASSWORD:
                names.append(TYPES.get(kind, kind))
        found = _registration(names, None, "the account itself")
        gap = self.view.methods.lacks(self.person.id)
        if gap is not None and found.strength not in {Strength.STRONG, Strength.PHISHING_RESISTANT}:
            raise Unreadable(gap)  # a better factor may be among those that were not read
        return found

    @derived
    def _from_report(self) -> Registration | None:
        row = self.view.report.get(self.person.id)
        if row is None:
            return None
        found = _registration(row.methods_registered, row.is_mfa_registered, "Microsoft's report")
        return replace(
            found,
            preferred=row.user_preferred_method_for_secondary_authentication,
            reported=True,
            capable=row.is_mfa_capable,
        )

    @derived
    def registration(self) -> Registration:
        """The account's own list where it was read, because the report lags; else the report."""
        missing: Unreadable | None = None
        reported: Registration | None = None
        try:
            reported = self._from_report
        except Unreadable as err:
            missing = err
        try:
            own = self._from_methods
        except Unreadable as err:
            if reported is None:
                raise Unreadable((missing or err).gap) from err
            return reported
        if reported is None:
            return own
        return replace(own, preferred=reported.preferred, reported=True, capable=reported.capable)


def _registration(names: Iterable[str], stated: bool | None, source: str) -> Registration:
    names = tuple(sorted(set(names)))
    strength = strength_of(names)
    counted = strength not in {Strength.NONE, Strength.UNKNOWN}
    weak_or_better = any(METHODS.get(name, Strength.NONE) is not Strength.NONE for name in names)
    has = stated if stated is not None else (True if counted or weak_or_better else None)
    if has is None and not any(name not in METHODS for name in names):
        has = False
    return Registration(names, has, strength, source)


# --- Google ---------------------------------------------------------------------------------------------------------------

LONGEST_GRACE = timedelta(seconds=15552000)
"""The longest grace period that the Admin console offers."""

PHONE_STEPS = frozenset({"idv_preregistered_phone", "idv_any_phone"})
STRONG_STEPS = {
    "security_key": Strength.PHISHING_RESISTANT,
    "security_key_otp": Strength.STRONG,
    "passkey": Strength.PHISHING_RESISTANT,
    "google_prompt": Strength.STRONG,
    "google_authenticator": Strength.STRONG,
    "offline_otp": Strength.STRONG,
    "totp": Strength.STRONG,
}
"""Second steps in the sign-in log (Reports API, login events, login_challenge_method)."""
NO_STEPS = frozenset({"password", "none"})


class GoogleFactors(Factors, provider=GOOGLE_WORKSPACE):
    """Google's own facts about 2-step verification, and the sign-in log."""

    def __init__(
        self,
        users: Keyed[GoogleUser],
        policy: GooglePolicy,
        sign_in: SignIn,
        usage: Keyed[UserUsage],
        logins: Table[LoginActivity],
    ) -> None:
        super().__init__()
        self.users, self.policy, self.sign_in, self.usage, self.logins = users, policy, sign_in, usage, logins

    @derived
    def steps(self) -> dict[str, frozenset[str]]:
        """Second steps seen in the sign-in log, by the person's id; `Unreadable` if the log is incomplete."""
        found: dict[str, set[str]] = {}
        for activity in self.logins:
            who = activity.actor.profile_id
            for event in activity.events:
                detail = event.detail("login_challenge_method")
                if who is not None and detail is not None:
                    named = [*detail.multi_value, *([detail.value] if detail.value else [])]
                    found.setdefault(who, set()).update(named)
        return {who: frozenset(names) - NO_STEPS for who, names in found.items()}

    def second_steps(self, person: Person) -> frozenset[str]:
        """The second steps of the last 90 days; `Unreadable` if the log is incomplete."""
        return self.steps.get(person.id, frozenset())

    def keys(self, person: Person) -> list[str]:
        """The person's passkeys and security keys, from Google's counters; `Unreadable` if they tell nothing."""
        usage = self.usage.get(person.id)
        if usage is None:
            raise Unreadable(
                Gap("reports.usage.users", Reason.UNREADABLE, "Google's report holds no counters for this person")
            )
        found = []
        for name, words in (("num_security_keys", "security key"), ("num_passkeys_enrolled", "passkey")):
            counter = usage.counter(f"accounts:{name}")
            if counter is not None and (counter.int_value or 0) > 0:
                found.append(words)
        return found

    def _truth(self, person: Person) -> SecondFactor:
        return _GoogleFactor(person, self)


class _GoogleFactor(SecondFactor):
    def __init__(self, person: Person, view: GoogleFactors) -> None:
        super().__init__(person)
        self.view = view

    @derived
    def user(self) -> GoogleUser:
        found = self.view.users.get(self.person.id)
        if found is None:
            raise Unreadable(Gap("directory.users", Reason.UNREADABLE, "the account is not in the list any more"))
        return found

    @derived
    def enforcement(self) -> Enforcement:
        found = _Found()
        found.reading(self._elsewhere)
        if (
            found.gap is None
        ):  # whose factor it is comes first: Google's mark says nothing of people who sign in elsewhere
            found.reading(self._by_google)
        return found.done()

    def _elsewhere(self, found: _Found) -> None:
        found.elsewhere = self.view.sign_in.elsewhere(self.person)

    def _by_google(self, found: _Found) -> None:
        if self.user.is_enforced_in2_sv:
            found.enforced_by.append(f"Google 2-step verification, {self._origin}")
        else:
            found.exempt_because.append(f"Google 2-step verification is not enforced, {self._origin}")

    def grace_ends(self, now: datetime) -> datetime | None:
        """The account's age against the setting of the person's unit; no grace is longer than 180 days."""
        created = self.person.created
        if created is None or created + LONGEST_GRACE < now:
            return None
        period = self.view.policy.of(self.person).setting(TwoStepGracePeriod).enrollment_grace_period
        try:
            ends = created + timedelta(seconds=float(period.removesuffix("s")))
        except ValueError as err:
            gap = Gap(VALUE + "enrollmentGracePeriod", Reason.UNREADABLE, "the grace period is not a length of time")
            raise Unreadable(gap) from err
        return ends if ends > now else None

    @derived
    def _origin(self) -> str:
        try:
            cell = self.view.policy.of(self.person)
            return str(cell.origin(TwoStepEnforcement, "enforced_from"))
        except Unreadable:
            return "by which setting is not known"

    @derived
    def registration(self) -> Registration:
        if not self.user.is_enrolled_in2_sv:
            return Registration((), False, Strength.NONE, "Google's directory")
        try:
            keys = self.view.keys(self.person)
        except Unreadable:
            keys = []
        if keys:
            return Registration(tuple(keys), True, Strength.PHISHING_RESISTANT, "Google's directory and counters")
        return Registration(("2-step verification",), True, Strength.UNKNOWN, "Google's directory")


@dataclass
class _Found:
    """What was found so far, and the first thing that could not be read."""

    enforced_by: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    exempt_because: list[str] = field(default_factory=list)
    elsewhere: str | None = None
    gap: Gap | None = None

    def reading(self, step: Any) -> None:
        try:
            step(self)
        except Unreadable as err:
            self.gap = self.gap or err.gap

    def done(self) -> Enforcement:
        return Enforcement(
            tuple(self.enforced_by), tuple(self.partly), tuple(self.exempt_because), self.elsewhere, self.gap
        )
