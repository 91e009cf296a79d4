"""Where people sign in: at the provider itself, or at another identity provider that then holds the second factor.

    sign_in.elsewhere(person) -> str | None      the other provider in words; None: the provider itself

Google (help page 9464354): an assignment for a group beats one for a unit, the lower rank first; the nearest unit above wins;
super administrators keep signing in at Google. Microsoft: people of a federated domain sign in at the other provider, whose second
factor counts unless the domain's configuration says that Microsoft asks for one itself (Graph, internalDomainFederation).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.signin import OidcProfile, SamlProfile, SsoAssignment
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.result import Result, not_assessed
from rules.tables import Keyed, Table
from rules.view import View
from rules.views.federation import Federations, host
from rules.views.membership import Membership
from rules.views.org_units import OrgUnits
from rules.views.owned_domains import OwnedDomains
from rules.views.people import Person


def held_elsewhere(message: str, remedy: str, **facts: Any) -> Result:
    """The result where another provider holds the second factor: only a person can show what that one asks for."""
    return not_assessed(message, reason=Reason.NEEDS_INPUT, source="another sign-in provider", remedy=remedy, **facts)


class SignIn(View[None], ABC):
    """Who signs in at another identity provider."""

    @abstractmethod
    def elsewhere(self, person: Person) -> str | None:
        """The other provider in words; None if the person signs in here. `Unreadable` if that is not known."""

    @property
    def everybody_is_here(self) -> bool:
        """Whether nobody at all can sign in elsewhere, so that people need not be looked at; False where that is not known."""
        return False

    def split(self, people: Iterable[Person]) -> tuple[list[Person], list[Person]]:
        """(those who sign in here, those who sign in elsewhere); `Unreadable` if it is not known of somebody."""
        here: list[Person] = []
        away: list[Person] = []
        for person in people:
            (here if self.elsewhere(person) is None else away).append(person)
        return here, away


class MicrosoftSignIn(SignIn, provider=MICROSOFT_365):
    """Federated domains."""

    def __init__(self, domains: OwnedDomains, federations: Federations) -> None:
        self.domains, self.federations = domains, federations

    def elsewhere(self, person: Person) -> str | None:
        """The identity provider of the sign-in name's domain, if the domain is federated and that provider's factor counts."""
        name = person.address.rpartition("@")[2].casefold()
        domain = self.domains.known.get(name)
        if domain is None and name not in self.domains.names:
            return None
        return self._provider(name) if domain is not None and domain.is_federated else None

    def _provider(self, domain: str) -> str | None:
        words = f"the identity provider of {domain}"
        try:
            found = self.federations.of(domain)
            if found is None:
                return words
            if found.federated_idp_mfa_behavior == "rejectMfaByFederatedIdp":
                return None
            return f"{host(found.issuer_uri)}, {words}"
        except Unreadable:
            return words  # which provider it is is not known; that it is another one is


class GoogleSignIn(SignIn, provider=GOOGLE_WORKSPACE):
    """Inbound single sign-on."""

    def __init__(
        self,
        assignments: Table[SsoAssignment],
        saml: Keyed[SamlProfile],
        oidc: Keyed[OidcProfile],
        units: OrgUnits,
        membership: Membership,
    ) -> None:
        self.assignments, self.saml, self.oidc = assignments, saml, oidc
        self.units, self.membership = units, membership

    @derived
    def _groups(self) -> list[tuple[int, str, SsoAssignment]]:
        found = [(a.rank, a.target_group.removeprefix("groups/"), a) for a in self.assignments if a.target_group]
        return sorted(found, key=lambda one: one[:2])

    @derived
    def _units(self) -> dict[str, SsoAssignment]:
        # An assignment that names neither a group nor a unit is the whole customer's.
        return {(a.target_org_unit or "").removeprefix("orgUnits/"): a for a in self.assignments if not a.target_group}

    @derived
    def _all_off(self) -> bool:
        return all(assignment.sso_mode == "SSO_OFF" for assignment in self.assignments)

    @property
    def everybody_is_here(self) -> bool:
        """Whether no assignment is on."""
        try:
            return self._all_off
        except Unreadable:
            return False

    def elsewhere(self, person: Person) -> str | None:
        """The profile that the person's group or nearest unit is assigned to; super administrators sign in at Google all the same."""
        return None if self._all_off or person.is_highest_admin else self.assigned(person)

    def assigned(self, person: Person) -> str | None:
        """The profile that the person's group or nearest unit is assigned to, whatever Google makes of it."""
        for _, group, assignment in self._groups:
            if self.membership.contains(group, person.id):
                return self._words(assignment)
        chain, whole = self.units.chain(person.unit)
        for unit in chain:
            if unit in self._units:
                return self._words(self._units[unit])
        if not whole and self._units:
            raise Unreadable(self.units.gap or _unknown_unit())
        return self._words(self._units[""]) if "" in self._units else None

    def _words(self, assignment: SsoAssignment) -> str | None:
        mode = assignment.sso_mode
        if mode == "SSO_OFF":
            return None
        if mode == "DOMAIN_WIDE_SAML_IF_ENABLED":
            return "the clinic's older single sign-on profile, if it is switched on"
        try:
            profile: SamlProfile | OidcProfile | None = None
            if mode == "SAML_SSO" and assignment.saml_sso_info is not None:
                profile = self.saml.get(assignment.saml_sso_info.inbound_saml_sso_profile)
            elif assignment.oidc_sso_info is not None:
                profile = self.oidc.get(assignment.oidc_sso_info.inbound_oidc_sso_profile)
            return "another sign-in provider" if profile is None else str(profile.label)
        except Unreadable:
            return "another sign-in provider"


def _unknown_unit() -> Gap:
    return Gap(
        "directory.orgunits",
        Reason.UNREADABLE,
        "a person is in a unit whose place among the others is not known",
        "read the organizational units again",
    )
