"""Microsoft alert policies are on and reach a person.

Why it matters
    Microsoft notices a stolen mailbox that sends spam before the clinic does. The alarm must ring where somebody hears it.

How to fix it
    Microsoft 365: Defender portal, Policies & rules, Alert policy: switch the named policies on, and send their mails to somebody who reads
    them every day; administrators without a mailbox get nothing.

Does not cover
    Whether somebody acts on the alarm (AUDIT-11).
"""

from __future__ import annotations

from connectors.microsoft365.sources.compliance import ProtectionAlert
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.addressing import Addressing
from rules.views.people import People

CONTROL = Control("AUDIT-6", Severity.HIGH, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.312(b)"])
WANTED = (
    "Suspicious email sending patterns detected",
    "Suspicious connector activity",
    "Suspicious Email Forwarding Activity",
    "Tenant restricted from sending unprovisioned email",
    "Tenant restricted from sending email",
)
WITH_DEFENDER = "A potentially malicious URL click was detected"
ADMINISTRATORS = "tenantadmins"


def _wanted(alert: ProtectionAlert) -> bool:
    return alert.name in {*WANTED, WITH_DEFENDER}


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.4.1v1"])
def alarms_are_on(tenant: Tenant, alerts: Table[ProtectionAlert]) -> list[Result]:
    """Every alarm about mailboxes that were taken over is on."""
    state = {alert.name: alert.disabled for alert in alerts if _wanted(alert)}
    results = []
    for name in (*WANTED, *([WITH_DEFENDER] if WITH_DEFENDER in state else [])):
        about = {"alarm": name}
        if name not in state:
            results.append(
                review(f"Microsoft lists no alarm called {name}; see whether it has another name", about=about)
            )
        elif state[name]:
            results.append(failed(f"the alarm is off: {name}", about=about))
        else:
            results.append(passed(f"the alarm is on: {name}"))
    return results


@CONTROL.check(
    MICROSOFT_365, scuba=["MS.SECURITYSUITE.4.2v1"], none=not_applicable("Microsoft lists no alarm for this clinic")
)
def alarm_reaches_a_person(alert: ProtectionAlert, people: People, addressing: Addressing, profile: Profile) -> Result:
    """The alarm is mailed to somebody of the clinic or of a partner."""
    if not _wanted(alert):
        return not_applicable("is another alarm")
    if alert.disabled:
        return not_applicable("is off")
    if alert.notification_enabled is False or not alert.notify_user:
        return failed("is mailed to nobody")
    strangers, outside = [], []
    reached = False
    for name in alert.notify_user:
        if name.casefold() == ADMINISTRATORS:
            reached = _an_administrator_reads_mail(people) or reached
            continue
        target = addressing.lead(name)
        if target.is_internal or profile.holds(frozenset(profile.partners), target.domain):
            reached = True
        elif target.is_consumer:
            strangers.append(name)
        else:
            outside.append(name)
    if strangers:
        return failed(f"is mailed to a private mailbox: {', '.join(strangers)}", about={"to": ", ".join(strangers)})
    if outside:
        return review(
            f"is mailed outside; name the partner if it is one: {', '.join(outside)}", about={"to": ", ".join(outside)}
        )
    if not reached:
        return failed("is mailed to administrators, none of whom has a mailbox")
    return passed("is mailed to somebody", to=list(alert.notify_user))


def _an_administrator_reads_mail(people: People) -> bool:
    """Whether any Global Administrator who can sign in has a mailbox."""
    gap = None
    for person in people:
        try:
            if person.is_highest_admin and person.can_sign_in and person.has_mailbox:
                return True
        except Unreadable as err:
            gap = gap or err.gap
    if gap is not None:
        raise Unreadable(gap)
    return False
