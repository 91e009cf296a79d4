"""The Exchange and Purview admin API: cmdlets over ``InvokeCommand``, one by one or ten to a batch.

The protocol is undocumented; it is answered here as Microsoft's own PowerShell module and public readers use it:
pages are fetched by posting the same body to the next link, and values carry ``Name@data.type`` siblings.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import msgspec

from connectors.simulator.gate import Call, Gate, Reply
from connectors.simulator.microsoft.directory import Directory, Record
from connectors.simulator.microsoft.errors import exchange_error
from connectors.simulator.microsoft.graph import batch_item
from connectors.simulator.microsoft.query import read_skip_token, skip_token
from connectors.simulator.microsoft.recipients import complete
from connectors.simulator.microsoft.tokens import Bearer, Login

Service = Literal["exchange", "compliance"]

_JSON = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
_BATCH_LIMIT = 10
_PAGE = 1000
_DEFAULT_RESULT_SIZE = 1000
_COMPLIANCE = re.compile(
    r"^Get-(Dlp|Label|ProtectionAlert|RetentionCompliance|AppRetentionCompliance|AutoSensitivityLabel"
    r"|UnifiedAuditLogRetention|ActivityAlert|AdminAuditLogConfig)"
)
_DEFENDER = re.compile(r"^Get-(SafeLinks|SafeAttachment|Atp|ATP|TeamsProtection)")
_AT_BOTH = frozenset({"Get-AdminAuditLogConfig", "Get-RoleGroup", "Get-RoleGroupMember"})
"""Cmdlets that both endpoints have, each with its own objects."""
_DENIED_TO_READERS = frozenset({"Get-InboxRule"})
"""Microsoft's page: Global Reader and View-Only Organization Management cannot run it."""
_READING_ROLES = frozenset({"Global Reader", "Security Reader", "Compliance Administrator", "Global Administrator"})
_WRITING_ROLES = frozenset({"Exchange Administrator", "Global Administrator"})
_FRONT_DOOR_ONLY_FALSE = {"UnifiedAuditLogIngestionEnabled": False}
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00")
HIDDEN = "_hidden"
"""Marks a stored record that only ``IncludeHidden`` shows; the mark itself is never sent."""
_KEYS = ("Identity", "Guid", "ExchangeGuid", "ExternalDirectoryObjectId", "UserPrincipalName", "PrimarySmtpAddress")


@cache
def cmdlets() -> dict[str, frozenset[str]]:
    """The known reading cmdlets and their parameters."""
    table = json.loads(files(__package__).joinpath("data/cmdlets.json").read_text("utf-8"))["cmdlets"]
    return {name: frozenset(parameters) for name, parameters in table.items()}


def _in_scope(folder: Record, parameters: Mapping[str, Any]) -> bool:
    """Whether a folder is of the kind that was asked for; folders that people made stand below the inbox."""
    scope, kind = parameters.get("FolderScope", "All"), folder["FolderType"]
    return scope in {"All", kind} or (scope == "Inbox" and kind == "User Created")


def _folder(folder: Record, parameters: Mapping[str, Any]) -> Record:
    """The folder without the ages of its messages, unless they were asked for."""
    if parameters.get("IncludeOldestAndNewestItems"):
        return {"OldestItemReceivedDate": None, **folder}
    return {**folder, "OldestItemReceivedDate": None}


