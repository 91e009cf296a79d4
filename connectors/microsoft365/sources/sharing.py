"""How files leave: SharePoint and OneDrive settings."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Graph, Rest, SiteListing
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


class IdleSession(Record):
    """When a browser session that nobody uses is ended."""

    is_enabled: bool
    sign_out_after_in_seconds: int
    warn_after_in_seconds: int


@source(
    "graph.sharepoint_settings", MICROSOFT_365, Graph(lambda g: g.admin.sharepoint.settings, single=True),
    permission="SharePointTenantSettings.Read.All", licence="sharepoint", lane="graph", tier="graph-only",
)  # fmt: skip
class SharePointSettings(Record, key="sharing_capability"):
    """With whom files may be shared."""

    sharing_capability: Literal[
        "disabled", "externalUserSharingOnly", "externalUserAndGuestSharing", "existingExternalUserSharingOnly"
    ]
    sharing_domain_restriction_mode: Literal["none", "allowList", "blockList"]
    sharing_allowed_domain_list: list[str]
    sharing_blocked_domain_list: list[str]
    is_resharing_by_external_users_enabled: bool
    is_legacy_auth_protocols_enabled: bool
    is_unmanaged_sync_app_for_tenant_restricted: bool
    allowed_domain_guids_for_sync_app: list[str]
    is_mac_sync_app_enabled: bool
    deleted_user_personal_site_retention_period_in_days: int
    is_site_creation_enabled: bool
    idle_session_sign_out: IdleSession | None


@source(
    "sharepoint.tenant", MICROSOFT_365, Rest("sharepoint", "/_api/SPO.Tenant", single=True),
    permission="Sites.FullControl.All (SharePoint)", licence="sharepoint", lane="sharepoint", tier="full",
)  # fmt: skip
class SharePointTenant(Record, case="pascal", key="sharing_capability"):
    """SharePoint's own tenant settings: links, expiry, OneDrive."""

    # Numbers here, names in Graph: 0 off, 1 new and existing guests, 2 anyone, 3 existing guests (imports.md, rule 7).
    sharing_capability: Literal[0, 1, 2, 3]
    one_drive_sharing_capability: Literal[0, 1, 2, 3] = named("ODBSharingCapability")
    core_loop_sharing_capability: Literal[0, 1, 2, 3]
    one_drive_loop_sharing_capability: Literal[0, 1, 2, 3]
    default_sharing_link_type: Literal[0, 1, 2, 3]  # not set, named people, the organization, anyone
    default_link_permission: Literal[0, 1, 2]  # not set, view, edit
    file_anonymous_link_type: Literal[0, 1, 2]  # the same
    folder_anonymous_link_type: Literal[0, 1, 2]
    require_anonymous_links_expire_in_days: int  # -1 or 0: never
    core_request_files_link_enabled: bool
    core_request_files_link_expiration_in_days: int
    one_drive_request_files_link_enabled: bool
    one_drive_request_files_link_expiration_in_days: int
    external_user_expiration_required: bool
    external_user_expire_in_days: int
    email_attestation_required: bool
    email_attestation_re_auth_days: int
    sharing_domain_restriction_mode: Literal[0, 1, 2]  # none, only these, all but these
    sharing_allowed_domain_list: str | None  # separated by spaces
    sharing_blocked_domain_list: str | None
    prevent_external_users_from_resharing: bool
    guest_sharing_groups: list[str] = named("GuestSharingGroupAllowListInTenantByGroupId")
    enable_azure_ad_b2b_integration: bool = named("EnableAzureADB2BIntegration")
    disallow_infected_file_download: bool
    self_service_site_creation_disabled: bool
    legacy_auth_protocols_enabled: bool
    # 0 full access, 1 browser only, 2 none for devices that are not managed (Set-SPOTenant); 3, by context, is not documented.
    conditional_access_policy: Literal[0, 1, 2]
    enable_aip_integration: bool = named("EnableAIPIntegration")  # labels on files
    is_unmanaged_sync_client_for_tenant_restricted: bool
    allowed_domain_list_for_sync_client: list[str]
    block_mac_sync: bool


@source(
    "sharepoint.site_list", MICROSOFT_365, SiteListing(),
    permission="Sites.FullControl.All (SharePoint)", licence="sharepoint", lane="sharepoint", tier="full",
)  # fmt: skip
class ListedSite(Record, case="pascal", key="site_id"):
    """Every site of the tenant but people's own. Microsoft documents that a listing may hold defaults in place of a site's settings
    (Get-SPOSite, Limit), so those are read of each site by its address.
    """

    site_id: str
    url: str
    template: str


SITE_FIELDS = ("SiteId", "Url", "Title", "SharingCapability", "DenyAddAndCustomizePages")


@source(
    "sharepoint.sites", MICROSOFT_365,
    Rest(
        "sharepoint", "/_api/SPO.Tenant/sites('{parent}')?$select=" + ",".join(SITE_FIELDS), single=True, per="SiteId",
        only=lambda site: not str(site.get("Template")).startswith("REDIRECTSITE"), together="Url",
    ),
    permission="Sites.FullControl.All (SharePoint)", licence="sharepoint", lane="sharepoint", tier="full",
    after=["sharepoint.site_list"], fan_out=True,
)  # fmt: skip
class SharePointSite(Record, case="pascal", key="site_id"):
    """How widely one site may be shared, and whether pages of it may run scripts."""

    kind = "site"

    site_id: str
    url: str
    title: str | None
    sharing_capability: Literal[0, 1, 2, 3]
    deny_add_and_customize_pages: Literal[0, 1, 2]  # not known, scripts allowed, scripts barred

    @property
    def label(self) -> str:
        return str(self.url)
