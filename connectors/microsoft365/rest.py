"""Reading the admin services that are neither Graph nor Exchange: SharePoint, Teams, Power BI, Power Platform (microsoft365.md 5).

Each has a host, a token audience and manners of its own; what they share is here. Microsoft publishes no contract for most of them,
so an answer of another shape is a gap and never an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import errors
from connectors.microsoft365.calls import Rest, Service, SiteListing
from connectors.microsoft365.client import Tokens
from connectors.microsoft365.connection import Connection, Secret
from connectors.microsoft365.odata import plain
from connectors.source import MICROSOFT_365, Source, declared
from connectors.transport import Request, Response, Transport

LINKS = ("@odata.nextLink", "odata.nextLink", "@nextLink", "nextLink", "__next", "continuationUri")
"""Under which keys the services are known to put the address of the next page."""


@dataclass(frozen=True)
class Manners:
    """How one service wants to be asked."""

    accept: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope: str = ""  # the key under which the whole answer lies


MANNERS: Mapping[Service, Manners] = {
    "sharepoint": Manners("application/json;odata=verbose", {"Content-Type": "application/json;odata=verbose"}, "d"),
    "teams": Manners(headers={"x-authz-scope": "tenant"}),
    "powerbi": Manners(),
    "powerplatform": Manners(),
}


class RestReader:
    """Reads one tenant's other admin services. `sharepoint_name` is set once it is known."""

    def __init__(self, connection: Connection, transport: Transport, tokens: Tokens) -> None:
        self.connection, self.transport, self.tokens = connection, transport, tokens
        self.sharepoint_name = connection.sharepoint_name

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """All pages of a source from where a former run ended."""
        source = fetch.source
        url = fetch.following or self.address(source)
        while True:
            page = self._page(source, self._read(source, self._trusted(source, url)))
            yield page
            if page.following is None:
                return
            url = page.following

    def fan_out(self, fetch: Fetch, parents: Mapping[str, str]) -> Iterator[Page]:
        """One request a parent: `parents` maps the parent's own id to what stands in the path. These services take no batches.

        The first is asked alone, to learn whether it is allowed at all.
        """
        source = fetch.source
        fetch.parents = len(parents)
        todo = [parent for parent in parents if parent not in fetch.done]

        def read(parent: str) -> Page:
            return self.whole(source, parent, parents[parent])

        for parent in todo[:1]:
            first = read(parent)
            if first.gap is not None and first.gap.reason is Reason.PERMISSION and len(todo) > 1:
                raise SourceGap(first.gap)
            yield first
        yield from fetch.map(read, todo[1:])

    def whole(self, source: Source, parent: str, named: str) -> Page:
        """One parent's whole answer, or why there is none; `named` is what stands in the path."""
        try:
            page = self._page(source, self._read(source, self.address(source, named)))
            records = list(page.records)
            while page.following is not None:
                page = self._page(source, self._read(source, self._trusted(source, page.following)))
                records += page.records
        except SourceGap as missing:
            return Page(of=parent, gap=missing.gap)
        return Page(records, of=parent)

    def address(self, source: Source, parent: str = "") -> str:
        """The whole address of a source, for one parent where it is a fan-out."""
        call: Rest = source.call
        tenant = quote(self.connection.tenant_id, safe="")
        return self.base(source) + call.path.format(tenant=tenant, parent=quote(parent, safe=""))

    def base(self, source: Source) -> str:
        """The service's address; SharePoint's carries the tenant's name."""
        service = service_of(source)
        if service != "sharepoint":
            return self.connection.base(service)
        return self.connection.endpoints.get(service) or self._sharepoint(source)

    def post(self, source: Source, url: str, body: bytes, content_type: str) -> Response:
        """One post that reads."""
        return self._send(source, "POST", url, {"Content-Type": content_type}, body)

    def _sharepoint(self, source: Source) -> str:
        if not self.sharepoint_name:
            raise SourceGap(
                Gap(
                    source.name, Reason.NEEDS_INPUT, "the name of the tenant's SharePoint address is not known",
                    "grant Organization.Read.All, or set sharepoint_name to what stands before .sharepoint.com",
                )
            )  # fmt: skip
        return f"https://{self.sharepoint_name}-admin{self.connection.hosts.sharepoint_suffix}"

    def _read(self, source: Source, url: str) -> Any:
        call: Rest = source.call
        headers = {"Accept": MANNERS[call.service].accept, **MANNERS[call.service].headers}
        body = b"" if call.post else None
        response = self._send(source, "POST" if call.post else "GET", url, headers, body)
        if not response.ok:
            raise SourceGap(errors.service_gap(source, call.service, response.status, response.content))
        try:
            return response.json()
        except msgspec.DecodeError:
            raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer is not JSON", "scan again")) from None

    def _send(self, source: Source, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        service = service_of(source)
        if service == "sharepoint" and isinstance(self.connection.credential, Secret):
            raise SourceGap(errors.certificate_gap(source))
        sent = dict(headers)
        if service == "teams":
            sent |= {"x-ms-correlation-id": str(uuid4()), "x-ms-tenant-id": self.connection.tenant_id}
        resource = self._sharepoint(source) if service == "sharepoint" else service
        request = Request(method, url, source.name, source.lane, sent, body)
        return self.transport.send(request, lambda fresh: self.tokens.header(resource, fresh=fresh))

    def _page(self, source: Source, answer: Any) -> Page:
        call: Rest = source.call
        manners = MANNERS[call.service]
        if manners.envelope:
            answer = answer.get(manners.envelope) if isinstance(answer, dict) else None
        link = next((answer[key] for key in LINKS if answer.get(key)), None) if isinstance(answer, dict) else None
        found = plain(answer)
        if call.single:
            if not isinstance(found, dict):
                raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer is not a JSON object", "scan again"))
            return Page([found])
        value = found.get(call.items) if isinstance(found, dict) else found
        if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
            raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer holds no list of objects", "scan again"))
        return Page(value, following=link if isinstance(link, str) else None)

    def _trusted(self, source: Source, link: str) -> str:
        """A next page is asked with our token, so it must lie where we asked before."""
        base, there = urlsplit(self.base(source)), urlsplit(link)
        if (there.scheme, there.netloc) != (base.scheme, base.netloc):
            raise SourceGap(
                Gap(source.name, Reason.PROVIDER_ERROR, "the service's next page lies at another host", "report this")
            )
        return link


def service_of(source: Source) -> Service:
    """The service that a source is read from."""
    return "sharepoint" if isinstance(source.call, SiteListing) else source.call.service


def is_read(host: str, path: str, body: bytes) -> bool:  # noqa: ARG001 - the transport knows the hosts
    """Whether a post is one that a source declares; they carry nothing."""
    paths = {
        source.call.path.partition("?")[0]
        for source in declared().values()
        if source.provider is MICROSOFT_365 and isinstance(source.call, Rest) and source.call.post
    }
    return not body and any(path.endswith(known) for known in paths if "{" not in known)
