"""Voicemail, fax and scanner mail stays inside.

Why it matters
    Faxes and scans are the record itself. A scanner that mails to a private address, or a fax line whose mailbox forwards, leaks a
    patient a day.

How to fix it
    Microsoft 365: Keep a list: a statement of the kind device_mail in the evidence folder, with device = the scanners, fax and phone
    systems, and account = the mailboxes that they send to. Point all of them at a shared mailbox.
    Google Workspace: Keep a list: a statement of the kind device_mail in the evidence folder, with device = the scanners, fax and
    phone systems, and account = the mailboxes that they send to. Point all of them at a group or a shared mailbox.

Does not cover
    Devices that are not on the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.google_workspace.sources.activity import ForwardingActivity
from connectors.google_workspace.sources.mailboxes import AutoForwarding, Filter
from connectors.microsoft365.sources.mailboxes import Mailbox, MessageRule
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.control import Control, Level
from rules.forwarding.mailboxes_do_not_forward import mailbox_keeps_its_mail, person_keeps_their_mail
from rules.forwarding.rules_do_not_forward import filters_stay_inside, inbox_rules_stay_inside
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed
from rules.tables import Grouped, Keyed, Table
from rules.view import Across, Tenant
from rules.views.addressing import Addressing, MailGroups
from rules.views.attestations import Attestations
from rules.views.forwards import OutwardSwitch, beyond
from rules.views.hidden_rules import HiddenRules
from rules.views.owned_domains import OwnedDomains
from rules.views.people import People, Person

CONTROL = Control(
    "FWD-19",
    Severity.MEDIUM,
    level=Level.SHOULD,
    cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.310(d)(2)(iii)"],
)


def _listed(attestations: Attestations, owned: Across[OwnedDomains], provider: Provider) -> list[str] | Result:
    """The listed addresses that this provider must hold, or what is wrong with the list."""
    statement = attestations.newest("device_mail")
    if fault := attestations.fault(statement):
        return fault
    if not statement.account:
        return failed("the statement names no mailbox", about={"statement": statement.id})
    here = []
    for address in statement.account:
        holders = [one.provider for one in owned if one.owns_address(address)]
        if not holders:
            return failed(f"a device mails to {address}, which is not the clinic's", about={"address": address})
        if provider in holders:
            here.append(address)
    return here


def _group(address: str, groups: MailGroups, addressing: Addressing) -> Result | None:
    """What a group as a target means; None if the address is no group's."""
    group = groups.by_address.get(address.casefold())
    if group is None:
        return None
    outside = beyond(group, addressing)
    if outside:
        about = {"address": address}
        return failed(f"{address} is a group with outside members: {', '.join(outside[:3])}", about=about)
    return passed(f"{address} is a group of the clinic")


def _judged(address: str, results: Iterable[Result]) -> Result:
    """One result for one address, from what was found on its mailbox."""
    found = list(results)
    for verdict in (Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED):
        for one in found:
            if one.verdict is verdict:
                about = {"address": address, **one.about}
                return Result(verdict, f"{address}: {one.message}", one.facts, about, gap=one.gap)
    return passed(f"{address} keeps its mail")


def _each(listed: list[str] | Result, judge: Callable[[str], Result]) -> list[Result]:
    if isinstance(listed, Result):
        return [listed]
    results = []
    for address in listed:
        try:
            results.append(judge(address))
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return results or [not_applicable("no device mails to this provider")]


@CONTROL.check(MICROSOFT_365)
def devices_mail_inside(
    tenant: Tenant,
    attestations: Attestations,
    owned: Across[OwnedDomains],
    people: People,
    mailboxes: Keyed[Mailbox],
    rules: Grouped[MessageRule],
    hidden: HiddenRules,
    addressing: Addressing,
    groups: MailGroups,
    switch: OutwardSwitch,
) -> list[Result]:
    """Every device mails to a mailbox of the clinic that keeps its mail."""

    def judge(address: str) -> Result:
        person = people.by_address(address)
        mailbox = mailboxes.get(person.id) if person is not None else None
        if person is None or mailbox is None:
            group = _group(address, groups, addressing)
            about = {"address": address}
            return group or failed(f"a device mails to {address}, and there is no such mailbox", about=about)
        found = mailbox_keeps_its_mail(mailbox, addressing, groups, switch, people)
        return _judged(address, [*found, *inbox_rules_stay_inside(person, rules, hidden, addressing, groups, switch)])

    return _each(_listed(attestations, owned, MICROSOFT_365), judge)


@CONTROL.check(GOOGLE_WORKSPACE)
def devices_mail_inside_google(
    tenant: Tenant,
    attestations: Attestations,
    owned: Across[OwnedDomains],
    people: People,
    forwarding: Grouped[AutoForwarding],
    events: Table[ForwardingActivity],
    filters: Grouped[Filter],
    addressing: Addressing,
    groups: MailGroups,
) -> list[Result]:
    """Every device mails to a mailbox or group of the clinic that keeps its mail."""

    def judge(address: str) -> Result:
        person: Person | None = people.by_address(address)
        if person is None:
            group = _group(address, groups, addressing)
            about = {"address": address}
            return group or failed(f"a device mails to {address}, and there is no such mailbox", about=about)
        found = person_keeps_their_mail(person, forwarding, events, addressing, groups)
        return _judged(address, [*found, *filters_stay_inside(person, filters, addressing, groups)])

    return _each(_listed(attestations, owned, GOOGLE_WORKSPACE), judge)
