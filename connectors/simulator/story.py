"""Three months of a clinic: the same tenant, changed between scans as people and their helpers change it.

    for chapter in story("microsoft-typical"): chapter.tenant, chapter.faults

The last chapter is the scenario itself; the earlier ones are told backwards from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.simulator.faults import Fault, Refuse
from connectors.simulator.scenarios import scenario
from connectors.simulator.tenant import SimulatedTenant


@dataclass(frozen=True)
class Chapter:
    """One month: the tenant as it was, and what the providers refused then."""

    tenant: SimulatedTenant
    faults: tuple[Fault, ...] = ()


def story(name: str) -> list[Chapter]:
    """The months of a clinic, the oldest first; `KeyError` for a clinic that has no story."""
    early, middle, refused = _STORIES[name]
    chapters = []
    for changes, faults in ((early, ()), (middle, refused), ((), ())):
        tenant = scenario(name)
        for change in changes:
            change(tenant.state)
        chapters.append(Chapter(tenant, tuple(Fault(fault.match, fault.action, tenant=tenant.key) for fault in faults)))
    return chapters


Change = Callable[[dict[str, Any]], None]


def _mailbox(state: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in state["exchange"]["Get-Mailbox"] if row["DisplayName"] == name)
    return found


def _billing_forwards_home(state: dict[str, Any]) -> None:
    """Tomas has his mail copied home, until somebody talks to him."""
    _mailbox(state, "Tomas Wojcik")["ForwardingSmtpAddress"] = "smtp:tomas.wojcik.example@gmail.com"


def _front_desk_has_no_rule_yet(state: dict[str, Any]) -> None:
    """Luis makes his inbox rule in the last month only."""
    state["graph"]["messageRules"][_mailbox(state, "Luis Ferreira")["ExternalDirectoryObjectId"]] = []


def _audit_log_is_off(state: dict[str, Any]) -> None:
    """Nobody has switched the audit log on yet."""
    for row in state["exchange"]["Get-AdminAuditLogConfig"]:
        row["UnifiedAuditLogIngestionEnabled"] = False


def _clinician_forwards_home(state: dict[str, Any]) -> None:
    box = state["mailboxes"]["noor@brightwater.example"]
    address = "noor.pellworth@gmail.com"
    box["forwardingAddresses"].append({"forwardingEmail": address, "verificationStatus": "accepted"})
    box["autoForwarding"] = {"enabled": True, "emailAddress": address, "disposition": "leaveInInbox"}


def _front_desk_has_no_filter_yet(state: dict[str, Any]) -> None:
    box = state["mailboxes"]["owen@brightwater.example"]
    box["filters"], box["forwardingAddresses"] = [], []


_STORIES: dict[str, tuple[tuple[Change, ...], tuple[Change, ...], tuple[Fault, ...]]] = {
    "microsoft-typical": (
        (_billing_forwards_home, _front_desk_has_no_rule_yet, _audit_log_is_off),
        (_front_desk_has_no_rule_yet,),
        # In the second month the application's role was taken away from the reader of mail flow rules, by mistake.
        (Fault("microsoft365 exchange Get-TransportRule", Refuse("permission")),),
    ),
    "google-typical": (
        (_clinician_forwards_home, _front_desk_has_no_filter_yet),
        (_front_desk_has_no_filter_yet,),
        (Fault("google_workspace * */groups/v1/groups/*", Refuse("permission")),),
    ),
}
