"""Journaling and chat archiving do not copy messages to an unknown outside store.

Why it matters
    A journal holds every message of the clinic. Whoever runs it holds the whole record, agreement or not.

How to fix it
    Microsoft 365: Purview, Data lifecycle management, Exchange (legacy), Journal rules: remove rules that nobody can explain; for the
    others put the vendor's agreement into the evidence folder (vendor_baas).
    Google Workspace: Admin console, Apps, Google Chat, Third-party archiving: off, or to a vendor with an agreement.

Does not cover
    Copies by mail flow rules and Gmail routing (FWD-6).
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.settings import ChatArchiving
from connectors.microsoft365.sources.mailflow import JournalRule, TransportConfig
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.addressing import Addressing
from rules.views.agreements import Agreements
from rules.views.forwards import shown
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "FWD-7",
    Severity.HIGH,
    cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.308(b)(1)"],
)


def _judge(address: str, what: str, addressing: Addressing, agreements: Agreements) -> Result:
    led = addressing.lead(address)
    about = {"destination": shown(led)}
    if led.is_internal:
        return passed(f"{what} stay inside")
    if led.is_consumer:
        return failed(f"{what} go to {shown(led)} ({led.reason})", about=about, severity=Severity.CRITICAL)
    try:
        agreed = agreements.covers(led.domain)
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT and agreements.whole:
            agreed = False  # a folder that was read and names no vendor
        else:
            raise
    if not agreed:
        return failed(f"{what} go to {shown(led)}, and no agreement with it is on file", about=about)
    return passed(f"{what} go to a vendor with an agreement", destination=shown(led))


@CONTROL.check(MICROSOFT_365, none=passed("there are no journal rules"))
def journal_is_known(rule: JournalRule, addressing: Addressing, agreements: Agreements) -> Result:
    """Every journal stays inside, or goes to a vendor with an agreement."""
    if not rule.enabled:
        return not_applicable("is switched off")
    return _judge(rule.journal_email_address, "copies of all mail", addressing, agreements)


@CONTROL.check(MICROSOFT_365)
def undelivered_journals_are_not_private(
    tenant: Tenant, config: One[TransportConfig], addressing: Addressing
) -> Result:
    """Journal reports that could not be delivered do not go to a personal mailbox."""
    address = config.value.journaling_report_ndr_to
    if address in {"", "<>"}:
        return passed("nobody gets undelivered journal reports")
    led = addressing.lead(address)
    if led.is_consumer:
        return failed(
            f"undelivered copies of mail go to {shown(led)} ({led.reason})", about={"destination": shown(led)}
        )
    return passed("undelivered journal reports go to no personal mailbox")


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def chat_archive_is_known(cell: PolicyCell, addressing: Addressing, agreements: Agreements) -> Result:
    """Conversations are not copied to an outside archive without an agreement."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    archive = cell.setting(ChatArchiving)
    if not archive.enabled:
        return passed("conversations are copied nowhere", people=len(cell.names))
    return _judge(archive.destination_email_address, "conversations", addressing, agreements)
