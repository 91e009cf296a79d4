"""What Entra ID asks of a sign-in: security defaults, Conditional Access, methods, strengths, consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from connectors.explicit import Explicit
from connectors.microsoft365.calls import GRAPH_APP, Graph
from connectors.record import Presence, Record, named
from connectors.source import MICROSOFT_365, source


@source(
    "graph.security_defaults", MICROSOFT_365,
    Graph(lambda g: g.policies.identity_security_defaults_enforcement_policy, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class SecurityDefaults(Record):
    """Whether Microsoft's free baseline protection is on."""

    id: str
    is_enabled: bool


class ExternalTenants(Record):
    """Which outside tenants a Conditional Access policy speaks of."""

    membership_kind: Literal["all", "enumerated"]
    members: list[str] = []  # only with "enumerated"


class GuestsOrExternalUsers(Record):
    """Which kinds of guests a Conditional Access policy speaks of."""

    guest_or_external_user_types: str  # comma-separated flags
    external_tenants: ExternalTenants | None


class PolicyUsers(Record):
    """Whom a Conditional Access policy covers and whom it leaves out."""

    include_users: list[str]  # object ids, or All, None, GuestsOrExternalUsers
    exclude_users: list[str]
    include_groups: list[str]
    exclude_groups: list[str]
    include_roles: list[str]  # role template ids
    exclude_roles: list[str]
    include_guests_or_external_users: GuestsOrExternalUsers | None
    exclude_guests_or_external_users: GuestsOrExternalUsers | None


class ApplicationFilter(Record):
    """A rule that picks applications by attribute."""

    mode: str
    rule: str


class PolicyApplications(Record):
    """Which applications a Conditional Access policy covers."""

    include_applications: list[str]
    exclude_applications: list[str]
    include_user_actions: list[str]
    include_authentication_context_class_references: list[str] = []  # exports of older schema versions leave it out
    application_filter: ApplicationFilter | None = (
        None  # left out by exports of older schema versions: no filter existed
    )


class PolicyLocations(Record):
    """From where a Conditional Access policy applies."""

    include_locations: list[str]
    exclude_locations: list[str]


class PolicyPlatforms(Record):
    """On which device platforms a Conditional Access policy applies."""

    include_platforms: list[str]
    exclude_platforms: list[str]


class DeviceFilter(Record):
    """A rule that picks devices by attribute."""

    mode: Literal["include", "exclude"]
    rule: str


class PolicyDevices(Record):
    """Which devices a Conditional Access policy picks."""

    device_filter: DeviceFilter | None


class AuthenticationFlows(Record):
    """Which ways of moving a sign-in between devices a Conditional Access policy speaks of."""

    transfer_methods: str | None


class PolicyConditions(Explicit):
    """When a Conditional Access policy applies."""

    # In v1.0 since 2024, and left out by exports of older versions; of workload identities only; where insider risk is used.
    _unset: ClassVar[Mapping[str, Any]] = {
        "clientApplications": False,
        "authenticationFlows": None,
        "servicePrincipalRiskLevels": [],
        "insiderRiskLevels": None,
    }

    users: PolicyUsers
    applications: PolicyApplications
    client_app_types: list[
        Literal["all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"]
    ]
    sign_in_risk_levels: list[str]
    user_risk_levels: list[str]
    # Null where the policy does not speak of them (Graph, conditionalAccessConditionSet).
    locations: PolicyLocations | None
    platforms: PolicyPlatforms | None
    devices: PolicyDevices | None
    authentication_flows: AuthenticationFlows | None
    service_principal_risk_levels: list[str]
    insider_risk_levels: str | None
    # Whether it speaks of programs: one of users and programs is required (Graph, conditionalAccessConditionSet).
    client_applications: Annotated[bool, Presence]


class StrengthOfPolicy(Record):
    """The authentication strength a policy asks for."""

    id: str
    display_name: str
    allowed_combinations: list[str]
    requirements_satisfied: Literal["none", "mfa"]


class GrantControls(Record):
    """What a Conditional Access policy asks for before it lets somebody in."""

    operator: Literal["AND", "OR"] | None
    built_in_controls: list[
        Literal[
            "block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication",
            "passwordChange", "riskRemediation",
        ]
    ]  # fmt: skip
    custom_authentication_factors: list[str]
    terms_of_use: list[str]
    authentication_strength: StrengthOfPolicy | None


class SignInFrequency(Record):
    """How often a Conditional Access policy asks for a new sign-in."""

    is_enabled: bool
    value: int | None  # null with "everyTime"
    type: Literal["days", "hours"] | None  # null with "everyTime"
    frequency_interval: Literal["timeBased", "everyTime"] | None


class PersistentBrowser(Record):
    """Whether a browser stays signed in after it was closed."""

    is_enabled: bool
    mode: Literal["always", "never"] | None


class SessionSwitch(Record):
    """A session control that is only on or off."""

    is_enabled: bool


