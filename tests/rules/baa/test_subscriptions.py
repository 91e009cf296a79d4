"""BAA-3, BAA-4 and BAA-8 with hand-made records: plans that end, and accounts that nobody manages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.identity import Row, google, google_user, guest, microsoft, results, setting, user, verdict, verdicts

MAIL = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"


def licence(status: str = "Enabled", *, used: int = 5, bought: int = 5, plan: str = MAIL) -> Row:
    return {
        "skuId": "s", "skuPartNumber": "SPB", "capabilityStatus": status, "consumedUnits": used,
        "prepaidUnits": {"enabled": bought, "suspended": 0, "warning": 0},
        "servicePlans": [
            {"servicePlanId": plan, "servicePlanName": "P", "provisioningStatus": "Success", "appliesTo": "User"}
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Enabled", "pass"),
        ("Warning", "review"),
        ("Suspended", "fail"),
        ("LockedOut", "fail"),
        ("Deleted", "fail"),
        ("Sleeping", "not_assessed"),
    ],
)
def test_a_licence_with_mailboxes(status: str, expected: str) -> None:
    assert verdicts(microsoft(subscribed_skus=[licence(status)]), "BAA-3", "licence_works") == {"s": expected}


def test_a_licence_without_mailboxes_and_one_that_is_used_too_often() -> None:
    other = microsoft(subscribed_skus=[licence("Suspended", plan="none")])
    assert verdicts(other, "BAA-3", "licence_works") == {"s": "not_applicable"}
    assert verdicts(microsoft(subscribed_skus=[licence(used=6)]), "BAA-3", "seats_suffice") == {"s": "fail"}
    assert verdicts(microsoft(subscribed_skus=[licence()]), "BAA-3", "seats_suffice") == {"s": "pass"}
    assert verdict(microsoft(subscribed_skus=None, subscriptions=None), "BAA-3") == "not_assessed"


def purchase(ends: str | None, status: str = "Enabled") -> Row:
    return {"id": "p", "skuId": "s", "skuPartNumber": "SPB", "status": status, "nextLifecycleDateTime": ends}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (purchase("2027-06-01T00:00:00Z"), "pass"),
        (purchase("2026-12-20T00:00:00Z"), "review"),
        (purchase(None), "pass"),
        (purchase("2027-06-01T00:00:00Z", "Suspended"), "review"),
        (purchase("2027-06-01T00:00:00Z", "Sleeping"), "not_assessed"),
    ],
)
def test_a_purchase(given: Row, expected: str) -> None:
    assert verdicts(microsoft(subscriptions=[given]), "BAA-3", "purchase_goes_on") == {"p": expected}


@pytest.mark.parametrize(("waits", "expected"), [(True, "pass"), (False, "review"), (None, "not_assessed")])
def test_lost_licences(waits: bool | None, expected: str) -> None:
    config = [{"AuditDisabled": False} | ({} if waits is None else {"DelayedDelicensingEnabled": waits})]
    clinic = microsoft(sources={"exchange.organization_config": config})
    assert verdicts(clinic, "BAA-3", "lost_licences_wait") == {"tenant-id": expected}


def test_googles_billing_is_for_a_person_to_see() -> None:
    assert verdict(google([google_user("ann")]), "BAA-3") == "not_assessed"


# --- BAA-4 ----------------------------------------------------------------------------------------------------------------


def invitation(state: str) -> Row:
    return {"name": "customers/C0/userinvitations/news%40brightwater.example", "state": state}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("ACCEPTED", "pass"),
        ("NOT_YET_SENT", "fail"),
        ("INVITED", "fail"),
        ("DECLINED", "fail"),
        ("LOST", "not_assessed"),
    ],
)
def test_private_accounts_with_a_clinic_address(state: str, expected: str) -> None:
    clinic = google([google_user("ann")], {"identity.user_invitations": [invitation(state)]})
    assert set(verdicts(clinic, "BAA-4", "account_is_managed").values()) == {expected}


def test_no_private_account_and_a_list_that_was_not_read() -> None:
    def judge(rows: list[Row] | None) -> list[tuple[str, str, str]]:
        return results(google([google_user("ann")], {"identity.user_invitations": rows}), "BAA-4", "account_is_managed")

    assert [verdict for _, verdict, _ in judge([])] == ["pass"]
    assert judge(None) == []
    assert verdict(google([google_user("ann")], {"identity.user_invitations": None}), "BAA-4") == "not_assessed"


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("REPLACE_CONFLICTING_ACCOUNT", "pass"),
        ("AUTOMATICALLY_SEND_INVITATIONS", "review"),
        ("PRESERVE_CONFLICTING_ACCOUNT", "fail"),
        ("ASK", "not_assessed"),
    ],
)
def test_conflicting_accounts(option: str, expected: str) -> None:
    policies = [setting("provisioning.conflicting_accounts_management", {"option": option})]
    clinic = google([google_user("ann")], {"policy.policies": policies})
    found = results(clinic, "BAA-4", "conflicting_accounts_are_replaced")
    assert {verdict for _, verdict, _ in found} == {expected}


def authorization(**fields: Any) -> list[Row]:
    closed = {"allowEmailVerifiedUsersToJoinOrganization": False, "allowedToSignUpEmailBasedSubscriptions": False}
    return [{"id": "a"} | closed | fields]


def test_signing_up() -> None:
    def judge(rows: list[Row] | None) -> str:
        return verdicts(microsoft(authorization_policy=rows), "BAA-4", "nobody_signs_up")["tenant-id"]

    assert judge(authorization()) == "pass"
    assert judge(authorization(allowEmailVerifiedUsersToJoinOrganization=True)) == "fail"
    assert judge(authorization(allowedToSignUpEmailBasedSubscriptions=True)) == "fail"
    assert judge([{"id": "a"}]) == "not_assessed"


def test_accounts_that_came_by_themselves() -> None:
    people = [
        user("ann", creationType=None),
        user("bob", creationType="SelfServiceSignUp"),
        user("cat", creationType="EmailVerified"),
        user("dan"),
        guest("eve", creationType="EmailVerified"),
    ]
    assert verdicts(microsoft(people), "BAA-4", "nobody_came_by_sign_up") == {
        "ann": "pass", "bob": "fail", "cat": "fail", "dan": "not_assessed", "eve": "not_applicable",
    }  # fmt: skip


@pytest.mark.parametrize(("on", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_trials(on: bool | None, expected: str) -> None:
    settings = {"isOfficeStoreEnabled": False} | ({} if on is None else {"isAppAndServicesTrialEnabled": on})
    clinic = microsoft(admin_apps_and_services=[{"settings": settings}])
    assert verdicts(clinic, "BAA-8", "no_trials") == {"tenant-id": expected}
    assert verdicts(clinic, "BAA-8", "no_purchases") == {"tenant-id": "not_assessed"}
