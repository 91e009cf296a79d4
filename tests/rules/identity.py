"""Hand-made records of an invented clinic, for the tests of people, roles, factors and policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.people import UserSignInActivity
from connectors.snapshot import Line, Snapshot, SourceState, TenantInfo
from rules.assess import Resolver, assess
from rules.profile import Profile
from rules.result import Verdict, worst

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
P1_PLAN = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
GLOBAL = "62e90394-69f5-4237-9190-012177145e10"
SYNC = "d29b2b05-8046-44ba-8758-1e26182fcf32"
CORE = [
    GLOBAL,
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
]
Row = dict[str, Any]


def user(id: str, **fields: Any) -> Row:
    """A Graph account: working, licensed, of the clinic."""
    return {
        "id": id,
        "userPrincipalName": f"{id}@brightwater.example",
        "displayName": id.title(),
        "mail": f"{id}@brightwater.example",
        "proxyAddresses": [f"SMTP:{id}@brightwater.example"],
        "accountEnabled": True,
        "userType": "Member",
        "externalUserState": None,
        "createdDateTime": "2025-01-01T00:00:00Z",
        "onPremisesSyncEnabled": None,
        "onPremisesImmutableId": None,
        "otherMails": [],
        "assignedLicenses": [{"skuId": "spb", "disabledPlans": []}],
        "assignedPlans": [],
    } | fields


def guest(id: str, **fields: Any) -> Row:
    return user(
        id,
        **{
            "userPrincipalName": f"{id}_partner.example#EXT#@brightwater.example",
            "userType": "Guest",
            "assignedLicenses": [],
        }
        | fields,
    )


def sku(*, p1: bool = True) -> Row:
    plans = [
        {
            "servicePlanId": P1_PLAN,
            "servicePlanName": "AAD_PREMIUM",
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
    ]
    return {
        "skuId": "spb",
        "skuPartNumber": "SPB",
        "capabilityStatus": "Enabled",
        "consumedUnits": 5,
        "prepaidUnits": {"enabled": 5, "suspended": 0, "warning": 0},
        "servicePlans": plans if p1 else [],
    }


def conditions(**fields: Any) -> Row:
    """Conditions of a policy for everybody and everything. `users` and `applications` are merged, the rest replaced."""
    users = {
        "includeUsers": ["All"],
        "excludeUsers": [],
        "includeGroups": [],
        "excludeGroups": [],
        "includeRoles": [],
        "excludeRoles": [],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
    } | fields.pop("users", {})
    applications = {"includeApplications": ["All"], "excludeApplications": [], "includeUserActions": []} | fields.pop(
        "applications", {}
    )
    return {
        "users": users,
        "applications": applications,
        "clientAppTypes": ["all"],
        "signInRiskLevels": [],
        "userRiskLevels": [],
        "locations": None,
        "platforms": None,
        "devices": None,
        "authenticationFlows": None,
        "servicePrincipalRiskLevels": [],
        "insiderRiskLevels": None,
        "clientApplications": False,
    } | fields


def signed_in(id: str, **fields: Any) -> Row:
    """When an account last signed in, as it is stored; without fields it never did."""
    return UserSignInActivity.project({"id": id} | ({"signInActivity": fields} if fields else {}), b"")


def grant(
    *controls: str, operator: str | None = "OR", strength: Iterable[str] | None = None, custom: Iterable[str] = ()
) -> Row:
    return {
        "operator": operator,
        "builtInControls": list(controls),
        "customAuthenticationFactors": list(custom),
        "termsOfUse": [],
        "authenticationStrength": None
        if strength is None
        else {
            "id": "s",
            "displayName": "Strength",
            "allowedCombinations": list(strength),
            "requirementsSatisfied": "mfa",
        },
    }


def policy(name: str, controls: Row | None = None, *, state: str = "enabled", **fields: Any) -> Row:
    """A Conditional Access policy that asks everybody for a second factor."""
    return {
        "id": name,
        "displayName": name,
        "state": state,
        "createdDateTime": None,
        "modifiedDateTime": None,
        "conditions": conditions(**fields),
        "grantControls": controls if controls is not None else grant("mfa"),
        "sessionControls": None,
    }


def legacy_block(
    name: str = "Block old programs", kinds: Iterable[str] = ("exchangeActiveSync", "other"), **fields: Any
) -> Row:
    return policy(name, grant("block"), clientAppTypes=list(kinds), **fields)


def role(principal: str, template: str = GLOBAL, kind: str = "user", scope: str = "/") -> Row:
    return {
        "id": f"{principal}-{template}",
        "principalId": principal,
        "roleDefinitionId": template,
        "directoryScopeId": scope,
        "principal": {"@odata.type": f"#microsoft.graph.{kind}", "id": principal},
    }


def report(id: str, *methods: str, registered: bool | None = None, preferred: str | None = "push") -> Row:
    """A row of the registration report."""
    return {
        "id": id,
        "userPrincipalName": f"{id}@brightwater.example",
        "userType": "member",
        "isAdmin": False,
        "isMfaCapable": bool(methods),
        "isMfaRegistered": bool(methods) if registered is None else registered,
        "methodsRegistered": list(methods),
        "userPreferredMethodForSecondaryAuthentication": preferred,
        "lastUpdatedDateTime": None,
    }


def of(parent: str, *rows: Row) -> list[Line]:
    """The lines of one parent of a fan-out source."""
    return [Line(r=row, of=parent) for row in rows] or [Line(of=parent)]


def method(kind: str, **fields: Any) -> Row:
    return {"id": kind, "@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod"} | fields


def state(parent: str, value: str) -> list[Line]:
    return of(parent, {"perUserMfaState": value})


def domain(name: str, *, federated: bool = False) -> Row:
    return {
        "id": name,
        "authenticationType": "Federated" if federated else "Managed",
        "isVerified": True,
        "isDefault": True,
        "isInitial": False,
        "isRoot": True,
        "supportedServices": [],
        "passwordValidityPeriodInDays": None,
    }


def organization(**fields: Any) -> Row:
    """The tenant's own entry; without a local directory."""
    return {
        "id": "tenant-id",
        "displayName": "Brightwater Clinic",
        "createdDateTime": "2020-01-01T00:00:00Z",
        "verifiedDomains": [],
        "onPremisesSyncEnabled": None,
        "onPremisesLastSyncDateTime": None,
        "countryLetterCode": "US",
    } | fields


