"""Applications and groups by the thousand, in the shares that large tenants show."""

from __future__ import annotations

import random
from collections.abc import Sequence

from connectors.simulator.scenarios import microsoft_defaults as defaults
from connectors.simulator.scenarios.microsoft_clinic import Clinic, Record, days_ago

_THIRD_PARTY, _IDENTITIES, _OWN = 0.06, 0.05, 0.04
"""Shares of the service principals: apps of other companies, identities of machines in Azure, the clinic's own registrations.
The rest are Microsoft's own, which come with every subscription and carry neither secrets nor owners.
"""
_SCOPES = (
    ("openid", "profile", "User.Read"),
    ("offline_access", "Mail.Read"),
    ("Files.Read.All", "offline_access"),
    ("Calendars.ReadWrite",),
)
_ROLES = ("User.Read.All", "Group.Read.All", "Mail.Read", "Sites.Read.All", "Directory.Read.All")
_NESTED, _GUESTS = 10, 7
"""Every so many groups one holds another group, and one holds people from outside."""


def applications(clinic: Clinic, people: Sequence[str], principals: int, dice: random.Random) -> None:
    """Fill the tenant up to ``principals`` service principals."""
    missing = principals - len(clinic.graph["servicePrincipals"])
    for number in range(max(0, missing)):
        kind = dice.random()
        if kind < _THIRD_PARTY:
            scopes = dice.choice(_SCOPES)
            everyone = dice.random() < 0.4
            app = clinic.app(
                f"Vendor app {number}", delegated_scopes=scopes, everyone=everyone, verified=dice.random() < 0.7
            )
            if not everyone:
                _consents(clinic, app, scopes, dice.sample(people, min(dice.randint(1, 15), len(people))))
        elif kind < _THIRD_PARTY + _IDENTITIES:
            _identity(clinic, number)
        elif kind < _THIRD_PARTY + _IDENTITIES + _OWN:
            clinic.app(
                f"Clinic app {number}",
                own=True,
                application_permissions=dice.sample(_ROLES, dice.randint(0, 2)),
                secret_days=dice.choice((None, -20, 90, 600)),
                owners=dice.sample(people, min(dice.randint(0, 2), len(people))),
            )
        else:
            clinic.service_principal(
                clinic.id("first-party", str(number)), f"Microsoft service {number}", defaults.MICROSOFT_OWNER
            )


def _consents(clinic: Clinic, app: str, scopes: Sequence[str], people: Sequence[str]) -> None:
    """One grant for each of the people who let the app in; the first is there already."""
    grants = clinic.graph["oauth2PermissionGrants"]
    first = grants[-1]
    grants += [
        {**first, "id": clinic.id("delegated", f"{app}{person}"), "principalId": person, "scope": " ".join(scopes)}
        for person in people
        if person != first["principalId"]
    ]


def _identity(clinic: Clinic, number: int) -> None:
    """A machine's identity: Azure renews its certificate, and it belongs to no organization."""
    sp: Record = clinic.service_principal(clinic.id("identity", str(number)), f"vm-{number}", None)
    sp |= {
        "servicePrincipalType": "ManagedIdentity",
        "tags": [],
        "keyCredentials": [{"keyId": clinic.id("key", sp["id"]), "endDateTime": days_ago(-40), "usage": "Verify"}],
    }


def groups(clinic: Clinic, people: Sequence[str], count: int, members: int, dice: random.Random) -> None:
    """Teams and security groups of one size, some of them with a group or with guests inside."""
    guests = [user["id"] for user in clinic.graph["users"] if user["userType"] == "Guest"]
    before = ""
    for number in range(count):
        team = number % 5 < 3
        inside = dice.sample(people, min(members, len(people)))
        owners = inside[: 1 + number % 3]
        if number % _GUESTS == 0 and guests:
            few = dice.sample(guests, min(5, len(guests)))
            inside[-len(few) :] = few
        if not team and number % _NESTED == _NESTED - 1 and before:
            inside[-1:] = [before]  # Microsoft 365 groups hold no groups
        group = clinic.group(f"Group {number}", inside, kind="team" if team else "security", owners=owners)
        before = before if team else group
