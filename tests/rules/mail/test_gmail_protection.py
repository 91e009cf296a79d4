"""MAIL-7 to MAIL-31 and FWD-7, FWD-11 at Google: what Gmail's settings do in each part of the clinic, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.google_workspace.sources.settings import GmailAddressLists, GmailSpamOverrides
from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, of, setting, unit, verdict, verdicts

GMAIL = [
    setting("gmail.service_status", {"serviceState": "ENABLED"}),
    setting("chat.service_status", {"serviceState": "ENABLED"}),
]
SPOOFING = {
    "detectDomainNameSpoofing": True, "domainNameSpoofingConsequence": "QUARANTINE",
    "detectEmployeeNameSpoofing": True, "employeeNameSpoofingConsequence": "SPAM_FOLDER",
    "detectDomainSpoofingFromUnauthenticatedSenders": True, "domainSpoofingConsequence": "SPAM_FOLDER",
    "detectUnauthenticatedEmails": True, "unauthenticatedEmailConsequence": "SPAM_FOLDER",
    "detectGroupsSpoofing": True, "groupsSpoofingConsequence": "QUARANTINE",
    "applyFutureSettingsAutomatically": True,
}  # fmt: skip
ATTACHMENTS = {
    "enableEncryptedAttachmentProtection": True, "encryptedAttachmentProtectionConsequence": "QUARANTINE",
    "enableAttachmentWithScriptsProtection": True, "attachmentWithScriptsProtectionConsequence": "SPAM_FOLDER",
    "enableAnomalousAttachmentProtection": True, "anomalousAttachmentProtectionConsequence": "SPAM_FOLDER",
    "applyFutureRecommendedSettingsAutomatically": True,
}  # fmt: skip
LINKS = {
    "enableShortenerScanning": True, "enableExternalImageScanning": True,
    "enableAggressiveWarningsOnUntrustedLinks": True, "applyFutureSettingsAutomatically": True,
}  # fmt: skip


def clinic(*policies: Row, **sources: Any) -> Snapshot:
    held = {name.replace("__", "."): rows for name, rows in sources.items()}
    base: dict[str, Any] = {
        "policy.policies": [*GMAIL, *policies],
        "directory.domains": [{"domainName": "brightwater.example", "verified": True, "isPrimary": True}],
        "directory.domain_aliases": [],
    }
    return google([google_user("ann")], base | held)


@pytest.mark.parametrize(
    ("control", "check", "name", "value", "broken"),
    [
        ("MAIL-9", "own_domain_fakes_are_caught", "gmail.spoofing_and_authentication", SPOOFING, {"detectDomainSpoofingFromUnauthenticatedSenders": False}),
        ("MAIL-9", "own_domain_fakes_are_caught", "gmail.spoofing_and_authentication", SPOOFING, {"domainSpoofingConsequence": "WARNING"}),
        ("MAIL-9", "unauthenticated_mail_is_caught", "gmail.spoofing_and_authentication", SPOOFING, {"detectUnauthenticatedEmails": False}),
        ("MAIL-9", "fakes_to_groups_are_caught", "gmail.spoofing_and_authentication", SPOOFING, {"detectGroupsSpoofing": False}),
        ("MAIL-9", "fakes_to_groups_are_caught", "gmail.spoofing_and_authentication", SPOOFING, {"groupsSpoofingConsequence": "NO_ACTION"}),
        ("MAIL-10", "employee_names_are_watched", "gmail.spoofing_and_authentication", SPOOFING, {"detectEmployeeNameSpoofing": False}),
        ("MAIL-11", "similar_domains_are_watched", "gmail.spoofing_and_authentication", SPOOFING, {"domainNameSpoofingConsequence": "WARNING"}),
        ("MAIL-17", "encrypted_attachments_are_caught", "gmail.email_attachment_safety", ATTACHMENTS, {"enableEncryptedAttachmentProtection": False}),
        ("MAIL-17", "scripts_are_caught", "gmail.email_attachment_safety", ATTACHMENTS, {"attachmentWithScriptsProtectionConsequence": "WARNING"}),
        ("MAIL-17", "unusual_attachments_are_caught", "gmail.email_attachment_safety", ATTACHMENTS, {"enableAnomalousAttachmentProtection": False}),
        ("MAIL-21", "shortened_links_are_opened", "gmail.links_and_external_images", LINKS, {"enableShortenerScanning": False}),
        ("MAIL-21", "linked_images_are_scanned", "gmail.links_and_external_images", LINKS, {"enableExternalImageScanning": False}),
        ("MAIL-21", "untrusted_links_warn", "gmail.links_and_external_images", LINKS, {"enableAggressiveWarningsOnUntrustedLinks": False}),
        ("MAIL-22", "attachment_protections_follow", "gmail.email_attachment_safety", ATTACHMENTS, {"applyFutureRecommendedSettingsAutomatically": False}),
        ("MAIL-22", "link_protections_follow", "gmail.links_and_external_images", LINKS, {"applyFutureSettingsAutomatically": False}),
        ("MAIL-22", "spoofing_protections_follow", "gmail.spoofing_and_authentication", SPOOFING, {"applyFutureSettingsAutomatically": False}),
        ("MAIL-23", "suspicious_mail_waits", "gmail.enhanced_pre_delivery_message_scanning", {"enableImprovedSuspiciousContentDetection": True}, {"enableImprovedSuspiciousContentDetection": False}),
        ("MAIL-31", "imports_are_off", "gmail.user_email_uploads", {"enableMailAndContactsImport": False}, {"enableMailAndContactsImport": True}),
        ("MAIL-15", "gmail_allows_no_server", "gmail.email_spam_filter_ip_allowlist", {"allowedIpAddresses": []}, {"allowedIpAddresses": ["192.0.2.1"]}),
        ("FWD-11", "staff_cannot_delegate", "gmail.mail_delegation", {"enableMailDelegation": False}, {"enableMailDelegation": True}),
    ],
)  # fmt: skip
def test_a_setting_in_good_order_and_one_that_is_not(
    control: str, check: str, name: str, value: Row, broken: Row
) -> None:
    one = next(iter(verdicts(clinic(setting(name, value)), control, check)))
    assert verdicts(clinic(setting(name, value)), control, check) == {one: "pass"}
    assert verdicts(clinic(setting(name, value | broken)), control, check) == {one: "fail"}
    cut = {key: held for key, held in value.items() if key not in broken}
    assert verdicts(clinic(setting(name, cut)), control, check) == {one: "not_assessed"}
    off = [setting("gmail.service_status", {"serviceState": "DISABLED"}), setting(name, value | broken)]
    assert set(verdicts(clinic(policy__policies=off), control, check).values()) == {"not_applicable"}
    assert verdict(clinic(policy__policies=None), control) == "not_assessed"


def test_an_exception_for_one_unit_is_seen() -> None:
    people = [google_user("ann"), google_user("bob", "/Owners")]
    lax = setting("gmail.spoofing_and_authentication", {"detectUnauthenticatedEmails": False}, 202.0, unit_id="own")
    sources = {
        "directory.orgunits": [unit("root", "/"), unit("own", "/Owners", "root")],
        "policy.policies": [*GMAIL, setting("gmail.spoofing_and_authentication", SPOOFING), lax],
    }
    found = verdicts(google(people, sources), "MAIL-9", "unauthenticated_mail_is_caught")
    assert sorted(found.values()) == ["fail", "pass"]


def override(**fields: Any) -> Row:
    return {
        "ruleId": "r1", "enableAggressiveFiltering": False, "addToQuarantine": False, "bypassInternalSenders": False,
        "bypassSelectedSenders": False, "bypassSenderAllowlist": [], "hideWarningBannerFromSelectedSenders": False,
        "hideWarningBannerSenderAllowlist": [], "hideWarningBannerForAll": False,
    } | fields  # fmt: skip


def exceptions(one: Row, *, on: bool | None = True) -> list[Row]:
    lists = [
        {"id": "domains", "addressList": {"address": [{"address": "gmail.com"}]}},
        {"id": "own", "addressList": {"address": [{"address": "brightwater.example"}]}},
        {"id": "single", "addressList": {"address": [{"address": "@lab.example"}]}},
    ]
    states = [] if on is None else [{"ruleId": "r1", "enabled": on}]
    return [
        setting("gmail.spam_override_lists", {"spamOverride": [one]}),
        setting("gmail.rule_states", {"ruleStates": states}),
        setting("gmail.email_address_lists", {"emailAddressList": lists}),
    ]


@pytest.mark.parametrize(
    ("fields", "on", "control", "check", "expected"),
    [
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": ["domains"]}, True, "MAIL-13", "approved_senders_hold_no_domain", "fail"),
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": [{"list": ["gmail.com"]}]}, True, "MAIL-13", "approved_senders_hold_no_domain", "fail"),
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": ["single"]}, True, "MAIL-13", "approved_senders_hold_no_domain", "review"),
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": ["gone"]}, True, "MAIL-13", "approved_senders_hold_no_domain", "not_assessed"),
        ({"bypassSelectedSenders": False, "bypassSenderAllowlist": ["domains"]}, True, "MAIL-13", "approved_senders_hold_no_domain", "pass"),
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": ["domains"]}, False, "MAIL-13", "approved_senders_hold_no_domain", "pass"),
        ({"bypassSelectedSenders": True, "bypassSenderAllowlist": ["domains"]}, None, "MAIL-13", "approved_senders_hold_no_domain", "not_assessed"),
        ({"hideWarningBannerFromSelectedSenders": True, "hideWarningBannerSenderAllowlist": ["domains"]}, True, "MAIL-13", "no_domain_hides_warnings", "fail"),
        ({"hideWarningBannerForAll": True}, True, "MAIL-14", "everybody_is_filtered", "fail"),
        ({"bypassInternalSenders": True}, True, "MAIL-14", "everybody_is_filtered", "fail"),
        ({"bypassInternalSenders": True}, False, "MAIL-14", "everybody_is_filtered", "pass"),
        ({}, True, "MAIL-14", "everybody_is_filtered", "pass"),
    ],
)  # fmt: skip
def test_exceptions_from_the_filter(fields: Row, on: bool | None, control: str, check: str, expected: str) -> None:
    held = clinic(*exceptions(override(**fields), on=on))
    assert set(verdicts(held, control, check).values()) == {expected}


def test_a_field_that_is_left_out_hides_no_open_door() -> None:
    one = override(bypassInternalSenders=True)
    del one["hideWarningBannerForAll"]
    assert set(verdicts(clinic(*exceptions(one)), "MAIL-14", "everybody_is_filtered").values()) == {"fail"}
    one["bypassInternalSenders"] = False
    assert set(verdicts(clinic(*exceptions(one)), "MAIL-14", "everybody_is_filtered").values()) == {"not_assessed"}


def test_of_listed_senders_only_domains_are_kept() -> None:
    entries = {"address": [{"address": "jane.roe@lab.example"}, {"address": "lab.example"}]}
    lists = {"emailAddressList": [{"id": "1", "name": "x", "addressList": entries}]}
    kept = GmailAddressLists.project(lists, b"")
    assert kept["emailAddressList"][0]["addressList"]["address"] == [
        {"address": "@lab.example"},
        {"address": "lab.example"},
    ]
    written = {"spamOverride": [override(bypassSenderAllowlist=[{"name": "n", "list": ["jane.roe@lab.example"]}])]}
    assert "jane" not in str(GmailSpamOverrides.project(written, b""))


def event(value: str, name: str = "Brightwater Clinic", hour: int = 1, **more: str) -> Row:
    return change("AttachmentDeepScanningSettingsProto deep_scanning_enabled", value, name, hour, **more)


def change(which: str, value: str, name: str, hour: int, kind: str = "CHANGE_APPLICATION_SETTING", **more: str) -> Row:
    said = {"SETTING_NAME": which, "NEW_VALUE": value, "ORG_UNIT_NAME": name} | more
    return {
        "id": {"time": f"2026-11-20T{hour:02}:00:00Z", "uniqueQualifier": str(hour)},
        "actor": {"email": "ann@brightwater.example"},
        "events": [{"type": "A", "name": kind, "parameters": [{"name": k, "value": v} for k, v in said.items()]}],
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("true")], "pass"),
        ([event("false")], "fail"),
        ([event("true", hour=1), event("false", hour=2)], "fail"),
        ([event("false", hour=2), event("true", hour=3)], "pass"),
        ([], "not_assessed"),
        ([event("false", name="Elsewhere")], "not_assessed"),
        ([event("INHERIT_FROM_PARENT")], "not_assessed"),
        ([event("true", GROUP_EMAIL="g@brightwater.example")], "not_assessed"),
        ([event("MAYBE_SO")], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_the_sandbox_as_the_log_tells(events: list[Row] | None, expected: str) -> None:
    held = clinic(reports__activity__admin=events)
    assert set(verdicts(held, "MAIL-19", "sandbox_is_on").values()) == {expected}


def test_the_warning_before_mail_goes_outside() -> None:
    which = "OutOfDomainWarningProto disable_untrusted_recipient_warning"
    off = clinic(reports__activity__admin=[change(which, "true", "Brightwater Clinic", 1)])
    on = clinic(reports__activity__admin=[change(which, "false", "Brightwater Clinic", 1)])
    assert verdict(off, "MAIL-25") == "fail"
    assert verdict(on, "MAIL-25") == "pass"
    assert verdict(clinic(reports__activity__admin=[]), "MAIL-25") == "not_assessed"


def test_a_units_own_change_comes_before_that_of_the_clinic() -> None:
    people = [google_user("bob", "/Owners")]
    log = [event("true", hour=5), event("false", name="Owners", hour=1)]
    sources = {
        "directory.orgunits": [unit("root", "/"), unit("own", "/Owners", "root")],
        "policy.policies": GMAIL,
        "reports.activity.admin": log,
    }
    assert set(verdicts(google(people, sources), "MAIL-19", "sandbox_is_on").values()) == {"fail"}


@pytest.mark.parametrize(("state", "expected"), [("ACTIVE", "pass"), ("INACTIVE", "fail"), (None, "fail")])
def test_the_alert_for_reported_phishing(state: str | None, expected: str) -> None:
    alert = {"displayName": "User-reported phishing", "state": state, "action": {}}
    rules = [setting("rule.system_defined_alerts", alert)] if state else []
    assert set(verdicts(clinic(*rules), "MAIL-29", "phishing_reports_ring").values()) == {expected}
    own = setting("rule.system_defined_alerts", {**alert, "state": "ACTIVE"}, 101.0, system=True)
    if rules:  # what an administrator chose counts before what Google set
        assert set(verdicts(clinic(own, *rules), "MAIL-29", "phishing_reports_ring").values()) == {expected}


def test_delegation_for_the_front_desk_is_for_a_person() -> None:
    held = clinic(setting("gmail.mail_delegation", {"enableMailDelegation": True}), gmail__delegates=of("ann"))
    profile = Profile(front_desk=frozenset({"ANN@brightwater.example"}))
    assert verdict(held, "FWD-11", profile) == "review"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"enabled": False, "destinationEmailAddress": ""}, "pass"),
        ({"enabled": True, "destinationEmailAddress": "archive@brightwater.example"}, "pass"),
        ({"enabled": True, "destinationEmailAddress": "me@gmail.com"}, "fail"),
        ({"enabled": True, "destinationEmailAddress": "in@vault.example"}, "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_where_conversations_are_copied(value: Row | None, expected: str) -> None:
    held = clinic(*([setting("chat.chat_third_party_archiving", value)] if value else []))
    assert set(verdicts(held, "FWD-7", "chat_archive_is_known").values()) == {expected}


def compliance(*, option: str = "NO_EFFECT", words: bool = False, **delivery: bool) -> list[Row]:
    none = dict.fromkeys(["requireTls", "encryptOutgoingMessages", "bounceUnencryptedMessages"], False)
    one = {
        "ruleId": "r1",
        "condition": {"affectOutboundMessages": True, "addressListOption": option},
        "matchExpressions": words,
        "consequence": {"ruleConsequenceType": "MODIFY_MESSAGE", "primaryDelivery": none | delivery},
    }
    return [
        setting("gmail.content_compliance", {"contentComplianceRules": [one]}),
        setting("gmail.rule_states", {"ruleStates": [{"ruleId": "r1", "enabled": True}]}),
    ]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (compliance(requireTls=True), "pass"),
        (compliance(encryptOutgoingMessages=True, bounceUnencryptedMessages=True), "pass"),
        (compliance(encryptOutgoingMessages=True), "not_assessed"),
        (compliance(requireTls=True, words=True), "review"),
        (compliance(requireTls=True, option="SOMETHING"), "review"),
        ([], "not_assessed"),
    ],
)
def test_rules_that_insist_on_tls(policies: list[Row], expected: str) -> None:
    profile = Profile(tls_partners=frozenset({"lab.example"}))
    assert verdict(clinic(*policies), "MAIL-7", profile) == expected
    assert verdict(clinic(*policies), "MAIL-7") == "not_applicable"


def test_the_quarantine_is_stated() -> None:
    said = {
        "id": "q", "topic": "quarantine", "statement": "Somebody looks every day", "by": "Ann", "signed_on": "2026-06-01T00:00:00Z",
        "file_state": "none",
    }  # fmt: skip
    assert verdict(clinic(evidence__statements=[said]), "MAIL-30") == "pass"
    assert verdict(clinic(evidence__statements=[said | {"signed_on": "2020-01-01T00:00:00Z"}]), "MAIL-30") == "fail"
    assert verdict(clinic(evidence__statements=[]), "MAIL-30") == "not_assessed"


def test_the_relay_stays_open_until_somebody_looked() -> None:
    assert (
        verdict(clinic(setting("gmail.user_email_uploads", {"enableMailAndContactsImport": False})), "MAIL-31")
        == "not_assessed"
    )
