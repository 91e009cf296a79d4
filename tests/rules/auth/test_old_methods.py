"""AUTH-1, AUTH-3, AUTH-4, AUTH-25: old ways in, and the baseline."""

from __future__ import annotations

from typing import Any

import pytest

from rules import assess
from rules.profile import Profile
from rules.result import Severity
from tests.rules.identity import (
    domain,
    facts,
    google,
    google_user,
    grant,
    legacy_block,
    microsoft,
    policy,
    results,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

DEFAULTS_ON = [{"id": "d", "isEnabled": True}]


# --- AUTH-1 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([legacy_block()], "pass"),
        ([legacy_block("a", ["exchangeActiveSync"]), legacy_block("b", ["other"])], "pass"),
        ([legacy_block("a", ["exchangeActiveSync"])], "fail"),
        ([legacy_block(users={"excludeUsers": ["ann"]})], "fail"),
        ([legacy_block(users={"includeUsers": ["ann"]})], "fail"),
        ([legacy_block(applications={"includeApplications": ["Office365"]})], "fail"),
        ([legacy_block(platforms={"includePlatforms": ["android"], "excludePlatforms": []})], "fail"),
        ([policy("x", grant("mfa"), clientAppTypes=["exchangeActiveSync", "other"])], "fail"),
        ([legacy_block() | {"state": "enabledForReportingButNotEnforced"}], "fail"),
        ([], "fail"),
        ([legacy_block(users={"excludeGroups": ["g"]})], "pass"),
        (None, "not_assessed"),
    ],
)
def test_old_programs_are_blocked_for_everybody(policies: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], conditional_access_policies=policies), "AUTH-1") == expected


def test_security_defaults_block_old_programs() -> None:
    assert verdict(microsoft([user("ann")], security_defaults=DEFAULTS_ON), "AUTH-1") == "pass"
    assert verdict(microsoft([user("ann")], security_defaults=None), "AUTH-1") == "not_assessed"
    without_p1 = microsoft([user("ann")], conditional_access_policies=[legacy_block()], subscribed_skus=[sku(p1=False)])
    assert verdict(without_p1, "AUTH-1") == "fail"


