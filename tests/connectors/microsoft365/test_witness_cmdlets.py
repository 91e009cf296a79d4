"""Microsoft's cmdlet documents and a real export as witnesses: every cmdlet, parameter and kept property is named by one of them.

Exchange and Purview have no SDK. `cmdlets.json` holds the documented parameters of the Get, Set and New cmdlets; a Set parameter is
nearly always the property of the same name. What no parameter names stands in a row of the reference page that names the cmdlet, in
a real ScubaGear export, or in the table below with its document.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from typing import Any

import pytest

import connectors.microsoft365.sources  # noqa: F401 - declares them
from connectors.microsoft365.calls import Cmdlet
from connectors.source import MICROSOFT_365, declared
from tests.promises import SHARED

SOURCES = {
    name: source
    for name, source in declared().items()
    if source.provider == MICROSOFT_365 and isinstance(source.call, Cmdlet)
}
EXPORTED = {
    "exchange.accepted_domains": "accepted_domains",
    "exchange.admin_audit_log_config": "admin_audit_log_config",
    "exchange.anti_phish_policies": "anti_phish_policies",
    "exchange.atp_policy_o365": "atp_policy_for_o365",
    "exchange.atp_protection_rules": "atp_policy_rules",
    "exchange.connection_filter_policies": "conn_filter",
    "exchange.dkim_configs": "dkim_config",
    "exchange.eop_protection_rules": "protection_policy_rules",
    "exchange.inbound_connectors": "inbound_connectors",
    "exchange.outbound_connectors": "outbound_connectors",
    "exchange.remote_domains": "remote_domains",
    "exchange.sharing_policies": "sharing_policy",
    "exchange.transport_config": "transport_config",
    "exchange.transport_rules": "transport_rule",
    "purview.dlp_policies": "dlp_compliance_policies",
    "purview.dlp_rules": "dlp_compliance_rules",
    "purview.protection_alerts": "protection_alerts",
}
"""Sections of the export by source."""

CLASSES = (
    "learn.microsoft.com/previous-versions/exchange-server/exchange-150, Microsoft.Exchange.Data.Directory.Management"
)
OUTPUT = "seen in published output of the cmdlet; no document names it"
OURS = (
    "our own: the names of sensitive information types, made from ContentContainsSensitiveInformation or AdvancedRule"
)
ELSEWHERE: dict[str, str] = {
    "*:Guid": f"{CLASSES}: ADObject: every object has one",
    "*:DistinguishedName": f"{CLASSES}: ADObject: every object has one",
    "exchange.cas_mailbox_plans:DisplayName": OUTPUT,
    "exchange.distribution_group_members:DisplayName": f"{CLASSES}: ReducedRecipient.DisplayName",
    "exchange.distribution_group_members:RecipientTypeDetails": f"{CLASSES}: ReducedRecipient.RecipientTypeDetails",
    "exchange.distribution_group_members:ExternalDirectoryObjectId": OUTPUT,
    "exchange.distribution_group_members:ExternalEmailAddress": f"{CLASSES}: ReducedRecipient.ExternalEmailAddress",
    "exchange.distribution_group_members:PrimarySmtpAddress": f"{CLASSES}: ReducedRecipient.PrimarySmtpAddress",
    "exchange.distribution_groups:ExternalDirectoryObjectId": OUTPUT,
    "exchange.mail_users:ExternalDirectoryObjectId": OUTPUT,
    "exchange.mail_users:RecipientTypeDetails": f"{CLASSES}: MailEnabledRecipient.RecipientTypeDetails",
    "exchange.priority_accounts:ExternalDirectoryObjectId": OUTPUT,
    "exchange.tenant_allow_block:Identity": OUTPUT,
    "exchange.recipients:EmailAddresses": f"{CLASSES}: ReducedRecipient.EmailAddresses",
    "exchange.recipients:ExternalDirectoryObjectId": OUTPUT,
    "exchange.management_role_assignments:RoleAssigneeName": OUTPUT,
    "exchange.management_role_assignments:RoleAssignmentDelegationType": OUTPUT,
    "exchange.mailboxes:LegacyExchangeDN": f"{CLASSES}: MailEnabledRecipient.LegacyExchangeDN",
    "exchange.mailbox_statistics:ItemCount": OUTPUT,
    "exchange.mailbox_statistics:TotalItemSize": OUTPUT,
    "exchange.shared_mailbox_folders:OldestItemReceivedDate": OUTPUT,
    "exchange.mobile_devices:ClientType": OUTPUT,
    "exchange.mobile_devices:DeviceId": OUTPUT,
    "exchange.mobile_devices:DeviceType": OUTPUT,
    "exchange.mobile_devices:IsCompliant": OUTPUT,
    "exchange.mobile_devices:IsManaged": OUTPUT,
    "exchange.recipients:Alias": f"{CLASSES}: ReducedRecipient.Alias",
    "exchange.recipients:DisplayName": f"{CLASSES}: ReducedRecipient.DisplayName",
    "exchange.users:ExternalDirectoryObjectId": OUTPUT,
    "purview.dlp_rules:SensitiveTypes": OURS,
}
"""Properties that neither the cmdlets' parameters nor the export nor the reference page names, and where they come from."""


