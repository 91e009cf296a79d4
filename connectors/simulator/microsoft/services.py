"""The two admin services outside Graph and Exchange: SharePoint's tenant settings and Teams' configuration.

Both are undocumented and are answered as public readers see them. Only reading exists here.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import unescape

from connectors.simulator.gate import Call, Reply
from connectors.simulator.microsoft.directory import Directory, Record
from connectors.simulator.microsoft.query import options
from connectors.simulator.microsoft.tokens import Login

_PROCESS_QUERY = "/_vti_bin/client.svc/ProcessQuery"
_ONE_SITE = re.compile(r"/_api/SPO\.Tenant/sites\('([0-9A-Fa-f-]{36})'\)", re.IGNORECASE)
_START = re.compile(r'<Parameter Type="String">(\d+)</Parameter>')
_BY_URL = re.compile(
    r'<Method Id="(\d+)" ParentId="1" Name="GetSitePropertiesByUrl"><Parameters><Parameter Type="String">([^<]*)</Parameter>'
)
_QUERIES = re.compile(
    r'<Query Id="(\d+)" ObjectPathId="(\d+)"><Query SelectAllProperties="false"><Properties>(.*?)</Properties>'
)
_PROPERTY = re.compile(r'Name="(\w+)"')
_SITES_A_PAGE = 3
_READING_ROLES = frozenset({"Global Reader", "Teams Administrator", "Global Administrator"})
_CONFIGURATIONS = "/Skype.Policy/configurations/"


def only_gets(query: str) -> bool:
    """Whether a query of the client object model calls nothing but methods that get, and sets nothing."""
    methods = re.findall(r'<Method\b[^>]*\bName="(\w+)"', query)
    return bool(methods) and all(name.startswith("Get") for name in methods) and "<SetProperty" not in query


def _verbose(kind: str, values: Record) -> dict[str, Any]:
    content: dict[str, Any] = {"__metadata": {"type": f"Microsoft.Online.SharePoint.TenantAdministration.{kind}"}}
    for name, value in values.items():
        listed = isinstance(value, list)
        content[name] = {"__metadata": {"type": "Collection(Edm.String)"}, "results": value} if listed else value
    return content


class SharePointAdmin:
    """SharePoint's tenant object and its sites: takes app-only tokens that were bought with a certificate, and no others."""

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
        if call.method == "POST" and call.path == _PROCESS_QUERY:
            text = call.body.decode("utf-8", "replace")
            return self._single(text) if "GetSitePropertiesByUrl" in text else self._listing(text)
        if call.method != "GET":
            return Reply(405)
        if call.path.lower() == "/_api/spo.tenant":
            return Reply.of(200, {"d": _verbose("Tenant", self._directory.state.get("sharepoint", {}))})
        asked = _ONE_SITE.fullmatch(call.path)
        site = next((row for row in self._sites() if asked and row["SiteId"] == asked[1].lower()), None)
        if site is None:
            return Reply.of(404, {"error": {"message": {"value": "Cannot find resource."}}})
        selected = options(call.query).get("$select")
        kept = {name: site[name] for name in selected.split(",") if name in site} if selected else site
        return Reply.of(200, {"d": _verbose("SiteProperties", kept)})

    def _sites(self) -> list[Record]:
        found: list[Record] = self._directory.state.get("sharepoint_sites", [])
        return found

    def _single(self, text: str) -> Reply:
        """The client object model's answer to ``GetSitePropertiesByUrl``, asked once or often; one missing site spoils the answer."""
        urls = {number: unescape(url) for number, url in _BY_URL.findall(text)}
        sites = {row["Url"]: row for row in self._sites()}
        head = {"SchemaVersion": "15.0.0.0", "LibraryVersion": "16.0.0.0", "ErrorInfo": None}
        answer: list[Any] = [head, 2, {"IsNull": False}]
        for url in urls.values():
            if url not in sites:
                error = {
                    "ErrorMessage": f"Cannot get site {url}.",
                    "ErrorTypeName": "Microsoft.Online.SharePoint.Common.SpoNoSiteException",
                }
                return Reply.of(200, [head | {"ErrorInfo": error}])
        for number, method, names in _QUERIES.findall(text):
            row = sites[urls[method]]
            kept = {name: row.get(name) for name in _PROPERTY.findall(names)}
            kept["SiteId"] = f"/Guid({row['SiteId']})/"
            kind = "Microsoft.Online.SharePoint.TenantAdministration.SiteProperties"
            answer += [int(number), {"_ObjectType_": kind, **kept}]
        return Reply.of(200, answer)

    def _listing(self, text: str) -> Reply:
        """The client object model's answer to ``GetSitePropertiesFromSharePoint``: settings of single sites are left at defaults."""
        start = _START.search(text)
        first = int(start[1]) if start else 0
        rows = self._sites()[first : first + _SITES_A_PAGE]
        after = first + len(rows)
        listed = {
            "_ObjectType_": "Microsoft.Online.SharePoint.TenantAdministration.SPOSitePropertiesEnumerable",
            "NextStartIndexFromSharePoint": str(after) if after < len(self._sites()) else None,
            "_Child_Items_": [
                {
                    "_ObjectType_": "Microsoft.Online.SharePoint.TenantAdministration.SiteProperties",
                    "SiteId": f"/Guid({row['SiteId']})/",
                    "Template": row["Template"],
                    "Url": row["Url"],
                    "SharingCapability": 0,
                }
                for row in rows
            ],
        }
        head = {"SchemaVersion": "15.0.0.0", "LibraryVersion": "16.0.0.0", "ErrorInfo": None}
        return Reply.of(200, [head, 2, {"IsNull": False}, 4, {"IsNull": False}, 5, listed])


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
