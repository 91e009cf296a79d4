"""BAA-1, BAA-2, BAA-5, BAA-7, BAA-11 with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.apps.test_apps_phones_assistants import apps, authorization, granted, principal
from tests.rules.identity import Row, google, google_user, microsoft, of, results, setting, sku, user, verdict, verdicts

STATEMENT: Row = {
    "id": "provider.toml", "topic": "provider_baa", "statement": "accepted", "by": "Ann", "signed_on": "2026-09-01",
    "file_state": "ok", "provider": "microsoft365", "tenant_id": "TENANT-ID", "accepted_on": "2024-01-01",
    "accepted_by": "Ann",
}  # fmt: skip
VENDORS: Row = {
    "id": "vendors.toml", "topic": "vendor_baas", "statement": "our vendors", "by": "Ann", "signed_on": "2026-09-01",
    "file_state": "ok",
}  # fmt: skip


# --- BAA-1 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"tenant_id": "another"}, "fail"),
        ({"provider": "google_workspace"}, "fail"),
        ({"accepted_on": None}, "fail"),
        ({"accepted_by": ""}, "fail"),
        ({"file_state": "none"}, "fail"),
        ({"file_state": "altered"}, "fail"),
        ({"file_state": "missing"}, "fail"),
        ({"valid_until": "2026-10-01"}, "fail"),
        ({"signed_on": "2027-01-01"}, "fail"),
        ({"signed_on": "2025-11-01"}, "review"),
        ({"review_on": "2026-11-01"}, "review"),
    ],
)
def test_provider_agreement(change: Row, expected: str) -> None:
    organization = [{"id": "tenant-id", "displayName": "Brightwater"}]
    clinic = microsoft(sources={"graph.organization": organization, "evidence.statements": [STATEMENT | change]})
    assert verdict(clinic, "BAA-1") == expected


def test_no_statement_fails_and_no_folder_is_not_assessed() -> None:
    organization = [{"id": "tenant-id", "displayName": "Brightwater"}]
    assert verdict(microsoft(organization=organization, sources={"evidence.statements": []}), "BAA-1") == "fail"
    assert verdict(microsoft(organization=organization), "BAA-1") == "not_assessed"
    assert (
        verdict(microsoft(organization=None, sources={"evidence.statements": [STATEMENT]}), "BAA-1") == "not_assessed"
    )
    mine = STATEMENT | {"provider": "google_workspace", "tenant_id": "C0"}
    assert (
        verdict(google(sources={"directory.customer": [{"id": "C0"}], "evidence.statements": [mine]}), "BAA-1")
        == "pass"
    )


# --- BAA-2 ----------------------------------------------------------------------------------------------------------------

PREMIUM, EXCHANGE = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"


def plan(id: str, part: str, *plans: str) -> Row:
    services = [
        {"servicePlanId": one, "servicePlanName": one, "provisioningStatus": "Success", "appliesTo": "User"}
        for one in plans
    ]
    return sku() | {"skuId": id, "skuPartNumber": part, "servicePlans": services}


def bought(id: str, *, trial: bool = False) -> Row:
    return {
        "id": f"s-{id}", "skuId": id, "skuPartNumber": id, "isTrial": trial, "status": "Enabled", "totalLicenses": 5,
        "nextLifecycleDateTime": None,
    }  # fmt: skip


def holder(*skus: str) -> Row:
    mail = [{"servicePlanId": EXCHANGE, "service": "exchange", "capabilityStatus": "Enabled", "assignedDateTime": None}]
    return user("ann", assignedLicenses=[{"skuId": one, "disabledPlans": []} for one in skus], assignedPlans=mail)


def microsoft_plan(person: Row, skus: list[Row], purchases: list[Row] | None) -> str:
    clinic = microsoft([person], {"exchange.mailboxes": None}, subscribed_skus=skus, subscriptions=purchases)
    return verdicts(clinic, "BAA-2")["ann"]


def test_plans_of_microsoft() -> None:
    business, power = plan(PREMIUM, "SPB", EXCHANGE), plan("free", "FLOW_FREE", "flow")
    strange = plan("strange", "NOBODY_KNOWS", EXCHANGE)
    assert microsoft_plan(holder(PREMIUM), [business], [bought(PREMIUM)]) == "pass"
    assert microsoft_plan(holder(PREMIUM), [business], [bought(PREMIUM, trial=True)]) == "fail"
    assert microsoft_plan(holder(PREMIUM), [business], None) == "not_assessed"
    assert microsoft_plan(holder("free"), [power], [bought("free")]) == "fail"
    assert microsoft_plan(holder("free", PREMIUM), [power, business], [bought("free"), bought(PREMIUM)]) == "pass"
    assert microsoft_plan(holder("strange"), [strange], [bought("strange")]) == "not_assessed"
    assert microsoft_plan(holder(), [business], [bought(PREMIUM)]) == "fail"
    assert microsoft_plan(holder(PREMIUM) | {"accountEnabled": False}, [business], []) == "not_applicable"


@pytest.mark.parametrize(
    ("sku_id", "expected"),
    [
        ("1010020028", "pass"),
        ("1010020027", "review"),
        ("Google-Apps", "fail"),
        ("1010340001", "fail"),
        ("1010330003", "fail"),
        ("unheard-of", "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_plans_of_google(sku_id: str | None, expected: str) -> None:
    held = [{"userId": "ann@brightwater.example", "productId": "p", "skuId": sku_id, "skuName": "", "productName": ""}]
    clinic = google([google_user("ann")], {"licensing.assignments": held if sku_id else []})
    assert verdict(clinic, "BAA-2") == expected


# --- BAA-5 ----------------------------------------------------------------------------------------------------------------


def services(**states: str) -> Any:
    policies = [setting(f"{name}.service_status", {"serviceState": state}) for name, state in states.items()]
    return google([google_user("ann")], {"policy.policies": policies})


def one(clinic: Any, check: str, profile: Profile | None = None) -> str:
    return next(iter(verdicts(clinic, "BAA-5", check, profile).values()))


def test_extra_services() -> None:
    allowed = Profile(allowed_extra_services=frozenset({"YouTube"}))
    assert one(services(youtube="ENABLED", photos="DISABLED"), "extra_services_are_off") == "review"
    assert one(services(youtube="ENABLED"), "extra_services_are_off", allowed) == "pass"
    assert one(services(youtube="DISABLED", gmail="ENABLED"), "extra_services_are_off") == "pass"
    assert one(services(youtube="MAYBE"), "extra_services_are_off") == "not_assessed"
    assert one(services(gmail="ENABLED"), "extra_services_are_off") == "not_assessed"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "BAA-5") == "not_assessed"


def test_services_without_a_switch_and_voice() -> None:
    check = "services_without_a_switch_are_off"
    assert one(services(enterprise_service_restrictions="ENABLED"), check) == "pass"
    assert one(services(enterprise_service_restrictions="DISABLED"), check) == "fail"
    assert one(services(), check) == "fail"
    assert one(services(voice="DISABLED"), "voice_has_a_licence") == "pass"
    assert one(services(voice="ENABLED"), "voice_has_a_licence") == "not_assessed"  # no licence was listed at all


def test_products_by_mail_address() -> None:
    def judge(sign_up: bool) -> str:
        return one(microsoft(authorization_policy=[authorization(sign_up=sign_up)]), "no_trials_by_mail_address")

    assert [judge(True), judge(False)] == ["review", "pass"]


# --- BAA-7 ----------------------------------------------------------------------------------------------------------------


def mx(*hosts: str) -> list[Any]:
    return of(
        "brightwater.example", {"domain": "brightwater.example", "hosts": [{"preference": 1, "host": h} for h in hosts]}
    )


NAMED = Profile(patient_facing_domains=frozenset({"Brightwater.example"}))


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (["brightwater-example.mail.protection.outlook.com."], "pass"),
        (["brightwater-example.o-v1.mx.microsoft"], "pass"),
        (["aspmx.l.google.com"], "fail"),
        (["smtp.secureserver.net"], "fail"),
        (["mx.brightwater.example"], "fail"),
        ([], "fail"),
    ],
)
def test_where_mail_goes(hosts: list[str], expected: str) -> None:
    clinic = microsoft([user("ann")], {"dns.mx": mx(*hosts), "evidence.statements": [VENDORS | {"vendor": []}]})
    assert verdicts(clinic, "BAA-7", "mail_goes_to_the_platform", NAMED) == {"brightwater.example": expected}


def test_domains_nobody_named_or_looked_up() -> None:
    good = mx("brightwater-example.mail.protection.outlook.com")
    check = "mail_goes_to_the_platform"
    assert verdicts(microsoft(sources={"dns.mx": good}), "BAA-7", check) == {"brightwater.example": "review"}
    assert verdicts(microsoft(sources={"dns.mx": None}), "BAA-7", check, NAMED) == {
        "brightwater.example": "not_assessed"
    }
    elsewhere = Profile(patient_facing_domains=frozenset({"other.example"}))
    assert verdicts(microsoft(sources={"dns.mx": good}), "BAA-7", check, elsewhere)["other.example"] == "fail"


def test_a_gateway_needs_an_agreement() -> None:
    gateway = mx("mx1.brightwater.iphmx.com")
    signed = {"name": "Gate", "domains": ["iphmx.com"], "signed_on": "2025-01-01", "scope": "mail"}
    check = "mail_goes_to_the_platform"

    def judge(*vendors: Row) -> str:
        sources = {"dns.mx": gateway, "evidence.statements": [VENDORS | {"vendor": list(vendors)}]}
        return verdicts(microsoft(sources=sources), "BAA-7", check, NAMED)["brightwater.example"]

    assert judge(signed) == "pass"
    assert judge() == "fail"
    assert judge(signed | {"signed_on": None}) == "fail"


def test_contact_addresses() -> None:
    def judge(*addresses: str) -> list[str]:
        profile = Profile(contact_addresses=frozenset(addresses))
        return list(verdicts(microsoft(), "BAA-7", "contact_addresses_are_the_clinics", profile).values())

    assert judge("front@brightwater.example") == ["pass"]
    assert judge("brightwater.clinic@gmail.com") == ["fail"]
    assert judge() == ["not_applicable"]


# --- BAA-11 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [
        ({"name": "notes", "signed_on": "2025-01-01", "scope": "mail"}, "pass"),
        ({"name": "Other", "client_ids": ["APP-notes"], "signed_on": "2025-01-01", "scope": "mail"}, "pass"),
        ({"name": "notes", "no_phi": "reads only the room calendar"}, "pass"),
        ({"name": "notes"}, "fail"),
        ({"name": "notes", "signed_on": "2025-01-01"}, "fail"),
        ({"name": "notes", "signed_on": "2027-01-01", "scope": "mail"}, "fail"),
        ({"name": "notes", "signed_on": "2025-01-01", "scope": "mail", "review_on": "2026-11-01"}, "fail"),
        ({"name": "another", "signed_on": "2025-01-01", "scope": "mail"}, "fail"),
    ],
)
def test_apps_need_an_agreement(vendor: Row, expected: str) -> None:
    from connectors.snapshot import Line, SourceState
    from tests.promises import changed

    clinic = apps(principal("notes"), grants=[granted("notes", "Mail.Read")])
    stated = changed(
        clinic,
        lines={"evidence.statements": [Line(r=VENDORS | {"vendor": [vendor]})]},
        states={"evidence.statements": SourceState("evidence")},
    )
    assert verdicts(stated, "BAA-11", "app_has_an_agreement") == {"app-notes": expected}


def test_no_folder_is_not_assessed() -> None:
    clinic = apps(principal("notes"), grants=[granted("notes", "Mail.Read")])
    assert verdicts(clinic, "BAA-11", "app_has_an_agreement") == {"app-notes": "not_assessed"}


def connector(*hosts: str, enabled: bool = True) -> Row:
    return {
        "Name": "out", "Enabled": enabled, "ConnectorType": "Partner", "RecipientDomains": ["*"],
        "SmartHosts": list(hosts), "IsTransportRuleScoped": False,
    }  # fmt: skip


def test_routes_and_partners_need_an_agreement() -> None:
    stated = [
        VENDORS
        | {"vendor": [{"name": "Relay", "domains": ["relay.example"], "signed_on": "2025-01-01", "scope": "mail"}]}
    ]

    def route(row: Row) -> list[str]:
        sources = {"exchange.outbound_connectors": [row], "evidence.statements": stated}
        return list(verdicts(microsoft(sources=sources), "BAA-11", "route_has_an_agreement").values())

    assert route(connector("smtp.relay.example")) == ["pass"]
    assert route(connector("smtp.elsewhere.example")) == ["fail"]
    assert route(connector()) == ["not_applicable"]
    assert route(connector("x.example", enabled=False)) == ["not_applicable"]
    partners = Profile(partners={"relay.example": "Relay", "labs.example": "Labs"})
    clinic = microsoft(sources={"evidence.statements": stated})
    found = results(clinic, "BAA-11", "partner_has_an_agreement", partners)
    assert [verdict for _, verdict, _ in found] == ["fail", "pass"]
