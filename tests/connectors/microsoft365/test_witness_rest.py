"""Witnesses for the admin services without an SDK: every path and every kept property is named by a document or a real export.

The reference page describes the services as public readers see them; a real ScubaGear export holds SharePoint's and Teams' own
answers, and `cmdlets.json` the documented parameters of Teams' cmdlets, which carry the same names. What none of them names stands
in the tables below with its document.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

import connectors.microsoft365.sources  # noqa: F401 - declares them
from connectors.microsoft365 import csom
from connectors.microsoft365.calls import Elsewhere, Rest, SiteListing
from connectors.microsoft365.sources.sharing import SITE_FIELDS
from connectors.source import MICROSOFT_365, declared
from tests.connectors.microsoft365.test_witness_cmdlets import export, nouns
from tests.promises import SHARED

SOURCES = {
    name: source
    for name, source in declared().items()
    if source.provider == MICROSOFT_365 and isinstance(source.call, Rest | SiteListing | Elsewhere)
}
EXPORTED = {
    "powerplatform.tenant_isolation": "tenant_isolation",
    "powerplatform.tenant_settings": "environment_creation",
    "sharepoint.tenant": "SPO_tenant",
    "teams.app_permission_policies": "app_policies",
    "teams.broadcast_policies": "broadcast_policies",
    "teams.client_configuration": "client_configuration",
    "teams.meeting_policies": "meeting_policies",
    "teams.tenant_app_settings": "tenant_app_settings",
    "teams.tenant_federation": "federation_configuration",
}
"""Sections of the export by source."""
NOUNS = {
    "teams.app_permission_policies": "CsTeamsAppPermissionPolicy",
    "teams.broadcast_policies": "CsTeamsMeetingBroadcastPolicy",
    "teams.client_configuration": "CsTeamsClientConfiguration",
    "teams.external_access_policies": "CsExternalAccessPolicy",
    "teams.meeting_policies": "CsTeamsMeetingPolicy",
    "teams.messaging_policies": "CsTeamsMessagingPolicy",
    "teams.tenant_federation": "CsTenantFederationConfiguration",
}
"""Cmdlets of Teams by source: what is set by a parameter is read under the same name."""

SITE = "learn.microsoft.com/previous-versions/office/sharepoint-csom/dn159168: SiteProperties"
GOVERNANCE = "Microsoft's terraform-provider-power-platform, data_loss_prevention_policy"
PATHS: dict[str, str] = {
    "/providers/PowerPlatform.Governance/v2/policies?api-version=2018-01-01": GOVERNANCE,
    "/Skype.Policy/configurations/TeamsMeetingBroadcastPolicy": "Get-CsTeamsMeetingBroadcastPolicy: types are called as their nouns",
}
"""Paths that the reference page does not hold, and where they come from."""
ELSEWHERE: dict[str, str] = {
    "teams.tenant_federation:AllowPublicUsers": "Set-CsTenantFederationConfiguration until May 2025: the switch for Skype",
    "powerplatform.dlp_policies:displayName": GOVERNANCE,
    "powerplatform.dlp_policies:environmentType": GOVERNANCE,
    "powerplatform.dlp_policies:defaultConnectorsClassification": GOVERNANCE,
    "powerplatform.dlp_policies:connectorGroups": GOVERNANCE,
    "sharepoint.sites:DenyAddAndCustomizePages": f"{SITE}.DenyAddAndCustomizePages, a DenyAddAndCustomizePagesStatus",
    "sharepoint.sites:SiteId": "learn.microsoft.com/powershell/module/sharepoint-online/get-sposite: SiteId",
    "sharepoint.site_list:SiteId": "learn.microsoft.com/powershell/module/sharepoint-online/get-sposite: SiteId",
}
"""Properties that no witness names, and where they come from."""
VALUES: dict[str, str] = {
    "AlwaysDisabled": "Set-CsTeamsMeetingBroadcastPolicy, BroadcastRecordingMode",
    "EnabledInMeetingOnlyForAllExceptAnonymous": "Set-CsTeamsMeetingPolicy, MeetingChatEnabledType",
    "EnabledWithTranscriptDefaultOn": "learn.microsoft.com/microsoftteams/copilot-teams-transcription: Set-CsTeamsMeetingPolicy -Copilot",
}
"""Values of Teams that neither the reference page nor the export holds, and where they come from."""


@cache
def page() -> str:
    text = (SHARED / "reference" / "microsoft365.md").read_text(encoding="utf-8")
    return text[text.index("## 5. Other service protocols") : text.index("## 6. Throttling")]


def exported(name: str) -> set[str]:
    rows: Any = export().get(EXPORTED.get(name, ""), [])
    return {key for row in rows for key in row}


def witnesses(name: str, field: str) -> list[str]:
    """Who knows a property of a source."""
    found = ["export"] if field in exported(name) else []
    if re.search(rf"\b{re.escape(field)}\b", page()):
        found.append("reference page")
    if name in NOUNS and any(
        field in cmdlet.get("parameters", {})
        for cmdlet in nouns()[NOUNS[name].casefold()].values()
        if isinstance(cmdlet, dict)
    ):
        found.append("cmdlet")
    return found


def documented(path: str) -> bool:
    """Whether the reference page writes a path, with any name for what is filled in."""
    fixed = re.escape(path.partition("?$select")[0])
    return re.search(re.sub(r"\\\{\w+\\\}", r"\\{\\w+\\}", fixed), page()) is not None


def test_there_are_sources() -> None:
    assert {"sharepoint.tenant", "sharepoint.sites", "sharepoint.site_list"} <= set(SOURCES)


@pytest.mark.parametrize("name", sorted(name for name, one in SOURCES.items() if isinstance(one.call, Rest)))
def test_every_path_is_documented(name: str) -> None:
    path = SOURCES[name].call.path
    kind, _, type_name = path.rpartition("/")
    listed = kind.endswith("/configurations") and re.search(rf"`{type_name}`", page()) is not None
    assert documented(path) or listed or path in PATHS


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_kept_property_has_a_witness(name: str) -> None:
    unknown = [
        field
        for field in SOURCES[name].record.wire_names()
        if f"{name}:{field}" not in ELSEWHERE and not witnesses(name, field)
    ]
    assert unknown == []


def test_the_tables_hold_nothing_that_another_witness_knows_or_nobody_keeps() -> None:
    for entry in ELSEWHERE:
        name, _, field = entry.partition(":")
        assert field in SOURCES[name].record.wire_names(), entry
        assert not witnesses(name, field), entry
    for path in PATHS:
        assert any(isinstance(one.call, Rest) and one.call.path == path for one in SOURCES.values()), path
        assert not documented(path), path


def test_the_witnesses_find_out_what_does_not_exist() -> None:
    assert not documented("/_api/SPO.Tenants")
    assert not witnesses("sharepoint.tenant", "SharingCapabilities")
    assert witnesses("sharepoint.tenant", "ODBSharingCapability")


def test_closed_values_of_teams_are_documented() -> None:
    from typing import Literal, get_args, get_origin

    seen = {str(value) for section in EXPORTED.values() for row in export().get(section, []) for value in row.values()}
    named = set()
    for name in (one for one in SOURCES if one.startswith("teams.")):
        for field in SOURCES[name].record.fields().values():
            values = get_args(field.hint) if get_origin(field.hint) is Literal else ()
            for value in values:
                known = value in seen or re.search(rf"\b{value}\b", page()) is not None
                assert known or value in VALUES, f"{name}:{field.key} {value}"
                assert not (known and value in VALUES), value
                named.add(value)
    assert set(VALUES) <= named
    assert len(named) > 15


def test_teams_sources_are_all_witnessed() -> None:
    teams = {name for name in SOURCES if name.startswith("teams.")}
    assert teams == set(NOUNS) | {"teams.tenant_app_settings"}
    assert not witnesses("teams.meeting_policies", "AllowAnonymousUsersToStart")
    assert "cmdlet" in witnesses("teams.external_access_policies", "EnableFederationAccess")


def test_a_site_is_asked_for_what_is_kept_of_it() -> None:
    assert list(SITE_FIELDS) == SOURCES["sharepoint.sites"].record.wire_names()


def test_permissions_are_named() -> None:
    assert all(
        source.permission and source.lane == "sharepoint" for name, source in SOURCES.items() if "sharepoint" in name
    )


def test_the_methods_of_the_object_model_are_documented() -> None:
    methods = set(re.findall(r'<Method\b[^>]* Name="(\w+)"', f"{csom._QUERY}{csom._METHOD}"))
    assert methods == {"GetSitePropertiesFromSharePoint", "GetSitePropertiesByUrl"}
    assert all(re.search(rf"`{name}\b", page()) for name in methods)
