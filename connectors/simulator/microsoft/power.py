"""Power Platform's and Power BI's admin services, as public readers see them. Only reading exists here.

Both answer an application only after an administrator has let it in: the tenant's state then holds ``powerplatform`` or ``powerbi``.
"""

from __future__ import annotations

from typing import Any

from connectors.simulator.gate import Call, Reply
from connectors.simulator.microsoft.directory import Directory
from connectors.simulator.microsoft.tokens import Login

_APP = "/providers/Microsoft.BusinessAppPlatform"
_GOVERNANCE = "/providers/PowerPlatform.Governance"


class PowerPlatform:
    """Tenant settings, environments, data policies and tenant isolation."""

    def __init__(self, directory: Directory, login: Login) -> None:
        self._directory = directory
        self._login = login

    def answer(self, call: Call) -> Reply:
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != "powerplatform":
            return Reply(401)
        held: dict[str, Any] | None = self._directory.state.get("powerplatform")
        if held is None:
            return Reply.of(
                403, {"error": {"code": "Forbidden", "message": "The service principal is not authorized."}}
            )
        tenant = self._directory.state["tenant_id"]
        settings = call.path == f"{_APP}/listTenantSettings"
        if call.method != ("POST" if settings else "GET"):
            return Reply(405)
        answers: dict[str, Any] = {
            f"{_APP}/listTenantSettings": held["settings"],
            f"{_APP}/scopes/admin/environments": {"value": held["environments"]},
            f"{_GOVERNANCE}/v2/policies": {"value": held["policies"]},
            f"{_GOVERNANCE}/v1/tenants/{tenant}/tenantIsolationPolicy": {
                "properties": {"tenantId": tenant, "isDisabled": not held["isolated"], "allowedTenants": []}
            },
        }
        if "api-version=" not in call.query:
            return Reply.of(
                400, {"error": {"code": "MissingApiVersionParameter", "message": "api-version is required."}}
            )
        found = answers.get(call.path)
        return Reply(404) if found is None else Reply.of(200, found)


class PowerBI:
    """The tenant settings of Fabric."""

    def __init__(self, directory: Directory, login: Login) -> None:
        self._directory = directory
        self._login = login

    def answer(self, call: Call) -> Reply:
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != "powerbi":
            return Reply(401)
        held: list[dict[str, Any]] | None = self._directory.state.get("powerbi")
        if held is None:
            return Reply.of(401, {"error": {"code": "PowerBINotAuthorizedException"}})
        if call.method != "GET":
            return Reply(405)
        return Reply.of(200, {"tenantSettings": held}) if call.path == "/v1/admin/tenantsettings" else Reply(404)