class SessionControls(Record):
    """What a Conditional Access policy does to a session that was let in."""

    # Each is null where the policy does not set it (Graph, conditionalAccessSessionControls).
    sign_in_frequency: SignInFrequency | None
    persistent_browser: PersistentBrowser | None
    application_enforced_restrictions: SessionSwitch | None
    secure_sign_in_session: SessionSwitch | None = None  # newer than some exports: it did not exist then


@source(
    "graph.conditional_access_policies", MICROSOFT_365,
    Graph(lambda g: g.identity.conditional_access.policies, batch=False),
    permission="Policy.Read.All", lane="graph-ca", tier="graph-only",
)  # fmt: skip
class ConditionalAccessPolicy(Record):
    """A rule that says who must prove what before signing in to which application."""

    kind = "policy"

    id: str
    display_name: str
    state: Literal["enabled", "disabled", "enabledForReportingButNotEnforced"]
    created_date_time: datetime | None
    modified_date_time: datetime | None
    conditions: PolicyConditions
    # Null for policies that only set session limits.
    grant_controls: GrantControls | None
    session_controls: SessionControls | None  # null for policies that set no session limits

    @property
    def label(self) -> str:
        return str(self.display_name)


class IpRange(Record, key="cidr_address"):
    """A range of network addresses."""

    cidr_address: str


@source(
    "graph.named_locations", MICROSOFT_365, Graph(lambda g: g.identity.conditional_access.named_locations, select=False, batch=False),
    permission="Policy.Read.All", licence="p1", lane="graph-ca", tier="graph-only",
)  # fmt: skip
class NamedLocation(Record):
    """A place that Conditional Access policies name."""

    kind = "location"

    id: str
    type: str = named("@odata.type")
    display_name: str
    is_trusted: bool | None = None  # only network locations can be trusted
    ip_ranges: list[IpRange] = []  # only network locations
    countries_and_regions: list[str] = []  # only country locations

    @property
    def label(self) -> str:
        return str(self.display_name)


