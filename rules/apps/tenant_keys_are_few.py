"""Tenant-wide keys (domain-wide delegation) are few and reviewed.

Why it matters
    A program with such a key reads every mailbox and every file of the clinic without any password. Keys outlive the projects they were
    made for.

How to fix it
    Google Workspace: Admin console, Security, API controls, Manage domain-wide delegation: remove what nobody needs. Name the programs
    you know in approved_service_accounts, and put a statement of the kind dwd_clients into the evidence folder every year, with
    covers = the client ids that you saw.

Does not cover
    Keys that were given more than 180 days ago: no interface lists them, only the page in the Admin console does.
"""

from __future__ import annotations

from typing import Any

from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.delegations import Delegation

CONTROL = Control(
    "APP-10", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(a)(8)"], level=Level.SHOULD
)
TOPIC = "dwd_clients"


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 4.2.1.4"],
    none=not_applicable("the log of 180 days shows no key that was given"),
)
def key_is_known(key: Delegation, profile: Profile, attestations: Attestations) -> Result:
    """The clinic knows the program that holds a key to every account, and looked at it within a year."""
    about = {"client": key.id, "scopes": ", ".join(sorted(key.scopes))}
    facts: dict[str, Any] = {"given": key.since.date().isoformat()}
    if not profile.holds(profile.approved_service_accounts, key.id):
        if key.wide:
            return failed(
                "can open all mail or all files of everybody, and nobody has approved of it", about=about, **facts
            )
        return review("holds a key to every account; find out what it is and approve of it or remove it", about=about)
    try:
        statement = attestations.newest(TOPIC)
    except Unreadable:
        return review(
            "the clinic has approved of it, but no statement tells when somebody last looked at it", about=about
        )
    if attestations.fault(statement) is not None or key.id not in statement.covers:
        return review("the clinic has approved of it, but nobody has looked at it within a year", about=about)
    return passed("the clinic has approved of it and looked at it within a year", **facts)


@CONTROL.check(GOOGLE_WORKSPACE)
def list_was_looked_at(tenant: Tenant, attestations: Attestations) -> Result:
    """Somebody has looked at the list of keys within a year."""
    statement = attestations.newest(TOPIC)
    fault = attestations.fault(statement)
    if fault is not None:
        return fault
    return passed("somebody has looked at the list of keys within a year", clients=sorted(statement.covers))