MICROSOFT: dict[str, list[Any]] = {
    "graph.users": [],
    "graph.subscribed_skus": [sku()],
    "graph.subscriptions": [],
    "graph.security_defaults": [{"id": "d", "isEnabled": False}],
    "graph.conditional_access_policies": [],
    "graph.authentication_methods_policy": [
        {"id": "a", "policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": []}
    ],
    "graph.role_assignments": [],
    "graph.role_definitions": [],
    "graph.groups": [],
    "graph.group_members": [],
    "graph.user_registration_details": [],
    "graph.user_auth_methods": [],
    "graph.per_user_mfa": [],
    "graph.user_sign_in_activity": [],
    "graph.domains": [domain("brightwater.example")],
    "graph.domain_federation": [],
    "graph.group_settings": [],
    "graph.named_locations": [],
    "graph.organization": [organization()],
    "graph.device_registration_policy": [{"id": "r", "multiFactorAuthConfiguration": "notRequired"}],
    "exchange.mailboxes": [],
}
"""A clinic of which everything was read and nothing is there; tests replace sources, or take them away with None."""


def microsoft(
    users: Iterable[Row] = (),
    sources: Mapping[str, Iterable[Any] | None] | None = None,
    *,
    gaps: Iterable[str] = (),
    **short: Iterable[Any] | None,
) -> Snapshot:
    """A Microsoft clinic. Keywords name Graph sources ("role_assignments"); None means not read; `gaps` are refused."""
    given: dict[str, Any] = (
        {"graph.users": list(users)} | {f"graph.{name}": rows for name, rows in short.items()} | dict(sources or {})
    )
    if "graph.per_user_mfa" not in given:
        given["graph.per_user_mfa"] = [line for one in given["graph.users"] for line in state(one["id"], "disabled")]
    return _snapshot("microsoft365", MICROSOFT | given, gaps)


def _snapshot(provider: str, held: Mapping[str, Any], gaps: Iterable[str]) -> Snapshot:
    refused = {name: SourceState(provider, gap=Gap(name, Reason.PERMISSION, "refused", "grant it")) for name in gaps}
    return Snapshot.of(
        TenantInfo("brightwater", "Brightwater Clinic", [provider], {provider: "tenant-id"}),
        {name: rows for name, rows in held.items() if rows is not None},
        states=refused,
        taken=NOW,
    )


# --- Google ---------------------------------------------------------------------------------------------------------------


def google_user(id: str, unit: str = "/", **fields: Any) -> Row:
    """A working Google account with a second factor that is enforced."""
    return {
        "id": id,
        "primaryEmail": f"{id}@brightwater.example",
        "name": {"fullName": id.title()},
        "isAdmin": False,
        "isDelegatedAdmin": False,
        "isEnrolledIn2Sv": True,
        "isEnforcedIn2Sv": True,
        "suspended": False,
        "archived": False,
        "lastLoginTime": "2026-11-20T08:00:00.000Z",
        "creationTime": "2025-01-01T00:00:00.000Z",
        "orgUnitPath": unit,
        "isMailboxSetup": True,
        "customerId": "C0",
        "includeInGlobalAddressList": True,
        "changePasswordAtNextLogin": False,
        "agreedToTerms": True,
    } | fields


