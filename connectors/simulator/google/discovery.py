"""The methods of Google's APIs, read from the discovery documents that Google publishes.

google-api-python-client ships the documents as data files. Reading them here (and nothing of the client's code) makes
the simulator refuse exactly what Google would refuse: a path, a parameter, an enum value or a scope that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

DOCUMENTS = (
    "admin.directory_v1",
    "admin.reports_v1",
    "alertcenter.v1beta1",
    "calendar.v3",
    "cloudidentity.v1",
    "drive.v3",
    "gmail.v1",
    "groupssettings.v1",
    "licensing.v1",
    "reseller.v1",
)
# The gRPC front end answers with a status word and details instead of the classic list of errors.
GRPC_APIS = frozenset({"cloudidentity", "alertcenter"})
# What a person calls the API in the Cloud console; it opens the message about an API that was never switched on.
TITLES = {
    "admin": "Admin SDK API",
    "alertcenter": "Google Workspace Alert Center API",
    "calendar": "Google Calendar API",
    "cloudidentity": "Cloud Identity API",
    "drive": "Google Drive API",
    "gmail": "Gmail API",
    "groupssettings": "Groups Settings API",
    "licensing": "Enterprise License Manager API",
    "reseller": "Google Workspace Reseller API",
}
# Accepted by every method, even where a document does not list them.
COMMON_PARAMETERS = frozenset(
    {"$.xgafv", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser"}
    | {"uploadType", "upload_protocol", "userIp"}
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: its type, whether it must be given, and what values it takes."""

    kind: str
    required: bool
    enum: frozenset[str] | None
    minimum: int | None
    maximum: int | None
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class ApiMethod:
    """One method: ``id`` as in the document (``directory.users.list``), scopes that each suffice alone."""

    id: str
    api: str
    service: str
    http: str
    scopes: frozenset[str]
    parameters: dict[str, Parameter]
    required: tuple[str, ...]
    path_enums: tuple[tuple[int, frozenset[str]], ...]

    @property
    def grpc(self) -> bool:
        return self.api in GRPC_APIS


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    variable: list[tuple[str, _Node]] = field(default_factory=list)
    methods: dict[str, ApiMethod] = field(default_factory=dict)


class Catalogue:
    """Finds the method for an HTTP verb and a path below a tenant's base."""

    def __init__(self, documents: tuple[str, ...] = DOCUMENTS) -> None:
        self._root = _Node()
        self.methods: dict[str, ApiMethod] = {}
        folder = files("googleapiclient") / "discovery_cache" / "documents"
        for name in documents:
            document = msgspec.json.decode((folder / f"{name}.json").read_bytes())
            service = document["rootUrl"].split("/")[2]
            for description in _descriptions(document):
                self._add(name.split(".")[0], service, document["servicePath"], description)

    def find(self, http: str, path: str) -> tuple[ApiMethod | None, list[str], bool]:
        """The method, the path's variables in order, and whether the path exists for any verb. ``path`` is decoded."""
        hit = _walk(self._root, path.strip("/").split("/"), 0, [])
        if hit is None:
            return None, [], False
        node, values = hit
        return node.methods.get(http), values, True

    def _add(self, api: str, service: str, prefix: str, description: dict[str, Any]) -> None:
        path = prefix + (description.get("flatPath") or description["path"])
        query = {
            name: _parameter(entry)
            for name, entry in description.get("parameters", {}).items()
            if entry.get("location") == "query"
        }
        names = re.findall(r"\{\+?(\w+)\}", path)
        enums = tuple(
            (names.index(name), frozenset(entry["enum"]))
            for name, entry in description.get("parameters", {}).items()
            if entry.get("location") == "path" and "enum" in entry and name in names
        )
        method = ApiMethod(
            id=description["id"],
            api=api,
            service=service,
            http=description["httpMethod"],
            scopes=frozenset(description.get("scopes", ())),
            parameters=query,
            required=tuple(name for name, entry in query.items() if entry.required),
            path_enums=enums,
        )
        node = self._root
        for segment in path.strip("/").split("/"):
            variable = re.fullmatch(r"\{\+?\w+\}(.*)", segment)
            if variable is None:
                node = node.literal.setdefault(segment, _Node())
                continue
            suffix = variable[1]
            known = next((child for ending, child in node.variable if ending == suffix), None)
            if known is None:
                known = _Node()
                node.variable.append((suffix, known))
                node.variable.sort(key=lambda pair: -len(pair[0]))
            node = known
        node.methods[method.http] = method
        self.methods[method.id] = method


def _descriptions(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for below in resource.get("resources", {}).values():
        yield from _descriptions(below)


def _parameter(entry: dict[str, Any]) -> Parameter:
    bounds = [int(entry[key]) if key in entry else None for key in ("minimum", "maximum")]
    return Parameter(
        kind=entry.get("type", "string"),
        required=bool(entry.get("required")),
        enum=frozenset(entry["enum"]) if "enum" in entry else None,
        minimum=bounds[0],
        maximum=bounds[1],
        pattern=re.compile(entry["pattern"]) if "pattern" in entry else None,
    )


def _walk(node: _Node, segments: list[str], index: int, values: list[str]) -> tuple[_Node, list[str]] | None:
    if index == len(segments):
        return (node, values) if node.methods else None
    segment = segments[index]
    child = node.literal.get(segment)
    if child is not None:
        hit = _walk(child, segments, index + 1, values)
        if hit is not None:
            return hit
    for suffix, below in node.variable:
        if segment.endswith(suffix) and len(segment) > len(suffix):
            value = segment[: len(segment) - len(suffix)]
            hit = _walk(below, segments, index + 1, [*values, value])
            if hit is not None:
                return hit
    return None


@cache
def catalogue() -> Catalogue:
    """The one catalogue of this process; reading the documents takes some tens of milliseconds."""
    return Catalogue()
