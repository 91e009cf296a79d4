"""FWD-6, FWD-9, FWD-10, FWD-12 and FWD-14: rules of administrators, lists, delegates and clients, with hand-made records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from connectors.microsoft365.sources.groups import GroupMember
from connectors.snapshot import Snapshot
from rules.profile import Profile, Staff
from tests.rules.identity import Row, google_user, guest, of, results, setting, user, verdict, verdicts
from tests.rules.mailboxes import GMAIL_ON, gmail, mailbox, outlook, without

GMAIL = "ann.field@gmail.com"

# --- FWD-6 ----------------------------------------------------------------------------------------------------------------


def flow(**fields: Any) -> Row:
    return {
        "Guid": "t",
        "Name": True,
        "State": "Enabled",
        "Mode": "Enforce",
        "Priority": 0,
        "RedirectMessageTo": None,
        "BlindCopyTo": None,
        "CopyTo": None,
        "AddToRecipients": None,
        "ModerateMessageByUser": None,
        "RouteMessageOutboundConnector": None,
        "ApplyOME": None,
        "ApplyRightsProtectionTemplate": None,
    } | fields


def flowing(*rules: Row) -> list[str]:
    return [v for _, v, _ in results(outlook({"exchange.transport_rules": rules}), "FWD-6", "rule_stays_inside")]


@pytest.mark.parametrize(
    "action", ["RedirectMessageTo", "BlindCopyTo", "CopyTo", "AddToRecipients", "ModerateMessageByUser"]
)
def test_a_mail_flow_rule(action: str) -> None:
    assert flowing(flow(**{action: [GMAIL]})) == ["fail"]
    assert flowing(flow(**{action: ["bob@brightwater.example"]})) == ["pass"]
    assert flowing(flow(**{action: ["away"]})) == ["fail"]
    assert flowing(flow(**{action: [GMAIL], "State": "Disabled"})) == ["not_applicable"]
    assert flowing(flow(**{action: [GMAIL], "Mode": "AuditAndNotify"})) == ["not_applicable"]
    assert flowing(without(flow(), action)) == ["not_assessed"]


@pytest.mark.parametrize(("field", "value"), [("State", "Perhaps"), ("Mode", "Perhaps")])
def test_an_undocumented_word_in_a_mail_flow_rule_decides_nothing(field: str, value: str) -> None:
    assert flowing(flow(**{field: value})) == ["not_assessed"]


def test_no_mail_flow_rules_and_rules_that_were_not_read() -> None:
    assert flowing() == ["pass"]
    assert flowing(flow(RouteMessageOutboundConnector="Relay")) == ["review"]
    assert verdict(outlook(gaps=["exchange.transport_rules"]), "FWD-6") == "not_assessed"


def compliance(*, more: bool = False, change: bool = True, **delivery: str) -> Row:
    where = {"recipientAddress": "", "recipientUser": "", "recipientDomain": ""} | delivery
    return {
        "ruleId": "1",
        "condition": {},
        "consequence": {
            "ruleConsequenceType": "MODIFY",
            "deliverToAdditionalRecipients": more,
            "primaryDelivery": {"changeEnvelopeRecipient": change, **where},
        },
    }


def complied(rule: Row, *, on: bool | None = True) -> list[str]:
    held = [GMAIL_ON, setting("gmail.content_compliance", {"contentComplianceRules": [rule]})]
    if on is not None:
        held.append(setting("gmail.rule_states", {"ruleStates": [{"ruleId": "1", "enabled": on}]}))
    clinic = gmail(sources={"policy.policies": held, "reports.activity.admin": []})
    return [v for _, v, _ in results(clinic, "FWD-6", "compliance_rules_stay_inside")]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (compliance(recipientAddress=GMAIL), ["fail"]),
        (compliance(recipientAddress="bob@brightwater.example"), ["pass"]),
        (compliance(recipientDomain="labs.example"), ["fail"]),
        (compliance(recipientDomain="brightwater.example"), ["pass"]),
        (compliance(recipientUser="front"), ["pass"]),
        (compliance(), ["not_assessed"]),
        (compliance(change=False, more=True), ["review"]),
        (compliance(change=False), ["pass"]),
        (without(compliance(), "consequence"), ["not_assessed"]),
    ],
)
def test_a_compliance_rule_of_gmail(rule: Row, expected: list[str]) -> None:
    assert complied(rule) == expected


def test_only_rules_that_are_on_count() -> None:
    assert complied(compliance(recipientAddress=GMAIL), on=False) == ["pass"]
    assert complied(compliance(recipientAddress=GMAIL), on=None) == ["not_assessed"]


def routing(name: str = "CREATE_GMAIL_SETTING", *addresses: str) -> Row:
    return {
        "id": {"time": "2026-09-01T08:00:00.000Z", "uniqueQualifier": "1"},
        "actor": {"email": "ann@brightwater.example", "profileId": "ann"},
        "events": [
            {
                "type": "EMAIL_SETTINGS",
                "name": name,
                "parameters": [{"name": "NEW_VALUE", "multiValue": list(addresses)}],
            }
        ],
    }


def test_changes_of_routing_in_the_log() -> None:
    def found(*events: Row) -> list[str]:
        clinic = gmail(sources={"reports.activity.admin": events})
        return [v for _, v, _ in results(clinic, "FWD-6", "no_routing_was_added")]

    assert found(routing("CREATE_GMAIL_SETTING", GMAIL)) == ["fail"]
    assert found(routing("MAIL_ROUTING_DESTINATION_ADDED", "x@labs.example")) == ["fail"]
    assert found(routing("CREATE_GMAIL_SETTING", "bob@brightwater.example")) == ["not_assessed"]
    assert found(routing("DELETE_GMAIL_SETTING", GMAIL)) == ["not_assessed"]
    assert found() == ["not_assessed"]


# --- FWD-9 ----------------------------------------------------------------------------------------------------------------


def entra_group(**fields: Any) -> Row:
    return {
        "id": "g",
        "displayName": "Front desk",
        "mail": "front@brightwater.example",
        "mailEnabled": True,
        "securityEnabled": False,
        "groupTypes": ["Unified"],
        "visibility": "Private",
        "resourceProvisioningOptions": [],
        "isAssignableToRole": None,
    } | fields


def entra_member(mail: str | None, kind: str = "user", **fields: Any) -> Row:
    row = {"id": "m", "@odata.type": f"#microsoft.graph.{kind}", "displayName": "M", "mail": mail} | fields
    return GroupMember.project(row, b"")


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (entra_member("bob@brightwater.example"), "pass"),
        (entra_member(GMAIL), "fail"),
        (entra_member(GMAIL, "orgContact"), "fail"),
        (entra_member("x@labs.example"), "review"),
        (entra_member("x@approved.example"), "pass"),
        (entra_member(None, "group"), "pass"),
        (entra_member(None, "orgContact"), "not_assessed"),
        (without(entra_member(GMAIL), "@odata.type"), "not_assessed"),
        (without(entra_member("bob@brightwater.example"), "mail"), "not_assessed"),
    ],
)
def test_members_of_a_group(member: Row, expected: str) -> None:
    clinic = outlook({"graph.groups": [entra_group()], "graph.group_members": of("g", member)})
    assert verdicts(clinic, "FWD-9", "", APPROVED) == {"g": expected}


APPROVED = Profile(approved_external_domains=frozenset({"approved.example"}))


def test_members_of_a_list() -> None:
    entry = {
        "Guid": "l",
        "DisplayName": "Billing",
        "Identity": "Billing",
        "PrimarySmtpAddress": "billing@brightwater.example",
        "ExternalDirectoryObjectId": None,
        "RecipientTypeDetails": "MailUniversalDistributionGroup",
        "RequireSenderAuthenticationEnabled": True,
    }

    def found(**member: Any) -> str:
        row = {
            "Guid": "m",
            "DisplayName": "M",
            "RecipientTypeDetails": "MailContact",
            "PrimarySmtpAddress": "away@brightwater.example",
            "ExternalEmailAddress": None,
        } | member
        sources = {
            "exchange.distribution_groups": [entry],
            "exchange.distribution_group_members": of("l", row),
        }
        return verdicts(outlook(sources), "FWD-9")["l"]

    assert found(ExternalEmailAddress=f"SMTP:{GMAIL}") == "fail"
    assert found(PrimarySmtpAddress="bob@brightwater.example", RecipientTypeDetails="UserMailbox") == "pass"
    assert found(PrimarySmtpAddress=None) == "not_assessed"
    assert found(PrimarySmtpAddress=None, RecipientTypeDetails="MailUniversalSecurityGroup") == "pass"


def test_members_that_were_not_read() -> None:
    assert verdict(outlook({"graph.groups": [entra_group()]}, gaps=["graph.group_members"]), "FWD-9") == "not_assessed"
    assert verdict(outlook(gaps=["graph.groups"]), "FWD-9") == "not_assessed"
    assert verdict(outlook(gaps=["exchange.distribution_groups"]), "FWD-9") == "not_assessed"
    assert verdict(outlook(), "FWD-9") == "pass"


def google_group(**fields: Any) -> Row:
    return {"id": "g", "email": "front@brightwater.example", "adminCreated": True, "directMembersCount": "1"} | fields


def google_member(email: str | None, kind: str = "USER") -> Row:
    return {"id": "m", "role": "MEMBER", "type": kind} | ({} if email is None else {"email": email})


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (google_member("bob@brightwater.example"), "pass"),
        (google_member(GMAIL), "fail"),
        (google_member("x@labs.example"), "review"),
        (google_member("x@approved.example"), "pass"),
        (google_member(None, "CUSTOMER"), "pass"),
        (google_member("all@labs.example", "GROUP"), "pass"),
        (google_member(None, "GROUP"), "not_assessed"),
        (google_member(GMAIL, "ROBOT"), "not_assessed"),
    ],
)
def test_members_of_a_google_group(member: Row, expected: str) -> None:
    sources = {"directory.groups": [google_group()], "directory.group_members": of("g", member)}
    assert verdicts(gmail(sources=sources), "FWD-9", "", APPROVED) == {"g": expected}


# --- FWD-10 ---------------------------------------------------------------------------------------------------------------


def right(user_name: str, **fields: Any) -> Row:
    return {"User": user_name, "AccessRights": ["FullAccess"], "IsInherited": False, "Deny": False} | fields


def opened(*rights: Row, sources: dict[str, Any] | None = None, profile: Profile | None = None, **box: Any) -> str:
    held = {
        "exchange.mailboxes": [mailbox("ann", **box)],
        "exchange.mailbox_permissions": of("ann", *rights),
        "exchange.recipient_permissions": [],
    }
    return verdicts(outlook(held | (sources or {})), "FWD-10", "", profile)["ann"]


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        (right("bob@brightwater.example"), "pass"),
        (right("gone@brightwater.example"), "fail"),
        (right("S-1-5-21-1-2-3-4"), "fail"),
        (right("S-1-5-21-1-2-3-4", IsInherited=True), "pass"),
        (right("S-1-5-21-1-2-3-4", Deny=True), "pass"),
        (right("S-1-5-21-1-2-3-4", AccessRights=["ReadPermission"]), "pass"),
        (right("NT AUTHORITY\\SELF"), "pass"),
        (right("Somebody Nobody Knows"), "not_assessed"),
        (without(right("bob@brightwater.example"), "AccessRights"), "not_assessed"),
        (without(right("bob@brightwater.example"), "IsInherited"), "not_assessed"),
    ],
)
def test_who_may_open_a_mailbox(permission: Row, expected: str) -> None:
    assert opened(permission) == expected


def test_a_guest_and_somebody_who_has_left() -> None:
    visitor = guest("eve", mail=GMAIL, proxyAddresses=[f"SMTP:{GMAIL}"])
    people = {"graph.users": [user("ann"), user("bob"), visitor]}
    assert opened(right(GMAIL), sources=people) == "fail"
    roster = Profile(staff_roster=(Staff("Bob", ("bob@brightwater.example",), departed=date(2026, 6, 1)),))
    assert opened(right("bob@brightwater.example"), profile=roster) == "fail"


def test_rights_to_send_count_as_well() -> None:
    as_ann = {"Identity": "Ann", "Trustee": "gone@brightwater.example", "AccessRights": ["SendAs"],
              "IsInherited": False, "AccessControlType": "Allow"}  # fmt: skip
    assert opened(sources={"exchange.recipient_permissions": [as_ann]}) == "fail"
    assert opened(sources={"exchange.recipient_permissions": [as_ann | {"AccessControlType": "Deny"}]}) == "pass"
    assert opened(GrantSendOnBehalfTo=["gone"]) == "fail"
    assert opened(GrantSendOnBehalfTo=["bob"]) == "pass"


@pytest.mark.parametrize(
    "source", ["exchange.mailboxes", "exchange.mailbox_permissions", "exchange.recipient_permissions"]
)
def test_rights_that_were_not_read(source: str) -> None:
    sources: dict[str, Iterable[Any] | None] = {
        "exchange.mailboxes": [mailbox("ann")],
        "exchange.mailbox_permissions": of("ann"),
        "exchange.recipient_permissions": [],
    }
    assert verdict(outlook(sources), "FWD-10") == "pass"
    assert verdict(
        outlook({name: rows for name, rows in sources.items() if name != source}, gaps=[source]), "FWD-10"
    ) == ("not_assessed")


@pytest.mark.parametrize(
    ("delegate", "state", "expected"),
    [
        ("bob@brightwater.example", "accepted", "pass"),
        ("gone@brightwater.example", "accepted", "fail"),
        (GMAIL, "accepted", "fail"),
        (GMAIL, "pending", "pass"),
        (GMAIL, "rejected", "pass"),
        (GMAIL, "verificationStatusUnspecified", "not_assessed"),
        (GMAIL, "invented", "not_assessed"),
    ],
)
def test_delegates_of_gmail(delegate: str, state: str, expected: str) -> None:
    entry = {"delegateEmail": delegate, "verificationStatus": state}
    people = {"directory.users": [google_user("ann"), google_user("bob"), google_user("gone", suspended=True)]}
    found = verdicts(gmail("gmail.delegates", entry, sources=people), "FWD-10")
    assert (found["ann"], found["bob"], found["gone"]) == (expected, "pass", "not_applicable")


def test_delegates_that_were_not_read() -> None:
    assert verdict(gmail(gaps=["gmail.delegates"]), "FWD-10") == "not_assessed"


# --- FWD-12 and FWD-14 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "expected"), [(None, "pass"), (False, "pass"), (True, "fail"), ("so", "not_assessed")]
)
def test_outside_servers_by_unit(allowed: object, expected: str) -> None:
    held = [GMAIL_ON]
    if allowed is not None:
        held.append(setting("gmail.per_user_outbound_gateway", {"allowUsersToUseExternalSmtpServers": allowed}))
    clinic = gmail("gmail.send_as", sources={"policy.policies": held})
    assert {v for _, v, _ in results(clinic, "FWD-12", "unit_forbids_it")} == {expected}


def test_outside_servers_where_policies_were_not_read() -> None:
    clinic = gmail(sources={"policy.policies": None})
    assert {v for _, v, _ in results(clinic, "FWD-12", "unit_forbids_it")} == {"not_assessed"}


def owa(name: str = "OwaMailboxPolicy-Default", **fields: Any) -> Row:
    return {
        "Name": name,
        "IsDefault": name == "OwaMailboxPolicy-Default",
        "PersonalAccountsEnabled": False,
        "PersonalAccountCalendarsEnabled": False,
    } | fields


def cas(policy: str | None) -> Row:
    return {
        "Guid": "c",
        "DisplayName": "Ann",
        "PrimarySmtpAddress": "ann@brightwater.example",
        "PopEnabled": False,
        "ImapEnabled": False,
        "SmtpClientAuthenticationDisabled": True,
        "OwaMailboxPolicy": policy,
    }


def clients(*policies: Row, boxes: Iterable[Row] = ()) -> Snapshot:
    return outlook({"exchange.owa_mailbox_policies": policies, "exchange.cas_mailboxes": list(boxes)})


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (owa(), "pass"),
        (owa(PersonalAccountsEnabled=True), "fail"),
        (owa(PersonalAccountCalendarsEnabled=True), "fail"),
        (owa(PersonalAccountsEnabled=None), "fail"),
        (owa(PersonalAccountsEnabled="no"), "not_assessed"),
    ],
)
def test_personal_accounts_in_outlook(policy: Row, expected: str) -> None:
    assert verdict(clients(policy), "FWD-14") == expected


def test_a_policy_of_outlook_counts_where_a_mailbox_uses_it() -> None:
    spare = owa("Spare", PersonalAccountsEnabled=True)
    assert verdicts(clients(owa(), spare, boxes=[cas(None)]), "FWD-14")["Spare"] == "not_applicable"
    assert verdicts(clients(owa(), spare, boxes=[cas("Spare")]), "FWD-14")["Spare"] == "fail"
    unread = outlook({"exchange.owa_mailbox_policies": [owa(), spare]}, gaps=["exchange.cas_mailboxes"])
    assert verdicts(unread, "FWD-14")["Spare"] == "not_assessed"
    assert verdict(clients(), "FWD-14") == "not_assessed"
    assert verdict(outlook(gaps=["exchange.owa_mailbox_policies"]), "FWD-14") == "not_assessed"
