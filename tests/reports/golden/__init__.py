"""Reports of two small assessments, as they must come out letter by letter. `make golden` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from connectors.microsoft365.sources.mailboxes import MessageRule
from connectors.snapshot import Snapshot
from reports import render
from rules import Assessment, assess
from rules.profile import Profile
from rules.waiver import Waiver
from tests.rules.identity import NOW, of, report
from tests.rules.mailboxes import gmail, mailbox, outlook

HERE = Path(__file__).resolve().parent
SNAPSHOT_ID = "20261124T080000Z-golden"
CONTROLS = ["FWD-1", "FWD-3", "FWD-4", "FWD-5", "MAIL-3", "MFA-2", "AUDIT-1", "POL-3"]
"""A few that show each pile, and stay as they are while the catalogue grows."""


def assessments() -> dict[str, Assessment]:
    """By the name of their files: one clinic at each provider, with something in every pile."""
    forwards = [
        mailbox("ann", ForwardingSmtpAddress="smtp:ann.field@gmail.com"),
        mailbox("bob", ForwardingAddress="away", DeliverToMailboxAndForward=True),
    ]
    actions = {"redirectTo": [{"emailAddress": {"address": "x@labs.example"}}]}
    rules = MessageRule.project({"id": "r", "isEnabled": True, "actions": actions}, b"")
    microsoft = outlook(
        {
            "exchange.mailboxes": forwards,
            "exchange.admin_audit_log_config": [{"UnifiedAuditLogIngestionEnabled": True}],
            "graph.message_rules": [*of("ann", rules), *of("bob"), *of("gone")],
            "graph.user_registration_details": [report("ann", "mobilePhone"), report("bob")],
        }
    )
    google = gmail(
        "gmail.auto_forwarding",
        {"enabled": True, "emailAddress": "ann.field@gmail.com", "disposition": "leaveInInbox"},
        gaps=["gmail.filters", "gmail.forwarding_addresses"],
    )
    waiver = Waiver(
        "FWD-3",
        "bob",
        "the owner's own second mailbox, until it is moved",
        "Dana Reyes",
        date(2027, 1, 31),
        {"channel": "mailbox forwarding to a contact", "destination": "ann.field@gmail.com"},
    )
    profile = Profile(approved_external_domains=frozenset({"labs.example"}))
    return {
        "microsoft": assess(fixed(microsoft), now=NOW, profile=profile, waivers=[waiver], only=CONTROLS),
        "google": assess(fixed(google), now=NOW, only=CONTROLS),
    }


def fixed(snapshot: Snapshot) -> Snapshot:
    """The snapshot with an id that is always the same."""
    snapshot.manifest.id = SNAPSHOT_ID
    return snapshot


def files() -> Iterator[tuple[Path, str]]:
    """Every file and what must stand in it."""
    for name, assessment in assessments().items():
        yield HERE / f"{name}.txt", render(assessment, "text", width=80)
        yield HERE / f"{name}.json", _without_evidence(render(assessment, "json")) + "\n"


def _without_evidence(text: str) -> str:
    """Which fields a view happened to read changes with its making; that lists of them stand there is tested elsewhere."""
    text = re.sub(r'"evidence": \[(\s*\[[^\]]*\],?)*\s*\]', '"evidence": []', text)
    text = re.sub(r'"evidence": \d+', '"evidence": 0', text)
    return re.sub(r'"sha256": "[0-9a-f]{64}"', '"sha256": "..."', text)
