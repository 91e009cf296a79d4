"""What a customer consents to: a profile's permissions as an app manifest and a link, and the directory role they need besides.

The role ids serve only to make our own registration; those of a tenant's other apps are resolved from the tenant itself
(microsoft365.md 1.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from connectors.microsoft365.calls import EXCHANGE_APP, GRAPH_APP, SHAREPOINT_APP
from connectors.microsoft365.connection import CLOUDS, Profile
from connectors.microsoft365.profiles import permissions_of, sources_of

PROTECTION_APP = "00000007-0000-0ff1-ce00-000000000000"
"""Microsoft Exchange Online Protection: government clouds want the same permission there for Purview (microsoft365.md 1.4)."""

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
_ASK_A_ROLE = frozenset({"exchange", "compliance", "teams"})


@dataclass(frozen=True)
class AppRole:
    """One application permission: of which resource, and its id there."""

    resource: str
    id: str


def _graph(**ids: str) -> dict[str, AppRole]:
    return {name.replace("__", "-").replace("_", "."): AppRole(GRAPH_APP, value) for name, value in ids.items()}


APP_ROLES: Mapping[str, AppRole] = {
    **_graph(
        AccessReview_Read_All="d07a8cc0-3d51-4b77-b3b0-32704d1f69fa",
        Application_Read_All="9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
        AuditLog_Read_All="b0afded3-3588-46d8-8b3d-9842eff778da",
        AuditLogsQuery_Read_All="5e1e9171-754d-478c-812c-f1755a9a4c2d",
        Bookings_Read_All="6e98f277-b046-4193-a4f2-6bf6a78cd491",
        Calendars_Read="798ee544-9d2d-430c-a058-570e29e34338",
        Calendars_ReadBasic_All="8ba4a692-bc31-4128-9094-475872af8a53",
        CrossTenantInformation_ReadBasic_All="cac88765-0581-4025-9725-5ebc13f729ee",
        DelegatedAdminRelationship_Read_All="f6e9e124-4586-492f-adc0-c6f96e4823fd",
        Device_Read_All="7438b122-aefc-4978-80ed-43db9fcc7715",
        DeviceManagementApps_Read_All="7a6ee1e7-141e-4cec-ae74-d9db155731ff",
        DeviceManagementConfiguration_Read_All="dc377aa6-52d8-4e23-b271-2a7ae04cedf3",
        DeviceManagementManagedDevices_Read_All="2f51be20-0bb4-4fed-bf7b-db946066c75e",
        DeviceManagementServiceConfig_Read_All="06a5fe6d-c49d-46a7-b082-56b1b14103c7",
        Directory_Read_All="7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        Domain_Read_All="dbb9058a-0e50-45d7-ae91-66909b5d4664",
        Group_Read_All="5b567255-7703-4780-807c-7be8301ae99b",
        GroupMember_Read_All="98830695-27a2-44f7-8c18-0c3ebc9698f6",
        IdentityRiskyServicePrincipal_Read_All="607c7344-0eed-41e5-823a-9695ebe1b7b0",
        IdentityRiskyUser_Read_All="dc5007c0-2d7d-4c42-879c-2dab87571379",
        MailboxSettings_Read="40f97065-369a-49f4-947c-6a255697ae91",
        OnPremDirectorySynchronization_Read_All="bb70e231-92dc-4729-aff5-697b3f04be95",
        OrgSettings__AppsAndServices_Read_All="56c84fa9-ea1f-4a15-90f2-90ef41ece2c9",
        OrgSettings__Forms_Read_All="434d7c66-07c6-4b1f-ab21-417cf2cdaaca",
        Organization_Read_All="498476ce-e0fe-48b0-b801-37ba7e2685c6",
        Policy_Read_All="246dd0d5-5bd0-4def-940b-0421030a5b68",
        Policy_Read_ConditionalAccess="37730810-e9ba-4e46-b07e-8ca78d182097",
        Policy_Read_PermissionGrant="9e640839-a198-48fb-8b9a-013fd6f6cbcd",
        ReportSettings_Read_All="ee353f83-55ef-4b78-82da-555bfa2b4b95",
        Reports_Read_All="230c1aed-a721-4c5d-9cb4-a90514e508ef",
        RoleAssignmentSchedule_Read_Directory="d5fe8ce8-684c-4c83-a52c-46e882ce4be1",
        RoleEligibilitySchedule_Read_Directory="ff278e11-4a33-4d0c-83d2-d01dc58929a5",
        RoleManagement_Read_Directory="483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
        RoleManagementPolicy_Read_AzureADGroup="69e67828-780e-47fd-b28c-7b27d14864e6",
        RoleManagementPolicy_Read_Directory="fdc4c997-9942-4479-bfcb-75a36d1138df",
        SecurityAlert_Read_All="472e4a4d-bb4a-4026-98d1-0b0d74cb74a5",
        SecurityEvents_Read_All="bf394140-e372-4bf9-a898-299cfc7564e5",
        ServiceHealth_Read_All="79c261e0-fe76-4144-aad5-bdc68fbe4037",
        SharePointTenantSettings_Read_All="83d4163d-a2d8-4d3b-9695-4ae3ca98f888",
        Sites_Read_All="332a536c-c7ef-4017-ab91-336970924f0d",
        User_Read_All="df021288-bdef-4463-88db-98f22de89214",
        UserAuthenticationMethod_Read_All="38d9df27-64da-44fd-b7c5-a6fbac20248f",
    ),
    "Exchange.ManageAsApp": AppRole(EXCHANGE_APP, "dc50a0fb-09a3-484d-be87-e023b12c6440"),
    "Sites.FullControl.All (SharePoint)": AppRole(SHAREPOINT_APP, "678536fe-1083-478a-9c59-b99265e6b0d3"),
}
"""Application permissions by the name that sources use. Source: microsoft365.md 1.5, Microsoft's permissions reference."""

