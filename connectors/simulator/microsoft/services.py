"""The two admin services outside Graph and Exchange: SharePoint's tenant settings and Teams' configuration.

Both are undocumented and are answered as public readers see them. Only reading exists here.
"""

from __future__ import annotations

from typing import Any

from connectors.simulator.gate import Call, Reply
from connectors.simulator.microsoft.directory import Directory, Record
from connectors.simulator.microsoft.tokens import Login

_READING_ROLES = frozenset({"Global Reader", "Teams Administrator", "Global Administrator"})
_CONFIGURATIONS = "/Skype.Policy/configurations/"


class SharePointAdmin:
    """``GET /_api/SPO.Tenant``: takes app-only tokens that were bought with a certificate, and no others."""

    def __init__(self, directory: Directory, login: Login) -> None:
        self._directory = directory
        self._login = login

    def answer(self, call: Call) -> Reply:
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != "sharepoint":
            return Reply(401)
        if not bearer.certificate and not bearer.delegated:
            return Reply.of(401, {"error_description": "Unsupported app only token."})
        if "Sites.FullControl.All" not in bearer.permissions:
            return Reply.of(403, {"error": {"code": "-2147024891", "message": {"value": "Access denied."}}})
        if call.method != "GET":
            return Reply(405)
        if call.path.lower() != "/_api/spo.tenant":
            return Reply.of(404, {"error": {"message": {"value": "Cannot find resource."}}})
        settings: Record = self._directory.state.get("sharepoint", {})
        content: dict[str, Any] = {"__metadata": {"type": "Microsoft.Online.SharePoint.TenantAdministration.Tenant"}}
        for name, value in settings.items():
            listed = isinstance(value, list)
            content[name] = {"__metadata": {"type": "Collection(Edm.String)"}, "results": value} if listed else value
        return Reply.of(200, {"d": content})


class TeamsAdmin:
    """``GET /Skype.Policy/configurations/{type}``: takes apps that hold a reading directory role."""

    def __init__(self, directory: Directory, login: Login) -> None:
        self._directory = directory
        self._login = login

    def answer(self, call: Call) -> Reply:
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != "teams":
            return Reply(401)
        if not _READING_ROLES.intersection(bearer.directory_roles):
            return Reply.of(403, {"code": "Forbidden", "message": "Access denied."})
        if call.method != "GET":
            return Reply(405)
        if call.path == "/Teams.Tenant/tenants":
            return Reply.of(200, self._tenant())
        if not self._directory.licensed("teams"):
            return Reply.of(404, {"message": "Microsoft.Teams.Tnm.Common.Http.HttpResponseException"})
        if not call.path.startswith(_CONFIGURATIONS):
            return Reply.of(404, {"message": "Not found."})
        kind, _, identity = call.path.removeprefix(_CONFIGURATIONS).partition("/configuration/")
        rows: list[Record] | None = self._directory.state.get("teams", {}).get(kind)
        if rows is None:
            return Reply.of(404, {"message": f"Configuration type {kind} was not found."})
        if not identity:
            return Reply.of(200, rows)
        found = next((row for row in rows if row["Identity"] == identity), None)
        return Reply.of(404, {"message": "Not found."}) if found is None else Reply.of(200, found)

    def _tenant(self) -> Record:
        organization = self._directory.listed("organization")[0]
        return {
            "tenantId": organization["id"],
            "displayName": organization["displayName"],
            "verifiedDomains": [{"name": row["name"], "status": "Enabled"} for row in organization["verifiedDomains"]],
        }