def test_an_excluded_group_with_unknown_members_is_not_assessed() -> None:
    rule = legacy_block(users={"excludeGroups": ["g"]})
    groups = [{"id": "g", "displayName": "Scanners"}]
    assert (
        verdict(microsoft([user("ann")], conditional_access_policies=[rule], groups=groups), "AUTH-1") == "not_assessed"
    )


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([setting("security.less_secure_apps", {"allowLessSecureApps": False})], "pass"),
        ([setting("security.less_secure_apps", {"allowLessSecureApps": True})], "fail"),
        ([], "pass"),
        ([setting("security.less_secure_apps", {})], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_googles_less_secure_apps(policies: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "AUTH-1") == expected


# --- AUTH-3 and AUTH-4, Microsoft -----------------------------------------------------------------------------------------


def cas(id: str, *, smtp: bool | None = None, pop: bool = False, imap: bool = False) -> dict[str, Any]:
    return {
        "Guid": id,
        "ExternalDirectoryObjectId": id,
        "DisplayName": id.title(),
        "PrimarySmtpAddress": f"{id}@brightwater.example",
        "PopEnabled": pop,
        "ImapEnabled": imap,
        "SmtpClientAuthenticationDisabled": smtp,
        "OwaMailboxPolicy": None,
    }


def exchange(boxes: list[dict[str, Any]] | None, *, off: bool = True, plan: dict[str, bool] | None = None) -> Any:
    closed = {"PopEnabled": False, "ImapEnabled": False}
    return microsoft(
        sources={
            "exchange.transport_config": [{"SmtpClientAuthenticationDisabled": off}],
            "exchange.cas_mailboxes": boxes,
            "exchange.cas_mailbox_plans": [{"Guid": "plan", "DisplayName": "Plan", **(plan or closed)}],
        }
    )


def test_smtp_with_a_password_is_off_but_for_named_exceptions() -> None:
    boxes = [cas("ann"), cas("bob", smtp=True), cas("scanner", smtp=False), cas("thief", smtp=False)]
    named = Profile(smtp_auth_exceptions=frozenset({"Scanner@brightwater.example"}))
    assert results(exchange(boxes), "AUTH-3", profile=named) == [
        ("tenant-id", "pass", "sending with a password alone is off"),
        ("ann", "pass", "follows the organization, where it is off"),
        ("bob", "pass", "cannot send with a password alone"),
        ("scanner", "pass", "may send with a password alone, as a named exception"),
        ("thief", "fail", "may send with a password alone, and is no named exception"),
    ]


def test_an_open_organization_fails_once_and_unread_mailboxes_are_not_assessed() -> None:
    assert verdicts(exchange([cas("ann")], off=False), "AUTH-3") == {"tenant-id": "fail", "ann": "not_applicable"}
    assert verdict(exchange(None), "AUTH-3") == "not_assessed"
    assert verdict(microsoft(), "AUTH-3") == "not_assessed"


def test_pop_and_imap_are_off_for_mailboxes_and_for_new_ones() -> None:
    boxes = [cas("ann"), cas("bob", pop=True, imap=True), cas("cat", imap=True)]
    assert results(exchange(boxes), "AUTH-4") == [
        ("ann", "pass", "cannot be read by POP or IMAP"),
        ("bob", "fail", "can be read by POP and IMAP"),
        ("cat", "fail", "can be read by IMAP"),
        ("plan", "pass", "start without POP and IMAP"),
    ]
    assert verdict(exchange([cas("ann")]), "AUTH-4") == "pass"
    assert verdict(exchange([cas("ann")], plan={"PopEnabled": True, "ImapEnabled": False}), "AUTH-4") == "fail"
    assert verdict(exchange(None), "AUTH-4") == "not_assessed"


def program(name: str, *, pop: list[str] | None = None, imap: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    """A row of the report of mail programs."""
    row = {
        "userPrincipalName": f"{name}@brightwater.example",
        "isDeleted": False,
        "pop3App": pop or [],
        "imap4App": imap or [],
    }
    return row | fields


@pytest.mark.parametrize(
    ("row", "severity", "message"),
    [
        (program("ann", imap=["Undetermined"]), Severity.CRITICAL, "can be read by IMAP, and was in the last 30 days"),
        (program("ANN", pop=["Undetermined"]), Severity.CRITICAL, "can be read by IMAP, and was in the last 30 days"),
        (program("ann"), None, "can be read by IMAP"),
        (program("bob", imap=["Undetermined"]), None, "can be read by IMAP"),
        (program("ann", imap=["Undetermined"], isDeleted=True), None, "can be read by IMAP"),
        (program("ann", imap=["Undetermined"], userPrincipalName="7A4E33A8D1B8C0C0"), None, "can be read by IMAP"),
        ({"userPrincipalName": "ann@brightwater.example", "isDeleted": False}, None, "can be read by IMAP"),
    ],
    ids=["IMAP", "POP", "neither", "somebody else", "deleted", "hidden", "lost"],
)
def test_who_really_reads_mail_by_an_old_way_makes_it_critical(
    row: dict[str, Any], severity: Severity | None, message: str
) -> None:
    clinic = exchange([cas("ann", imap=True)])
    held = {name: [line.r for line in clinic.lines(name)] for name in clinic.sources if name.startswith("exchange.cas")}
    found = microsoft([user("ann")], held | {"graph.email_app_usage": [row]})
    [judgment] = [j for j in assess(found, only=["AUTH-4"]).control("AUTH-4").judgments if j.entity.id == "ann"]
    assert (judgment.result.severity, judgment.result.message) == (severity, message)


def test_a_closed_mailbox_passes_whatever_the_report_says() -> None:
    clinic = exchange([cas("ann")])
    held = {name: [line.r for line in clinic.lines(name)] for name in clinic.sources if name.startswith("exchange.cas")}
    assert verdict(microsoft(sources=held | {"graph.email_app_usage": [program("ann", pop=["x"])]}), "AUTH-4") == "pass"


# --- AUTH-4, Google -------------------------------------------------------------------------------------------------------

GMAIL_ON = setting("gmail.service_status", {"serviceState": "ENABLED"})
GMAIL_OFF = setting("gmail.service_status", {"serviceState": "DISABLED"})


def access(*, imap: bool, pop: bool) -> list[dict[str, Any]]:
    return [
        setting("gmail.imap_access", {"enableImapAccess": imap}),
        setting("gmail.pop_access", {"enablePopAccess": pop}),
    ]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([GMAIL_ON, *access(imap=False, pop=False)], "pass"),
        ([GMAIL_ON, *access(imap=True, pop=False)], "fail"),
        ([GMAIL_OFF, *access(imap=True, pop=True)], "not_applicable"),
        ([GMAIL_ON], "not_assessed"),
        (access(imap=False, pop=False), "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_googles_pop_and_imap(policies: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "AUTH-4") == expected


def test_google_names_who_uses_them_and_knows_exceptions() -> None:
    from tests.rules.identity import of

    held = {
        "policy.policies": [GMAIL_ON, *access(imap=True, pop=False)],
        "gmail.imap": [*of("ann", {"enabled": True}), *of("bob", {"enabled": False})],
        "gmail.pop": [*of("ann", {"accessWindow": "disabled"}), *of("bob", {"accessWindow": "disabled"})],
    }
    clinic = google([google_user("ann"), google_user("bob")], held)
    assert facts(clinic, "AUTH-4", "root")["used_by"] == ["ann@brightwater.example"]
    assert verdict(clinic, "AUTH-4", Profile(imap_exceptions=frozenset({"/"}))) == "review"


# --- AUTH-25 --------------------------------------------------------------------------------------------------------------


def test_the_baseline_is_security_defaults_or_rules_that_do_the_same() -> None:
    both = [policy("Everybody"), legacy_block()]
    assert verdict(microsoft(security_defaults=DEFAULTS_ON), "AUTH-25") == "pass"
    assert verdict(microsoft([user("ann")], conditional_access_policies=both), "AUTH-25") == "pass"
    assert results(microsoft([user("ann")], conditional_access_policies=both[:1]), "AUTH-25") == [
        ("tenant-id", "fail", "security defaults are off, and no rule blocks old programs")
    ]
    assert verdict(microsoft(), "AUTH-25") == "fail"
    assert (
        verdict(microsoft([user("ann")], conditional_access_policies=both, subscribed_skus=[sku(p1=False)]), "AUTH-25")
        == "fail"
    )


def test_defaults_and_rules_together_contradict_each_other_and_unread_ones_decide_nothing() -> None:
    together = microsoft(security_defaults=DEFAULTS_ON, conditional_access_policies=[policy("Everybody")])
    assert verdict(together, "AUTH-25") == "review"
    assert (
        verdict(microsoft(security_defaults=DEFAULTS_ON, conditional_access_policies=None), "AUTH-25") == "not_assessed"
    )
    assert verdict(microsoft(security_defaults=None), "AUTH-25") == "not_assessed"
    assert verdict(microsoft(conditional_access_policies=None), "AUTH-25") == "not_assessed"


def test_another_providers_second_factor_is_out_of_sight_and_no_failure() -> None:
    duo = policy("Duo", grant(custom=["Duo"]))
    federated = [domain("brightwater.example", federated=True)]
    seen = (
        "tenant-id",
        "not_assessed",
        "old programs are blocked, and another provider holds the second factor, which cannot be seen from here",
    )
    assert results(microsoft([user("ann")], conditional_access_policies=[duo, legacy_block()]), "AUTH-25") == [seen]
    assert results(
        microsoft([user("ann")], conditional_access_policies=[legacy_block()], domains=federated), "AUTH-25"
    ) == [seen]
    assert results(microsoft([user("ann")], conditional_access_policies=[duo]), "AUTH-25") == [
        ("tenant-id", "fail", "security defaults are off, and no rule blocks old programs")
    ]


@pytest.mark.parametrize("name", ["imap", "pop"])
def test_what_is_known_to_be_open_is_open_whatever_the_other_setting_is(name: str) -> None:
    def held(*, is_open: bool) -> Any:
        one = setting(f"gmail.{name}_access", {f"enable{name.title()}Access": is_open})
        return google([google_user("ann")], {"policy.policies": [GMAIL_ON, one]})

    assert results(held(is_open=True), "AUTH-4") == [
        ("root", "fail", f"people here may read mail by {name.upper()}"),
    ]
    assert list(facts(held(is_open=True), "AUTH-4", "root")["settings"]) == [name.upper()]
    assert verdict(held(is_open=False), "AUTH-4") == "not_assessed"


def test_mailbox_plans_that_were_not_read_say_nothing_of_new_mailboxes() -> None:
    def plans(rows: list[dict[str, Any]] | None) -> dict[str, str]:
        return verdicts(microsoft(sources={"exchange.cas_mailbox_plans": rows}), "AUTH-4", "new_mailboxes_start_closed")

    assert plans([]) == {"tenant-id": "not_assessed"}
    assert plans([{"Guid": "plan", "DisplayName": "Plan", "ImapEnabled": False}]) == {"plan": "not_assessed"}
