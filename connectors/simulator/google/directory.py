"""Directory API: the customer, its domains, units, people, groups, roles and devices."""

from __future__ import annotations

import re
from typing import Any

from connectors.simulator.google.call import SUPER_ADMIN, Call, serves
from connectors.simulator.google.errors import ApiError, forbidden, invalid, not_found

# `projection=basic` (the default) leaves custom schemas out; everything else is the same for both.
CUSTOM_FIELDS = ("customSchemas",)
# Fields that `viewType=domain_public` shows.
PUBLIC_FIELDS = ("kind", "id", "etag", "primaryEmail", "name", "emails", "thumbnailPhotoUrl")
ETAG = '"simulated"'


def kind(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"kind": f"admin#directory#{name}", "etag": ETAG, **body}


@serves("directory.customers.get", privilege="DOMAIN_MANAGEMENT")
def customer(call: Call) -> Any:
    call.require_customer(call.path[0])
    return kind("customer", call.workspace.state["customer"])


@serves("directory.domains.list", privilege="DOMAIN_MANAGEMENT")
def domains(call: Call) -> Any:
    call.require_customer(call.path[0])
    return kind("domains", {"domains": call.workspace.state["domains"]})


@serves("directory.domainAliases.list", privilege="DOMAIN_MANAGEMENT")
def domain_aliases(call: Call) -> Any:
    call.require_customer(call.path[0])
    parent = call.query.get("parentDomainName")
    aliases = [
        alias
        for alias in call.workspace.state.get("domainAliases", ())
        if parent is None or alias["parentDomainName"] == parent
    ]
    return kind("domainAliases", {"domainAliases": aliases} if aliases else {})


@serves("directory.orgunits.list", privilege="ORGANIZATION_UNITS_RETRIEVE")
def org_units(call: Call) -> Any:
    call.require_customer(call.path[0])
    units: list[dict[str, Any]] = call.workspace.state["orgUnits"]
    # The path comes with or without its leading slash; no path means the root.
    start = "/" + call.query.get("orgUnitPath", "").strip("/")
    base = next((unit for unit in units if start in (unit["orgUnitPath"], "/" + unit["orgUnitId"])), None)
    if base is None:
        raise not_found("Org unit not found")
    below = "/" if base["orgUnitPath"] == "/" else base["orgUnitPath"] + "/"
    if call.query.get("type", "children") == "children":
        chosen = [unit for unit in units if unit.get("parentOrgUnitPath") == base["orgUnitPath"]]
    else:
        chosen = [unit for unit in units if unit["orgUnitPath"].startswith(below) and unit is not base]
        # Only this type includes the unit itself, and with it the root.
        if call.query["type"] == "allIncludingParent":
            chosen.insert(0, base)
    return kind("orgUnits", {"organizationUnits": chosen} if chosen else {})


@serves("directory.users.list", privilege="USERS_RETRIEVE")
def users(call: Call) -> Any:
    workspace = call.workspace
    if "customer" in call.query:
        if not call.sees_customer(call.query["customer"]):
            raise ApiError(400, "badRequest", "Bad Request")
    elif "domain" not in call.query:
        raise ApiError(400, "badRequest", "Bad Request")
    deleted = call.flag("showDeleted")
    found = [user for user in workspace.users if bool(user.get("deletionTime")) is deleted]
    if "domain" in call.query:
        domain = call.query["domain"].lower()
        if not workspace.holds_domain(domain):
            raise not_found("Domain not found.")
        found = [user for user in found if user["primaryEmail"].endswith("@" + domain)]
    if "query" in call.query:
        found = _matching(found, call.query["query"])
    if call.query.get("sortOrder") == "DESCENDING" and "orderBy" in call.query:
        found = found[::-1]
    answer = call.page(found, "users", default=100, maximum=500)
    if "users" in answer:
        answer["users"] = [_projected(user, call) for user in answer["users"]]
    return kind("users", answer)


@serves("directory.users.get", privilege="USERS_RETRIEVE")
def user(call: Call) -> Any:
    return _projected(_user(call), call)


def _user(call: Call) -> dict[str, Any]:
    found = call.workspace.user(call.path[0])
    if found is None:
        raise not_found("Resource Not Found: userKey")
    return found


def _projected(found: dict[str, Any], call: Call) -> dict[str, Any]:
    if call.query.get("viewType") == "domain_public":
        return {key: found[key] for key in PUBLIC_FIELDS if key in found}
    if call.query.get("projection", "basic") == "basic" and "customSchemas" in found:
        return {key: value for key, value in found.items() if key not in CUSTOM_FIELDS}
    return found


QUERY_FIELDS = {
    "isAdmin": "isAdmin",
    "isDelegatedAdmin": "isDelegatedAdmin",
    "isSuspended": "suspended",
    "isArchived": "archived",
    "isEnrolledIn2Sv": "isEnrolledIn2Sv",
    "isEnforcedIn2Sv": "isEnforcedIn2Sv",
}


