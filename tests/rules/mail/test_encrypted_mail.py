"""MAIL-8: whether staff can encrypt a message, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.forwarding.test_doors import flow
from tests.rules.identity import Row, google, google_user, setting, verdict
from tests.rules.mailboxes import GMAIL_ON, outlook, without

NONE: dict[str, Any] = {"exchange.transport_rules": [], "purview.labels": [], "evidence.statements": []}


def irm(**fields: Any) -> Row:
    return {
        "AzureRMSLicensingEnabled": True,
        "InternalLicensingEnabled": True,
        "SimplifiedClientAccessEnabled": True,
    } | fields


def label(**fields: Any) -> Row:
    return {"Guid": "l", "Name": "Patient", "Disabled": False, "EncryptionEnabled": True} | fields


def portal(**fields: Any) -> Row:
    return {
        "id": "secure.toml",
        "topic": "secure_messaging",
        "statement": "Patients are written to in the portal",
        "by": "Dana Reyes",
        "signed_on": "2026-02-01T00:00:00Z",
        "file_state": "ok",
        "name": "Portal",
    } | fields


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"exchange.irm_configuration": [irm()], "exchange.transport_rules": [flow(ApplyOME=True)]}, "pass"),
        ({"exchange.irm_configuration": [irm()], "exchange.transport_rules": [flow(ApplyRightsProtectionTemplate="E")]}, "pass"),
        ({"exchange.irm_configuration": [irm()], "exchange.transport_rules": [flow(ApplyOME=True, State="Disabled")]}, "review"),
        ({"exchange.irm_configuration": [irm()], "purview.labels": [label()]}, "pass"),
        ({"exchange.irm_configuration": [irm()], "purview.labels": [label(Disabled=True)]}, "review"),
        ({"exchange.irm_configuration": [irm()]}, "review"),
        ({"exchange.irm_configuration": [irm(AzureRMSLicensingEnabled=False)]}, "fail"),
        ({"exchange.irm_configuration": [irm(InternalLicensingEnabled=False)]}, "fail"),
        ({"exchange.irm_configuration": [irm(SimplifiedClientAccessEnabled=False)], "evidence.statements": [portal()]}, "review"),
        ({"exchange.irm_configuration": [without(irm(), "AzureRMSLicensingEnabled")]}, "not_assessed"),
    ],
)  # fmt: skip
def test_encryption_at_exchange(sources: dict[str, Any], expected: str) -> None:
    assert verdict(outlook(NONE | sources), "MAIL-8") == expected


@pytest.mark.parametrize("source", ["exchange.irm_configuration", "exchange.transport_rules", "purview.labels"])
def test_encryption_that_was_not_read(source: str) -> None:
    held = NONE | {"exchange.irm_configuration": [irm()]}
    assert verdict(outlook(held, gaps=[source]), "MAIL-8") == "not_assessed"
    # What was read decides where it is enough.
    enough = held | {"exchange.transport_rules": [flow(ApplyOME=True)]}
    assert verdict(outlook(enough, gaps=["purview.labels"]), "MAIL-8") == "pass"


SMIME = setting("gmail.enhanced_smime_encryption", {"enableSmimeEncryption": True})
CONFIDENTIAL = setting("gmail.confidential_mode", {"enableConfidentialMode": True})


@pytest.mark.parametrize(
    ("policies", "statements", "expected"),
    [
        ([GMAIL_ON, SMIME], [], "pass"),
        ([GMAIL_ON], [portal()], "review"),
        ([GMAIL_ON, CONFIDENTIAL], [], "review"),
        ([GMAIL_ON], [], "fail"),
        ([GMAIL_ON], [portal(valid_until="2026-03-01T00:00:00Z")], "fail"),
        ([GMAIL_ON], [portal(file_state="altered")], "fail"),
        ([setting("gmail.service_status", {"serviceState": "DISABLED"})], [], "not_applicable"),
        ([GMAIL_ON, setting("gmail.enhanced_smime_encryption", {"enableSmimeEncryption": "so"})], [], "not_assessed"),
    ],
)
def test_encryption_of_a_unit(policies: list[Row], statements: list[Row], expected: str) -> None:
    clinic = google([google_user("ann")], {"policy.policies": policies, "evidence.statements": statements})
    assert verdict(clinic, "MAIL-8") == expected


def test_policies_that_were_not_read() -> None:
    held = {"policy.policies": None, "evidence.statements": []}
    assert verdict(google([google_user("ann")], held, gaps=["policy.policies"]), "MAIL-8") == "not_assessed"
