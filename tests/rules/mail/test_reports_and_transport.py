"""MAIL-5 and MAIL-6: who reads reports on fakes, and whether arriving mail is encrypted, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.mail.arriving_mail_encrypted import _matches
from rules.mail.dmarc_reports_read import targets
from rules.profile import Profile
from tests.rules.identity import Row, microsoft, of, user, verdicts
from tests.rules.protection import mailbox, protected

HOME = "brightwater.example"


def clinic(sources: dict[str, Any]) -> Snapshot:
    held = {
        name: of(HOME, {"domain": HOME, "status": "ok"} | row) if row is not None else None
        for name, row in sources.items()
    }
    return microsoft([user("ann")], protected([mailbox("ann")]) | held)


def dmarc(rua: str, *reporting: tuple[str, bool | None]) -> Row:
    named = [{"domain": domain, "authorized": said} for domain, said in reporting]
    tail = f"; rua={rua}" if rua else ""
    return {"texts": [f"v=DMARC1; p=reject{tail}"], "found_at": HOME, "report_targets": named}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (dmarc(f"mailto:d@{HOME}", (HOME, True)), "pass"),
        (dmarc(""), "fail"),
        (dmarc("mailto:a@rua.dmarcian.com", ("rua.dmarcian.com", True)), "pass"),
        (dmarc("mailto:a@rua.dmarcian.com", ("rua.dmarcian.com", False)), "fail"),
        (dmarc("mailto:a@rua.dmarcian.com", ("rua.dmarcian.com", None)), "review"),
        (dmarc("mailto:a@lab.example", ("lab.example", True)), "pass"),
        (dmarc("mailto:a@stranger.example", ("stranger.example", True)), "review"),
        (dmarc(f"mailto:d@{HOME},mailto:a@lab.example", (HOME, True), ("lab.example", False)), "review"),
        ({"texts": [], "found_at": None, "report_targets": []}, "fail"),
        ({"texts": ["v=DMARC1; p=reject; rua=mailto:a@lab.example"], "found_at": HOME}, "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_who_reads_reports(record: Row | None, expected: str) -> None:
    profile = Profile(partners={"lab.example": "Lab"})
    assert verdicts(clinic({"dns.dmarc": record}), "MAIL-5", "reports_reach_somebody", profile) == {HOME: expected}


def test_addresses_of_reports() -> None:
    assert targets("mailto:a@One.example!10m , MAILTO:b@two.example,https://three.example/x") == [
        "one.example",
        "two.example",
    ]


MX = {"hosts": [{"preference": 0, "host": "brightwater-example.mail.protection.outlook.com."}]}
POLICY = {
    "texts": ["v=STSv1; id=20260101"],
    "policy_mode": "enforce",
    "policy_hosts": ["*.mail.protection.outlook.com"],
    "policy_max_age": 604_800,
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"texts": []}, "fail"),
        ({"texts": ["v=STSv1; id=1", "v=STSv1; id=2"]}, "fail"),
        ({"texts": ["v=STSv1;"]}, "fail"),
        ({"policy_mode": None}, "fail"),
        ({"policy_mode": "none"}, "fail"),
        ({"policy_mode": "testing"}, "review"),
        ({"policy_mode": "shout"}, "not_assessed"),
        ({"policy_hosts": ["mx.other.example"]}, "fail"),
        ({"policy_max_age": 86_400}, "fail"),
        ({"policy_max_age": None}, "fail"),
    ],
)
def test_the_policy_for_arriving_mail(fields: Row, expected: str) -> None:
    held = clinic({"dns.mx": MX, "dns.mta_sts": POLICY | fields})
    assert verdicts(held, "MAIL-6", "other_servers_must_encrypt") == {HOME: expected}
    for missing in ("dns.mx", "dns.mta_sts"):
        without = clinic({"dns.mx": MX, "dns.mta_sts": POLICY | fields} | {missing: None})
        assert verdicts(without, "MAIL-6", "other_servers_must_encrypt") == {HOME: "not_assessed"}


def test_a_domain_without_mail_needs_no_policy() -> None:
    held = clinic({"dns.mx": {"hosts": []}, "dns.mta_sts": POLICY | {"texts": []}})
    assert verdicts(held, "MAIL-6", "other_servers_must_encrypt") == {HOME: "not_applicable"}


def test_dane_is_for_a_person_to_confirm() -> None:
    signed = {"hosts": [{"preference": 0, "host": "brightwater-example.o-v1.mx.microsoft."}]}
    snapshot = clinic({"dns.mx": signed, "dns.mta_sts": POLICY | {"texts": []}})
    assert verdicts(snapshot, "MAIL-6", "other_servers_must_encrypt") == {HOME: "fail"}
    sources: dict[str, Any] = dict(protected([mailbox("ann")]))
    sources["exchange.accepted_domains"][0]["SmtpDaneStatus"] = "Enabled"
    sources |= {
        "dns.mx": of(HOME, {"domain": HOME, "status": "ok"} | signed),
        "dns.mta_sts": of(HOME, {"domain": HOME, "status": "ok"} | POLICY | {"texts": []}),
    }
    assert verdicts(microsoft([user("ann")], sources), "MAIL-6", "other_servers_must_encrypt") == {HOME: "review"}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["v=TLSRPTv1; rua=mailto:a@b.example"], "pass"), (["v=TLSRPTv1;"], "fail"), ([], "fail")],
)
def test_reports_on_encryption_that_failed(texts: list[str], expected: str) -> None:
    held = clinic({"dns.mx": MX, "dns.tls_rpt": {"texts": texts}})
    assert verdicts(held, "MAIL-6", "failures_are_reported") == {HOME: expected}


def test_a_star_stands_for_one_label() -> None:
    assert _matches("a.mx.example", "*.mx.example")
    assert not _matches("a.b.mx.example", "*.mx.example")
    assert not _matches("mx.example", "*.mx.example")
    assert _matches("mx.example", "mx.example")
