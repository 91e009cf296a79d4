"""FWD-7, FWD-8, FWD-15, FWD-16 and FWD-19: journals, contacts, routes and devices, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile, Staff
from tests.rules.identity import Row, google, google_user, microsoft, of, user, verdict, verdicts
from tests.rules.protection import mailbox, protected

ANN = "ann@brightwater.example"


def vendor(domain: str) -> Row:
    return {
        "id": "v", "topic": "vendor_baas", "statement": "s", "by": "Ann", "signed_on": "2026-06-01T00:00:00Z", "file_state": "none",
        "vendor": [{"name": "Vault", "domains": [domain], "signed_on": "2026-01-01T00:00:00Z", "scope": "mail"}],
    }  # fmt: skip


def clinic(sources: dict[str, Any] | None = None, people: list[Row] | None = None) -> Snapshot:
    held = people or [user("ann"), user("bob")]
    base: dict[str, Any] = dict(protected([mailbox(one["id"]) for one in held if one["userType"] == "Member"]))
    base |= {"evidence.statements": [], "graph.message_rules": [line for one in held for line in of(one["id"])]}
    return microsoft(held, base | (sources or {}))


# --- journals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "enabled", "expected"),
    [
        (ANN, True, "pass"),
        ("me@gmail.com", True, "fail"),
        ("in@vault.example", True, "pass"),
        ("in@forgotten.example", True, "fail"),
        ("in@forgotten.example", False, "not_applicable"),
    ],
)
def test_journals(address: str, enabled: bool, expected: str) -> None:
    journal = {"Name": "j", "Enabled": enabled, "JournalEmailAddress": address, "Scope": "Global", "Recipient": None}
    held = clinic({"exchange.journal_rules": [journal], "evidence.statements": [vendor("vault.example")]})
    assert verdicts(held, "FWD-7", "journal_is_known") == {"j": expected}
    assert verdict(clinic({"exchange.journal_rules": None}), "FWD-7") == "not_assessed"


@pytest.mark.parametrize(
    ("address", "expected"), [("<>", "pass"), (ANN, "pass"), ("me@gmail.com", "fail"), (None, "not_assessed")]
)
def test_undelivered_journals(address: str | None, expected: str) -> None:
    held = clinic({"exchange.transport_config": [{"JournalingReportNdrTo": address}]})
    assert list(verdicts(held, "FWD-7", "undelivered_journals_are_not_private").values()) == [expected]


# --- contacts -----------------------------------------------------------------------------------------------------------


def contact(address: str, name: str = "Courier") -> Row:
    return {
        "Guid": "c",
        "DisplayName": name,
        "Identity": name,
        "ExternalEmailAddress": f"SMTP:{address}",
        "PrimarySmtpAddress": None,
    }


LIST = {
    "Guid": "l", "DisplayName": "List", "Identity": "List", "PrimarySmtpAddress": "list@brightwater.example",
    "ExternalDirectoryObjectId": "lx", "RecipientTypeDetails": "MailUniversalDistributionGroup", "RequireSenderAuthenticationEnabled": True,
}  # fmt: skip
MEMBER = {
    "Guid": "m", "DisplayName": "Courier", "RecipientTypeDetails": "MailContact", "PrimarySmtpAddress": None,
    "ExternalEmailAddress": "SMTP:runner@gmail.com", "ExternalDirectoryObjectId": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "sources", "expected"),
    [
        (contact("desk@lab.example"), {}, "pass"),
        (contact("runner@gmail.com"), {}, "review"),
        (contact("runner@gmail.com", "Ann"), {}, "fail"),
        (contact("runner@gmail.com", "Jo Roster"), {}, "fail"),
        (contact("runner@gmail.com"), {"exchange.distribution_groups": [LIST], "exchange.distribution_group_members": of("l", MEMBER)}, "fail"),
        (contact("runner@gmail.com"), {"exchange.distribution_groups": None}, "not_assessed"),
        (contact("runner@gmail.com"), {"exchange.mailboxes": [mailbox("ann", ForwardingAddress="Courier")]}, "fail"),
    ],
)  # fmt: skip
def test_contacts(one: Row, sources: dict[str, Any], expected: str) -> None:
    profile = Profile(staff_roster=(Staff("Jo Roster"),))
    held = clinic({"exchange.mail_contacts": [one]} | sources)
    assert verdicts(held, "FWD-8", "contact_is_no_shortcut", profile) == {"c": expected}


def test_mail_users_and_guests() -> None:
    base = contact("runner@gmail.com") | {"ExternalDirectoryObjectId": "x"}
    rows = [base | {"RecipientTypeDetails": "MailUser"}, base | {"Guid": "g", "RecipientTypeDetails": "GuestMailUser"}]
    found = verdicts(clinic({"exchange.mail_users": rows}), "FWD-8", "mail_user_is_no_shortcut")
    assert found == {"c": "review", "g": "not_applicable"}
    assert verdict(clinic({"exchange.mail_contacts": None}), "FWD-8") == "not_assessed"
    assert verdict(clinic(), "FWD-8") == "pass"


# --- routes -------------------------------------------------------------------------------------------------------------


def route(**fields: Any) -> Row:
    return {
        "Name": "o", "Enabled": True, "ConnectorType": "Partner", "RecipientDomains": ["lab.example"], "SmartHosts": ["mx.lab.example"],
        "UseMXRecord": False, "TlsSettings": "DomainValidation", "IsTransportRuleScoped": False,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("pass", "pass", "pass")),
        ({"TlsSettings": None}, ("fail", "pass", "pass")),
        ({"TlsSettings": "Perhaps"}, ("not_assessed", "pass", "pass")),
        ({"SmartHosts": ["relay.old.example"]}, ("pass", "fail", "pass")),
        ({"SmartHosts": [], "UseMXRecord": True}, ("pass", "pass", "pass")),
        ({"RecipientDomains": ["stranger.example"]}, ("pass", "fail", "pass")),
        ({"RecipientDomains": ["*"], "SmartHosts": ["out.vault.example"]}, ("pass", "pass", "pass")),
        ({"RecipientDomains": ["*"]}, ("pass", "fail", "pass")),
        ({"IsTransportRuleScoped": True}, ("pass", "pass", "review")),
        ({"Enabled": False}, ("not_applicable", "not_applicable", "not_applicable")),
    ],
)
def test_outgoing_routes(fields: Row, expected: tuple[str, str, str]) -> None:
    profile = Profile(partners={"lab.example": "Lab"})
    sources = {"exchange.outbound_connectors": [route(**fields)], "exchange.transport_rules": [], "evidence.statements": [vendor("vault.example")]}  # fmt: skip
    checks = ("route_is_encrypted", "route_leads_to_known_places", "route_is_in_use")
    assert tuple(verdicts(clinic(sources), "FWD-15", check, profile)["o"] for check in checks) == expected
    assert verdict(clinic({"exchange.outbound_connectors": None}), "FWD-15") == "not_assessed"
    assert verdict(clinic({"exchange.outbound_connectors": []}), "FWD-15") == "pass"


def test_a_route_that_a_rule_uses() -> None:
    flow = {"Guid": "r", "Priority": 0, "State": "Enabled", "RouteMessageOutboundConnector": "O"}
    sources = {"exchange.outbound_connectors": [route(IsTransportRuleScoped=True)], "exchange.transport_rules": [flow]}
    assert verdicts(clinic(sources), "FWD-15", "route_is_in_use") == {"o": "pass"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"RequireTls": False}, "fail"),
        ({"RestrictDomainsToCertificate": False}, "fail"),
        ({"TlsSenderCertificateName": None}, "fail"),
        ({"TlsSenderCertificateName": None, "SenderIPAddresses": ["192.0.2.1"], "RestrictDomainsToIPAddresses": True}, "pass"),
        ({"ConnectorType": "OnPremises", "SenderDomains": ["smtp:*;1"], "RestrictDomainsToCertificate": False}, "fail"),
        ({"RequireTls": None}, "not_assessed"),
        ({"Enabled": False}, "not_applicable"),
    ],
)  # fmt: skip
def test_incoming_routes(fields: Row, expected: str) -> None:
    one = {
        "Name": "i", "Enabled": True, "ConnectorType": "Partner", "RequireTls": True, "SenderDomains": ["smtp:lab.example;1"],
        "SenderIPAddresses": [], "RestrictDomainsToIPAddresses": False, "RestrictDomainsToCertificate": True,
        "TlsSenderCertificateName": "*.lab.example",
    }  # fmt: skip
    assert verdicts(clinic({"exchange.inbound_connectors": [one | fields]}), "FWD-16") == {"i": expected}
    assert verdict(clinic({"exchange.inbound_connectors": None}), "FWD-16") == "not_assessed"


# --- devices ------------------------------------------------------------------------------------------------------------


def devices(*accounts: str, signed: str = "2026-06-01T00:00:00Z") -> Row:
    return {
        "id": "d", "topic": "device_mail", "statement": "s", "by": "Ann", "signed_on": signed, "file_state": "none",
        "device": ["copier"], "account": list(accounts),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "mailboxes", "expected"),
    [
        ([devices(ANN)], {}, "pass"),
        ([devices("copier@gmail.com")], {}, "fail"),
        ([devices("nobody@brightwater.example")], {}, "fail"),
        ([devices(ANN)], {"ForwardingSmtpAddress": "smtp:me@gmail.com"}, "fail"),
        ([devices()], {}, "fail"),
        ([devices(ANN, signed="2020-01-01T00:00:00Z")], {}, "fail"),
        ([], {}, "not_assessed"),
    ],
)
def test_devices_of_a_microsoft_clinic(statements: list[Row], mailboxes: Row, expected: str) -> None:
    sources = {"evidence.statements": statements, "exchange.mailboxes": [mailbox("ann", **mailboxes)]}
    outward: dict[str, Any] = {
        "exchange.outbound_spam_policies": [{"Name": "Default", "IsDefault": True, "AutoForwardingMode": "Off"}],
        "exchange.remote_domains": [],
        "exchange.outbound_spam_rules": [],
    }
    assert verdict(clinic(sources | outward), "FWD-19") == expected


@pytest.mark.parametrize(
    ("forward", "expected"),
    [({"enabled": False}, "pass"), ({"enabled": True, "emailAddress": "me@gmail.com", "disposition": "leaveInInbox"}, "fail"), (None, "not_assessed")],
)  # fmt: skip
def test_devices_of_a_google_clinic(forward: Row | None, expected: str) -> None:
    sources: dict[str, Any] = {
        "evidence.statements": [devices(ANN)],
        "directory.domains": [{"domainName": "brightwater.example", "verified": True, "isPrimary": True}],
        "directory.domain_aliases": [],
        "gmail.auto_forwarding": None if forward is None else of("ann", forward),
        "gmail.filters": of("ann"),
        "reports.activity.login_forwarding": [],
    }
    assert verdict(google([google_user("ann")], sources), "FWD-19") == expected
