"""SharePoint's client object model, for the one thing that no other interface gives: the list of all sites (microsoft365.md 5.1).

A query is a fixed XML text that names one Get method; nothing in it comes from outside but where the last page ended. The answer is
a JSON array: first what went wrong, if anything, and last the object that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import errors
from connectors.microsoft365.rest import RestReader

PATH = "/_vti_bin/client.svc/ProcessQuery"
_QUERY = (
    '<Request AddExpandoFieldTypeSuffix="true" SchemaVersion="15.0.0.0" LibraryVersion="16.0.0.0" ApplicationName="auditor"'
    ' xmlns="http://schemas.microsoft.com/sharepoint/clientquery/2009">'
    '<Actions><ObjectPath Id="2" ObjectPathId="1" /><ObjectPath Id="4" ObjectPathId="3" />'
    '<Query Id="5" ObjectPathId="3"><Query SelectAllProperties="false"><Properties>'
    '<Property Name="NextStartIndexFromSharePoint" ScalarProperty="true" /></Properties></Query>'
    '<ChildItemQuery SelectAllProperties="false"><Properties>{properties}</Properties></ChildItemQuery></Query></Actions>'
    '<ObjectPaths><Constructor Id="1" TypeId="{{268004ae-ef6b-4e9b-8425-127220d84719}}" />'
    '<Method Id="3" ParentId="1" Name="GetSitePropertiesFromSharePoint"><Parameters>{start}'
    '<Parameter Type="Boolean">false</Parameter></Parameters></Method></ObjectPaths></Request>'
)
_FIRST = '<Parameter Type="Null" />'
_GUID = re.compile(r"^/Guid\(([0-9a-fA-F-]{36})\)/$")
_READ = re.compile(
    re.escape(_QUERY.format(properties="@P", start="@S"))
    .replace("@P", r'(<Property Name="\w+" ScalarProperty="true" />)+')
    .replace("@S", r'<Parameter Type="(Null" />|String">[^<>]*</Parameter>)')
)


def query(names: list[str], start: str = "") -> bytes:
    """The query for a page of sites, beginning where the last one ended."""
    properties = "".join(f'<Property Name="{name}" ScalarProperty="true" />' for name in names)
    begin = f'<Parameter Type="String">{escape(start)}</Parameter>' if start else _FIRST
    return _QUERY.format(properties=properties, start=begin).encode()


def is_read(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001 - the transport knows the hosts
    """Whether a post is our listing of sites, to the letter."""
    return path.endswith(PATH) and _READ.fullmatch(body.decode("utf-8", "replace")) is not None


def pages(rest: RestReader, fetch: Fetch) -> Iterator[Page]:
    """All pages of the listing from where a former run ended."""
    source = fetch.source
    start = fetch.following or ""
    while True:
        body = query(source.record.wire_names(), start)
        response = rest.post(source, rest.base(source) + PATH, body, "text/xml")
        if not response.ok:
            raise SourceGap(errors.service_gap(source, "sharepoint", response.status, response.content))
        records, start = _answer(source.name, response.content)
        yield Page(records, following=start or None)
        if not start:
            return


def _answer(name: str, content: bytes) -> tuple[list[dict[str, Any]], str]:
    """(sites, where the next page begins)."""
    try:
        answer: Any = msgspec.json.decode(content)
    except msgspec.DecodeError:
        answer = None
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], dict):
        raise SourceGap(Gap(name, Reason.UNREADABLE, "SharePoint's answer is of an unknown form", "scan again"))
    if answer[0].get("ErrorInfo"):
        info = answer[0]["ErrorInfo"]
        kind = info.get("ErrorTypeName") if isinstance(info, dict) else None
        if kind == "System.UnauthorizedAccessException":
            raise SourceGap(errors.full_control_gap(name))
        raise SourceGap(
            Gap(name, Reason.PROVIDER_ERROR, "SharePoint answered the listing of sites with an error", "scan again")
        )
    found = answer[-1]
    items = found.get("_Child_Items_") if isinstance(found, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SourceGap(Gap(name, Reason.UNREADABLE, "SharePoint's answer holds no list of sites", "scan again"))
    following = found.get("NextStartIndexFromSharePoint")
    return [_site(item) for item in items], following if isinstance(following, str) else ""


def _site(item: dict[str, Any]) -> dict[str, Any]:
    """A site with its ids as other interfaces write them, and without the model's own marks."""
    return {
        key: found[1].lower() if isinstance(value, str) and (found := _GUID.match(value)) else value
        for key, value in item.items()
        if not key.startswith("_")
    }