BY_NAME = frozenset({"ExchangeMessageTrace.Read.All"})
"""Permissions whose role id no document at hand tells: they are chosen by name in the Entra admin center."""

ROLES_ALONE = frozenset(
    {"Global Reader (Teams)", "management application (Power Platform)", "read-only admin APIs (Fabric)"}
)
"""What sources name as their permission although it is a role or a switch of the service: no app permission opens them
(microsoft365.md 1.4 and 5)."""

BROAD = {
    "Exchange.ManageAsApp": "the application can do in Exchange what its directory role allows; with Global Reader it only reads",
    "Sites.FullControl.All (SharePoint)": "it could also change and open everything in SharePoint; Microsoft has none that only "
    "reads these settings, and this program sends reads only",
}
"""Permissions that allow more than is read, in plain words."""


def manifest(profile: Profile, cloud: str = "commercial") -> list[dict[str, Any]]:
    """The profile as `requiredResourceAccess` of an app registration."""
    by_resource: dict[str, list[str]] = {}
    for name in permissions_of(profile):
        if (role := APP_ROLES.get(name)) is not None:
            by_resource.setdefault(role.resource, []).append(role.id)
    if cloud in {"gcchigh", "dod"} and EXCHANGE_APP in by_resource:
        by_resource[PROTECTION_APP] = ["455e5cd2-84e8-4751-8344-5672145dfa17"]
    return [
        {"resourceAppId": app, "resourceAccess": [{"id": id_, "type": "Role"} for id_ in sorted(ids)]}
        for app, ids in sorted(by_resource.items())
    ]


def unlisted(profile: Profile) -> list[str]:
    """Permissions that no role id is known for: they are chosen by name in the Entra admin center."""
    return [name for name in permissions_of(profile) if name and name not in APP_ROLES and name not in ROLES_ALONE]


def consent_link(client_id: str, tenant: str, cloud: str = "commercial") -> str:
    """Where an administrator of the tenant consents to everything in the app's manifest at once (Microsoft: grant admin consent)."""
    query = urlencode({"client_id": client_id})
    return f"{CLOUDS[cloud].login}/{quote(tenant, safe='')}/adminconsent?{query}"


def directory_roles(profile: Profile) -> dict[str, str]:
    """The directory roles that the application itself must hold, each with why; consent cannot give them."""
    lanes = sorted({source.lane for source in sources_of(profile)} & _ASK_A_ROLE)
    if not lanes:
        return {}
    names = {"exchange": "Exchange Online", "compliance": "Purview", "teams": "Teams"}
    return {"Global Reader": f"{' and '.join(names[lane] for lane in lanes)} answer only applications that hold a role"}
