"""What is kept of Google's objects, and what is dropped before anything is stored."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.google_workspace.sources.activity import AdminActivity, ForwardingActivity
from connectors.google_workspace.sources.mailboxes import AutoForwarding, Filter, SendAs
from connectors.google_workspace.sources.people import User
from connectors.google_workspace.sources.policies import Policy
from connectors.google_workspace.sources.settings import (
    DlpRule,
    GmailAutoForwarding,
    GmailContentCompliance,
    Password,
    ServiceStatus,
    TwoStepFactor,
    setting_class,
)
from connectors.record import Unreadable

SECRET = b"test"
PATIENT = "Odette Quillfeather"


def policy(kind: str, value: Any) -> Policy:
    raw = {
        "name": "policies/a1",
        "customer": "customers/C0test",
        "type": "ADMIN",
        "policyQuery": {"orgUnit": "orgUnits/03ph8a2z1", "sortOrder": 201.0, "query": "q"},
        "setting": {"type": f"settings/{kind}", "value": value},
    }
    return Policy(Policy.project(raw, SECRET))


def test_a_known_setting_is_typed() -> None:
    found = policy("gmail.auto_forwarding", {"enableAutoForwarding": False, "somethingNew": PATIENT})
    value = found.setting.typed()
    assert isinstance(value, GmailAutoForwarding)
    assert value.enable_auto_forwarding is False
    assert value.gives("enable_auto_forwarding")
    assert found.policy_query.unit_id == "03ph8a2z1"
    assert found.policy_query.group_id == ""
    assert (found.kind, found.label) == ("policy", "gmail.auto_forwarding")
    assert PATIENT not in str(found._raw)


def test_keys_in_googles_other_spelling_are_the_same() -> None:
    value = policy("gmail.auto_forwarding", {"enable_auto_forwarding": True}).setting.typed()
    assert isinstance(value, GmailAutoForwarding)
    assert value.enable_auto_forwarding is True


def test_of_an_unknown_setting_only_the_type_is_kept() -> None:
    found = policy("api_controls.custom_user_message", {"errorText": PATIENT})
    assert found._raw["setting"] == {"type": "settings/api_controls.custom_user_message"}
    assert found.setting.typed() is None


def test_every_service_has_the_same_class() -> None:
    assert setting_class("youtube.service_status") is ServiceStatus
    value = policy("youtube.service_status", {"serviceState": "ENABLED"}).setting.typed()
    assert isinstance(value, ServiceStatus)
    assert value.service_state == "ENABLED"


def test_a_field_that_a_policy_does_not_give_is_unreadable() -> None:
    value = policy("security.password", {"minimumLength": 12}).setting.typed()
    assert isinstance(value, Password)
    assert not value.gives("allow_reuse")
    with pytest.raises(Unreadable) as caught:
        _ = value.allow_reuse
    assert caught.value.gap.source == "policy.policies:setting.value.allowReuse"


def test_an_undocumented_value_is_unreadable() -> None:
    value = policy(
        "security.two_step_verification_enforcement_factor", {"allowedSignInFactorSet": "ANYTHING"}
    ).setting.typed()
    assert isinstance(value, TwoStepFactor)
    with pytest.raises(Unreadable):
        _ = value.allowed_sign_in_factor_set


def test_documented_defaults_and_no_others() -> None:
    assert GmailAutoForwarding.documented_default().enable_auto_forwarding is True
    assert Password.documented_default().minimum_length == 8
    with pytest.raises(Unreadable):
        _ = Password.documented_default().enforce_requirements_at_login
    with pytest.raises(Unreadable):
        _ = ServiceStatus.documented_default().service_state


def test_a_mail_rule_keeps_what_it_does_and_not_what_it_looks_for() -> None:
    rule = {
        "ruleId": "r1",
        "description": PATIENT,
        "matchExpressions": [{"matchExpressionType": "SIMPLE_CONTENT", "matchContent": PATIENT}],
        "consequence": {
            "ruleConsequenceType": "MODIFY_MESSAGE",
            "primaryDelivery": {
                "changeEnvelopeRecipient": True,
                "recipientAddress": "claims@biller.example",
                "customSubject": PATIENT,
            },
            "deliverToAdditionalRecipients": False,
        },
    }
    found = policy("gmail.content_compliance", {"contentComplianceRules": [rule]})
    value = found.setting.typed()
    assert isinstance(value, GmailContentCompliance)
    assert value.content_compliance_rules[0].consequence.primary_delivery.recipient_address == "claims@biller.example"
    assert PATIENT not in str(found._raw)


def test_an_empty_object_in_a_rule_says_something() -> None:
    rule = {"displayName": "ids", "state": "ACTIVE", "triggers": ["t"], "action": {"driveAction": {"blockAccess": {}}}}
    value = policy("rule.dlp", rule | {"description": PATIENT}).setting.typed()
    assert isinstance(value, DlpRule)
    assert value.action.drive_action is not None
    assert value.action.drive_action.block_access is not None
    assert value.action.drive_action.warn_user is None
    assert value.action.gmail_action is None


def activity(name: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": {"time": "2026-03-02T14:11:05.120Z", "uniqueQualifier": "-72"},
        "actor": {"email": "nurse@brightwater.example", "profileId": "1"},
        "events": [{"type": "T", "name": name, "parameters": parameters}],
    }


def test_an_event_keeps_addresses_and_plain_values_of_old_and_new_settings() -> None:
    raw = activity(
        "CREATE_GMAIL_SETTING",
        [
            {"name": "SETTING_NAME", "value": "MAIL_ROUTING"},
            {"name": "USER_DEFINED_SETTING_NAME", "value": PATIENT},
            {"name": "NEW_VALUE", "value": f"mail of {PATIENT} goes to claims@quick-biller.example"},
            {"name": "OLD_VALUE", "value": "INHERIT_FROM_PARENT"},
        ],
    )
    kept = AdminActivity.project(raw, SECRET)
    assert PATIENT not in str(kept)
    event = AdminActivity(kept).events[0]
    assert event.detail("SETTING_NAME").value == "MAIL_ROUTING"
    assert event.detail("NEW_VALUE").value is None
    assert event.detail("NEW_VALUE").multi_value == ["claims@quick-biller.example"]
    assert event.detail("OLD_VALUE").value == "INHERIT_FROM_PARENT"
    assert event.detail("USER_DEFINED_SETTING_NAME").value is None
    assert event.detail("NOTHING") is None


def test_projecting_twice_changes_nothing() -> None:
    raw = activity("CREATE_GMAIL_SETTING", [{"name": "NEW_VALUE", "value": f"{PATIENT}: claims@quick-biller.example"}])
    once = AdminActivity.project(raw, SECRET)
    assert AdminActivity.project(once, SECRET) == once
    rule = {"displayName": "d", "state": "ACTIVE", "triggers": [], "action": {"driveAction": {"blockAccess": {}}}}
    stored = policy("rule.dlp", rule)._raw
    assert Policy.project(stored, SECRET) == stored


def test_a_forwarding_event_names_its_destination() -> None:
    raw = activity(
        "email_forwarding_out_of_domain", [{"name": "email_forwarding_destination_address", "value": "a@mail.example"}]
    )
    found = ForwardingActivity(ForwardingActivity.project(raw, SECRET))
    assert found.events[0].detail("email_forwarding_destination_address").value == "a@mail.example"
    assert found.events[0].text("email_forwarding_destination_address") == "a@mail.example"
    with pytest.raises(Unreadable):
        found.events[0].text("something_else")
    assert found.label == "email_forwarding_out_of_domain by nurse@brightwater.example"
    assert found.key.startswith("2026-03-02T14:11:05")


def test_a_filter_keeps_only_that_it_looks_for_something() -> None:
    raw = {
        "id": "f",
        "criteria": {"from": PATIENT, "subject": "", "hasAttachment": True},
        "action": {"forward": "a@mail.example"},
    }
    kept = Filter.project(raw, SECRET)
    assert kept["criteria"] == {"from": True, "subject": False, "hasAttachment": True}
    assert Filter(kept).action.forward == "a@mail.example"
    assert Filter(kept).action.remove_label_ids == []


def test_a_sender_address_keeps_the_server_and_no_signature() -> None:
    raw = {
        "sendAsEmail": "a@b.example",
        "signature": PATIENT,
        "displayName": PATIENT,
        "smtpMsa": {"host": "smtp.other.example", "username": "u"},
    }
    kept = SendAs.project(raw, SECRET)
    assert PATIENT not in str(kept)
    assert "username" not in str(kept)
    assert SendAs(kept).smtp_msa.host == "smtp.other.example"
    assert SendAs(kept).verification_status == "verificationStatusUnspecified"
    assert SendAs.project(kept, SECRET) == kept


def test_what_google_leaves_out_is_written_down_and_its_later_loss_is_noticed() -> None:
    kept = SendAs.project({"sendAsEmail": "a@b.example"}, SECRET)
    assert SendAs(kept).smtp_msa.host == ""
    assert SendAs(kept).reply_to_address == ""
    assert SendAs(kept).is_primary is False
    for name in ("smtp_msa", "reply_to_address", "is_primary"):
        damaged = {key: value for key, value in kept.items() if key != SendAs.fields()[name].key}
        with pytest.raises(Unreadable):
            getattr(SendAs(damaged), name)


def test_forwarding_is_off_only_where_nothing_says_otherwise() -> None:
    never = AutoForwarding(AutoForwarding.project({}, SECRET))
    assert (never.enabled, never.email_address) == (False, "")
    off = AutoForwarding(AutoForwarding.project({"enabled": False}, SECRET))
    assert (off.enabled, off.email_address) == (False, "")
    unclear = AutoForwarding(AutoForwarding.project({"emailAddress": "a@mail.example"}, SECRET))
    with pytest.raises(Unreadable):
        _ = unclear.enabled
    nowhere = AutoForwarding(AutoForwarding.project({"enabled": True}, SECRET))
    with pytest.raises(Unreadable):
        _ = nowhere.email_address


def test_recovery_contacts_are_reduced_to_whether_they_are_there() -> None:
    kept = User.project({"id": "1", "recoveryEmail": "private@Mail.example", "recoveryPhone": ""}, SECRET)
    assert kept == {"id": "1", "recoveryEmail": "mail.example", "recoveryPhone": False}


def test_never_signed_in() -> None:
    assert User({"lastLoginTime": "1970-01-01T00:00:00.000Z"}).last_login is None
    seen = User({"lastLoginTime": "2026-02-01T09:00:00.000Z"}).last_login
    assert seen is not None
    assert seen.year == 2026
