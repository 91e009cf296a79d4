"""SharePoint's client object model, for what no other interface gives: the list of all sites (microsoft365.md 5.1), and the settings
of many sites in one request.

A query is a fixed XML text that names Get methods; nothing in it comes from outside but where the last page ended and the addresses of
sites. The answer is a JSON array: first what went wrong, if anything, then the number of each action with what it gave.

A listing with all details, GetSitePropertiesFromSharePointByFilters with IncludeDetail, would take fewer requests still, but answers
"Disabled" for sites that are shared (sp-dev-docs issue 8622; PnP PowerShell issue 2665; Get-SPOSite, note on Limit). So each site is
asked for by its address, as Get-SPOSite -Identity does, many in one request, which is what the protocol is made for (MS-CSOM,
Request). UNVERIFIED on a real tenant: how many SharePoint takes at once. Whatever it does not answer plainly is asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import errors
from connectors.microsoft365.rest import RestReader
from connectors.source import Source

PATH = "/_vti_bin/client.svc/ProcessQuery"
BATCH = 20
"""Sites in one request."""
_HEAD = (
    '<Request AddExpandoFieldTypeSuffix="true" SchemaVersion="15.0.0.0" LibraryVersion="16.0.0.0" ApplicationName="auditor"'
    ' xmlns="http://schemas.microsoft.com/sharepoint/clientquery/2009"><Actions>'
)
_TENANT = '<ObjectPaths><Constructor Id="1" TypeId="{268004ae-ef6b-4e9b-8425-127220d84719}" />'
_QUERY = (
    _HEAD.replace("{", "{{") + '<<ObjectPath Id="2" ObjectPathId="1" /><ObjectPath Id="4" ObjectPathId="3" />'
    '<Query Id="5" ObjectPathId="3"><Query SelectAllProperties="false"><Properties>'
    '<Property Name="NextStartIndexFromSharePoint" ScalarProperty="true" /></Properties></Query>'
    '<ChildItemQuery SelectAllProperties="false"><Properties>{properties}</Properties></ChildItemQuery></Query></Actions>'
    + _TENANT.replace("{", "{{").replace("}", "}}")
    + '<Method Id="3" ParentId="1" Name="GetSitePropertiesFromSharePoint"><Parameters>{start}'
    '<Parameter Type="Boolean">false</Parameter></Parameters></Method></ObjectPaths></Request>'
)
_ACTION = (
    '<ObjectPath Id="{object}" ObjectPathId="{method}" /><Query Id="{query}" ObjectPathId="{method}">'
    '<Query SelectAllProperties="false"><Properties>{properties}</Properties></Query></Query>'
)
_METHOD = (
    '<Method Id="{method}" ParentId="1" Name="GetSitePropertiesByUrl"><Parameters><Parameter Type="String">{url}</Parameter>'
    '<Parameter Type="Boolean">true</Parameter></Parameters></Method>'
)
_FIRST = '<Parameter Type="Null" />'
_GUID = re.compile(r"^/Guid\(([0-9a-fA-F-]{36})\)/$")
_PROPERTIES = r'(<Property Name="\w+" ScalarProperty="true" />)+'
_READ = re.compile(
    re.escape(_QUERY.format(properties="@P", start="@S"))
    .replace("@P", _PROPERTIES)
    .replace("@S", r'<Parameter Type="(Null" />|String">[^<>]*</Parameter>)')
)
_READ_MANY = re.compile(
    re.escape(_HEAD + '<ObjectPath Id="2" ObjectPathId="1" />')
    + "("
    + re.escape(_ACTION.format(object="@N", method="@N", query="@N", properties="@P"))
    .replace("@N", r"\d+")
    .replace("@P", _PROPERTIES)
    + ")+"
    + re.escape("</Actions>" + _TENANT)
    + "("
    + re.escape(_METHOD.format(method="@N", url="@U")).replace("@N", r"\d+").replace("@U", "[^<>]*")
    + ")+"
    + re.escape("</ObjectPaths></Request>")
)


def query(names: list[str], start: str = "") -> bytes:
    """The query for a page of sites, beginning where the last one ended."""
    properties = "".join(f'<Property Name="{name}" ScalarProperty="true" />' for name in names)
    begin = f'<Parameter Type="String">{escape(start)}</Parameter>' if start else _FIRST
    return _QUERY.format(properties=properties, start=begin).encode()


def query_many(names: list[str], urls: Sequence[str]) -> tuple[bytes, list[int]]:
    """The query for the settings of some sites, and the number under which each of them is answered."""
    properties = "".join(f'<Property Name="{name}" ScalarProperty="true" />' for name in names)
    actions, methods, numbers = [], [], []
    for at, url in enumerate(urls, 1):
        method = at * 3
        actions.append(_ACTION.format(object=method + 1, method=method, query=method + 2, properties=properties))
        methods.append(_METHOD.format(method=method, url=escape(url)))
        numbers.append(method + 2)
    text = f'{_HEAD}<ObjectPath Id="2" ObjectPathId="1" />{"".join(actions)}</Actions>{_TENANT}{"".join(methods)}'
    return f"{text}</ObjectPaths></Request>".encode(), numbers


def is_read(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001 - the transport knows the hosts
    """Whether a post is our listing of sites, or our question for some of them, to the letter."""
    text = body.decode("utf-8", "replace")
    return path.endswith(PATH) and (_READ.fullmatch(text) or _READ_MANY.fullmatch(text)) is not None


def fan_out(rest: RestReader, fetch: Fetch, places: Mapping[str, str]) -> Iterator[Page]:
    """One page a site, many sites a request; `places` has the address of each by its id, empty where it is not known.

    What is not answered among others is asked alone, so that a site that is gone is a gap of its own. Where the very first site is
    refused, all are.
    """
    fetch.parents = len(places)
    todo = [parent for parent in places if parent not in fetch.done]
    chunks = [todo[at : at + BATCH] for at in range(0, len(todo), BATCH)]

    def read(chunk: Sequence[str]) -> list[Page]:
        found = _many(rest, fetch.source, {places[parent]: parent for parent in chunk if places[parent]})
        pages = []
        for parent in chunk:
            page = found.get(parent) or rest.whole(fetch.source, parent, parent)
            if parent == todo[0] and page.gap is not None and page.gap.reason is Reason.PERMISSION and len(todo) > 1:
                raise SourceGap(page.gap)
            pages.append(page)
        return pages

    for found in map(read, chunks[:1]):
        yield from found
    for found in fetch.map(read, chunks[1:]):
        yield from found


def _many(rest: RestReader, source: Source, parents: Mapping[str, str]) -> dict[str, Page]:
    """The pages of the sites that were answered plainly; `parents` has each site's id by its address."""
    if not parents:
        return {}
    body, numbers = query_many(source.record.wire_names(), list(parents))
    response = rest.post(source, rest.base(source) + PATH, body, "text/xml")
    if not response.ok:
        return {}
    try:
        answer: Any = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return {}
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], dict) or answer[0].get("ErrorInfo"):
        return {}
    given = {number: item for number, item in zip(answer[1::2], answer[2::2], strict=False) if isinstance(number, int)}
    found = {}
    for number, parent in zip(numbers, parents.values(), strict=True):
        item = given.get(number)
        if isinstance(item, dict):
            site = _site(item)
            if str(site.get("SiteId", "")).casefold() == parent.casefold():
                found[parent] = Page([site], of=parent)
    return found


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
