"""Reading Exchange Online and Purview: the admin API's InvokeCommand, without PowerShell (microsoft365.md 4).

Microsoft publishes no contract for it; it is what its own PowerShell module speaks. Everything that knows the protocol is here.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import errors
from connectors.microsoft365.calls import Area, Cmdlet
from connectors.microsoft365.client import Tokens
from connectors.microsoft365.connection import Connection
from connectors.microsoft365.graph import Item
from connectors.source import Source
from connectors.transport import (
    THROTTLED,
    Request,
    Response,
    Streak,
    Transport,
    Tries,
    Unreachable,
    backoff,
    retry_after,
)

BATCH = 10
PAGE = 1000
_ARBITRATION = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"
_TIMEOUT = 300.0  # the server gives up after 15 minutes; a listing that takes five is broken


class Exchange:
    """Reads one tenant's Exchange Online and Purview."""

    def __init__(self, connection: Connection, transport: Transport, tokens: Tokens) -> None:
        self.connection, self.transport, self.tokens = connection, transport, tokens
        self._bases: dict[Area, str] = {}
        self._lock = threading.Lock()

    def together(self, sources: Sequence[Source]) -> dict[str, Item]:
        """The first answers of several sources of one area, asked in one batch and only once."""
        asked = {source.name: (source.call.name, _input(source.call, {})) for source in sources}
        return self._together(sources[0], asked)[1]

    def pages(self, fetch: Fetch, first: Item | None = None) -> Iterator[Page]:
        """All pages of a source that one cmdlet gives; each further page is the same post to the link.

        `first` is the first answer, where it has come already.
        """
        source = fetch.source
        call: Cmdlet = source.call
        url = fetch.following or self._address(source, call.area)
        body = msgspec.json.encode(_input(call, {}))
        rerouted = False
        if first is not None:
            page = _page(source, first.body)
            yield page
            if page.following is None:
                return
            url = self._trusted(source, page.following)
        while True:
            response = self._post(source, url, body, call.name)
            if not response.ok and b"ErrorIncorrectRoutingHint" in response.content and not rerouted:
                rerouted = True
                self._bases.pop(call.area, None)
                # The same page of the listing, at the region's new host.
                url = urlsplit(url)._replace(netloc=urlsplit(self._base(source, call.area)).netloc).geturl()
                continue
            if not response.ok:
                raise SourceGap(errors.gap(source, response.status, response.content))
            page = _page(source, response.json())
            yield page
            if page.following is None:
                return
            url = self._trusted(source, page.following)

    def fan_out(self, fetch: Fetch, parents: Mapping[str, str]) -> Iterator[Page]:
        """One page per parent, ten parents a request. `parents` maps the parent's own id to the cmdlet's Identity."""
        source = fetch.source
        fetch.parents = len(parents)
        todo = [parent for parent in parents if parent not in fetch.done]
        chunks = [todo[at : at + BATCH] for at in range(0, len(todo), BATCH)]

        streak = Streak()

        def read(chunk: Sequence[str]) -> list[Page]:
            return self._surely(source, {parent: parents[parent] for parent in chunk}, streak)

        first = read(chunks[0]) if chunks else []
        yield from first
        gaps = [page.gap for page in first]
        if (
            len(chunks) > 1
            and gaps[0] is not None
            and gaps[0].reason is Reason.PERMISSION
            and all(gap == gaps[0] for gap in gaps)
        ):
            raise SourceGap(gaps[0])
        for pages in fetch.map(read, chunks[1:]):
            yield from pages

    def _surely(self, source: Source, parents: Mapping[str, str], streak: Streak) -> list[Page]:
        """The pages of some parents. A batch that gets no answer is asked for one by one, so that who causes it stands alone."""
        try:
            pages = self._read(source, parents)
        except Unreachable as err:
            if len(parents) > 1:
                alone = ({parent: identity} for parent, identity in parents.items())
                return [page for one in alone for page in self._surely(source, one, streak)]
            streak.lost(err)
            gap = Gap(source.name, Reason.PROVIDER_ERROR, str(err), "scan again")
            return [Page(of=parent, gap=gap) for parent in parents]
        streak.answered()
        return pages

    def _read(self, source: Source, parents: Mapping[str, str]) -> list[Page]:
        pages = []
        for parent, item in self._batch(source, parents).items():
            if item.status == 200:
                pages.append(self._whole(source, parent, parents[parent], item.body))
            elif errors.gone(item.status, item.content):
                pages.append(
                    Page(
                        of=parent,
                        gap=Gap(source.name, Reason.PROVIDER_ERROR, "it was gone when it was asked for", "scan again"),
                    )
                )
            else:
                pages.append(Page(of=parent, gap=errors.gap(source, item.status, item.content)))
        return pages

    def _whole(self, source: Source, parent: str, identity: str, body: Any) -> Page:
        call: Cmdlet = source.call
        try:
            page = _page(source, body)
            records = list(page.records)
            while page.following is not None:
                sent = msgspec.json.encode(_input(call, {call.by: identity}))
                response = self._post(source, self._trusted(source, page.following), sent, call.name)
                if not response.ok:
                    return Page(of=parent, gap=errors.gap(source, response.status, response.content))
                page = _page(source, response.json())
                records += page.records
        except SourceGap as missing:
            return Page(of=parent, gap=missing.gap)
        return Page(records, of=parent)

    def _batch(self, source: Source, parents: Mapping[str, str]) -> dict[str, Item]:
        call: Cmdlet = source.call
        answers: dict[str, Item] = {}
        waiting, patience = list(parents), self.transport.patience
        tries: defaultdict[str, Tries] = defaultdict(Tries)
        for attempt in range(1, THROTTLED + 2):
            asked = {parent: (call.name, _input(call, {call.by: parents[parent]})) for parent in waiting}
            response, found = self._together(source, asked)
            again = []
            for parent in waiting:
                failed = (
                    Item(response.status, response.headers, _decoded(response.content))
                    if not response.ok
                    else Item(502, {}, {})
                )
                item = answers[parent] = found.get(parent, failed)
                verdict = self.transport.retry(Response(item.status, item.headers, item.content, ""))
                if verdict is None or (verdict.after or 0.0) > patience:
                    continue  # one mailbox that asks for an hour does not hold up the rest
                if tries[parent].again(verdict):
                    again.append(parent)
            if not again:
                break
            pauses = [retry_after(answers[parent].headers) for parent in again]
            pause = max((s for s in pauses if s is not None), default=backoff(attempt, self.transport.backoff_base))
            patience -= pause
            self.transport.pause(source.lane, pause)
            waiting = again
        return answers

    def _together(
        self, source: Source, asked: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> tuple[Response, dict[str, Item]]:
        """One batch: `asked` names a cmdlet and its input for each key; the answers by key, as far as there are any."""
        base = self._base(source, source.call.area)
        path = f"{urlsplit(base).path}/InvokeCommand"
        keys = {str(number): key for number, key in enumerate(asked)}
        requests = [
            {
                "id": number,
                "method": "POST",
                "url": path[path.index("/adminapi/") :],
                "body": asked[key][1],
                "headers": self._headers(asked[key][0]) | {"parameter-based-routing": "true"},
            }
            for number, key in keys.items()
        ]
        body = msgspec.json.encode({"requests": requests})
        response = self._post(source, f"{base}/$batch", body, source.call.name)
        items = response.json().get("responses", []) if response.ok else []
        return response, {
            keys[str(item["id"])]: Item(int(item["status"]), item.get("headers") or {}, item.get("body"))
            for item in items
            if str(item.get("id")) in keys
        }

    def _post(self, source: Source, url: str, body: bytes, cmdlet: str) -> Response:
        area: Area = source.call.area
        headers = self._headers(cmdlet)
        request = Request("POST", url, source.name, source.lane, headers, body, timeout=_TIMEOUT)
        return self.transport.send(request, lambda fresh: self.tokens.header(area, fresh=fresh))

    def _headers(self, cmdlet: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Accept": "application/json; odata.metadata=minimal",
            "X-ResponseFormat": "json",
            "X-CmdletName": cmdlet,
            "X-AnchorMailbox": f"APP:{_ARBITRATION}@{self.connection.tenant_id}",
            "Prefer": f"odata.maxpagesize={PAGE}",
        }

    def _address(self, source: Source, area: Area) -> str:
        address = f"{self._base(source, area)}/InvokeCommand"
        call: Cmdlet = source.call
        if call.select:
            address += "?$select=" + quote(",".join(source.record.wire_names()), safe=",")
        return address

    def _base(self, source: Source, area: Area) -> str:
        """The tenant's regional host, found once by asking the front door where it would send us."""
        with self._lock:
            if area not in self._bases:
                self._bases[area] = self._discover(source, area)
            return self._bases[area]

    def _discover(self, source: Source, area: Area) -> str:
        front = self.connection.base(area)
        tenant = self.connection.tenant_id
        url = f"{front}/AdminApi/v1.0/{tenant}/EXOModuleFile"
        request = Request("GET", url, source.name, source.lane, {"X-AnchorMailbox": f"UPN:{_ARBITRATION}@{tenant}"})
        response = self.transport.send(request, lambda fresh: self.tokens.header(area, fresh=fresh))
        label = (
            region(response.headers.get("Location", ""), self.connection, area)
            if 300 <= response.status < 400
            else None
        )
        if label is not None and not self.connection.local:
            hosts = self.connection.hosts
            suffix = hosts.exchange_suffix if area == "exchange" else hosts.compliance_suffix
            front = f"https://{label}{suffix}"
        return f"{front}/adminapi/beta/{tenant}"

    def _trusted(self, source: Source, link: str) -> str:
        """A next page is asked with our token, so it must lie where we asked before."""
        base = urlsplit(self._base(source, source.call.area))
        there = urlsplit(link)
        if (there.scheme, there.hostname) != (base.scheme, base.hostname):
            raise SourceGap(
                Gap(source.name, Reason.PROVIDER_ERROR, "Exchange's next page lies at another host", "report this")
            )
        return link


def region(location: str, connection: Connection, area: Area) -> str | None:
    """The first label of a redirect's host, if it is one of Microsoft's; the rest of the redirect is not used."""
    host = urlsplit(location).hostname or ""
    hosts = connection.hosts
    endings = (
        (hosts.exchange_suffix,)
        if area == "exchange"
        else (hosts.compliance_suffix, ".protection.outlook.com", ".protection.office365.us")
    )
    label = host.partition(".")[0]
    return (
        label
        if location.startswith("https://") and host.endswith(endings) and re.fullmatch(r"[a-z0-9-]+", label)
        else None
    )


def _input(call: Cmdlet, more: Mapping[str, Any]) -> dict[str, Any]:
    if not call.name.startswith("Get-"):
        raise ValueError(f"{call.name} does not read")
    if call.per and not more.get(call.by):
        raise ValueError("an empty name would ask for everything")
    return {"CmdletInput": {"CmdletName": call.name, "Parameters": {**call.parameters, **more}}}


def _page(source: Source, answer: Any) -> Page:
    value = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer holds no list of objects", "scan again"))
    link = answer.get("@odata.nextLink")
    return Page([normalized(record) for record in value], following=link if isinstance(link, str) else None)


def normalized(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without type annotations, and with key-value lists folded: the only changes made (microsoft365.md 4.4)."""
    return {key: _folded(value) for key, value in record.items() if "@" not in key}


def _folded(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(x, dict) and set(x) == {"_key", "_value"} for x in value):
        return {str(x["_key"]): _folded(x["_value"]) for x in value}
    if isinstance(value, list):
        return [_folded(item) for item in value]
    return value


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return {}
