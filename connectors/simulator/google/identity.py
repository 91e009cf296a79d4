"""Cloud Identity API: settings policies, single sign-on, trusted domains and devices."""

from __future__ import annotations

import re
from typing import Any

from connectors.simulator.google.call import SUPER_ADMIN, Call, serves
from connectors.simulator.google.errors import ApiError

CUSTOMER_CLAUSE = re.compile(r'customer\s*==\s*"customers/([^"]+)"')
TYPE_CLAUSE = re.compile(r"setting\.type\.matches\('((?:[^'\\]|\\.)*)'\)")


def bad_filter(text: str) -> ApiError:
    return ApiError(400, "invalid", f"Request contains an invalid argument: filter {text}")


def _require(call: Call, customer: str | None) -> None:
    """The caller sees its own customer only; leaving the customer out means the same."""
    if customer is not None and not call.sees_customer(customer.removeprefix("customers/")):
        raise ApiError(403, "forbidden", "Error(2015): Permission denied for the customer.")


def _check_customer_filter(call: Call) -> None:
    text = call.query.get("filter")
    if text:
        found = CUSTOMER_CLAUSE.fullmatch(text.strip())
        if found is None:
            raise bad_filter(text)
        _require(call, found[1])


@serves("cloudidentity.policies.list", privilege=SUPER_ADMIN)
def policies(call: Call) -> Any:
    if call.grant.subject is None:
        raise ApiError(403, "forbidden", "The caller does not have permission")
    found = _filtered(call, call.workspace.state.get("policies", []))
    empty = call.workspace.state.get("policyEmptyPages", 0)
    return call.page(found, "policies", size="pageSize", default=50, maximum=100, leading_empty=empty)


def _filtered(call: Call, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documented filter forms: clauses on the customer and the setting's type, joined by && or ||."""
    text = call.query.get("filter")
    if not text:
        return found
    kept: list[dict[str, Any]] = []
    for alternative in text.split("||"):
        chosen = found
        for text_of_clause in alternative.split("&&"):
            clause = text_of_clause.strip()
            customer = CUSTOMER_CLAUSE.fullmatch(clause)
            kind = TYPE_CLAUSE.fullmatch(clause)
            if customer is not None:
                _require(call, customer[1])
            elif kind is not None:
                try:
                    pattern = re.compile(kind[1].replace("\\\\", "\\"))
                except re.error as error:
                    raise bad_filter(clause) from error
                chosen = [policy for policy in chosen if pattern.search(policy["setting"]["type"])]
            else:
                raise bad_filter(clause)
        kept += [policy for policy in chosen if policy not in kept]
    return kept


@serves("cloudidentity.policies.get", privilege=SUPER_ADMIN)
def policy(call: Call) -> Any:
    return _named(call.workspace.state.get("policies", []), f"policies/{call.path[0]}")


def _named(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for item in items:
        if item["name"] == name:
            return item
    raise ApiError(404, "notFound", "Requested entity was not found.")


@serves("cloudidentity.inboundSsoAssignments.list", privilege=SUPER_ADMIN)
def sso_assignments(call: Call) -> Any:
    _check_customer_filter(call)
    return _paged(call, "ssoAssignments", "inboundSsoAssignments")


@serves("cloudidentity.inboundSamlSsoProfiles.list", privilege=SUPER_ADMIN)
def saml_profiles(call: Call) -> Any:
    _check_customer_filter(call)
    return _paged(call, "samlProfiles", "inboundSamlSsoProfiles")


@serves("cloudidentity.inboundOidcSsoProfiles.list", privilege=SUPER_ADMIN)
def oidc_profiles(call: Call) -> Any:
    _check_customer_filter(call)
    return _paged(call, "oidcProfiles", "inboundOidcSsoProfiles")


@serves("cloudidentity.inboundSamlSsoProfiles.idpCredentials.list", privilege=SUPER_ADMIN)
def idp_credentials(call: Call) -> Any:
    profile = _named(call.workspace.state.get("samlProfiles", []), f"inboundSamlSsoProfiles/{call.path[0]}")
    found = call.workspace.state.get("idpCredentials", {}).get(profile["name"], [])
    return call.page(found, "idpCredentials", size="pageSize", default=50, maximum=100)


def _paged(call: Call, source: str, key: str, default: int = 50, maximum: int = 100) -> dict[str, Any]:
    return call.page(call.workspace.state.get(source, []), key, size="pageSize", default=default, maximum=maximum)


@serves("cloudidentity.allowlistedDomains.list", privilege=SUPER_ADMIN)
def allowlisted_domains(call: Call) -> Any:
    _check_customer_filter(call)
    return _paged(call, "allowlistedDomains", "allowlistedDomains", maximum=5000)


@serves("cloudidentity.customers.userinvitations.list", privilege="USERS_RETRIEVE")
def user_invitations(call: Call) -> Any:
    _require(call, call.path[0])
    return _paged(call, "userInvitations", "userInvitations", default=200, maximum=200)


@serves("cloudidentity.devices.list", privilege="MOBILE_RETRIEVE")
def devices(call: Call) -> Any:
    _require(call, call.query.get("customer"))
    return _paged(call, "devices", "devices", default=20, maximum=100)


@serves("cloudidentity.devices.deviceUsers.list", privilege="MOBILE_RETRIEVE")
def device_users(call: Call) -> Any:
    _require(call, call.query.get("customer"))
    found = call.workspace.state.get("deviceUsers", [])
    if call.path[0] != "-":
        found = [entry for entry in found if entry["name"].startswith(f"devices/{call.path[0]}/")]
    return call.page(found, "deviceUsers", size="pageSize", default=5, maximum=20)


@serves("cloudidentity.groups.getSecuritySettings", privilege="GROUPS_RETRIEVE")
def group_security(call: Call) -> Any:
    group = call.workspace.group(call.path[0])
    if group is None:
        raise ApiError(403, "forbidden", "Error(2028): Permission denied for resource groups (or it may not exist).")
    restriction = call.workspace.state.get("memberRestrictions", {}).get(group["id"], {"query": ""})
    return {"name": f"groups/{group['id']}/securitySettings", "memberRestriction": restriction}