@source(
    "graph.authentication_strengths", MICROSOFT_365, Graph(lambda g: g.policies.authentication_strength_policies),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AuthenticationStrength(Record):
    """A named set of factors that policies may ask for."""

    kind = "strength"

    id: str
    display_name: str
    policy_type: Literal["builtIn", "custom"]
    requirements_satisfied: Literal["none", "mfa"]
    allowed_combinations: list[str]

    @property
    def label(self) -> str:
        return str(self.display_name)


class MethodTarget(Record):
    """Whom a method's setting is for."""

    id: str  # all_users, or a group's id
    target_type: str


AdvancedState = Literal["default", "enabled", "disabled"]
"""Default means that Microsoft decides, and may change its mind (Graph, advancedConfigState)."""


NOBODY = "00000000-0000-0000-0000-000000000000"


class FeatureState(Record):
    """Whether one feature of a method is on, and for whom."""

    state: AdvancedState
    # Null where nobody said for whom; an excluded target of zeros is nobody.
    include_target: MethodTarget | None
    exclude_target: MethodTarget | None = None  # reportSuspiciousActivitySettings has none

    @property
    def for_everybody(self) -> bool:
        """Whether it speaks of everybody, with nobody left out."""
        left_out = self.exclude_target is not None and self.exclude_target.id != NOBODY
        return self.include_target is not None and self.include_target.id == "all_users" and not left_out


class AuthenticatorFeatures(Record):
    """What the Authenticator app shows with a prompt."""

    display_app_information_required_state: FeatureState
    display_location_information_required_state: FeatureState


class KeyRestrictions(Record):
    """Which makes of keys count."""

    is_enforced: bool


class MethodConfiguration(Record):
    """Whether one kind of factor may be used, and by whom."""

    id: str  # Sms, Voice, Fido2, MicrosoftAuthenticator ...; a GUID for an outside provider's
    type: str = named("@odata.type")
    state: Literal["enabled", "disabled"]
    include_targets: list[MethodTarget] = []  # absent on kinds that cannot be targeted
    exclude_targets: list[MethodTarget] = []  # absent on kinds that cannot be targeted
    # Each of the following is there for one kind only; whoever asks another kind learns that it is not there.
    feature_settings: AuthenticatorFeatures  # MicrosoftAuthenticator
    is_software_oath_enabled: bool  # MicrosoftAuthenticator
    is_self_service_registration_allowed: bool  # Fido2
    is_attestation_enforced: bool  # Fido2
    key_restrictions: KeyRestrictions | None  # Fido2; null: any key
    is_usable_once: bool  # TemporaryAccessPass
    maximum_lifetime_in_minutes: int  # TemporaryAccessPass


class RegistrationCampaign(Record):
    """Whether people are asked at sign-in to register the app."""

    state: AdvancedState
    include_targets: list[MethodTarget]


class RegistrationEnforcement(Record):
    """What people are asked to register."""

    authentication_methods_registration_campaign: RegistrationCampaign


@source(
    "graph.authentication_methods_policy", MICROSOFT_365, Graph(lambda g: g.policies.authentication_methods_policy, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AuthenticationMethodsPolicy(Record):
    """Which kinds of second factor the tenant allows."""

    id: str
    # Null on tenants created after the old page was retired; what it means is not documented, so it stays null.
    policy_migration_state: Literal["preMigration", "migrationInProgress", "migrationComplete"] | None
    authentication_method_configurations: list[MethodConfiguration]
    registration_enforcement: RegistrationEnforcement | None

    def method(self, name: str) -> MethodConfiguration | None:
        """One kind of factor ("Fido2"); None if the tenant's policy does not list it."""
        return next(
            (one for one in self.authentication_method_configurations if one.id.casefold() == name.casefold()), None
        )


class CompanionFeatures(Record):
    """Whether prompts may be answered on a watch or in another app."""

    companion_app_allowed_state: FeatureState
    number_matching_required_state: FeatureState


class BetaMethod(Record):
    """What only beta tells about one kind of factor."""

    id: str
    feature_settings: CompanionFeatures  # MicrosoftAuthenticator only


class Preferences(Record):
    """Whether the system offers the strongest registered factor first."""

    state: AdvancedState
    include_targets: list[MethodTarget]


@source(
    "graph.authentication_methods_settings", MICROSOFT_365,
    Graph(
        lambda g: g.policies.authentication_methods_policy, single=True, select=False,
        beta="v1.0 leaves out systemCredentialPreferences, reportSuspiciousActivitySettings and two Authenticator features",
    ),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AuthenticationMethodsSettings(Record):
    """Which factor is offered first, and whether people can report a prompt that they did not start."""

    id: str
    authentication_method_configurations: list[BetaMethod]
    system_credential_preferences: Preferences
    report_suspicious_activity_settings: FeatureState


class DefaultUserRolePermissions(Record):
    """What ordinary people may do in the directory."""

    allowed_to_read_bitlocker_keys_for_owned_device: bool
    allowed_to_create_apps: bool
    allowed_to_create_security_groups: bool
    allowed_to_create_tenants: bool | None
    allowed_to_read_other_users: bool
    permission_grant_policies_assigned: list[str]


@source(
    "graph.authorization_policy", MICROSOFT_365, Graph(
        lambda g: g.policies.authorization_policy,
        single=True,
        omit=("permissionGrantPolicyIdsAssignedToDefaultUserRole",),
    ),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AuthorizationPolicy(Record):
    """What people and guests may do by default: invite guests, create applications, consent to applications."""

    id: str
    allow_invites_from: Literal["none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"]
    guest_user_role_id: str
    allow_email_verified_users_to_join_organization: bool
    allowed_to_sign_up_email_based_subscriptions: bool
    # Administrators only; what others may do stands in no Graph resource.
    allowed_to_use_self_service_reset: bool = named("allowedToUseSSPR")
    allow_user_consent_for_risky_apps: bool | None  # null: false (Graph, authorizationPolicy)
    block_msol_power_shell: bool
    default_user_role_permissions: DefaultUserRolePermissions
    # Beta's name for defaultUserRolePermissions.permissionGrantPoliciesAssigned; only exports of other tools hold it.
    permission_grant_policy_ids_assigned_to_default_user_role: list[str] | None = None

    @property
    def consent_rules(self) -> list[str]:
        """The rules that say which applications people may let in, under whichever name they came."""
        exported: list[str] | None = self.permission_grant_policy_ids_assigned_to_default_user_role
        if exported is not None:
            return exported
        return list(self.default_user_role_permissions.permission_grant_policies_assigned)


class PermissionGrantCondition(Record):
    """One condition under which people may consent to an application."""

    id: str
    permission_type: str
    permission_classification: str | None
    client_applications_from_verified_publisher_only: bool | None
    permissions: list[str]


@source(
    "graph.permission_grant_policies", MICROSOFT_365,
    Graph(lambda g: g.policies.permission_grant_policies, {"expand": ["includes"]}, select=False),
    permission="Policy.Read.PermissionGrant", lane="graph", tier="graph-only",
)  # fmt: skip
class PermissionGrantPolicy(Record):
    """The conditions behind a consent setting."""

    kind = "policy"

    id: str
    display_name: str | None
    includes: list[PermissionGrantCondition]

    @property
    def label(self) -> str:
        return str(self.display_name or self.id)


def _is_graph(principal: Mapping[str, Any]) -> bool:
    return principal.get("appId") == GRAPH_APP


@source(
    "graph.delegated_permission_classifications",
    MICROSOFT_365,
    Graph(
        lambda g, resource: g.service_principals.by_service_principal_id(resource).delegated_permission_classifications,
        select=False,
        per="id",
        only=_is_graph,
    ),
    permission="Policy.Read.PermissionGrant",
    lane="graph-identity",
    tier="graph-only",
    fan_out=True,
    after=("graph.service_principals",),
)
class PermissionClassification(Record):
    """A permission the tenant calls harmless enough for people to grant by themselves."""

    id: str
    classification: Literal["low", "medium", "high"]
    permission_name: str
