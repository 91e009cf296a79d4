"""Makes up a Google Workspace tenant of any size from a seed.

People, units and groups are written at once; mailboxes are invented one by one when they are first read.
"""

from __future__ import annotations

import random

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import STANDARD, STARTER
from connectors.simulator.google.mailbox import canary, mailbox_seed
from connectors.simulator.tenant import SimulatedTenant

FIRST = [
    "Ada",
    "Blythe",
    "Cato",
    "Dara",
    "Elio",
    "Fern",
    "Gale",
    "Hale",
    "Indra",
    "Joss",
    "Kai",
    "Lior",
    "Maren",
    "Nico",
    "Orla",
    "Pax",
    "Quill",
    "Rue",
    "Sable",
    "Tamsin",
    "Ulla",
    "Vero",
    "Wilder",
    "Xan",
    "Yara",
    "Zeno",
]
LAST = [
    "Ashgrove",
    "Birchall",
    "Coldwater",
    "Dovecote",
    "Elmsford",
    "Foxglove",
    "Greenhalgh",
    "Hazelwick",
    "Inglenook",
    "Juniperson",
    "Kestrel",
    "Lockhart",
    "Meadowell",
    "Netherby",
    "Oakenshaw",
    "Pinecliff",
    "Quarrendon",
    "Rowanwood",
    "Saltburn",
    "Thistledown",
    "Umberwick",
    "Vinewood",
    "Whitlock",
    "Yewdale",
]
UNITS = ("/North", "/North/Clinicians", "/South", "/South/Clinicians", "/Office")
GROUP_SIZE = 25


def generate(users: int, seed: int) -> SimulatedTenant:
    """A tenant with this many people. The same arguments give the same tenant (times count from today)."""
    if users < 1:
        raise ValueError("a tenant has at least one user")
    chance = random.Random(seed)  # noqa: S311 - made-up people need no secrecy
    domain = f"clinic{seed}.example"
    clinic = Clinic(f"google-generated-{seed}", f"Generated Clinics {seed}", domain)
    for path in UNITS:
        clinic.unit(path)
    clinic.person("admin", "Avery Generated", admin=True, keys=1, enforced=True, mailbox=False)
    locals_ = ["admin"]
    for number in range(1, users):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        local = f"{first}.{last}{number}".lower()
        draw = chance.random()
        clinic.person(
            local,
            f"{first} {last}",
            unit=chance.choice(UNITS),
            sku=STARTER if draw < 0.5 else STANDARD,
            enrolled=chance.random() < 0.8,
            suspended="ADMIN" if draw > 0.97 else None,
            login_days=chance.randrange(1, 200),
            created_days=chance.randrange(5, 2000),
            plan_mailbox=False,
        )
        locals_.append(local)
    for number in range(0, users, GROUP_SIZE * 4):
        members = locals_[number : number + GROUP_SIZE]
        clinic.group(f"team{number}", f"Team {number}", [(members[0], "OWNER"), *members[1:]])
    clinic.state["mailboxSeed"] = seed
    clinic.mail_dns()
    tenant = clinic.build()
    tenant.canaries = [
        canary(mailbox_seed(seed, user["primaryEmail"])) for user in tenant.state["users"] if user["isMailboxSetup"]
    ]
    return tenant