SETTINGS = "learn.microsoft.com/powershell/module/exchangepowershell/{}-emailtenantsettings"
LEFT_OUT: dict[str, Any] = {
    "emailtenantsettings": {
        "get": {"document": SETTINGS.format("get"), "parameters": {"Identity": {}}},
        "set": {
            "document": SETTINGS.format("set"),
            "parameters": {"Identity": {}, "EnablePriorityAccountProtection": {}},
        },
    }
}
"""Cmdlets that `cmdlets.json` leaves out, with Microsoft's documents."""


@cache
def nouns() -> dict[str, Any]:
    found = json.loads((SHARED / "reference" / "cmdlets.json").read_text(encoding="utf-8"))["nouns"]
    return {noun.casefold(): documented for noun, documented in found.items()} | LEFT_OUT


@cache
def export() -> dict[str, Any]:
    with gzip.open(SHARED / "samples" / "scubagear_provider_export.json.gz", "rt", encoding="utf-8-sig") as text:
        found: dict[str, Any] = json.load(text)
    return found


@cache
def rows(cmdlet: str) -> str:
    """The lines of the reference page that speak of a cmdlet."""
    text = (SHARED / "reference" / "microsoft365.md").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if re.search(rf"{cmdlet}\b", line))


def noun(name: str) -> dict[str, Any]:
    found: dict[str, Any] = nouns()[SOURCES[name].call.name.removeprefix("Get-").casefold()]
    return found


def exported(name: str) -> set[str]:
    held = export().get(EXPORTED.get(name, ""), [])
    return {key for row in (held if isinstance(held, list) else [held]) if isinstance(row, dict) for key in row}


def witnesses(name: str, field: str) -> list[str]:
    """Who knows a property of a source's cmdlet."""
    found = [
        f"{verb}: {cmdlet['document']}"
        for verb, cmdlet in noun(name).items()
        if isinstance(cmdlet, dict) and field in cmdlet.get("parameters", {})
    ]
    if field in exported(name):
        found.append("export")
    if re.search(rf"\b{field}\b", rows(SOURCES[name].call.name)):
        found.append("reference page")
    return found


def test_there_are_cmdlets() -> None:
    assert len(SOURCES) >= 30


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_cmdlet_and_its_parameters_are_documented(name: str) -> None:
    call = SOURCES[name].call
    documented = noun(name)["get"]
    given = [*call.parameters, *(["Identity"] if call.per else [])]
    assert [parameter for parameter in given if parameter not in documented["parameters"]] == []
    for parameter, value in call.parameters.items():
        values = documented["parameters"][parameter].get("values")
        assert values is None or value in values, parameter


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_kept_property_has_a_witness(name: str) -> None:
    unknown = [
        field
        for field in SOURCES[name].record.wire_names()
        if f"{name}:{field}" not in ELSEWHERE and f"*:{field}" not in ELSEWHERE and not witnesses(name, field)
    ]
    assert unknown == []


def test_the_table_holds_nothing_that_another_witness_knows_or_nobody_keeps() -> None:
    for path in ELSEWHERE:
        name, _, field = path.partition(":")
        keeping = [one for one in SOURCES if name in {"*", one} and field in SOURCES[one].record.wire_names()]
        assert keeping, path
        assert not all(witnesses(one, field) for one in keeping), path


def test_closed_values_are_documented() -> None:
    from typing import Literal, get_args, get_origin

    checked = 0
    for name, source in SOURCES.items():
        for field in source.record.fields().values():
            hints = [field.hint, *get_args(field.hint)]
            ours = {value for hint in hints if get_origin(hint) is Literal for value in get_args(hint)}
            documented = [
                set(cmdlet["parameters"][field.key]["values"])
                for cmdlet in noun(name).values()
                if isinstance(cmdlet, dict) and "values" in cmdlet.get("parameters", {}).get(field.key, {})
            ]
            if ours and documented:
                checked += 1
                assert ours <= set.union(*documented), f"{name}:{field.key}"
    assert checked >= 1


def test_the_witnesses_find_out_what_does_not_exist() -> None:
    assert witnesses("exchange.remote_domains", "AutoForwardEnabled")
    assert not witnesses("exchange.remote_domains", "AutoForwardAllowed")
    with pytest.raises(KeyError):
        nouns()["nosuchnoun"]
