"""Applications with an administrator's power: "ADMIN-12"."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.calls import GRAPH_APP
from connectors.snapshot import Snapshot
from tests.rules.identity import CORE, Row, microsoft, of, role, verdict, verdicts

MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
GRAPH_ROLES = [{"id": "r-app", "value": "Application.ReadWrite.All"}, {"id": "r-mail", "value": "Mail.Read"}]
GRAPH = {
    "id": "graph",
    "appId": GRAPH_APP,
    "displayName": "Graph",
    "appRoles": GRAPH_ROLES,
    "oauth2PermissionScopes": [],
}


def principal(id: str, owner: str = "vendor") -> Row:
    return {
        "id": id,
        "appId": f"app-{id}",
        "displayName": id,
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": owner,
        "verifiedPublisher": None,
        "tags": [],
    }


def secrets(id: str, *, passwords: int = 0, keys: int = 0, owners: tuple[str, ...] = ()) -> Row:
    return {
        "id": id,
        "passwordCredentials": [{"keyId": str(n), "endDateTime": None} for n in range(passwords)],
        "keyCredentials": [{"keyId": str(n), "endDateTime": None} for n in range(keys)],
        "owners": [{"@odata.type": "#microsoft.graph.user", "id": owner} for owner in owners],
    }


def registration(id: str, **fields: Any) -> Row:
    return {**secrets(f"reg-{id}", **fields), "appId": f"app-{id}", "displayName": id}


def grant(id: str, app_role: str) -> Row:
    return {"id": id, "principalId": id, "principalDisplayName": id, "principalType": "ServicePrincipal", "resourceId": "graph", "appRoleId": app_role, "createdDateTime": None}  # fmt: skip


def clinic(*held: Row, registered: tuple[Row, ...] = (), **sources: Any) -> Snapshot:
    given: dict[str, Any] = {
        "service_principals": [principal("robot"), principal("mail"), principal("ms", MICROSOFT)],
        "service_principal_secrets": [*held, secrets("mail", passwords=3), secrets("ms")],
        "applications": list(registered),
        "role_assignments": [],
        "app_role_assignments": of("graph", grant("robot", "r-app"), grant("mail", "r-mail")),
        "resource_app_roles": of("graph", GRAPH),
    }
    return microsoft(**(given | sources))


@pytest.mark.parametrize(
    ("held", "registered", "expected"),
    [
        (secrets("robot"), (), "pass"),
        (secrets("robot", keys=1), (), "pass"),
        (secrets("robot", passwords=1), (), "fail"),
        (secrets("robot", owners=("ann",)), (), "fail"),
        (secrets("robot"), (registration("robot"),), "pass"),
        (secrets("robot"), (registration("robot", passwords=1),), "fail"),
        (secrets("robot"), (registration("robot", owners=("ann",)),), "fail"),
        (secrets("robot"), (registration("mail", passwords=1, owners=("ann",)),), "pass"),
        ({"id": "robot", "passwordCredentials": []}, (), "not_assessed"),
    ],
)
def test_applications_with_power(held: Row, registered: tuple[Row, ...], expected: str) -> None:
    found = clinic(held, registered=registered)
    assert verdict(found, "ADMIN-12") == expected
    assert set(verdicts(found, "ADMIN-12", "app_has_no_secret")) == {
        "robot"
    }  # reading mail is no administrator's power


def test_a_role_gives_power_too() -> None:
    held = clinic(
        secrets("robot"),
        role_assignments=[role("mail", CORE[4], kind="servicePrincipal"), role("ann")],
        app_role_assignments=of("graph"),
    )
    assert verdicts(held, "ADMIN-12", "app_has_no_secret") == {"mail": "fail"}


def test_secrets_at_microsofts_own_applications() -> None:
    base = {"service_principal_secrets": [secrets("robot"), secrets("mail"), secrets("ms", keys=1)]}
    assert verdict(clinic(**base), "ADMIN-12") == "fail"
    untouched = {"service_principal_secrets": [secrets("robot"), secrets("mail"), secrets("ms")]}
    assert verdict(clinic(**untouched), "ADMIN-12") == "pass"
    missing = {"service_principal_secrets": [secrets("robot"), secrets("mail")]}
    assert verdict(clinic(**missing), "ADMIN-12") == "not_assessed"


@pytest.mark.parametrize(
    "name",
    [
        "service_principals",
        "service_principal_secrets",
        "applications",
        "role_assignments",
        "app_role_assignments",
        "resource_app_roles",
    ],
)
def test_what_was_not_read_is_not_assessed(name: str) -> None:
    assert verdict(clinic(secrets("robot"), **{name: None}), "ADMIN-12") == "not_assessed"
