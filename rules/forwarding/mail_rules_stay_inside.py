"""No mail flow rule sends copies outside.

Why it matters
    A rule of an administrator works on everybody's mail at once. One line in it can copy the whole clinic's mail to an outside
    address.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Rules: switch the rule off, then find out who made it and why.
    Google Workspace: Admin console, Apps, Gmail: Routing, Compliance and Default routing: remove the outside recipient.

Does not cover
    Connectors that send all mail through another server. Google's routing and default routing cannot be read by any interface:
    only changes of the last 180 days show in the log, and their absence proves nothing.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.activity import AdminActivity
from connectors.google_workspace.sources.settings import (
    GmailAttachmentCompliance,
    GmailContentCompliance,
    GmailObjectionableContent,
    GmailRule,
    GmailRuleStates,
)
from connectors.microsoft365.sources.mailflow import TransportRule
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.addresses import parse
from rules.views.addressing import Addressing, MailGroups
from rules.views.destinations import classify
from rules.views.forwards import Path, paths_judged, shown, worst_first
from rules.views.google_policy import PolicyCell

CONTROL = Control("FWD-6", Severity.CRITICAL, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)"])
ROUTING = {"CREATE_GMAIL_SETTING", "CHANGE_GMAIL_SETTING", "MAIL_ROUTING_DESTINATION_ADDED", "CREATE_EMAIL_MONITOR"}


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.2.1", "CIS M365 v6.0.0 6.2.1"],
    prowler=["exchange_transport_rules_mail_forwarding_disabled"],
    none=passed("there are no mail flow rules"),
)
def rule_stays_inside(rule: TransportRule, addressing: Addressing, groups: MailGroups) -> list[Result]:
    """No mail flow rule that is at work sends mail to an outside address."""
    if rule.state == "Disabled" or rule.mode != "Enforce":
        return [not_applicable("is switched off, or only watches")]
    sends = (
        ("mail flow rule: redirect", "redirects mail to", rule.redirect_message_to, False),
        ("mail flow rule: blind copy", "sends blind copies to", rule.blind_copy_to, True),
        ("mail flow rule: copy", "sends copies to", rule.copy_to, True),
        ("mail flow rule: add recipient", "adds as recipient", rule.add_to_recipients, True),
        ("mail flow rule: moderation", "lets mail be approved by", rule.moderate_message_by_user, True),
    )
    paths = [Path(channel, to, says, keeps_copy=keeps) for channel, says, many, keeps in sends for to in many or []]
    results = paths_judged(iter(paths), addressing, groups=groups)
    if rule.route_message_outbound_connector:
        results.append(review("sends mail through another server", connector=rule.route_message_outbound_connector))
    return worst_first(results) or [passed("sends no copies")]


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def compliance_rules_stay_inside(cell: PolicyCell, addressing: Addressing, groups: MailGroups) -> list[Result]:
    """No Gmail compliance rule that is on sends mail to an outside address."""
    if not cell.service_on("gmail"):
        return [not_applicable("Gmail is off here")]
    rules: dict[str, GmailRule] = {}
    for setting, field in (
        (GmailContentCompliance, "content_compliance_rules"),
        (GmailAttachmentCompliance, "attachment_compliance_rules"),
        (GmailObjectionableContent, "objectionable_content_rules"),
    ):
        if cell.given(setting):
            rules.update({rule.rule_id: rule for rule in getattr(cell.setting(setting), field)})
    if not rules:
        return [passed("there are no compliance rules here")]
    states = (
        {state.rule_id: state.enabled for state in cell.setting(GmailRuleStates).rule_states}
        if cell.given(GmailRuleStates)
        else {}
    )
    results: list[Result] = []
    for rule_id, rule in rules.items():
        if rule_id not in states:
            results.append(not_assessed("whether a compliance rule is on could not be read", source="policy.policies"))
        elif states[rule_id]:
            results += _rule(rule, addressing, groups)
    return worst_first(results) or [passed("no compliance rule sends mail elsewhere", rules=len(rules))]


def _rule(rule: GmailRule, addressing: Addressing, groups: MailGroups) -> list[Result]:
    consequence = rule.consequence
    results: list[Result] = []
    delivery = consequence.primary_delivery
    if delivery.change_envelope_recipient:
        if delivery.recipient_address:
            path = Path(
                "Gmail compliance rule",
                delivery.recipient_address,
                "a compliance rule sends mail on to",
                keeps_copy=False,
            )
            results += paths_judged(iter([path]), addressing, groups=groups)
        elif delivery.recipient_domain:
            led = classify(f"anybody@{delivery.recipient_domain}", addressing.directory)
            if not led.is_internal:
                about = {"channel": "Gmail compliance rule", "destination": delivery.recipient_domain}
                results.append(
                    failed(
                        f"a compliance rule sends mail on to {delivery.recipient_domain} ({led.reason})",
                        about=about,
                        destination_class=led.cls.value,
                    )
                )
        elif not delivery.recipient_user:  # with a user alone the domain stays
            results.append(
                not_assessed("to whom a compliance rule sends mail on is not told", source="policy.policies")
            )
    if consequence.deliver_to_additional_recipients:
        results.append(
            review(
                "a compliance rule sends mail to more recipients, whom the interface does not show; look at it in the Admin console"
            )
        )
    return results


@CONTROL.check(GOOGLE_WORKSPACE)
def no_routing_was_added(tenant: Tenant, events: Table[AdminActivity], addressing: Addressing) -> list[Result]:
    """No change of mail routing in 180 days added an outside address."""
    results: list[Result] = []
    for activity in events.known():
        try:
            for event in activity.events:
                if event.name not in ROUTING:
                    continue
                for target in _addresses(event):
                    led = classify(target, addressing.directory)
                    if led.is_readable and not led.is_internal:
                        when = activity.id.time.date().isoformat()
                        about = {"channel": "mail routing", "destination": shown(led)}
                        results.append(
                            failed(
                                f"mail routing to {shown(led)} ({led.reason}) was set up on {when}",
                                about=about,
                                destination_class=led.cls.value,
                                on=when,
                            )
                        )
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    remedy = "look at Admin console, Apps, Gmail, Routing and Default routing, and accept what is there by a waiver or a statement"
    return results or [
        not_assessed(
            "no interface shows Google's routing rules, and the log of 180 days holds no change",
            reason=Reason.NOT_COLLECTED,
            source="policy.policies",
            remedy=remedy,
        )
    ]


def _addresses(event: object) -> list[str]:
    """The mail addresses in an event's parameters."""
    import re  # noqa: PLC0415

    found = []
    for parameter in event.parameters:  # type: ignore[attr-defined]
        for text in (parameter.value, *parameter.multi_value):
            found += [
                a for a in re.findall(r"[^\s\"'<>,;:\[\]{}()]+@[^\s\"'<>,;:\[\]{}()]+", text or "") if parse(a).is_smtp
            ]
    return found
