"""The Graph resources the simulator serves: path, permission, licence, page sizes and throttling lane.

Written from Microsoft's documents. Adding a resource is one line here and its records in a scenario.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from connectors.simulator.microsoft.directory import Directory, Record

Answer = list[Record] | Record | None
"""A collection, a single object, or None when the object does not exist."""

Lane = Literal["identity", "reports", "conditional-access", "outlook", "intune", "other"]


@dataclass(frozen=True)
class Resource:
    """One path template below the version; ``{name}`` stands for an id.

    A caller needs any one of ``permissions``. ``cost`` is in Graph's resource units. ``beta`` resources exist only
    there; ``default`` lists what comes without ``$select`` (nothing listed: every property the record has).
    """

    path: str
    entity: str
    read: Callable[[Directory, Mapping[str, str]], Answer]
    permissions: tuple[str, ...]
    lane: Lane = "identity"
    cost: int = 1
    gate: str | None = None
    page: int = 100
    most: int = 999
    options: frozenset[str] = frozenset({"$select", "$top", "$filter", "$count", "$skiptoken", "$expand", "$orderby"})
    expand: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    beta: bool = False
    mailbox: bool = False
    needs_filter: bool = False
    file: bool = False  # without a $format the answer is a redirect to a file


_SELECT_ONLY = frozenset({"$select"})
_USER_DEFAULT = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
]
_OBJECT = "user+group+servicePrincipal+device"
_METHOD = (
    "passwordAuthenticationMethod+phoneAuthenticationMethod+microsoftAuthenticatorAuthenticationMethod"
    "+fido2AuthenticationMethod+emailAuthenticationMethod+softwareOathAuthenticationMethod"
    "+windowsHelloForBusinessAuthenticationMethod+temporaryAccessPassAuthenticationMethod"
    "+platformCredentialAuthenticationMethod+externalAuthenticationMethod"
)
_USERS = ("User.Read.All", "Directory.Read.All")
_GROUPS = ("Group.Read.All", "Directory.Read.All")
_MEMBERS = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
_ORG = ("Organization.Read.All", "Directory.Read.All")
_DOMAINS = ("Domain.Read.All", "Directory.Read.All")
_APPS = ("Application.Read.All", "Directory.Read.All")
_ROLES = ("RoleManagement.Read.Directory", "Directory.Read.All")
_POLICY = ("Policy.Read.All",)
_GRANTS = ("Policy.Read.PermissionGrant", "Policy.Read.All")
_METHODS = ("UserAuthenticationMethod.Read.All",)
_AUDIT = ("AuditLog.Read.All",)
_MAIL = ("MailboxSettings.Read",)
_DEVICES = ("DeviceManagementManagedDevices.Read.All",)
_DEVICE_CONFIGURATION = ("DeviceManagementConfiguration.Read.All",)
_DEVICE_SERVICE = ("DeviceManagementServiceConfig.Read.All",)
_DEVICE_APPS = ("DeviceManagementApps.Read.All",)
_COMPLIANCE = (
    "deviceCompliancePolicy+iosCompliancePolicy+androidCompliancePolicy+androidWorkProfileCompliancePolicy"
    "+windows10CompliancePolicy+macOSCompliancePolicy"
)
_ENROLLMENT = "deviceEnrollmentPlatformRestrictionsConfiguration+deviceEnrollmentLimitConfiguration"
_CONFIGURATION = "deviceConfiguration+windows10EndpointProtectionConfiguration+windowsUpdateForBusinessConfiguration"
_CA = "/identity/conditionalAccess"
_DIRECTORY_ROLES = "/roleManagement/directory"


def _rows(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    return lambda directory, _: directory.listed(name)


def _one(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    return lambda directory, _: directory.single(name)


def _row(name: str, key: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    return lambda directory, ids: next((r for r in directory.listed(name) if r["id"] == ids[key]), None)


def _of_user(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    def read(directory: Directory, ids: Mapping[str, str]) -> Answer:
        user = directory.user(ids["user"])
        return None if user is None else directory.below(name, user["id"])

    return read


def _setting_of_user(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    def read(directory: Directory, ids: Mapping[str, str]) -> Answer:
        user = directory.user(ids["user"])
        return None if user is None else (directory.single(name) or {}).get(user["id"], {})

    return read


def _of_group(read: Callable[[Directory, str], list[Record]]) -> Callable[[Directory, Mapping[str, str]], Answer]:
    return lambda directory, ids: read(directory, ids["group"]) if directory.group(ids["group"]) else None


def _with_principals(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    return lambda directory, _: [directory.with_principal(row) for row in directory.listed(name)]


def _of_service_principal(name: str) -> Callable[[Directory, Mapping[str, str]], Answer]:
    def read(directory: Directory, ids: Mapping[str, str]) -> Answer:
        found = directory.service_principal(ids["sp"])
        return None if found is None else directory.below(name, found["id"])

    return read


def _assigned_to(directory: Directory, ids: Mapping[str, str]) -> Answer:
    found = directory.service_principal(ids["sp"])
    if found is None:
        return None
    return [row for row in directory.listed("appRoleAssignments") if row["resourceId"] == found["id"]]


def _assignments_of(directory: Directory, ids: Mapping[str, str]) -> Answer:
    found = directory.service_principal(ids["sp"])
    if found is None:
        return None
    return [row for row in directory.listed("appRoleAssignments") if row["principalId"] == found["id"]]


def _member_of(directory: Directory, ids: Mapping[str, str]) -> Answer:
    user = directory.user(ids["user"])
    return None if user is None else directory.member_of(user["id"])


def _usage(fields: Callable[[Directory, Record], Record]) -> Callable[[Directory, Mapping[str, str]], Answer]:
    """A usage report: a row for each licensed account, with a hash in place of names where the tenant hides them."""

    def read(directory: Directory, _: Mapping[str, str]) -> Answer:
        hidden = (directory.single("reportSettings") or {}).get("displayConcealedNames", True)

        def named(text: str) -> str:
            return hashlib.sha256(f"{directory.tenant.key}{text}".encode()).hexdigest()[:32].upper() if hidden else text

        return [
            {
                "reportRefreshDate": (datetime.now(UTC) - timedelta(days=2)).date().isoformat(),
                "userPrincipalName": named(user["userPrincipalName"]),
                "displayName": named(user["displayName"]),
                "isDeleted": False,
                "deletedDate": None,
                **fields(directory, user),
            }
            for user in directory.listed("users")
            if user["assignedLicenses"]
        ]

    return read


def _active(_: Directory, user: Record) -> Record:
    seen = (user.get("signInActivity") or {}).get("lastSuccessfulSignInDateTime")
    day = seen[:10] if seen else None
    recent = day is not None and day >= (datetime.now(UTC) - timedelta(days=180)).date().isoformat()
    services = ("exchange", "oneDrive", "sharePoint", "skypeForBusiness", "yammer", "teams")
    return {
        **{f"has{name[0].upper()}{name[1:]}License": name in {"exchange", "teams"} for name in services},
        **{f"{name}LastActivityDate": day if recent and name in {"exchange", "teams"} else None for name in services},
        "assignedProducts": ["MICROSOFT 365 BUSINESS PREMIUM"],
    }


def _mail_programs(directory: Directory, user: Record) -> Record:
    used = (directory.single("mailPrograms") or {}).get(user["id"], ["outlookForWindows"])
    programs = (
        "mailForMac",
        "outlookForMac",
        "outlookForWindows",
        "outlookForMobile",
        "otherForMobile",
        "outlookForWeb",
    )
    everything = (*programs, "pop3App", "imap4App", "smtpApp")
    return {
        "lastActivityDate": _active(directory, user)["exchangeLastActivityDate"],
        **{name: ["Undetermined"] if name in used else [] for name in everything},
        "reportPeriod": "30",
    }


_REPORT = frozenset({"$format", "$top", "$skiptoken"})

RESOURCES = (
    Resource("/organization", "organization", _rows("organization"), _ORG),
    Resource("/domains", "domain", _rows("domains"), _DOMAINS),
    Resource(
        "/domains/{domain}/federationConfiguration",
        "internalDomainFederation",
        lambda directory, ids: directory.below("federationConfiguration", ids["domain"]),
        _DOMAINS,
    ),
    Resource(
        "/subscribedSkus",
        "subscribedSku",
        _rows("subscribedSkus"),
        ("Organization.Read.All",),
        cost=3,
        options=_SELECT_ONLY,
    ),
    Resource("/directory/subscriptions", "companySubscription", _rows("subscriptions"), _ORG),
    Resource("/users", "user", _rows("users"), _USERS, cost=2, default=tuple(_USER_DEFAULT), expand=("manager",)),
    Resource(
        "/users/{user}",
        "user",
        lambda directory, ids: directory.user(ids["user"]),
        _USERS,
        cost=2,
        default=tuple(_USER_DEFAULT),
        options=_SELECT_ONLY,
    ),
    Resource(
        "/reports/authenticationMethods/userRegistrationDetails",
        "userRegistrationDetails",
        _rows("userRegistrationDetails"),
        _AUDIT,
        lane="reports",
        gate="p1",
    ),
    Resource(
        "/reports/getOffice365ActiveUserDetail(period='{period}')",
        "office365ActiveUserDetail",
        _usage(_active),
        ("Reports.Read.All",),
        lane="reports",
        page=200,
        options=_REPORT,
        beta=True,
        file=True,
    ),
    Resource(
        "/reports/getEmailAppUsageUserDetail(period='{period}')",
        "emailAppUsageUserDetail",
        _usage(_mail_programs),
        ("Reports.Read.All",),
        lane="reports",
        page=200,
        options=_REPORT,
        beta=True,
        file=True,
    ),
    Resource("/users/{user}/authentication/methods", _METHOD, _of_user("authenticationMethods"), _METHODS),
    Resource(
        "/users/{user}/authentication/requirements",
        "strongAuthenticationRequirements",
        _setting_of_user("authenticationRequirements"),
        _POLICY,
        beta=True,
    ),
    Resource("/users/{user}/memberOf", _OBJECT, _member_of, _USERS, cost=2),
    Resource(
        "/users/{user}/mailFolders/inbox/messageRules",
        "messageRule",
        _of_user("messageRules"),
        _MAIL,
        lane="outlook",
        mailbox=True,
    ),
    Resource(
        "/users/{user}/mailboxSettings",
        "mailboxSettings",
        _setting_of_user("mailboxSettings"),
        _MAIL,
        lane="outlook",
        mailbox=True,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/users/{user}/calendar/calendarPermissions",
        "calendarPermission",
        _of_user("calendarPermissions"),
        ("Calendars.Read",),
        lane="outlook",
        mailbox=True,
    ),
    Resource(
        "/policies/identitySecurityDefaultsEnforcementPolicy",
        "identitySecurityDefaultsEnforcementPolicy",
        _one("securityDefaults"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        f"{_CA}/policies", "conditionalAccessPolicy", _rows("conditionalAccessPolicies"), _POLICY, "conditional-access"
    ),
    Resource(
        f"{_CA}/namedLocations",
        "ipNamedLocation+countryNamedLocation",
        _rows("namedLocations"),
        _POLICY,
        lane="conditional-access",
    ),
    Resource(
        "/policies/authenticationStrengthPolicies",
        "authenticationStrengthPolicy",
        _rows("authenticationStrengths"),
        _POLICY,
    ),
    Resource(
        "/policies/authenticationMethodsPolicy",
        "authenticationMethodsPolicy",
        _one("authenticationMethodsPolicy"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/authorizationPolicy",
        "authorizationPolicy",
        _one("authorizationPolicy"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/adminConsentRequestPolicy",
        "adminConsentRequestPolicy",
        _one("adminConsentRequestPolicy"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/permissionGrantPolicies",
        "permissionGrantPolicy",
        _rows("permissionGrantPolicies"),
        _GRANTS,
        expand=("includes", "excludes"),
    ),
    Resource(
        "/policies/permissionGrantPolicies/{policy}/includes",
        "permissionGrantConditionSet",
        lambda directory, ids: next(
            (p.get("includes", []) for p in directory.listed("permissionGrantPolicies") if p["id"] == ids["policy"]),
            None,
        ),
        _GRANTS,
    ),
    Resource("/groupSettings", "groupSetting", _rows("groupSettings"), ("Directory.Read.All",)),
    Resource(
        "/policies/crossTenantAccessPolicy/default",
        "crossTenantAccessPolicyConfigurationDefault",
        _one("crossTenantAccessDefault"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/crossTenantAccessPolicy/partners",
        "crossTenantAccessPolicyConfigurationPartner",
        _rows("crossTenantAccessPartners"),
        _POLICY,
    ),
    Resource("/policies/b2bManagementPolicies", "b2bPolicy", _rows("b2bPolicies"), _POLICY, beta=True),
    Resource(
        "/policies/deviceRegistrationPolicy",
        "deviceRegistrationPolicy",
        _one("deviceRegistrationPolicy"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/activityBasedTimeoutPolicies",
        "activityBasedTimeoutPolicy",
        _rows("activityTimeoutPolicies"),
        _POLICY,
    ),
    Resource(
        "/policies/defaultAppManagementPolicy",
        "tenantAppManagementPolicy",
        _one("defaultAppManagementPolicy"),
        _POLICY,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/policies/appManagementPolicies",
        "appManagementPolicy",
        _rows("appManagementPolicies"),
        ("Policy.Read.All", "Policy.Read.ApplicationConfiguration"),
    ),
    Resource(f"{_DIRECTORY_ROLES}/roleDefinitions", "unifiedRoleDefinition", _rows("roleDefinitions"), _ROLES),
    Resource(
        f"{_DIRECTORY_ROLES}/roleAssignments",
        "unifiedRoleAssignment",
        _with_principals("roleAssignments"),
        _ROLES,
        expand=("principal", "roleDefinition"),
    ),
    Resource(
        f"{_DIRECTORY_ROLES}/roleAssignmentScheduleInstances",
        "unifiedRoleAssignmentScheduleInstance",
        _with_principals("roleAssignmentScheduleInstances"),
        ("RoleAssignmentSchedule.Read.Directory",),
        gate="p2",
        expand=("principal",),
    ),
    Resource(
        f"{_DIRECTORY_ROLES}/roleEligibilityScheduleInstances",
        "unifiedRoleEligibilityScheduleInstance",
        _with_principals("roleEligibilityScheduleInstances"),
        ("RoleEligibilitySchedule.Read.Directory",),
        gate="p2",
        expand=("principal",),
    ),
    Resource(
        "/policies/roleManagementPolicyAssignments",
        "unifiedRoleManagementPolicyAssignment",
        _rows("roleManagementPolicyAssignments"),
        ("RoleManagementPolicy.Read.Directory",),
        gate="p2",
        expand=("policy",),
        needs_filter=True,
    ),
    Resource(
        "/identityGovernance/accessReviews/definitions",
        "accessReviewScheduleDefinition",
        _rows("accessReviews"),
        ("AccessReview.Read.All",),
        lane="other",
        gate="p2",
        most=100,
        options=frozenset({"$top", "$skiptoken"}),
    ),
    Resource("/admin/entra/uxSetting", "uxSetting", _one("uxSetting"), _POLICY, options=frozenset(), beta=True),
    Resource("/applications", "application", _rows("applications"), _APPS, cost=2, expand=("owners",)),
    Resource("/servicePrincipals", "servicePrincipal", _rows("servicePrincipals"), _APPS, expand=("owners",)),
    Resource(
        "/servicePrincipals/{sp}",
        "servicePrincipal",
        lambda directory, ids: directory.service_principal(ids["sp"]),
        _APPS,
        options=_SELECT_ONLY,
    ),
    Resource("/servicePrincipals/{sp}/appRoleAssignedTo", "appRoleAssignment", _assigned_to, _APPS, cost=2),
    Resource("/servicePrincipals/{sp}/appRoleAssignments", "appRoleAssignment", _assignments_of, _APPS, cost=2),
    Resource(
        "/servicePrincipals/{sp}/delegatedPermissionClassifications",
        "delegatedPermissionClassification",
        _of_service_principal("delegatedPermissionClassifications"),
        _GRANTS + _APPS,
    ),
    Resource(
        "/oauth2PermissionGrants",
        "oAuth2PermissionGrant",
        _rows("oauth2PermissionGrants"),
        ("Directory.Read.All", "DelegatedPermissionGrant.Read.All"),
        cost=2,
    ),
    Resource("/groups", "group", _rows("groups"), _GROUPS, expand=("owners", "members")),
    Resource(
        "/groups/{group}/members",
        _OBJECT,
        _of_group(Directory.members),
        _MEMBERS,
        cost=3,
        default=tuple(_USER_DEFAULT),
    ),
    Resource(
        "/groups/{group}/transitiveMembers",
        _OBJECT,
        _of_group(Directory.transitive_members),
        _MEMBERS,
        cost=5,
        default=tuple(_USER_DEFAULT),
    ),
    Resource("/devices", "device", _rows("devices"), ("Device.Read.All", "Directory.Read.All")),
    Resource(
        "/deviceManagement/managedDevices",
        "managedDevice",
        _rows("managedDevices"),
        _DEVICES,
        lane="intune",
        gate="intune",
        page=1000,
    ),
    Resource(
        "/deviceManagement/deviceCompliancePolicies",
        _COMPLIANCE,
        _rows("deviceCompliancePolicies"),
        _DEVICE_CONFIGURATION,
        lane="intune",
        gate="intune",
        expand=("assignments", "scheduledActionsForRule"),
    ),
    Resource(
        "/deviceManagement/deviceConfigurations",
        _CONFIGURATION,
        _rows("deviceConfigurations"),
        _DEVICE_CONFIGURATION,
        lane="intune",
        gate="intune",
        expand=("assignments",),
    ),
    Resource(
        "/deviceManagement/configurationPolicies",
        "deviceManagementConfigurationPolicy",
        _rows("configurationPolicies"),
        _DEVICE_CONFIGURATION,
        lane="intune",
        gate="intune",
        beta=True,
        expand=("assignments", "settings"),
    ),
    Resource(
        "/deviceManagement/managedDeviceCleanupRules",
        "managedDeviceCleanupRule",
        _rows("managedDeviceCleanupRules"),
        _DEVICES,
        lane="intune",
        gate="intune",
        beta=True,
    ),
    Resource(
        "/deviceManagement/deviceEnrollmentConfigurations",
        _ENROLLMENT,
        _rows("deviceEnrollmentConfigurations"),
        _DEVICE_SERVICE,
        lane="intune",
        gate="intune",
        expand=("assignments",),
    ),
    Resource(
        "/deviceAppManagement/iosManagedAppProtections",
        "iosManagedAppProtection",
        _rows("iosManagedAppProtections"),
        _DEVICE_APPS,
        lane="intune",
        gate="intune",
        expand=("assignments", "apps"),
    ),
    Resource(
        "/deviceAppManagement/androidManagedAppProtections",
        "androidManagedAppProtection",
        _rows("androidManagedAppProtections"),
        _DEVICE_APPS,
        lane="intune",
        gate="intune",
        expand=("assignments", "apps"),
    ),
    Resource(
        "/deviceManagement",
        "deviceManagement",
        _one("deviceManagement"),
        _DEVICE_SERVICE,
        lane="intune",
        gate="intune",
        options=_SELECT_ONLY,
    ),
    Resource(
        "/admin/sharepoint/settings",
        "sharepointSettings",
        _one("sharepointSettings"),
        ("SharePointTenantSettings.Read.All",),
        lane="other",
        gate="sharepoint",
        options=_SELECT_ONLY,
    ),
    Resource(
        "/admin/forms",
        "adminForms",
        _one("adminForms"),
        ("OrgSettings-Forms.Read.All",),
        lane="other",
        beta=True,
        options=_SELECT_ONLY,
    ),
    Resource(
        "/solutions/bookingBusinesses",
        "bookingBusiness",
        # The listing answers with id and name alone, whatever is selected.
        lambda directory, _: [{key: row[key] for key in ("id", "displayName")} for row in directory.listed("bookings")],
        ("Bookings.Read.All",),
        lane="other",
        gate="exchange",
    ),
    Resource(
        "/solutions/bookingBusinesses/{business}",
        "bookingBusiness",
        _row("bookings", "business"),
        ("Bookings.Read.All",),
        lane="other",
        gate="exchange",
        options=_SELECT_ONLY,
    ),
    Resource("/sites/getAllSites", "site", _rows("sites"), ("Sites.Read.All",), lane="other", gate="sharepoint"),
    Resource("/security/alerts_v2", "securityAlert", _rows("securityAlerts"), ("SecurityAlert.Read.All",), "other"),
    Resource("/security/secureScores", "secureScore", _rows("secureScores"), ("SecurityEvents.Read.All",), "other"),
    Resource(
        "/security/secureScoreControlProfiles",
        "secureScoreControlProfile",
        _rows("secureScoreControlProfiles"),
        ("SecurityEvents.Read.All",),
        lane="other",
    ),
    Resource("/auditLogs/directoryAudits", "directoryAudit", _rows("directoryAudits"), _AUDIT, lane="reports"),
    Resource("/auditLogs/signIns", "signIn", _rows("signIns"), _AUDIT, lane="reports", gate="p1", most=1000),
    Resource(
        "/admin/exchange/tracing/messageTraces",
        "exchangeMessageTrace",
        _rows("messageTraces"),
        ("ExchangeMessageTrace.Read.All",),
        lane="reports",
        most=5000,
        options=frozenset({"$filter", "$top", "$skiptoken"}),
    ),
    Resource(
        "/identityProtection/riskyUsers",
        "riskyUser",
        _rows("riskyUsers"),
        ("IdentityRiskyUser.Read.All",),
        lane="conditional-access",
        gate="p2",
        most=500,
    ),
    Resource(
        "/admin/serviceAnnouncement/healthOverviews",
        "serviceHealth",
        _rows("healthOverviews"),
        ("ServiceHealth.Read.All",),
        lane="other",
    ),
    Resource(
        "/admin/appsAndServices",
        "adminAppsAndServices",
        _one("appsAndServices"),
        ("OrgSettings-AppsAndServices.Read.All",),
        lane="other",
        options=_SELECT_ONLY,
        beta=True,
    ),
    Resource(
        "/admin/reportSettings",
        "adminReportSettings",
        _one("reportSettings"),
        ("ReportSettings.Read.All",),
        lane="other",
        options=_SELECT_ONLY,
    ),
    Resource(
        "/tenantRelationships/delegatedAdminRelationships",
        "delegatedAdminRelationship",
        _rows("delegatedAdminRelationships"),
        ("DelegatedAdminRelationship.Read.All",),
        lane="other",
    ),
    Resource("/contracts", "contract", _rows("contracts"), ("Directory.Read.All",)),
    Resource(
        "/directory/onPremisesSynchronization",
        "onPremisesDirectorySynchronization",
        _rows("onPremisesSynchronization"),
        ("OnPremDirectorySynchronization.Read.All",),
    ),
)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def _patterns() -> dict[str, list[tuple[re.Pattern[str], Resource]]]:
    """The resources by their path's first segment, each with its pattern; few candidates are tried per request."""
    table: dict[str, list[tuple[re.Pattern[str], Resource]]] = defaultdict(list)
    for resource in RESOURCES:
        path = resource.path.replace("(", r"\(").replace(")", r"\)")  # a function's parameters stand in brackets
        pattern = re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", path), re.IGNORECASE)
        table[resource.path.split("/")[1].lower()].append((pattern, resource))
    return table


_KEYED = re.compile(r"^(/\w+)\(([^)]+)\)")
_FUNCTION = re.compile(r"\(\)$")


def find(path: str) -> tuple[Resource, dict[str, str]] | None:
    """The resource behind a path below the version, with the ids in it.

    ``/servicePrincipals(appId='x')`` is read like ``/servicePrincipals/appId='x'``, and ``getAllSites()`` like
    ``getAllSites``.
    """
    path = _FUNCTION.sub("", _KEYED.sub(r"\1/\2", path))
    for pattern, resource in _patterns().get(path.split("/")[1].lower() if path.count("/") else "", ()):
        found = pattern.fullmatch(path)
        if found:
            return resource, found.groupdict()
    return None