def unit(id: str, path: str, parent: str | None = None, parent_path: str | None = None) -> Row:
    row = {"name": path.rpartition("/")[2] or "Brightwater Clinic", "orgUnitPath": path, "orgUnitId": f"id:{id}"}
    return row if parent is None else row | {"parentOrgUnitId": f"id:{parent}", "parentOrgUnitPath": parent_path or "/"}


def clauses(unit_id: str = "", group: str = "", skus: Iterable[str] = (), *, without: Iterable[str] = ()) -> str:
    """A query as Google writes it."""
    parts = []
    if unit_id:
        parts.append(f"entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('{unit_id}'))")
    if group:
        parts.append(f"entity.groups.exists(group, group.group_id == groupId('{group}'))")
    for sign, named in (("", skus), ("!", without)):
        listed = ", ".join(f"'/product/Google-Apps/sku/{sku_}'" for sku_ in named)
        if listed:
            parts.append(f"{sign}entity.licenses.exists(license, license in [{listed}])")
    return " && ".join(parts)


def setting(
    name: str,
    value: Row,
    order: float = 201.0,
    *,
    unit_id: str = "root",
    group: str = "",
    system: bool = False,
    query: str | None = None,
    **licence: Any,
) -> Row:
    """One policy of the Policy API."""
    asked: Row = {"sortOrder": order, "query": clauses(unit_id, group, **licence) if query is None else query}
    if unit_id:
        asked["orgUnit"] = f"orgUnits/{unit_id}"
    if group:
        asked["group"] = group if group.isupper() else f"groups/{group}"
    return {
        "name": f"policies/{name}-{unit_id}-{group}-{order}",
        "type": "SYSTEM" if system else "ADMIN",
        "policyQuery": asked,
        "setting": {"type": f"settings/{name}", "value": value},
    }


ENFORCED = setting("security.two_step_verification_enforcement", {"enforcedFrom": "2026-01-01T00:00:00Z"})
NO_PHONES = setting("security.two_step_verification_enforcement_factor", {"allowedSignInFactorSet": "NO_TELEPHONY"})

GOOGLE: dict[str, list[Any]] = {
    "directory.users": [],
    "directory.orgunits": [unit("root", "/")],
    "directory.groups": [],
    "directory.group_members": [],
    "directory.roles": [
        {"roleId": "1", "roleName": "_SEED_ADMIN_ROLE", "isSystemRole": True, "isSuperAdminRole": True}
    ],
    "directory.role_assignments": [],
    "directory.user_tokens": [],
    "directory.user_asps": [],
    "policy.policies": [ENFORCED],
    "licensing.assignments": [],
    "identity.sso_assignments": [],
    "identity.sso_saml_profiles": [],
    "identity.sso_oidc_profiles": [],
    "reports.usage.users": [],
    "reports.activity.login": [],
    "gmail.imap": [],
    "gmail.pop": [],
}


def google(
    users: Iterable[Row] = (), sources: Mapping[str, Iterable[Any] | None] | None = None, *, gaps: Iterable[str] = ()
) -> Snapshot:
    """A Google clinic with one unit, where a second factor is enforced. `sources` replaces what was read."""
    return _snapshot("google_workspace", GOOGLE | {"directory.users": list(users)} | dict(sources or {}), gaps)


# --- judging --------------------------------------------------------------------------------------------------------------


def results(
    snapshot: Snapshot, control: str, check: str = "", profile: Profile | None = None
) -> list[tuple[str, str, str]]:
    """(entity id, verdict, message) of every result of a control, or of one of its checks."""
    outcome = assess(snapshot, now=NOW, profile=profile, only=[control]).control(control)
    return [
        (judgment.entity.id, str(judgment.verdict), judgment.result.message)
        for one in outcome.checks
        if not check or one.check.name == check
        for judgment in one.judgments
    ]


def verdicts(snapshot: Snapshot, control: str, check: str = "", profile: Profile | None = None) -> dict[str, str]:
    """Verdicts by entity id, the worst of each."""
    found: dict[str, list[Verdict]] = {}
    for entity, given, _ in results(snapshot, control, check, profile):
        found.setdefault(entity, []).append(Verdict(given))
    return {entity: str(worst(given)) for entity, given in found.items()}


def verdict(snapshot: Snapshot, control: str, profile: Profile | None = None) -> str:
    return str(assess(snapshot, now=NOW, profile=profile, only=[control]).control(control).verdict)


def facts(
    snapshot: Snapshot, control: str, entity: str, check: str = "", profile: Profile | None = None
) -> dict[str, Any]:
    outcome = assess(snapshot, now=NOW, profile=profile, only=[control]).control(control)
    return next(
        dict(j.result.facts)
        for c in outcome.checks
        if not check or c.check.name == check
        for j in c.judgments
        if j.entity.id == entity
    )


def resolver(snapshot: Snapshot, profile: Profile | None = None) -> Resolver:
    """Gives views of a snapshot."""
    return Resolver(snapshot, profile or Profile(), NOW)
