"""Google's own discovery documents against what the simulator sends: no field that Google does not name, right types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from connectors.simulator import SimulatedTenant, scenario
from connectors.simulator.google import app
from connectors.simulator.google.call import SERVICES, Call
from connectors.simulator.google.discovery import DOCUMENTS, catalogue
from connectors.simulator.google.errors import ApiError
from connectors.simulator.google.tokens import Grant
from connectors.simulator.google.workspace import Workspace

SCENARIOS = (
    "google-typical",
    "google-well-run",
    "google-bad",
    "google-exempt-ou",
    "google-legacy-free",
    "google-empty",
    "google-enterprise",
    "google-neglected",
)
# Seen in answers although the document lacks them (published ScubaGoggles sample; Google writes the key this way).
EXTRA = {"Groups.defaultSender", "Groups.kind"}
JSON_TYPES: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "number": (int, float)}


def documents() -> dict[str, Any]:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in DOCUMENTS}


def answers_of(document: dict[str, Any]) -> dict[str, str]:
    """Method id -> name of the schema of its answer."""

    def walk(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for method in resource.get("methods", {}).values():
            if "$ref" in method.get("response", {}):
                yield method["id"], method["response"]["$ref"]
        for below in resource.get("resources", {}).values():
            yield from walk(below)

    return dict(walk(document))


def differences(schemas: dict[str, Any], schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if "$ref" in schema:
        place, schema = schema["$ref"], schemas[schema["$ref"]]
    kind = schema.get("type")
    if kind == "any":
        return
    if kind == "array":
        if not isinstance(value, list):
            yield f"{place}: not a list"
            return
        for item in value:
            yield from differences(schemas, schema["items"], item, place)
    elif kind == "object":
        if not isinstance(value, dict):
            yield f"{place}: not an object"
            return
        known = schema.get("properties", {})
        for key, item in value.items():
            if key in known:
                yield from differences(schemas, known[key], item, f"{place}.{key}")
            elif "additionalProperties" in schema:
                yield from differences(schemas, schema["additionalProperties"], item, f"{place}.{key}")
            elif f"{place}.{key}" not in EXTRA:
                yield f"{place}.{key}: unknown"
    elif kind in JSON_TYPES and (
        not isinstance(value, JSON_TYPES[kind]) or (kind == "integer" and isinstance(value, bool))
    ):
        yield f"{place}: {type(value).__name__} instead of {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not in {schema['enum']}"


def calls(tenant: SimulatedTenant) -> Iterator[tuple[str, list[str], dict[str, str], dict[str, Any]]]:
    """Every served method with arguments that fit the tenant: (method, path, query, subject)."""
    state = tenant.state
    admin = next(user for user in state["users"] if user["primaryEmail"] == state["adminSubject"])
    day = (Workspace(tenant).now().date()).replace(day=1).isoformat()
    customer = state["customer"]["id"]
    people = [user for user in state["users"] if not user.get("deletionTime")]
    listings: dict[str, tuple[list[list[str]], dict[str, str]]] = {
        "directory.users.list": ([[]], {"customer": customer, "projection": "full", "maxResults": "500"}),
        "directory.users.get": ([[user["id"]] for user in people], {}),
        "directory.groups.list": ([[]], {"customer": customer}),
        "directory.groups.get": ([[group["id"]] for group in state["groups"]], {}),
        "directory.members.list": ([[group["id"]] for group in state["groups"]], {}),
        "directory.orgunits.list": ([[customer]], {"type": "allIncludingParent"}),
        "directory.tokens.list": ([[user["id"]] for user in people], {}),
        "directory.asps.list": ([[user["id"]] for user in people], {}),
        "directory.verificationCodes.list": ([[people[0]["id"]]], {}),
        "groupsSettings.groups.get": ([[group["email"]] for group in state["groups"]], {"alt": "json"}),
        "cloudidentity.policies.get": ([[state["policies"][0]["name"].removeprefix("policies/")]], {}),
        "cloudidentity.policies.list": ([[]], {"pageSize": "100"}),
        "cloudidentity.inboundSamlSsoProfiles.idpCredentials.list": (
            [[name.partition("/")[2]] for name in state["idpCredentials"]],
            {},
        ),
        "cloudidentity.devices.deviceUsers.list": ([["-"]], {"pageSize": "20"}),
        "cloudidentity.groups.getSecuritySettings": ([[group["id"]] for group in state["groups"]], {}),
        "licensing.licenseAssignments.listForProduct": ([["Google-Apps"]], {"customerId": customer}),
        "licensing.licenseAssignments.listForProductAndSku": (
            [["Google-Apps", "1010020028"]],
            {"customerId": customer},
        ),
        "drive.drives.list": ([[]], {"useDomainAdminAccess": "true", "fields": "*"}),
        "drive.permissions.list": (
            [[drive["id"]] for drive in state["sharedDrives"]],
            {"useDomainAdminAccess": "true", "supportsAllDrives": "true", "fields": "*"},
        ),
        "reports.activities.list": ([["all", name] for name in ("login", "admin", "token")], {}),
        "reports.customerUsageReports.get": ([[day]], {}),
        "reports.userUsageReport.get": ([["all", day]], {}),
    }
    for method, (paths, query) in listings.items():
        for path in paths:
            yield method, path, query, admin
    each_user = {
        "drive.files.list": ([], {"fields": "*"}),
        "calendar.calendarList.list": ([], {}),
        "calendar.acl.list": (["primary"], {}),
    }
    for user in people:
        for method, (path, query) in each_user.items():
            yield method, path, query, user
        for method in SERVICES:
            if method.startswith("gmail."):
                own = [user["primaryEmail"]] if ".sendAs.smimeInfo" in method else []
                yield method, ["me", *own], {}, user
    for method in SERVICES:
        if method not in listings and method not in each_user and not method.startswith("gmail."):
            count = len(catalogue().methods[method].path_enums)
            yield method, [customer] * max(count, 1), {}, admin


def test_every_served_method_is_in_a_document() -> None:
    assert app.METHOD_MODULES
    assert set(SERVICES) <= set(catalogue().methods)
    assert all(catalogue().methods[method].http == "GET" for method in SERVICES)


@pytest.mark.parametrize("name", SCENARIOS)
def test_answers_hold_only_documented_fields(name: str) -> None:
    tenant = scenario(name)
    workspace = Workspace(tenant)
    found: set[str] = set()
    asked: set[str] = set()
    schemas_of: dict[str, tuple[dict[str, Any], str]] = {}
    for document in documents().values():
        for method, schema in answers_of(document).items():
            schemas_of[method] = (document["schemas"], schema)
    for method, path, query, subject in calls(tenant):
        described = catalogue().methods[method]
        grant = Grant(subject, subject["id"], described.scopes, 0)
        try:
            answer = SERVICES[method].run(Call(workspace, described, path, query, grant))
        except ApiError as problem:
            # People without a mailbox or calendar, policies' names, and clinics that sell nothing are all that is refused here.
            refusals = {"failedPrecondition", "notACalendarUser", "notFound"}
            assert problem.reason in refusals or method.startswith("reseller."), (method, problem)
            continue
        asked.add(method)
        schemas, schema = schemas_of[method]
        found |= set(differences(schemas, {"$ref": schema}, answer, method))
    assert sorted(found) == []
    assert len(asked) > 30
