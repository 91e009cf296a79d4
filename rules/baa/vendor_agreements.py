"""Every vendor that touches patient data has a BAA on file.

Why it matters
    A company that reads, carries or stores patient data for the clinic is a business associate. Without a signed business
    associate agreement (BAA) the clinic answers for everything that company does.

How to fix it
    Microsoft 365: get the agreement signed, or remove the app or route.
    Google Workspace: get the agreement signed, or remove the app.
    Evidence folder: put a statement of the kind vendor_baas there, with a [[vendor]] for each: name, domains, client_ids,
    signed_on, scope, review_on; or no_phi with the reason why it never sees patient data.

Does not cover
    What an agreement says, and vendors that neither mail nor apps show.
"""

from __future__ import annotations

from typing import Any

from connectors.microsoft365.sources.mailflow import JournalRule, OutboundConnector
from connectors.source import EVIDENCE, GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.view import Tenant
from rules.views.addressing import Addressing
from rules.views.agreements import Agreements
from rules.views.connected_apps import ConnectedApp

CONTROL = Control(
    "BAA-11",
    Severity.CRITICAL,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.314(a)(1)", "164.316(b)(1)"],
)


@CONTROL.check(
    MICROSOFT_365,
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 4.2.1.2"],
    none=passed("no app of another company reaches clinic data"),
)
def app_has_an_agreement(app: ConnectedApp, agreements: Agreements) -> Result:
    """With the maker of every app that can open mail, files or calendars, an agreement is on file."""
    opens = app.opens
    if not opens:
        return not_applicable("opens nothing that patient data lies in")
    return _judge(agreements, f"can open {', '.join(opens)}", app.label, app.id, client=app.id)


@CONTROL.check(MICROSOFT_365, none=passed("no mail leaves over another server"))
def route_has_an_agreement(connector: OutboundConnector, agreements: Agreements) -> list[Result]:
    """With whoever runs a server that outgoing mail passes, an agreement is on file."""
    if not connector.enabled:
        return [not_applicable("is switched off")]
    if not connector.smart_hosts:
        return [not_applicable("sends mail straight to where it goes")]
    return [_judge(agreements, f"sends mail through {host}", host) for host in connector.smart_hosts]


@CONTROL.check(MICROSOFT_365, none=passed("no copy of all mail goes anywhere"))
def journal_has_an_agreement(rule: JournalRule, agreements: Agreements, addressing: Addressing) -> Result:
    """With whoever gets a copy of all mail, an agreement is on file."""
    if not rule.enabled:
        return not_applicable("is switched off")
    target = addressing.lead(rule.journal_email_address)
    if target.is_internal:
        return not_applicable("keeps its copies inside the clinic")
    domain = rule.journal_email_address.rpartition("@")[2]
    return _judge(agreements, f"copies all mail to {domain}", domain)


@CONTROL.check(EVIDENCE)
def partner_has_an_agreement(tenant: Tenant, profile: Profile, agreements: Agreements) -> list[Result]:
    """With every partner that the clinic names, an agreement is on file."""
    if not profile.partners:
        return [not_applicable("the clinic names no partner")]
    return [
        _judge(agreements, f"{name} is a partner", domain, name) for domain, name in sorted(profile.partners.items())
    ]


def _judge(agreements: Agreements, what: str, *names: str, client: str = "") -> Result:
    about = {"vendor": names[-1]}
    facts: dict[str, Any] = {"client": client} if client else {}
    found = agreements.stated(*names)
    if found is None:
        return failed(f"{what}, and no agreement with {names[0]} is on file", about=about, **facts)
    fault = found.fault(agreements.now)
    if fault is not None:
        return failed(f"{what}, but {fault}", about=about, **facts)
    if found.vendor.no_phi:
        return passed("never sees patient data, as the clinic states", reason=found.vendor.no_phi)
    return passed(f"{what}; an agreement is on file", scope=found.vendor.scope)
