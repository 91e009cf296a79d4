"""Teams: who joins and chats from outside, what is recorded, which apps and drives are open.

One listing gives all policies of a kind: the tenant's own, Global, which covers everybody without another one, and others, called
`Tag:` and a name. Whom those others are given to is in no listing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from connectors.microsoft365.calls import Elsewhere, Rest
from connectors.record import Record
from connectors.source import MICROSOFT_365, source

_CONFIGURATIONS = "/Skype.Policy/configurations/"
TEMPLATES = frozenset({
    "AllOn", "AllOff", "RestrictedAnonymousAccess", "RestrictedAnonymousNoRecording", "Default", "Kiosk",
    "FederationAndPICDefault", "FederationOnly", "NoFederationAndPIC",
})  # fmt: skip
"""Policies that Microsoft ships with every tenant (Get-CsTeamsMeetingPolicy, Get-CsExternalAccessPolicy, and a real export)."""


class TeamsRecord(Record, case="pascal", key="identity"):
    """A configuration or policy of Teams. The service does not always spell keys in one case (AllowDropBox, AllowDropbox)."""

    kind = "policy"

    identity: str

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields, in whatever case the service spells them."""
        known = {name.casefold(): name for name in cls.wire_names()}
        return super().project({known.get(key.casefold(), key): value for key, value in raw.items()}, secret)

    @property
    def name(self) -> str:
        """The policy's name without `Tag:`."""
        return str(self.identity).removeprefix("Tag:")

    @property
    def is_global(self) -> bool:
        """Whether it covers everybody who was given no other one."""
        return self.identity == "Global"

    @property
    def is_template(self) -> bool:
        """Whether Microsoft made it: it lies in every tenant, whether or not anybody has it."""
        return not self.is_global and self.name in TEMPLATES

    @property
    def label(self) -> str:
        """For whom it is."""
        return "everybody without another policy" if self.is_global else f"policy {self.name}"


@source(
    "teams.tenant_federation", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TenantFederationSettings"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class TenantFederation(TeamsRecord):
    """With which outside organizations people may chat and call."""

    allow_federated_users: bool
    allowed_domains: Any
    """All domains that Microsoft knows, or a list; it comes as an object, a list or a text."""
    allow_teams_consumer: bool
    allow_teams_consumer_inbound: bool
    external_access_with_trial_tenants: Literal["Allowed", "Blocked"]
    allow_public_users: bool | None = None  # Skype's own switch, which Microsoft removed in 2025: then there is nothing


@source(
    "teams.external_access_policies", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "ExternalAccessPolicy"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class ExternalAccessPolicy(TeamsRecord):
    """Whether those it covers may chat outside, within what the tenant allows."""

    enable_federation_access: bool
    enable_teams_consumer_access: bool
    enable_teams_consumer_inbound: bool


@source(
    "teams.meeting_policies", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TeamsMeetingPolicy"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class MeetingPolicy(TeamsRecord):
    """What happens in meetings of those it covers: lobby, presenting, chat, recording."""

    allow_anonymous_users_to_join_meeting: bool
    allow_anonymous_users_to_start_meeting: bool
    auto_admitted_users: Literal[
        "Everyone", "EveryoneInCompany", "EveryoneInSameAndFederatedCompany", "EveryoneInCompanyExcludingGuests",
        "InvitedUsers", "OrganizerOnly",
    ]  # fmt: skip
    allow_p_s_t_n_users_to_bypass_lobby: bool
    designated_presenter_role_mode: Literal[
        "OrganizerOnlyUserOverride", "EveryoneInCompanyUserOverride", "EveryoneInSameAndFederatedCompanyUserOverride",
        "EveryoneUserOverride",
    ]  # fmt: skip
    allow_external_participant_give_request_control: bool
    allow_external_non_trusted_meeting_chat: bool
    meeting_chat_enabled_type: Literal[
        "Enabled", "Disabled", "EnabledExceptAnonymous", "EnabledInMeetingOnlyForAllExceptAnonymous"
    ]
    allow_cloud_recording: bool
    allow_transcription: bool
    new_meeting_recording_expiration_days: int  # -1: recordings are kept
    copilot: Literal["Enabled", "EnabledWithTranscript", "EnabledWithTranscriptDefaultOn", "Disabled"]


@source(
    "teams.broadcast_policies", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TeamsMeetingBroadcastPolicy"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class BroadcastPolicy(TeamsRecord):
    """Whether live events of those it covers are recorded."""

    broadcast_recording_mode: Literal["AlwaysEnabled", "AlwaysDisabled", "UserOverride"]


@source(
    "teams.client_configuration", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TeamsClientConfiguration"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class ClientConfiguration(TeamsRecord):
    """What Teams offers everybody: guests, mail into channels, other companies' drives."""

    kind = "configuration"

    allow_guest_user: bool
    allow_email_into_channel: bool
    allow_drop_box: bool
    allow_box: bool
    allow_google_drive: bool
    allow_share_file: bool
    allow_egnyte: bool


@source(
    "teams.messaging_policies", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TeamsMessagingPolicy"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class MessagingPolicy(TeamsRecord):
    """What those it covers may do in chats."""

    allow_user_delete_message: bool
    allow_security_end_user_reporting: bool
    use_b2_b_invites_to_add_external_users: bool


CatalogType = Literal["BlockedAppList", "AllowedAppList"]
"""Everything but what is listed, or nothing but what is listed."""


@source(
    "teams.app_permission_policies", MICROSOFT_365, Rest("teams", _CONFIGURATIONS + "TeamsAppPermissionPolicy"),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class AppPermissionPolicy(TeamsRecord):
    """Which apps those it covers may use in Teams. Tenants that were moved to app-centric management do not follow it."""

    default_catalog_apps_type: CatalogType
    global_catalog_apps_type: CatalogType
    private_catalog_apps_type: CatalogType


@source(
    "teams.tenant_app_settings", MICROSOFT_365,
    Elsewhere(
        "Microsoft does not show the organization-wide app settings to an application, only to a person who signs in",
        "look at Teams admin center, Teams apps, Manage apps, or import a ScubaGear export",
    ),
    permission="Global Reader (Teams)", licence="teams", lane="teams",
)  # fmt: skip
class TenantAppSetting(Record, case="pascal", key="setting_name"):
    """Who may install one kind of app by default, in the whole organization."""

    setting_name: str  # DefaultApp: Microsoft's, GlobalApp: others', PrivateApp: the clinic's own
    setting_value: str  # None, All, UserAndGroup
