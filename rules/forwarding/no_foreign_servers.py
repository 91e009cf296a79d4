"""Nobody sends clinic mail through an outside server.

Why it matters
    Mail that leaves through a private provider's server is stored there, outside every agreement, and the clinic's log never
    sees it.

How to fix it
    Google Workspace: Admin console, Apps, Gmail, End User Access: "Allow per-user outbound gateways" off; in the mailbox,
    Settings, Accounts: remove the address.

Does not cover
    Routes that an administrator set for the whole clinic. At Microsoft 365 people cannot choose a server of their own.
"""

from __future__ import annotations

from connectors.google_workspace.sources.mailboxes import SendAs
from connectors.google_workspace.sources.settings import GmailOutboundGateway
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed
from rules.tables import Grouped
from rules.views.forwards import worst_first
from rules.views.google_policy import PolicyCell
from rules.views.people import Person

CONTROL = Control(
    "FWD-12", Severity.HIGH, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.312(e)(2)(ii)"]
)
CONTROL.not_applicable(MICROSOFT_365, "people cannot choose a mail server of their own")
OURS = ("google.com", "gmail.com")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.12.1v1"],
    cis=["CIS GWS v1.3 3.1.3.5.3"],
    prowler=["gmail_per_user_outbound_gateway_disabled"],
    none=not_applicable("no active person works in any unit"),
)
def unit_forbids_it(cell: PolicyCell) -> Result:
    """People in every unit and group may not send through outside servers."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    if not cell.given(GmailOutboundGateway):
        # Gmail's documented behavior is off until an administrator allows it (controls.csv, FWD-12); the listing must be whole.
        if cell.gap is not None:
            raise Unreadable(cell.gap)
        return passed("was never allowed here")
    if cell.setting(GmailOutboundGateway).allow_users_to_use_external_smtp_servers:
        return failed("people here may send through any mail server", people=cell.names)
    return passed("people here send through Google only", people=len(cell.names))


@CONTROL.check(GOOGLE_WORKSPACE)
def senders_use_google(person: Person, senders: Grouped[SendAs]) -> list[Result]:
    """No sender address of a mailbox leaves through an outside server."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    results = []
    for sender in senders.of(person.id):
        try:
            if sender.is_primary or sender.smtp_msa is None:
                continue
            host = sender.smtp_msa.host.casefold().rstrip(".")
            if host and not any(host == name or host.endswith("." + name) for name in OURS):
                about = {"channel": "outside mail server", "server": host, "sender": sender.send_as_email}
                results.append(failed(f"sends as {sender.send_as_email} through {host}", about=about))
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results) or [passed("sends through Google only")]
