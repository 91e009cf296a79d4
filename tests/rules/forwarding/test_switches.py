"""FWD-1 and FWD-2: the switches against automatic forwarding, with hand-made records."""

from __future__ import annotations

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, microsoft, results, setting, unit, user, verdict, verdicts


def policy(name: str, mode: str, *, default: bool = False) -> Row:
    return {"Name": name, "IsDefault": default, "AutoForwardingMode": mode}


def rule(policy_name: str, state: str = "Enabled") -> Row:
    return {
        "Name": policy_name, "HostedOutboundSpamFilterPolicy": policy_name, "State": state, "Priority": 0,
        "From": ["front@brightwater.example"], "FromMemberOf": [], "SenderDomainIs": [],
    }  # fmt: skip


def outbound(policies: list[Row] | None, rules: list[Row] | None = None) -> dict[str, str]:
    sources = {"exchange.outbound_spam_policies": policies, "exchange.outbound_spam_rules": rules or []}
    return verdicts(microsoft([user("ann")], sources), "FWD-1", "policy_is_off")


@pytest.mark.parametrize(
    ("mode", "expected"), [("Off", "pass"), ("Automatic", "fail"), ("On", "fail"), ("Sometimes", "not_assessed")]
)
def test_the_default_policy(mode: str, expected: str) -> None:
    assert outbound([policy("Default", mode, default=True)]) == {"Default": expected}


def test_a_custom_policy_counts_where_a_rule_puts_it_to_use() -> None:
    both = [policy("Default", "Off", default=True), policy("Front", "On")]
    assert outbound(both) == {"Default": "pass", "Front": "not_applicable"}
    assert outbound(both, [rule("Front", "Disabled")])["Front"] == "not_applicable"
    assert outbound(both, [rule("Front")])["Front"] != "pass"


def test_policies_that_were_not_read() -> None:
    missing = microsoft([user("ann")], {"exchange.outbound_spam_policies": None})
    assert verdict(missing, "FWD-1") == "not_assessed"


def test_units_of_google() -> None:
    closed = setting("gmail.auto_forwarding", {"enableAutoForwarding": False})
    opened = setting("gmail.auto_forwarding", {"enableAutoForwarding": True}, 202.0, unit_id="front")
    gmail = setting("gmail.service_status", {"serviceState": "ENABLED"})
    people = [google_user("ann"), google_user("bob", "/Front")]
    sources = {
        "directory.orgunits": [unit("root", "/"), unit("front", "/Front", "root")],
        "policy.policies": [closed, opened, gmail],
    }
    found = results(google(people, sources), "FWD-1", "unit_is_off")
    assert sorted(verdict for _, verdict, _ in found) == ["fail", "pass"]
    sources["policy.policies"] = [closed, gmail]
    assert {verdict for _, verdict, _ in results(google(people, sources), "FWD-1", "unit_is_off")} == {"pass"}


def remote(name: str, *, open_: bool) -> Row:
    return {
        "DomainName": name,
        "Name": name,
        "AutoForwardEnabled": open_,
        "AllowedOOFType": "External",
        "Identity": name,
    }


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (remote("*", open_=False), "pass"),
        (remote("*", open_=True), "fail"),
        (remote("gmail.com", open_=True), "fail"),
        (remote("labs.example", open_=True), "review"),
        (remote("LABS.example", open_=False), "pass"),
    ],
)
def test_remote_domains(entry: Row, expected: str) -> None:
    profile = Profile(approved_external_domains=frozenset({"labs.example"}))
    clinic = microsoft([user("ann")], {"exchange.remote_domains": [entry]})
    assert verdicts(clinic, "FWD-2", "entry_is_closed", profile) == {entry["DomainName"]: expected}


def test_no_remote_domain_at_all_is_no_answer() -> None:
    assert verdict(microsoft([user("ann")], {"exchange.remote_domains": []}), "FWD-2") == "not_assessed"
    assert verdict(microsoft([user("ann")], {"exchange.remote_domains": None}), "FWD-2") == "not_assessed"
