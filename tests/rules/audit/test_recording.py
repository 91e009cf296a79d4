"""AUDIT-3 and AUDIT-12 with hand-made records: accounts without a trace, and reports without names."""

from __future__ import annotations

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, microsoft, user, verdict, verdicts


def account(name: str, *, excused: bool | None) -> Row:
    return {"Guid": name, "Name": name} | ({} if excused is None else {"AuditBypassEnabled": excused})


def test_accounts_that_are_excused() -> None:
    accounts = [account("ann", excused=False), account("bob", excused=True), account("backup", excused=True)]
    accounts.append(account("odd", excused=None))
    clinic = microsoft([user("ann")], {"exchange.mailbox_audit_bypass": accounts})
    profile = Profile(approved_service_accounts=frozenset({"Backup"}))
    assert verdicts(clinic, "AUDIT-3", profile=profile) == {
        "ann": "pass", "bob": "fail", "backup": "review", "odd": "not_assessed",
    }  # fmt: skip
    assert verdict(microsoft([user("ann")], {"exchange.mailbox_audit_bypass": None}), "AUDIT-3") == "not_assessed"


@pytest.mark.parametrize(("concealed", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_reports(concealed: bool | None, expected: str) -> None:
    settings = [{"displayConcealedNames": concealed}]
    assert verdict(microsoft([user("ann")], report_settings=settings), "AUDIT-12") == expected
    assert verdict(microsoft([user("ann")], report_settings=None), "AUDIT-12") == "not_assessed"
