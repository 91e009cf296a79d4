"""FWD-3, FWD-4, FWD-5 and FWD-13: what mailboxes themselves send, and where, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.sources.mailboxes import MessageRule
from rules.profile import Profile
from tests.rules.identity import Row, facts, of, results, verdict, verdicts
from tests.rules.mailboxes import gmail, mailbox, outlook, without

GMAIL = "ann.field@gmail.com"
OUTSIDE = [
    ("bob@brightwater.example", "pass"),
    ("BOB@Brightwater.Example", "pass"),
    (GMAIL, "fail"),
    ("results@labs.example", "fail"),
    ("office@approved.example", "review"),
]
PROFILE = Profile(approved_external_domains=frozenset({"approved.example"}))


# --- FWD-3 ----------------------------------------------------------------------------------------------------------------


def forwarding(gaps: list[str] | None = None, **fields: Any) -> dict[str, str]:
    clinic = outlook({"exchange.mailboxes": [mailbox("ann", **fields), mailbox("bob")]}, gaps=gaps or [])
    return verdicts(clinic, "FWD-3", "mailbox_keeps_its_mail", PROFILE)


@pytest.mark.parametrize(("address", "expected"), OUTSIDE)
def test_a_forward_set_on_a_mailbox(address: str, expected: str) -> None:
    assert forwarding(ForwardingSmtpAddress=f"smtp:{address}") == {"ann": expected, "bob": "pass"}


@pytest.mark.parametrize("kind", ["SharedMailbox", "RoomMailbox", "EquipmentMailbox"])
def test_mailboxes_of_any_kind_count(kind: str) -> None:
    assert forwarding(RecipientTypeDetails=kind, ForwardingSmtpAddress=f"smtp:{GMAIL}")["ann"] == "fail"


def test_a_contact_is_followed_to_its_end() -> None:
    assert forwarding(ForwardingAddress="away")["ann"] == "fail"
    assert forwarding(ForwardingAddress="bob")["ann"] == "pass"
    assert forwarding(ForwardingAddress="nobody knows")["ann"] == "not_assessed"
    assert forwarding(["exchange.recipients"], ForwardingAddress="bob")["ann"] == "not_assessed"


def test_the_finding_stands_where_the_switch_stops_it_today() -> None:
    stopped = {"exchange.outbound_spam_policies": [{"Name": "D", "IsDefault": True, "AutoForwardingMode": "Off"}]}
    boxes = {"exchange.mailboxes": [mailbox("ann", ForwardingSmtpAddress=f"smtp:{GMAIL}")]}
    clinic = outlook(stopped | boxes)
    assert verdicts(clinic, "FWD-3", "mailbox_keeps_its_mail") == {"ann": "fail"}
    assert facts(clinic, "FWD-3", "ann")["blocked_today"] is True
    unread = outlook(boxes, gaps=["exchange.outbound_spam_policies"])
    assert facts(unread, "FWD-3", "ann")["blocked_today"] is None


@pytest.mark.parametrize("field", ["ForwardingAddress", "ForwardingSmtpAddress", "DeliverToMailboxAndForward"])
def test_a_mailbox_whose_forward_was_not_read(field: str) -> None:
    clinic = outlook({"exchange.mailboxes": [without(mailbox("ann"), field)]})
    assert verdict(clinic, "FWD-3") == "not_assessed"
    assert verdict(outlook(gaps=["exchange.mailboxes"]), "FWD-3") == "not_assessed"


def forward(address: str = GMAIL, *, on: bool = True, disposition: str = "leaveInInbox") -> Row:
    return {"enabled": on, "emailAddress": address, "disposition": disposition}


def event(address: str, who: str = "ann") -> Row:
    return {
        "id": {"time": "2026-09-01T08:00:00.000Z", "uniqueQualifier": "1"},
        "actor": {"email": f"{who}@brightwater.example", "profileId": who},
        "events": [
            {
                "type": "email_forwarding_change",
                "name": "email_forwarding_out_of_domain",
                "parameters": [{"name": "email_forwarding_destination_address", "value": address}],
            }
        ],
    }


@pytest.mark.parametrize(("address", "expected"), OUTSIDE)
def test_automatic_forwarding_of_gmail(address: str, expected: str) -> None:
    found = verdicts(gmail("gmail.auto_forwarding", forward(address)), "FWD-3", "person_keeps_their_mail", PROFILE)
    assert found["ann"] == expected
    off = gmail("gmail.auto_forwarding", forward(address, on=False))
    assert verdicts(off, "FWD-3", "person_keeps_their_mail", PROFILE)["ann"] == "pass"


def test_the_log_is_a_second_witness() -> None:
    log = {"reports.activity.login_forwarding": [event(GMAIL)]}
    off = gmail("gmail.auto_forwarding", forward(on=False), sources=log)
    assert [v for who, v, _ in results(off, "FWD-3") if who == "ann"] == ["pass", "review"]
    on = gmail("gmail.auto_forwarding", forward(), sources=log)
    assert [v for who, v, _ in results(on, "FWD-3") if who == "ann"] == ["fail"]
    blind = gmail(sources=log, gaps=["gmail.auto_forwarding"])
    assert {v for who, v, _ in results(blind, "FWD-3") if who == "ann"} == {"review", "not_assessed"}


def test_a_log_without_events_proves_nothing() -> None:
    assert verdict(gmail(gaps=["gmail.auto_forwarding"]), "FWD-3") == "not_assessed"
    for field in ("enabled", "emailAddress"):
        damaged = gmail("gmail.auto_forwarding", without(forward(), field))
        assert verdicts(damaged, "FWD-3")["ann"] == "not_assessed", field


# --- FWD-4 ----------------------------------------------------------------------------------------------------------------


def to(address: str | None) -> Row:
    return {"emailAddress": {"address": address, "name": True}}


def rule(actions: Row | None, **fields: Any) -> Row:
    return MessageRule.project({"id": "r", "isEnabled": True, "conditions": True, "actions": actions} | fields, b"")


def inbox(*rules: Row) -> dict[str, str]:
    clinic = outlook({"graph.message_rules": [*of("ann", *rules), *of("bob"), *of("gone")]})
    return {who: v for who, v in verdicts(clinic, "FWD-4", "inbox_rules_stay_inside", PROFILE).items() if who != "gone"}


def hidden_rule(**fields: Any) -> Row:
    unset = {"ForwardTo": None, "ForwardAsAttachmentTo": None, "RedirectTo": None, "DeleteMessage": False}
    return {"Identity": "ann\\1", "Enabled": True} | unset | fields


def with_hidden(*rules: Row, shown: tuple[Row, ...] = (), gaps: tuple[str, ...] = ()) -> Any:
    hidden = {"exchange.inbox_rules_hidden": [*of("ann", *rules), *of("bob"), *of("gone")]}
    listed = {"graph.message_rules": [*of("ann", *shown), *of("bob"), *of("gone")]}
    return outlook(listed | ({} if gaps else hidden), gaps=list(gaps))


def test_a_hidden_rule_is_found_where_the_scan_may_read_it() -> None:
    for field in ("ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"):
        for target in (f'"Ann" [SMTP:{GMAIL}]', GMAIL):
            clinic = with_hidden(hidden_rule(**{field: [target]}))
            assert verdicts(clinic, "FWD-4", "inbox_rules_stay_inside")["ann"] == "fail", field
    inside = with_hidden(hidden_rule(ForwardTo=["bob@brightwater.example"]))
    assert verdicts(inside, "FWD-4", "inbox_rules_stay_inside")["ann"] == "pass"
    off = with_hidden(hidden_rule(ForwardTo=[GMAIL], Enabled=False))
    assert verdicts(off, "FWD-4", "inbox_rules_stay_inside")["ann"] == "pass"
    assert facts(off, "FWD-4", "ann")["hidden_rules"] == "read"


def test_a_rule_that_both_witnesses_show_is_told_once() -> None:
    clinic = with_hidden(hidden_rule(ForwardTo=[f'"x" [SMTP:{GMAIL}]']), shown=(rule({"forwardTo": [to(GMAIL)]}),))
    assert [v for who, v, _ in results(clinic, "FWD-4") if who == "ann"] == ["fail"]


def test_hidden_rules_that_were_asked_for_and_not_read_are_no_pass() -> None:
    blind = with_hidden(gaps=("exchange.inbox_rules_hidden",))
    assert verdicts(blind, "FWD-4", "inbox_rules_stay_inside")["bob"] == "not_assessed"
    for field in ("ForwardTo", "Enabled", "DeleteMessage"):
        damaged = with_hidden(without(hidden_rule(RedirectTo=[GMAIL]), field))
        assert verdicts(damaged, "FWD-4", "inbox_rules_stay_inside")["ann"] != "pass", field


def test_hidden_rules_that_nobody_asked_for_are_said() -> None:
    clinic = outlook({"graph.message_rules": [*of("ann"), *of("bob"), *of("gone")]})
    assert verdicts(clinic, "FWD-4", "inbox_rules_stay_inside")["ann"] == "pass"
    assert "not read" in facts(clinic, "FWD-4", "ann")["hidden_rules"]


@pytest.mark.parametrize("action", ["forwardTo", "forwardAsAttachmentTo", "redirectTo"])
@pytest.mark.parametrize(("address", "expected"), OUTSIDE)
def test_a_rule_in_an_inbox(action: str, address: str, expected: str) -> None:
    assert inbox(rule({action: [to(address)]})) == {"ann": expected, "bob": "pass"}
    assert inbox(rule({action: [to(address)]}, isEnabled=False))["ann"] == "pass"


def test_the_worst_rule_decides() -> None:
    assert (
        inbox(rule({"forwardTo": [to("bob@brightwater.example")]}), rule({"redirectTo": [to(GMAIL)]}))["ann"] == "fail"
    )


def test_a_rule_that_hides_what_it_sends_is_critical() -> None:
    clinic = outlook({"graph.message_rules": of("ann", rule({"forwardTo": [to("x@labs.example")], "delete": True}))})
    assert facts(clinic, "FWD-4", "ann")["hides_it"] is True


@pytest.mark.parametrize(
    "broken",
    [
        rule(None, isReadOnly=True),
        rule({}, isReadOnly=True),
        rule({"forwardTo": [to(None)]}),
        without(rule({"forwardTo": []}), "isEnabled"),
        rule({"forwardTo": [{}]}),
        rule(None),
        without(rule({}), "actions"),
        without(rule({}), "actions.forwardTo"),
        without(rule({}), "actions.redirectTo"),
        without(rule({}), "hasError"),
    ],
)
def test_a_rule_that_cannot_be_read_is_never_taken_for_harmless(broken: Row) -> None:
    assert inbox(broken)["ann"] == "not_assessed"


def test_a_broken_rule_is_for_a_person_to_look_at() -> None:
    assert inbox(rule({"markAsRead": True}, hasError=True))["ann"] == "review"


def test_inboxes_that_were_not_read() -> None:
    assert verdict(outlook(gaps=["graph.message_rules"]), "FWD-4") == "not_assessed"
    one = outlook({"graph.message_rules": of("ann")})
    assert verdicts(one, "FWD-4")["bob"] == "not_assessed"


def filter_(forward: str, **action: Any) -> Row:
    return {
        "id": "f",
        "criteria": {"from": True},
        "action": {"forward": forward, "addLabelIds": [], "removeLabelIds": []} | action,
    }


@pytest.mark.parametrize(("address", "expected"), [*OUTSIDE, ("", "pass")])
def test_a_filter_of_gmail(address: str, expected: str) -> None:
    assert verdicts(gmail("gmail.filters", filter_(address)), "FWD-4", "filters_stay_inside", PROFILE) == {
        "ann": expected,
        "bob": "pass",
    }


def test_a_filter_that_hides_what_it_sends() -> None:
    assert facts(gmail("gmail.filters", filter_(GMAIL, removeLabelIds=["INBOX"])), "FWD-4", "ann")["hides_it"] is True


@pytest.mark.parametrize("field", ["action", "action.forward", "action.removeLabelIds"])
def test_a_filter_that_was_not_read(field: str) -> None:
    assert verdicts(gmail("gmail.filters", without(filter_(GMAIL), field)), "FWD-4")["ann"] == "not_assessed"
    assert verdict(gmail(gaps=["gmail.filters"]), "FWD-4") == "not_assessed"


# --- FWD-5 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "state", "expected"),
    [
        (GMAIL, "accepted", "fail"),
        (GMAIL, "pending", "fail"),
        ("results@labs.example", "accepted", "review"),
        ("bob@brightwater.example", "accepted", "pass"),
        (GMAIL, "verificationStatusUnspecified", "not_assessed"),
        (GMAIL, "invented", "not_assessed"),
    ],
)
def test_an_address_registered_to_forward_to(address: str, state: str, expected: str) -> None:
    target = {"forwardingEmail": address, "verificationStatus": state}
    assert verdicts(gmail("gmail.forwarding_addresses", target), "FWD-5") == {"ann": expected, "bob": "pass"}


@pytest.mark.parametrize("field", ["forwardingEmail", "verificationStatus"])
def test_registered_addresses_that_were_not_read(field: str) -> None:
    target = without({"forwardingEmail": GMAIL, "verificationStatus": "accepted"}, field)
    assert verdicts(gmail("gmail.forwarding_addresses", target), "FWD-5")["ann"] == "not_assessed"
    assert verdict(gmail(gaps=["gmail.forwarding_addresses"]), "FWD-5") == "not_assessed"


# --- FWD-13 and FWD-12 ----------------------------------------------------------------------------------------------------


def sender(address: str = "ann@brightwater.example", **fields: Any) -> Row:
    return {
        "sendAsEmail": address,
        "replyToAddress": "",
        "isPrimary": address == "ann@brightwater.example",
        "isDefault": True,
        "treatAsAlias": False,
        "verificationStatus": "verificationStatusUnspecified",
        "smtpMsa": {"host": ""},
    } | fields


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (sender(), "pass"),
        (sender(replyToAddress=GMAIL), "fail"),
        (sender(replyToAddress="bob@brightwater.example"), "pass"),
        (sender(GMAIL, verificationStatus="accepted"), "fail"),
        (sender(GMAIL, verificationStatus="pending"), "review"),
        (sender(GMAIL, verificationStatus="invented"), "not_assessed"),
        (without(sender(), "replyToAddress"), "not_assessed"),
        (without(sender(), "sendAsEmail"), "not_assessed"),
    ],
)
def test_identities_of_a_mailbox(identity: Row, expected: str) -> None:
    assert verdicts(gmail("gmail.send_as", identity), "FWD-13") == {"ann": expected, "bob": "pass"}


def test_identities_that_were_not_read() -> None:
    assert verdict(gmail(gaps=["gmail.send_as"]), "FWD-13") == "not_assessed"


def server(host: str) -> Row:
    return {"host": host, "port": 587, "securityMode": "starttls"}


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (sender(), "pass"),
        (sender("front@brightwater.example", smtpMsa=server("smtp.comcast.net")), "fail"),
        (sender("front@brightwater.example", smtpMsa=server("smtp-relay.gmail.com")), "pass"),
        (sender("front@brightwater.example", smtpMsa=server("smtp.notgmail.com")), "fail"),
        (without(sender("front@brightwater.example"), "smtpMsa"), "not_assessed"),
        (without(sender(), "isPrimary"), "not_assessed"),
    ],
)
def test_servers_that_a_mailbox_sends_through(identity: Row, expected: str) -> None:
    found = verdicts(gmail("gmail.send_as", identity), "FWD-12", "senders_use_google")
    assert found == {"ann": expected, "bob": "pass"}