def _matching(people: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """The documented search fields that an auditor would use; others are refused, as a malformed query is."""
    for term in re.findall(r"[^\s']+(?:'[^']*')?", query):
        name, mark, value = term.partition("=")
        if mark and name in QUERY_FIELDS and value.lower() in ("true", "false"):
            wanted = value.lower() == "true"
            people = [person for person in people if bool(person.get(QUERY_FIELDS[name])) is wanted]
        elif mark and name == "orgUnitPath":
            path = value.strip("'").rstrip("/")
            people = [person for person in people if (person["orgUnitPath"].rstrip("/") + "/").startswith(path + "/")]
        elif mark and name == "email":
            people = [person for person in people if person["primaryEmail"] == value.strip("'").lower()]
        else:
            raise invalid("Invalid Input: query", location="query")
    return people


@serves("directory.roles.list", privilege=SUPER_ADMIN)
def roles(call: Call) -> Any:
    call.require_customer(call.path[0])
    return kind("roles", call.page(call.workspace.state.get("roles", ()), "items", default=100, maximum=100))


@serves("directory.privileges.list", privilege=SUPER_ADMIN)
def privileges(call: Call) -> Any:
    call.require_customer(call.path[0])
    seen = {
        (entry["serviceId"], entry["privilegeName"])
        for role in call.workspace.state.get("roles", ())
        for entry in role.get("rolePrivileges", ())
    }
    items = [{"serviceId": service, "privilegeName": name, "isOuScopable": True} for service, name in sorted(seen)]
    return kind("privileges", {"items": items} if items else {})


@serves("directory.roleAssignments.list", privilege=SUPER_ADMIN)
def role_assignments(call: Call) -> Any:
    call.require_customer(call.path[0])
    if call.flag("includeIndirectRoleAssignments") and "userKey" not in call.query:
        raise invalid("Invalid Input: userKey is required with includeIndirectRoleAssignments")
    found = list(call.workspace.state.get("roleAssignments", ()))
    if "roleId" in call.query:
        found = [entry for entry in found if entry["roleId"] == call.query["roleId"]]
    if "userKey" in call.query:
        person = call.workspace.user(call.query["userKey"])
        if person is None:
            raise not_found("Resource Not Found: userKey")
        holders = {person["id"]}
        if call.flag("includeIndirectRoleAssignments"):
            holders |= {
                group["id"]
                for group in call.workspace.groups
                if any(member["id"] == person["id"] for member in call.workspace.derived_members(group["id"]))
            }
        found = [entry for entry in found if entry["assignedTo"] in holders]
    return kind("roleAssignments", call.page(found, "items", default=100, maximum=200))


@serves("directory.groups.list", privilege="GROUPS_RETRIEVE")
def groups(call: Call) -> Any:
    workspace = call.workspace
    found = workspace.groups
    if "userKey" in call.query:
        if "customer" in call.query:
            raise invalid("Invalid Input: customer and userKey exclude each other")
        person = workspace.user(call.query["userKey"])
        identity = person["id"] if person else call.query["userKey"].lower()
        found = [
            group
            for group in found
            if any(identity in (member["id"], member.get("email")) for member in workspace.members(group["id"]))
        ]
    elif "customer" in call.query:
        if not call.sees_customer(call.query["customer"]):
            raise ApiError(400, "badRequest", "Bad Request")
    elif "domain" in call.query:
        if not workspace.holds_domain(call.query["domain"]):
            raise not_found("Domain not found.")
        found = [group for group in found if group["email"].endswith("@" + call.query["domain"].lower())]
    else:
        raise ApiError(400, "badRequest", "Bad Request")
    return kind("groups", call.page(found, "groups", default=200, maximum=200))


@serves("directory.groups.get", privilege="GROUPS_RETRIEVE")
def group(call: Call) -> Any:
    return _group(call)


def _group(call: Call) -> dict[str, Any]:
    found = call.workspace.group(call.path[0])
    if found is not None:
        return found
    # A group of another organization exists, but this administrator may not look into it.
    if "@" in call.path[0] and not call.workspace.holds_domain(call.path[0].partition("@")[2]):
        raise forbidden()
    raise not_found("Resource Not Found: groupKey")


@serves("directory.members.list", privilege="GROUPS_RETRIEVE")
def members(call: Call) -> Any:
    found = _group(call)
    people = (
        call.workspace.derived_members(found["id"])
        if call.flag("includeDerivedMembership")
        else call.workspace.members(found["id"])
    )
    if "roles" in call.query:
        wanted = {role.strip().upper() for role in call.query["roles"].split(",")}
        people = [person for person in people if person["role"] in wanted]
    return kind("members", call.page(people, "members", default=200, maximum=200))


@serves("directory.tokens.list", privilege="USER_SECURITY_ALL")
def tokens(call: Call) -> Any:
    items = call.workspace.state.get("tokens", {}).get(_user(call)["primaryEmail"], [])
    return kind("tokenList", {"items": items} if items else {})


@serves("directory.asps.list", privilege="USER_SECURITY_ALL")
def app_passwords(call: Call) -> Any:
    items = call.workspace.state.get("asps", {}).get(_user(call)["primaryEmail"], [])
    return kind("aspList", {"items": items} if items else {})


@serves("directory.verificationCodes.list", privilege="USER_SECURITY_ALL")
def verification_codes(call: Call) -> Any:
    """Live backup codes: they open an account. The request log calls this method anything but a read."""
    codes = [{"userId": _user(call)["id"], "verificationCode": f"{number:08d}"} for number in range(10)]
    return kind("verificationCodesList", {"items": codes})


@serves("directory.mobiledevices.list", privilege="MOBILE_RETRIEVE")
def mobile_devices(call: Call) -> Any:
    call.require_customer(call.path[0])
    found = call.workspace.state.get("mobileDevices", ())
    return kind("mobiledevices", call.page(found, "mobiledevices", default=100, maximum=100))


@serves("directory.chromeosdevices.list", privilege="CHROMEOS_RETRIEVE")
def chromeos_devices(call: Call) -> Any:
    call.require_customer(call.path[0])
    found = call.workspace.state.get("chromeosDevices", ())
    return kind("chromeosdevices", call.page(found, "chromeosdevices", default=100, maximum=300))
