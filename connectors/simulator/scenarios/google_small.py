"""Two edge cases on Google Workspace: the old free edition, and a tenant on its first day."""

from __future__ import annotations

from connectors.simulator.google.clinic import Clinic
from connectors.simulator.google.editions import IDENTITY_FREE, LEGACY_FREE, STARTER
from connectors.simulator.tenant import SimulatedTenant


def legacy_free() -> SimulatedTenant:
    """Old Mill Speech Therapy: eight people on the free edition of 2011, for which no BAA can be signed."""
    clinic = Clinic("google-legacy-free", "Old Mill Speech Therapy", "oldmill.example", age_days=5400, city="Millbrook")
    clinic.person("nell", "Nell Farrowby", sku=LEGACY_FREE, admin=True, enrolled=False, recovery="nell.f@gmail.com")
    for local, name in (
        ("otis", "Otis Brandywell"),
        ("pearl", "Pearl Hatchmere"),
        ("quinn", "Quinn Loxley-Reed"),
        ("rhea", "Rhea Tidmarsh"),
        ("sage", "Sage Millbrook"),
        ("theo", "Theo Ambersley"),
        ("una", "Una Croftwood"),
    ):
        clinic.person(local, name, sku=LEGACY_FREE, enrolled=local in ("otis", "rhea"), created_days=3000)
    clinic.without_default(
        "security.session_controls", "security.two_step_verification_enforcement", "gmail.auto_forwarding"
    )
    clinic.group("team", "Team", [("nell", "OWNER"), "otis", "pearl"], description=clinic.canary("and Florian Wick"))
    clinic.signature("pearl", clinic.canary("exercises for Clementina Rowe"))
    clinic.mail_filter("theo", {"from": clinic.canary("parent.of.ignatius@mail.example")}, addLabelIds=["STARRED"])
    clinic.forward("quinn", "quinn.loxley@gmail.com")
    # The old edition has none of the paid products' logs, and licensing cannot be asked about the rest.
    clinic.state["unavailableLogs"] = ["drive", "keep", "chat"]
    clinic.mail_dns(spf="v=spf1 include:_spf.google.com ?all", dkim_bits=None)
    return clinic.build()


def empty() -> SimulatedTenant:
    """Newleaf Acupuncture on its first day: one super administrator, the root unit, and nothing else."""
    clinic = Clinic("google-empty", "Newleaf Acupuncture", "newleaf.example", age_days=1, city="Fernley")
    clinic.person("admin", "Juno Newleaf", sku=STARTER, admin=True, enrolled=False, created_days=1, login_days=0)
    clinic.licence("admin@newleaf.example", IDENTITY_FREE)
    # In young tenants Google returns nothing for most settings that were never changed.
    kept = {
        "settings/gmail.service_status",
        "settings/drive_and_docs.service_status",
        "settings/calendar.service_status",
    }
    clinic.state["policies"] = [entry for entry in clinic.state["policies"] if entry["setting"]["type"] in kept]
    clinic.signature("admin", clinic.canary("first visit Evander Holt"))
    clinic.mail_dns(spf=None, dkim_bits=None)
    return clinic.build()


SCENARIOS = {"google-empty": empty, "google-legacy-free": legacy_free}