def cmdlet_name(body: bytes) -> str | None:
    """The cmdlet a request's body names, or None when there is none."""
    try:
        name = msgspec.json.decode(body)["CmdletInput"]["CmdletName"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None


class Exchange:
    """Answers for one tenant's Exchange endpoint or its compliance endpoint."""

    def __init__(self, directory: Directory, login: Login, service: Service) -> None:
        self._directory = directory
        self._login = login
        self._service = service
        self._tenant_id: str = directory.state["tenant_id"]
        domain = str(directory.state.get("initial_domain", ""))
        self._records: Mapping[str, Any] = {
            name: {key: [complete(name, row, domain) for row in rows] for key, rows in stored.items()}
            if isinstance(stored, Mapping)
            else [complete(name, row, domain) for row in stored]
            for name, stored in directory.state[service].items()
        }
        self._wire: dict[str, list[Record]] = {}
        self._shuffle = random.Random(directory.tenant.key)  # noqa: S311  # an order, not a secret

    async def answer(self, call: Call, base: str, gate: Gate) -> Reply:
        """``base`` is the absolute address of the service, for page links."""
        bearer = self._login.bearer(call)
        if bearer is None or bearer.service != self._service:
            return Reply(401, b"", {"www-authenticate": 'Bearer error="invalid_token"'})
        if "Exchange.ManageAsApp" not in bearer.permissions:
            return Reply(403)
        head, _, tail = call.path.strip("/").rpartition(self._tenant_id)
        match (call.method, head.lower(), tail.lower()):
            case ("GET", "adminapi/v1.0/" | "adminapi/beta/", "/exomodulefile"):
                return self._discovery(call)
            case ("GET", "adminapi/v1.0/" | "adminapi/beta/", banner) if banner.startswith("/exobanner("):
                return self._discovery(call)
            case ("POST", "adminapi/beta/", "/invokecommand"):
                return self._invoke(call, base, bearer)
            case ("POST", "adminapi/beta/", "/$batch") if call.batch is None:
                return await self._batch(call, base, gate)
            case ("GET" | "POST", _, _):
                return exchange_error(404, "NotFound", "The resource was not found.", "NotFoundException")
        return Reply(405)

    def _discovery(self, call: Call) -> Reply:
        host = self._directory.state.get(f"{self._service}_redirect")
        if host:
            return Reply(302, b"", {"location": f"https://{host}:446/adminapi/beta/{self._tenant_id}/EXOModuleFile"})
        names = sorted(name for name in cmdlets() if self._known(name)) if call.headers.get("commandname") else []
        return Reply.of(200, {"value": [{"exportedCmdlets": names}]})

    def _known(self, name: str) -> bool:
        """Whether this endpoint has the cmdlet; those of Defender are absent without its licence."""
        if name not in cmdlets() or (_DEFENDER.match(name) and not self._directory.licensed("defender")):
            return False
        compliance = bool(_COMPLIANCE.match(name))
        return name in _AT_BOTH or compliance == (self._service == "compliance")

    def _refusal(self, name: str, parameters: Mapping[str, Any], bearer: Bearer, anchor: str) -> Reply | None:
        roles = set(bearer.directory_roles)
        if not bearer.delegated and not roles & (_READING_ROLES | _WRITING_ROLES):
            message = (
                f"The role assigned to application {bearer.client_id} isn't supported in this scenario. "
                "Please check online documentation for assigning correct Directory Roles to Azure AD Application "
                "for EXO App-Only Authentication."
            )
            return exchange_error(403, "Forbidden", message, "AuthZ-CmdletAccessDeniedException")
        if anchor and "@" not in anchor:
            message = "Routing hint in the request is not valid."
            return exchange_error(400, "ErrorIncorrectRoutingHint", message, "IncorrectRoutingHintException")
        if not name.startswith("Get-") or (name in _DENIED_TO_READERS and not roles & _WRITING_ROLES):
            return Reply(403)
        if not self._known(name):
            message = f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or program."
            return exchange_error(404, "NotFound", message, "CommandNotFoundException")
        for parameter in parameters:
            if parameter.partition("@")[0] not in cmdlets()[name] | {"ErrorAction", "WarningAction"}:
                message = f"A parameter cannot be found that matches parameter name '{parameter}'."
                return exchange_error(400, "BadRequest", message, "ParameterBindingException")
        return None

    def _invoke(self, call: Call, base: str, bearer: Bearer) -> Reply:
        try:
            command = msgspec.json.decode(call.body)["CmdletInput"]
            name, parameters = command["CmdletName"], command.get("Parameters") or {}
        except (msgspec.DecodeError, KeyError, TypeError):
            return exchange_error(400, "BadRequest", "The request body is malformed.", "InvalidRequestException")
        refused = self._refusal(name, parameters, bearer, call.headers.get("x-anchormailbox", ""))
        if refused is not None:
            return refused
        records = self._matching(name, parameters)
        if records is None:
            message = (
                f"The operation couldn't be performed because object '{parameters['Identity']}' couldn't be found."
            )
            return exchange_error(404, "NotFound", message, "ManagementObjectNotFoundException")
        return self._page(call, base, records, parameters, cmdlets()[name])

    def _matching(self, name: str, parameters: Mapping[str, Any]) -> list[Record] | None:
        """The records the parameters leave, with their type hints; None when the named object does not exist."""
        stored = self._records.get(name, [])
        owner = parameters.get("Identity") or parameters.get("Mailbox")
        if isinstance(stored, Mapping):
            # A per-mailbox cmdlet without an identity returns every object, as Microsoft's page warns.
            if owner is None:
                return [self._hinted(record) for records in stored.values() for record in records]
            found = self._owners.get(str(owner).partition(":\\")[0].lower())
            if found is None:
                return None
            shown = parameters.get("IncludeHidden", False)
            rows = [row for row in stored.get(found, []) if shown or not row.get(HIDDEN)]
            if name == "Get-MailboxFolderStatistics":
                rows = [_folder(row, parameters) for row in rows if _in_scope(row, parameters)]
            return [self._hinted(row) for row in rows]
        if name not in self._wire:
            self._wire[name] = [self._hinted(record) for record in stored]
        records = self._wire[name]
        if name == "Get-Mailbox" and not parameters.get("InactiveMailboxOnly"):
            records = [record for record in records if not record.get("IsInactiveMailbox")]
        elif parameters.get("InactiveMailboxOnly"):
            records = [record for record in records if record.get("IsInactiveMailbox")]
        if self._service == "compliance" and name == "Get-AdminAuditLogConfig":
            # The compliance endpoint always answers False here, whatever the truth is.
            records = [{**record, **_FRONT_DOOR_ONLY_FALSE} for record in records]
        if parameters.get("IsVIP"):
            records = [record for record in records if record.get("IsVIP")]
        kinds = parameters.get("RecipientTypeDetails")
        if kinds:
            wanted = {kinds} if isinstance(kinds, str) else set(kinds)
            records = [record for record in records if record.get("RecipientTypeDetails") in wanted]
        if owner is not None:
            key = str(owner).lower()
            records = [r for r in records if key in {str(r.get(field)).lower() for field in (*_KEYS, "Name")}]
            return records or None
        return records

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Mailboxes and lists by every name they go by, to the key of their per-object records."""
        return {
            str(record[field]).lower(): str(record.get("ExternalDirectoryObjectId") or record.get("Guid"))
            for name in ("Get-DistributionGroup", "Get-Mailbox")
            for record in self._records.get(name, [])
            for field in _KEYS
            if record.get(field)
        }

    @staticmethod
    def _hinted(record: Record) -> Record:
        """The record as the wire carries it, with the type of each value that JSON cannot tell."""
        wire: Record = {}
        for name, value in record.items():
            if name == HIDDEN:
                continue
            if isinstance(value, list):
                wire[f"{name}@odata.type"] = "#Collection(String)"
            elif isinstance(value, str) and _GUID.fullmatch(value):
                wire[f"{name}@odata.type"], wire[f"{name}@data.type"] = "#Guid", "System.Guid"
            elif isinstance(value, str) and _DATE.fullmatch(value):
                wire[f"{name}@data.type"] = "System.DateTime"
            wire[name] = value
        return wire

    def _page(
        self, call: Call, base: str, records: list[Record], parameters: Mapping[str, Any], accepted: frozenset[str]
    ) -> Reply:
        asked = dict(parse_qsl(call.query))
        warnings = []
        size = str(parameters.get("ResultSize", _DEFAULT_RESULT_SIZE))
        if size.isdigit() and "ResultSize" in accepted and len(records) > int(size):
            records = records[: int(size)]
            warnings = [f"There are more results available than are currently displayed. Showing first {size}."]
        found = re.search(r"odata\.maxpagesize=(\d+)", call.headers.get("prefer", ""))
        length = max(1, min(int(found[1]) if found else _PAGE, _PAGE))
        try:
            offset, page = read_skip_token(asked["$skiptoken"]) if "$skiptoken" in asked else (0, 1)
        except ValueError:
            return exchange_error(400, "BadRequest", "The skip token is not valid.", "InvalidRequestException")
        rows = records[offset : offset + length]
        if "$select" in asked:
            names = {name.strip() for name in asked["$select"].split(",")}
            rows = [{key: row[key] for key in row if key.partition("@")[0] in names} for row in rows]
        content: dict[str, Any] = {
            "@odata.context": f"{base}/adminapi/beta/{self._tenant_id}/$metadata#Collection(Exchange.GenericHashTable)",
            "adminapi.warnings@odata.type": "#Collection(String)",
            "@adminapi.warnings": warnings,
            "value": rows,
        }
        if offset + length < len(records):
            following = {**asked, "$skiptoken": skip_token(offset + length, page + 1)}
            link = f"{base}/adminapi/beta/{self._tenant_id}/InvokeCommand?{urlencode(following)}"
            content["@odata.nextLink"] = link
        return Reply(200, msgspec.json.encode(content), {"content-type": _JSON})

    async def _batch(self, call: Call, base: str, gate: Gate) -> Reply:
        try:
            items = [self._item(call, request) for request in msgspec.json.decode(call.body)["requests"]]
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
            return exchange_error(400, "BadRequest", "The batch is malformed.", "InvalidRequestException")
        if len(items) > _BATCH_LIMIT:
            return exchange_error(400, "BadRequest", "The batch holds too many requests.", "InvalidRequestException")

        async def one(item: Call) -> dict[str, Any]:
            return batch_item(item, await gate.answer(item, lambda: self.answer(item, base, gate)))

        responses = list(await asyncio.gather(*(one(item) for item in items)))
        self._shuffle.shuffle(responses)
        return Reply(200, msgspec.json.encode({"responses": responses}), {"content-type": _JSON})

    def _item(self, call: Call, request: Mapping[str, Any]) -> Call:
        # Links to further pages are absolute addresses, and may be posted in a batch as they are.
        path, _, query = request["url"].partition("?")
        path = path[path.lower().index("/adminapi/") :] if "/adminapi/" in path.lower() else f"/{path.lstrip('/')}"
        headers = {name.lower(): str(value) for name, value in (request.get("headers") or {}).items()}
        return Call(
            provider=call.provider,
            tenant=call.tenant,
            area=call.area,
            method=request["method"].upper(),
            path=path,
            query=query,
            headers={"authorization": call.headers.get("authorization", ""), **headers},
            body=msgspec.json.encode(request.get("body")),
            batch=str(request["id"]),
        )
