"""MAIL-1 to MAIL-4: what public DNS says of the clinic's domains, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, domain, of, verdict, verdicts
from tests.rules.mailboxes import OWN, gmail, outlook, without

OUTLOOK, GOOGLE = "spf.protection.outlook.com", "_spf.google.com"


def spf(*texts: str, status: str = "ok", **fields: Any) -> Row:
    one = texts[0] if len(texts) == 1 else None
    return {
        "domain": OWN,
        "status": status,
        "texts": list(texts),
        "lookups": 2 if one else None,
        "void_lookups": 0 if one else None,
        "includes": [word.partition(":")[2] for word in (one or "").split() if word.startswith("include:")],
        "ending": next((word for word in (one or "").split() if word.endswith("all")), None),
        "error": None,
    } | fields


def mx(host: str | None = "mail.example") -> Row:
    hosts = [] if host is None else [{"preference": 10, "host": host}]
    return {"domain": OWN, "status": "ok" if hosts else "nodata", "hosts": hosts}


def dmarc(*texts: str, found_at: str | None = OWN) -> Row:
    return {"domain": OWN, "status": "ok" if texts else "nodata", "texts": list(texts), "found_at": found_at}


def key(text: str | None = "v=DKIM1; p=abc", bits: int | None = 2048) -> Row:
    return {"selector": "s", "status": "ok" if text else "nxdomain", "target": None, "text": text, "bits": bits}


def dns(**rows: Row) -> dict[str, Any]:
    return {f"dns.{name}": of(OWN, row) for name, row in ({"mx": mx()} | rows).items()}


def microsoft_says(control: str, **rows: Row) -> str:
    return verdicts(outlook(dns(**rows)), control)[OWN]


def google_says(control: str, **rows: Row) -> str:
    return verdicts(gmail(sources=dns(**rows)), control)[OWN]


# --- MAIL-1 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "microsoft", "google"),
    [
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} -all"), "pass", "pass"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} ~all"), "pass", "review"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} ?all"), "fail", "fail"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE}"), "fail", "fail"),
        (spf("v=spf1 include:other.example -all"), "fail", "fail"),
        (spf("v=spf1 include:spf.protection.outlook.com.evil.example -all"), "fail", "fail"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} -all", lookups=11), "fail", "fail"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} -all", lookups=10), "pass", "pass"),
        (spf(f"v=spf1 include:{OUTLOOK} include:{GOOGLE} -all", error="loops"), "fail", "fail"),
        (spf("v=spf1 -all", "v=spf1 ~all"), "fail", "fail"),
        (spf(), "fail", "fail"),
        (spf(status="nxdomain"), "fail", "fail"),
        (spf(status="servfail"), "not_assessed", "not_assessed"),
        (without(spf("v=spf1 -all"), "texts"), "not_assessed", "not_assessed"),
        (without(spf("v=spf1 -all"), "ending"), "not_assessed", "not_assessed"),
    ],
)
def test_senders(record: Row, microsoft: str, google: str) -> None:
    assert microsoft_says("MAIL-1", spf=record) == microsoft
    assert google_says("MAIL-1", spf=record) == google


@pytest.mark.parametrize(
    ("text", "expected"), [("v=spf1 -all", "pass"), ("V=SPF1  -ALL", "pass"), ("v=spf1 mx -all", "review")]
)
def test_a_domain_without_mail(text: str, expected: str) -> None:
    ending = {"ending": "-all"}
    assert microsoft_says("MAIL-1", spf=spf(text, **ending), mx=mx(None)) == expected
    assert microsoft_says("MAIL-1", spf=spf(text, **ending), mx=mx("")) == expected


def test_domains_that_are_not_the_clinics_own_choice() -> None:
    service = outlook({"graph.domains": [domain("brightwater.onmicrosoft.com")]})
    assert verdicts(service, "MAIL-1") == {"brightwater.onmicrosoft.com": "not_applicable"}
    stated = Profile(patient_facing_domains=frozenset({"Brightwater-Clinic.example"}))
    assert "brightwater-clinic.example" in verdicts(outlook(), "MAIL-1", "", stated)


@pytest.mark.parametrize(("control", "source"), [("MAIL-1", "spf"), ("MAIL-3", "dmarc"), ("MAIL-4", "dmarc")])
def test_domains_that_nobody_answered_for(control: str, source: str) -> None:
    assert verdict(outlook(gaps=[f"dns.{source}"]), control) == "not_assessed"
    assert verdict(gmail(sources={f"dns.{source}": of(OWN)}), control) == "not_assessed"
    assert verdict(outlook({"graph.domains": []}, gaps=["exchange.accepted_domains"]), control) != "pass"


# --- MAIL-2 ---------------------------------------------------------------------------------------------------------------


def dkim(*keys: Row) -> Row:
    return {"domain": OWN, "status": "ok", "keys_found": list(keys)}


def signing(**fields: Any) -> Row:
    return {"Domain": OWN, "Enabled": True, "Status": "Valid", "Selector1CNAME": "x", "Selector2CNAME": "y"} | fields


def signed(keys: Row, *configs: Row) -> str:
    return verdicts(outlook(dns(dkim=keys) | {"exchange.dkim_configs": configs}), "MAIL-2")[OWN]


@pytest.mark.parametrize(
    ("keys", "microsoft", "google"),
    [
        (dkim(key()), "pass", "pass"),
        (dkim(key(), key(None)), "pass", "pass"),
        (dkim(key(bits=1024)), "review", "review"),
        (dkim(key(), key(bits=1024)), "review", "review"),
        (dkim(key(bits=768)), "fail", "fail"),
        (dkim(key(bits=None)), "not_assessed", "not_assessed"),
        (dkim(key("v=DKIM1; p=", None)), "fail", "fail"),
        (dkim(key(None)), "fail", "not_assessed"),  # Google's selector may have another name
        (dkim(), "fail", "not_assessed"),
        (without(dkim(), "keys_found"), "not_assessed", "not_assessed"),
    ],
)
def test_keys(keys: Row, microsoft: str, google: str) -> None:
    assert signed(keys, signing()) == microsoft
    assert google_says("MAIL-2", dkim=keys) == google


@pytest.mark.parametrize(
    ("configs", "expected"),
    [
        ([signing(Enabled=False)], "fail"),
        ([signing(Status="CnameMissing")], "fail"),
        ([signing(Status="Invented")], "fail"),
        ([], "fail"),
        ([without(signing(), "Enabled")], "not_assessed"),
        ([without(signing(), "Status")], "not_assessed"),
        ([without(signing(), "Domain")], "not_assessed"),
    ],
)
def test_signing_at_exchange(configs: list[Row], expected: str) -> None:
    assert signed(dkim(key()), *configs) == expected


def test_signing_that_was_not_read() -> None:
    assert verdict(outlook(dns(dkim=dkim(key())), gaps=["exchange.dkim_configs"]), "MAIL-2") == "not_assessed"
    assert verdict(outlook({"exchange.dkim_configs": [signing()]}, gaps=["dns.dkim"]), "MAIL-2") == "not_assessed"


# --- MAIL-3 and MAIL-4 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "exists", "rejects"),
    [
        (dmarc("v=DMARC1; p=reject; rua=mailto:x@brightwater.example"), "pass", "pass"),
        (dmarc("V=dmarc1 ; P=Reject"), "pass", "pass"),
        (dmarc("v=DMARC1; p=quarantine"), "pass", "review"),
        (dmarc("v=DMARC1; p=none; sp=reject"), "pass", "fail"),
        (dmarc("v=DMARC1; sp=reject"), "pass", "fail"),
        (dmarc("v=DMARC1; p=refuse"), "pass", "not_assessed"),
        (dmarc("v=DMARC1; p=reject; pct=50"), "pass", "fail"),
        (dmarc("v=DMARC1; p=reject; pct=100"), "pass", "pass"),
        (dmarc("v=DMARC1; p=reject; sp=none"), "pass", "review"),
        (dmarc("v=DMARC1; p=reject; t=y"), "pass", "review"),
        (dmarc("p=reject; v=DMARC1"), "fail", "fail"),
        (dmarc("v=DMARC1; p=reject", "v=DMARC1; p=none"), "fail", "fail"),
        (dmarc("v=DMARC1; p=reject", "google-site-verification=1"), "pass", "pass"),
        (dmarc(found_at=None), "fail", "fail"),
        (dmarc("v=DMARC1; p=reject; sp=none", found_at="example"), "pass", "fail"),
        (dmarc("v=DMARC1; p=none; sp=reject", found_at="example"), "pass", "pass"),
        (without(dmarc(), "texts"), "not_assessed", "not_assessed"),
    ],
)
def test_what_receivers_are_told(record: Row, exists: str, rejects: str) -> None:
    for says in (microsoft_says, google_says):
        assert says("MAIL-3", dmarc=record) == exists
        assert says("MAIL-4", dmarc=record) == rejects


def test_the_providers_own_domain_without_a_record() -> None:
    name = "brightwater.onmicrosoft.com"
    held = {"graph.domains": [domain(name)], "dns.dmarc": of(name, dmarc(found_at=None) | {"domain": name})}
    assert verdicts(outlook(held), "MAIL-3") == {name: "review"}
    assert verdicts(outlook(held), "MAIL-4") == {name: "not_applicable"}
