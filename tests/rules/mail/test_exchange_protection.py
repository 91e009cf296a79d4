"""MAIL-9 to MAIL-30 at Microsoft: protection of mail, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import Row, microsoft, results, user, verdict, verdicts
from tests.rules.protection import (
    DEFENDER_P1,
    DEFENDER_P2,
    attachments,
    builtin,
    content,
    links,
    mailbox,
    malware,
    phish,
    preset_rule,
    protected,
    rule,
)

ANN, BOB = "ann@brightwater.example", "bob@brightwater.example"
SPAM, MALWARE, PHISH = (
    "exchange.content_filter_policies",
    "exchange.malware_filter_policies",
    "exchange.anti_phish_policies",
)
LINKS, ATTACHMENTS = "exchange.safe_links_policies", "exchange.safe_attachment_policies"


def clinic(sources: dict[str, Any] | None = None, *plans: str, gaps: tuple[str, ...] = ()) -> Snapshot:
    """Two people whose mail is protected in good order; Defender Plan 1 unless plans are named."""
    base: dict[str, Any] = dict(protected([mailbox("ann"), mailbox("bob")], *(plans or (DEFENDER_P1,))))
    return microsoft([user("ann"), user("bob")], base | (sources or {}), gaps=gaps)


@pytest.mark.parametrize(
    ("control", "check", "source", "made", "broken"),
    [
        ("MAIL-9", "exchange_catches_fakes", PHISH, phish, {"EnableSpoofIntelligence": False}),
        ("MAIL-9", "exchange_catches_fakes", PHISH, phish, {"HonorDmarcPolicy": False}),
        ("MAIL-9", "exchange_catches_fakes", PHISH, phish, {"DmarcRejectAction": "MoveToJmf"}),
        ("MAIL-9", "exchange_catches_fakes", PHISH, phish, {"DmarcQuarantineAction": "MoveToJmf"}),
        ("MAIL-10", "names_are_watched", PHISH, phish, {"EnableTargetedUserProtection": False}),
        ("MAIL-10", "names_are_watched", PHISH, phish, {"TargetedUserProtectionAction": "NoAction"}),
        ("MAIL-10", "names_are_watched", PHISH, phish, {"ImpersonationProtectionState": "Off"}),
        ("MAIL-10", "names_are_watched", PHISH, phish, {"EnableMailboxIntelligenceProtection": False}),
        ("MAIL-10", "names_are_watched", PHISH, phish, {"TargetedUsersToProtect": ["Bob;bob@brightwater.example"]}),
        ("MAIL-11", "own_domains_are_watched", PHISH, phish, {"EnableOrganizationDomainsProtection": False}),
        ("MAIL-11", "own_domains_are_watched", PHISH, phish, {"TargetedDomainProtectionAction": "NoAction"}),
        ("MAIL-11", "partners_are_watched", PHISH, phish, {"EnableTargetedDomainsProtection": False}),
        ("MAIL-11", "partners_are_watched", PHISH, phish, {"TargetedDomainsToProtect": ["other.example"]}),
        ("MAIL-12", "unknown_senders_are_marked", PHISH, phish, {"EnableViaTag": False}),
        ("MAIL-12", "imitations_are_marked", PHISH, phish, {"EnableSimilarUsersSafetyTips": False}),
        ("MAIL-13", "spam_policy_allows_no_domain", SPAM, content, {"AllowedSenderDomains": ["gmail.com"]}),
        ("MAIL-13", "spam_policy_allows_no_domain", SPAM, content, {"AllowedSenderDomains": [{"Domain": "a.example"}]}),
        ("MAIL-13", "phishing_policy_trusts_nobody", PHISH, phish, {"ExcludedDomains": ["lab.example"]}),
        ("MAIL-13", "phishing_policy_trusts_nobody", PHISH, phish, {"ExcludedSenders": True}),
        ("MAIL-16", "spam_is_kept_out", SPAM, content, {"PhishSpamAction": "AddXHeader"}),
        ("MAIL-17", "programs_are_blocked", MALWARE, malware, {"EnableFileFilter": False}),
        ("MAIL-17", "programs_are_blocked", MALWARE, malware, {"FileTypes": ["exe", "cmd"]}),
        ("MAIL-18", "infected_mail_is_pulled_back", MALWARE, malware, {"ZapEnabled": False}),
        ("MAIL-18", "spam_is_pulled_back", SPAM, content, {"PhishZapEnabled": False}),
        ("MAIL-19", "attachments_are_tried", ATTACHMENTS, attachments, {"Enable": False}),
        ("MAIL-19", "attachments_are_tried", ATTACHMENTS, attachments, {"Action": "Allow"}),
        ("MAIL-21", "clicks_are_checked", LINKS, links, {"AllowClickThrough": True}),
        ("MAIL-21", "clicks_are_checked", LINKS, links, {"EnableForInternalSenders": False}),
        ("MAIL-21", "links_are_scanned_first", LINKS, links, {"DeliverMessageAfterScan": False}),
        ("MAIL-21", "links_are_scanned_first", LINKS, links, {"ScanUrls": False}),
        ("MAIL-21", "clicks_are_recorded", LINKS, links, {"TrackClicks": False}),
        ("MAIL-30", "held_mail_stays_long_enough", SPAM, content, {"QuarantineRetentionPeriod": 15}),
        ("MAIL-30", "phishing_is_not_let_out", SPAM, content, {"HighConfidencePhishQuarantineTag": "Notified"}),
        ("MAIL-30", "malware_is_not_let_out", MALWARE, malware, {"QuarantineTag": "Notified"}),
        ("MAIL-30", "people_hear_of_held_mail", SPAM, content, {"PhishQuarantineTag": "AdminOnly"}),
    ],
)
def test_a_policy_in_good_order_and_one_that_is_not(
    control: str, check: str, source: str, made: Any, broken: Row
) -> None:
    profile = Profile(sensitive_users=frozenset({ANN}), partners={"lab.example": "Lab"})
    [name] = verdicts(clinic(), control, check, profile)
    assert verdicts(clinic(), control, check, profile) == {name: "pass"}
    assert verdicts(clinic({source: [made() | broken]}), control, check, profile) == {name: "fail"}
    for field in broken:
        cut = made()
        del cut[field]
        assert verdicts(clinic({source: [cut]}), control, check, profile)[name] == "not_assessed"
    assert "pass" not in verdicts(clinic({source: None}), control, check, profile).values()


@pytest.mark.parametrize("control", ["MAIL-9", "MAIL-12", "MAIL-13", "MAIL-16", "MAIL-17", "MAIL-18", "MAIL-30"])
def test_a_rule_for_one_mailbox_is_seen(control: str) -> None:
    open_ = {
        PHISH: [phish(), phish("Mine", EnableSpoofIntelligence=False, EnableViaTag=False, ExcludedSenders=True)],
        SPAM: [content(), content("Mine", SpamAction="NoAction", SpamZapEnabled=False, QuarantineRetentionPeriod=1)],
        MALWARE: [malware(), malware("Mine", EnableFileFilter=False, ZapEnabled=False, QuarantineTag="Notified")],
    }
    rules = {
        "exchange.anti_phish_rules": [rule("r", "AntiPhishPolicy", "Mine", SentTo=[ANN])],
        "exchange.content_filter_rules": [rule("r", "HostedContentFilterPolicy", "Mine", SentTo=[ANN])],
        "exchange.malware_filter_rules": [rule("r", "MalwareFilterPolicy", "Mine", SentTo=[ANN])],
    }
    assert verdict(clinic(open_), control) != "fail"
    assert verdict(clinic(open_ | rules), control) == "fail"


@pytest.mark.parametrize("control", ["MAIL-10", "MAIL-11", "MAIL-19", "MAIL-20", "MAIL-21", "MAIL-28"])
def test_without_defender_the_question_does_not_arise(control: str) -> None:
    assert verdict(clinic({}, "none"), control) == "not_applicable"
    assert verdict(clinic({"graph.subscribed_skus": None}), control) == "not_assessed"


def test_whoever_is_left_out_of_built_in_protection_has_none() -> None:
    spared = clinic({"exchange.atp_builtin_rule": [builtin(ExceptIfSentTo=[ANN])]})
    assert verdicts(spared, "MAIL-19", "attachments_are_tried") == {"Built-In": "pass", "no policy at all": "fail"}
    assert set(verdicts(spared, "MAIL-21").values()) == {"pass", "fail"}
    assert verdict(clinic({"exchange.atp_builtin_rule": []}), "MAIL-19") == "not_assessed"


def test_names_and_partners_that_nobody_stated_are_for_a_person() -> None:
    assert verdict(clinic(), "MAIL-10") == "review"
    assert verdict(clinic(), "MAIL-11") == "review"
    assert verdict(clinic({PHISH: [phish(TargetedUsersToProtect=[])]}), "MAIL-10") == "fail"


def test_the_clinics_own_domain_on_an_allow_list_is_critical() -> None:
    from rules.assess import assess
    from tests.rules.identity import NOW

    own = clinic({SPAM: [content(AllowedSenderDomains=["brightwater.example"])]})
    outcome = assess(own, now=NOW, only=["MAIL-13"]).control("MAIL-13")
    assert outcome.severity == "critical"
    unreadable = clinic({SPAM: [content(AllowedSenderDomains=[{"Odd": "x"}])]})
    assert verdicts(unreadable, "MAIL-13", "spam_policy_allows_no_domain") == {"Default": "not_assessed"}


@pytest.mark.parametrize(
    ("value", "until", "expected"),
    [
        ("lab.example", None, "fail"),
        ("lab.example", "2026-12-31T00:00:00Z", "pass"),
        ("brightwater.example", "2026-12-31T00:00:00Z", "fail"),
        ("@lab.example", None, "pass"),
    ],
)
def test_the_tenant_allow_list(value: str, until: str | None, expected: str) -> None:
    entry = {"Identity": "1", "Value": value, "ExpirationDate": until}
    held = clinic({"exchange.tenant_allow_block": [entry]})
    assert verdicts(held, "MAIL-13", "tenant_list_allows_no_domain") == {"1": expected}


def test_of_an_allowed_address_only_the_domain_is_kept() -> None:
    from connectors.microsoft365.sources.protection import TenantAllowed

    kept = TenantAllowed.project({"Identity": "1", "Value": "jane.roe@lab.example", "ExpirationDate": None}, b"")
    assert kept["Value"] == "@lab.example"


def flow(**fields: Any) -> Row:
    empty = dict.fromkeys(
        ["SetSCL", "SetHeaderName", "FromScope", "Conditions", "Exceptions", "SenderIpRanges",
         "HeaderContainsMessageHeader", "HeaderMatchesMessageHeader"]
    )  # fmt: skip
    marks = {"PrependSubject": False, "ApplyHtmlDisclaimerText": False}
    return empty | marks | {"Guid": "r", "Name": True, "State": "Enabled", "Mode": "Enforce", "Priority": 0} | fields


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"SetSCL": "-1"}, "fail"),
        ({"SetSCL": -1}, "fail"),
        ({"SetSCL": 5}, "pass"),
        ({"SetSCL": -1, "State": "Disabled"}, "not_applicable"),
        ({"SetHeaderName": "X-MS-Exchange-Organization-SkipSafeLinksProcessing"}, "fail"),
        ({"SetSCL": -1, "SenderIpRanges": ["192.0.2.1"]}, "fail"),
        ({"SetSCL": -1, "SenderIpRanges": ["192.0.2.1"], "HeaderContainsMessageHeader": "Authentication-Results"}, "review"),
        ({"SetSCL": "many"}, "not_assessed"),
    ],
)  # fmt: skip
def test_rules_that_switch_the_filter_off(fields: Row, expected: str) -> None:
    held = clinic({"exchange.transport_rules": [flow(**fields)]})
    assert verdicts(held, "MAIL-14", "rule_leaves_the_filter_on") == {"r": expected}
    assert verdict(clinic({"exchange.transport_rules": None}), "MAIL-14") == "not_assessed"


@pytest.mark.parametrize(
    ("allowed", "safe", "expected"),
    [
        ([], False, {"pass"}),
        (["198.51.100.7"], False, {"fail", "pass"}),
        (["192.0.2.1"], False, {"review", "pass"}),
        (["192.0.2.0/24"], False, {"fail", "pass"}),
        ([], True, {"fail", "pass"}),
    ],
)
def test_servers_that_skip_the_filter(allowed: list[str], safe: bool, expected: set[str]) -> None:
    policy = {"Name": "Default", "IPAllowList": allowed, "EnableSafeList": safe}
    profile = Profile(partners={"192.0.2.1": "Lab", "192.0.2.0/24": "Lab"})
    held = clinic({"exchange.connection_filter_policies": [policy]})
    assert {v for _, v, _ in results(held, "MAIL-15", profile=profile)} == expected
    assert verdict(clinic({"exchange.connection_filter_policies": []}), "MAIL-15") == "not_assessed"


@pytest.mark.parametrize(
    ("plans", "zap", "expected"), [((DEFENDER_P1,), False, "not_applicable"), ((DEFENDER_P2,), True, "pass"), ((DEFENDER_P2,), False, "fail")]
)  # fmt: skip
def test_bad_messages_in_teams(plans: tuple[str, ...], zap: bool, expected: str) -> None:
    held = clinic({"exchange.teams_protection_policy": [{"ZapEnabled": zap}]}, *plans)
    assert list(verdicts(held, "MAIL-18", "teams_messages_are_pulled_back").values()) == [expected]


@pytest.mark.parametrize(("on", "expected"), [(True, "pass"), (False, "fail"), (None, "not_assessed")])
def test_files_are_scanned(on: bool | None, expected: str) -> None:
    policy = {"EnableATPForSPOTeamsODB": on, "EnableSafeDocs": False, "AllowSafeDocsOpen": False}
    assert verdict(clinic({"exchange.atp_policy_o365": [policy]}), "MAIL-20") == expected
    assert verdict(clinic({"exchange.atp_policy_o365": None}), "MAIL-20") == "not_assessed"


SCOPE = "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromScopePredicate"


@pytest.mark.parametrize(
    ("native", "allow", "flow_rule", "expected"),
    [
        (True, [], None, "pass"),
        (True, ["gmail.com"], None, "fail"),
        (True, ["lab.example"], None, "pass"),
        (True, ["other.example"], None, "review"),
        (False, [], None, "fail"),
        (False, [], {"FromScope": "NotInOrganization", "PrependSubject": True, "Conditions": [SCOPE]}, "pass"),
        (False, [], {"FromScope": "NotInOrganization", "PrependSubject": True, "Conditions": [SCOPE, "a.b.SenderDomainIsPredicate"]}, "fail"),
        (False, [], {"FromScope": "NotInOrganization", "PrependSubject": True, "Conditions": [SCOPE], "Exceptions": ["a.b.X"]}, "review"),
        (False, [], {"FromScope": "NotInOrganization", "PrependSubject": True, "Mode": "Audit", "Conditions": [SCOPE]}, "fail"),
    ],
)  # fmt: skip
def test_mail_from_outside_is_marked(native: bool, allow: list[str], flow_rule: Row | None, expected: str) -> None:
    sources: dict[str, Any] = {
        "exchange.external_in_outlook": [{"Enabled": native, "AllowList": allow}],
        "exchange.transport_rules": [flow(**flow_rule)] if flow_rule else [],
    }
    profile = Profile(partners={"lab.example": "Lab"})
    assert verdict(clinic(sources), "MAIL-24", profile) == expected
    assert verdict(clinic(sources | {"exchange.external_in_outlook": None, "exchange.transport_rules": []}), "MAIL-24") == "not_assessed"  # fmt: skip


def organization(**fields: Any) -> Row:
    return {
        "AuditDisabled": False, "RejectDirectSend": True, "MailTipsAllTipsEnabled": True,
        "MailTipsExternalRecipientsTipsEnabled": True, "MailTipsGroupMetricsEnabled": True, "MailTipsLargeAudienceThreshold": 25,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("control", "check", "fields", "expected"),
    [
        ("MAIL-25", "outlook_warns", {}, "pass"),
        ("MAIL-25", "outlook_warns", {"MailTipsExternalRecipientsTipsEnabled": False}, "fail"),
        ("MAIL-25", "outlook_warns", {"MailTipsLargeAudienceThreshold": 50}, "fail"),
        ("MAIL-25", "outlook_warns", {"MailTipsLargeAudienceThreshold": None}, "not_assessed"),
        ("MAIL-26", "direct_send_is_refused", {}, "pass"),
        ("MAIL-26", "direct_send_is_refused", {"RejectDirectSend": False}, "fail"),
    ],
)
def test_settings_of_the_organization(control: str, check: str, fields: Row, expected: str) -> None:
    held = clinic({"exchange.organization_config": [organization(**fields)]})
    assert list(verdicts(held, control, check).values()) == [expected]
    missing = clinic({"exchange.organization_config": None})
    assert list(verdicts(missing, control, check).values()) == ["not_assessed"]


def test_devices_that_send_directly_are_for_a_person() -> None:
    held = clinic({"exchange.organization_config": [organization(RejectDirectSend=False)]})
    profile = Profile(smtp_auth_exceptions=frozenset({"scanner@brightwater.example"}))
    assert list(verdicts(held, "MAIL-26", "direct_send_is_refused", profile).values()) == ["review"]


def outgoing(**fields: Any) -> Row:
    return {
        "Name": "Default", "IsDefault": True, "AutoForwardingMode": "Off", "NotifyOutboundSpam": True,
        "NotifyOutboundSpamRecipients": [ANN], "BccSuspiciousOutboundMail": True, "BccSuspiciousOutboundAdditionalRecipients": [ANN],
        "RecipientLimitExternalPerHour": 500, "RecipientLimitInternalPerHour": 1000, "RecipientLimitPerDay": 1000,
        "ActionWhenThresholdReached": "BlockUser",
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("check", "fields", "expected"),
    [
        ("spam_from_inside_is_reported", {}, "pass"),
        ("spam_from_inside_is_reported", {"NotifyOutboundSpam": False}, "fail"),
        ("spam_from_inside_is_reported", {"BccSuspiciousOutboundMail": False}, "fail"),
        ("spam_from_inside_is_reported", {"NotifyOutboundSpamRecipients": ["me@gmail.com"]}, "fail"),
        ("spam_from_inside_is_reported", {"NotifyOutboundSpamRecipients": ["soc@msp.example"]}, "review"),
        ("spam_from_inside_is_reported", {"IsDefault": False}, "not_applicable"),
        ("sending_is_limited", {}, "pass"),
        ("sending_is_limited", {"RecipientLimitPerDay": 0}, "fail"),
        ("sending_is_limited", {"ActionWhenThresholdReached": "Alert"}, "fail"),
        ("sending_is_limited", {"ActionWhenThresholdReached": "Shout"}, "not_assessed"),
    ],
)
def test_outgoing_policies(check: str, fields: Row, expected: str) -> None:
    profile = Profile(approved_external_domains=frozenset({"msp.example"}))
    held = clinic({"exchange.outbound_spam_policies": [outgoing(**fields)]})
    assert verdicts(held, "MAIL-27", check, profile) == {"Default": expected}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"EnableInternalSenderAdminNotifications": False}, "fail"),
        ({"InternalSenderAdminAddress": None}, "fail"),
        ({"InternalSenderAdminAddress": "me@gmail.com"}, "fail"),
    ],
)
def test_malware_from_inside(fields: Row, expected: str) -> None:
    held = clinic({MALWARE: [malware(**fields)]})
    assert verdicts(held, "MAIL-27", "malware_from_inside_is_reported") == {"Default": expected}


STRICT = "Strict Preset Security Policy"


@pytest.mark.parametrize(
    ("fields", "people", "expected"),
    [
        ({}, None, "pass"),
        ({"SentTo": [ANN]}, None, "not_assessed"),
        ({"SentTo": [ANN]}, [ANN], "pass"),
        ({"SentTo": [ANN]}, [ANN, BOB], "fail"),
        ({"RecipientDomainIs": ["brightwater.example"], "ExceptIfSentTo": [BOB]}, [BOB], "fail"),
        ({"SentToMemberOf": ["owners@brightwater.example"]}, [ANN], "not_assessed"),
        ({"SentTo": [ANN]}, ["nobody@brightwater.example"], "not_assessed"),
        ({"State": "Disabled"}, [ANN], "fail"),
    ],
)
def test_the_strict_preset(fields: Row, people: list[str] | None, expected: str) -> None:
    rules = [preset_rule(STRICT, "S", **fields)]
    held = clinic({"exchange.eop_protection_rules": rules, "exchange.atp_protection_rules": rules})
    profile = Profile(sensitive_users=None if people is None else frozenset(people))
    assert verdict(held, "MAIL-28", profile) == expected
    assert verdict(clinic({"exchange.eop_protection_rules": None}), "MAIL-28", profile) != "pass"


@pytest.mark.parametrize(("on", "marked", "expected"), [(True, 1, "pass"), (True, 0, "fail"), (False, 1, "fail")])
def test_priority_accounts(on: bool, marked: int, expected: str) -> None:
    sources: dict[str, Any] = {
        "exchange.email_tenant_settings": [{"EnablePriorityAccountProtection": on}],
        "exchange.priority_accounts": [{"ExternalDirectoryObjectId": "ann"}] * marked,
    }
    held = verdicts(clinic(sources, DEFENDER_P2), "MAIL-28", "priority_accounts_are_marked")
    assert list(held.values()) == [expected]


def reporting(**fields: Any) -> Row:
    return {
        "EnableReportToMicrosoft": True, "ReportPhishToCustomizedAddress": True, "ReportPhishAddresses": [ANN],
        "EnableThirdPartyAddress": False, "ThirdPartyReportAddresses": [], "ReportChatMessageEnabled": False,
        "ReportChatMessageToCustomizedAddressEnabled": True,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "mail", "chat"),
    [
        ({}, "pass", "pass"),
        ({"ReportPhishAddresses": ["me@gmail.com"]}, "fail", "pass"),
        ({"ReportPhishToCustomizedAddress": False, "ReportPhishAddresses": []}, "review", "fail"),
        ({"ReportPhishToCustomizedAddress": False, "EnableReportToMicrosoft": False}, "fail", "pass"),
        ({"ReportChatMessageToCustomizedAddressEnabled": False}, "pass", "fail"),
        ({"ReportChatMessageToCustomizedAddressEnabled": False, "ReportChatMessageEnabled": True}, "pass", "review"),
    ],
)
def test_reports_of_staff(fields: Row, mail: str, chat: str) -> None:
    held = clinic({"exchange.report_submission_policy": [reporting(**fields)]}, DEFENDER_P2)
    assert list(verdicts(held, "MAIL-29", "reports_reach_somebody").values()) == [mail]
    assert list(verdicts(held, "MAIL-29", "chat_reports_reach_somebody").values()) == [chat]
    assert verdict(clinic({"exchange.report_submission_policy": None}), "MAIL-29") == "not_assessed"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([("Global", True)], "pass"),
        ([("Global", False)], "fail"),
        ([("Global", True), ("Tag:Desk", False)], "fail"),
        ([("Global", True), ("Tag:Kiosk", False)], "pass"),
        (None, "not_assessed"),
    ],
)
def test_reports_of_chats(policies: list[tuple[str, bool]] | None, expected: str) -> None:
    rows = None
    if policies is not None:
        rows = [{"Identity": name, "AllowSecurityEndUserReporting": on} for name, on in policies]
    held = clinic({"teams.messaging_policies": rows}, DEFENDER_P2)
    assert list(verdicts(held, "MAIL-29", "chats_can_be_reported").values()) == [expected]
    assert list(verdicts(clinic({}), "MAIL-29", "chats_can_be_reported").values()) == ["not_applicable"]


def test_a_quarantine_policy_that_is_not_listed_is_no_answer() -> None:
    held = clinic({"exchange.quarantine_policies": []})
    assert verdicts(held, "MAIL-30", "phishing_is_not_let_out") == {"Default": "not_assessed"}


def connector(**fields: Any) -> Row:
    return {
        "Name": "c", "Enabled": True, "ConnectorType": "Partner", "RequireTls": True, "SenderDomains": ["smtp:*;1"],
        "SenderIPAddresses": [], "RestrictDomainsToIPAddresses": False, "RestrictDomainsToCertificate": True,
        "TlsSenderCertificateName": "*.lab.example", "EFSkipLastIP": True, "EFSkipIPs": [], "EFTestMode": False,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("host", "fields", "expected"),
    [
        ("brightwater-example.mail.protection.outlook.com", None, "pass"),
        ("mx.filter.example", None, "fail"),
        ("mx.filter.example", {}, "pass"),
        ("mx.filter.example", {"EFSkipLastIP": False}, "fail"),
        ("mx.filter.example", {"RestrictDomainsToCertificate": False}, "fail"),
    ],
)
def test_mail_that_another_service_takes_first(host: str, fields: Row | None, expected: str) -> None:
    from tests.rules.identity import of

    sources: dict[str, Any] = {
        "exchange.inbound_connectors": [connector(**fields)] if fields is not None else [],
        "dns.mx": of("brightwater.example", {"domain": "brightwater.example", "status": "ok", "hosts": [{"preference": 0, "host": host}]}),
    }  # fmt: skip
    assert verdicts(clinic(sources), "MAIL-26", "gateway_is_the_only_door") == {"brightwater.example": expected}


@pytest.mark.parametrize(
    ("tls", "require", "expected"),
    [("DomainValidation", True, "pass"), ("EncryptionOnly", True, "fail"), (None, True, "fail"), ("CertificateValidation", False, "fail")],
)  # fmt: skip
def test_partners_with_whom_mail_is_always_encrypted(tls: str | None, require: bool, expected: str) -> None:
    out = {"Name": "o", "Enabled": True, "ConnectorType": "Partner", "RecipientDomains": ["*.lab.example"], "SmartHosts": [], "TlsSettings": tls}  # fmt: skip
    sources: dict[str, Any] = {
        "exchange.outbound_connectors": [out],
        "exchange.inbound_connectors": [connector(SenderDomains=["smtp:lab.example;1"], RequireTls=require)],
    }
    profile = Profile(tls_partners=frozenset({"lab.example"}))
    assert verdict(clinic(sources), "MAIL-7", profile) == expected
    assert verdict(clinic(sources), "MAIL-7") == "not_applicable"
    assert verdict(clinic(sources | {"exchange.outbound_connectors": None}), "MAIL-7", profile) == "not_assessed"
