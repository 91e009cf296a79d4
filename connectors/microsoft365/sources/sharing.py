"""How files leave: SharePoint and OneDrive settings."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Elsewhere, Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source

_REST = Elsewhere(
    "SharePoint's own administration interface is not read in this version; the level of sharing comes from Graph",
    "import a ScubaGear export to judge site and link settings",
)


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
    idle_session_sign_out: IdleSession | None


@source(
    "sharepoint.tenant", MICROSOFT_365, _REST,
    permission="Sites.FullControl.All (SharePoint)", licence="sharepoint", lane="sharepoint", tier="full",
)  # fmt: skip
class SharePointTenant(Record, case="pascal", key="sharing_capability"):
    """SharePoint's own tenant settings: links, expiry, OneDrive."""

    # Numbers here, names in Graph: 0 off, 1 new and existing guests, 2 anyone, 3 existing guests (imports.md, rule 7).
    sharing_capability: Literal[0, 1, 2, 3]
    one_drive_sharing_capability: Literal[0, 1, 2, 3] = named("OneDriveSharingCapability")
    default_sharing_link_type: int
    default_link_permission: int
    require_anonymous_links_expire_in_days: int  # -1: not set


@source(
    "sharepoint.sites", MICROSOFT_365, _REST,
    permission="Sites.FullControl.All (SharePoint)", licence="sharepoint", lane="sharepoint", tier="full",
)  # fmt: skip
class SharePointSite(Record, case="pascal", key="site_id"):
    """How widely one site may be shared."""

    kind = "site"

    site_id: str
    sharing_capability: Literal[0, 1, 2, 3]

    @property
    def label(self) -> str:
        return str(self.site_id)
