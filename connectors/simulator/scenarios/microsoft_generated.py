"""A made-up Microsoft 365 clinic of any size, for benchmarks and load tests."""

from __future__ import annotations

import random

from connectors.simulator.scenarios import microsoft_crowd as crowd
from connectors.simulator.scenarios.microsoft_apps import power
from connectors.simulator.scenarios.microsoft_clinic import Clinic
from connectors.simulator.tenant import SimulatedTenant

_FIRST = (
    "Ada Ben Cora Dev Eli Faye Gus Hana Ira Jade Kai Lola Max Nia Omar Pia Quin Rae Sam Tia Uma Vik Wes Xia Yan Zoe"
)
_LAST = "Abbot Birch Cole Drake Ellis Frost Gray Hale Irwin Jones Kerr Lane Moss North Olsen Price Reed Stone Tate West"
_TITLES = ("Physician", "Nurse", "Therapist", "Front desk", "Billing", "Medical assistant")
_METHODS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("microsoftAuthenticatorPush",), 55),
    (("microsoftAuthenticatorPush", "mobilePhone"), 20),
    (("mobilePhone",), 10),
    (("passKeyDeviceBound", "microsoftAuthenticatorPush"), 5),
    (("softwareOneTimePasscode",), 4),
    ((), 6),
)
_PLANS: tuple[tuple[tuple[str, ...], int], ...] = ((("premium",), 70), (("standard",), 22), (("basic",), 8))
_PERSON, _LEFT, _SHARED = 0.90, 0.04, 0.03
"""Shares of the accounts: working people, people who left, shared mailboxes; the rest are guests."""


def generate(
    *, users: int, seed: int, principals: int = 0, groups: int | None = None, members: int = 12
) -> SimulatedTenant:
    """A tenant with exactly ``users`` directory users; the same arguments give the same tenant.

    ``principals`` is how many service principals there are in all, ``groups`` how many groups, with ``members`` in each as far as
    there are so many accounts. What is not named is as small as in most clinics.
    """
    dice = random.Random(seed)  # noqa: S311  # a repeatable tenant, not a secret
    clinic = Clinic(f"microsoft-generated-{users}-{seed}", f"Generated Clinic {users}", f"generated{users}s{seed}")
    first, last = _FIRST.split(), _LAST.split()
    methods, method_weights = [kinds for kinds, _ in _METHODS], [share for _, share in _METHODS]
    plans, plan_weights = [plan for plan, _ in _PLANS], [share for _, share in _PLANS]
    people: list[str] = []
    for number in range(users):
        kind = dice.random() if number > 1 else 0.0
        if kind < _PERSON + _LEFT:
            left = kind >= _PERSON
            person = clinic.person(
                dice.choice(first),
                dice.choice(last),
                dice.choice(_TITLES),
                skus=dice.choices(plans, plan_weights)[0],
                methods=dice.choices(methods, method_weights)[0],
                enabled=not left or dice.random() < 0.3,
                seen=dice.uniform(100, 500) if left else dice.expovariate(0.2),
                alias=f"user{number:05d}",
            )
            people.append(person)
            _habits(clinic, person, dice)
        elif kind < _PERSON + _LEFT + _SHARED:
            shared = clinic.shared(f"shared{number:05d}", f"Shared {number}", sign_in=dice.random() < 0.1)
            for member in dice.sample(people, min(3, len(people))):
                clinic.full_access(shared, member)
        else:
            clinic.guest(f"Guest {number}", f"guest{number:05d}@partner{number % 40}.example")
    for admin in people[:3]:
        clinic.role(admin, "Global Administrator")
    clinic.graph["securityDefaults"]["isEnabled"] = False
    clinic.access_policy("Require MFA for everyone")
    clinic.access_policy("Block legacy authentication", client_apps=("exchangeActiveSync", "other"), grant=("block",))
    if groups is None:
        for number in range(max(1, users // 25)):
            team = dice.sample(people, min(members, len(people)))
            clinic.group(f"Team {number}", team, kind="team", owners=team[:1])
    else:
        crowd.groups(clinic, people, groups, members, dice)
    clinic.transport_rule("Footer")
    clinic.app("EHR Connector", application_permissions=["User.Read.All"], verified=True)
    crowd.applications(clinic, people, principals, dice)
    clinic.power = power(closed=True)
    clinic.mail_records(
        spf="v=spf1 include:spf.protection.outlook.com -all",
        dmarc=f"v=DMARC1; p=reject; rua=mailto:dmarc@{clinic.domain}",
        dkim=True,
    )
    tenant = clinic.tenant(extra_seats=10)
    grants = tenant.state["apps"][tenant.state["default_app"]]["grants"]
    grants["graph"].append("ExchangeMessageTrace.Read.All")  # what the profile `full` holds beyond the others
    return tenant


def _habits(clinic: Clinic, person: str, dice: random.Random) -> None:
    """What one person did to their mailbox: mostly nothing, sometimes a rule, rarely a forward."""
    chance = dice.random()
    if chance < 0.15:
        clinic.rule(person)
    elif chance < 0.16:
        clinic.rule(person, forward=[f"home{len(clinic.canaries)}.example@gmail.com"])
    elif chance < 0.165:
        clinic.mailbox(person, ForwardingSmtpAddress=f"smtp:home{len(clinic.canaries)}.example@gmail.com")
