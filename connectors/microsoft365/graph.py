"""Reading Graph: pages by link, many parents through `$batch` with per-item retry, and errors as gaps."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import errors
from connectors.microsoft365.client import Tokens
from connectors.microsoft365.paths import USUAL_PAGE, Paths
from connectors.source import Source
from connectors.transport import (
    THROTTLED,
    Request,
    Response,
    Retry,
    Streak,
    Transport,
    Tries,
    Unreachable,
    backoff,
    retry_after,
)

BATCH = 20
_HEADERS = {"Accept": "application/json", "Prefer": "include-unknown-enum-members"}

_TOO_MANY = b"Cannot query data for more than"
"""What Graph says of a page that is too long for sign-in times: 120 accounts were the most before it was 500."""
_EVENTUAL = {"ConsistencyLevel": "eventual"}


@dataclass(frozen=True)
class Item:
    """One answer inside a batch. `held` is its body, or the text of it: of twenty long ones, one at a time is decoded."""

    status: int
    headers: Mapping[str, str]
    held: Any

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.held) if isinstance(self.held, msgspec.Raw) else self.held

    @property
    def content(self) -> bytes:
        return bytes(self.held) if isinstance(self.held, msgspec.Raw) else msgspec.json.encode(self.held)


class _Answered(msgspec.Struct):
    """An answer inside a batch, as it travels."""

    id: str | int
    status: int
    headers: dict[str, str] | None = None
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Batch(msgspec.Struct):
    responses: list[msgspec.Raw]


class Twins:
    """Objects that are listed under many parents, each held once."""

    def __init__(self, source: Source) -> None:
        self._known: dict[Any, Mapping[str, Any]] | None = {} if source.record.repeats else None

    def once(self, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The same objects; those that came before stand for their equals."""
        if self._known is None:
            return list(records)
        kept = []
        for record in records:
            known = self._known.setdefault(record.get("id"), record)
            kept.append(known if known == record else record)
        return kept


class Graph:
    """Reads one tenant's Graph."""

    def __init__(self, transport: Transport, tokens: Tokens, base: str) -> None:
        self.transport, self.tokens, self.base = transport, tokens, base
        self.paths = Paths()

    def get(self, url: str, source: Source, *, advanced: bool = False) -> Response:
        """One GET; the answer whatever its status."""
        self._relative(source, url)
        headers = _HEADERS | (_EVENTUAL if advanced else {})
        return self.transport.send(Request("GET", url, source.name, source.lane, headers), self._token)

    def _token(self, fresh: bool) -> str:
        return self.tokens.header("graph", fresh=fresh)

    def together(self, sources: Sequence[Source]) -> dict[str, Item]:
        """The first answers of several sources, asked in one batch and only once; what is missing was not answered."""
        paths = {source.name: self.paths.of(source) for source in sources}
        advanced = {source.name for source in sources if source.call.advanced}
        return self._post(sources[0], paths, advanced)

    def pages(
        self, source: Source, following: str | None, *, licensed: bool, first: Item | None = None
    ) -> Iterator[Page]:
        """All pages of a source from where a former run ended; `licensed` says that a license error cannot be true.

        `first` is the first answer, where it has come already.
        """
        url = following or self.base + self.paths.of(source)
        patience = 1
        read = 0
        while True:
            if first is not None:
                answer, first = first.body, None
            elif (response := self.get(url, source, advanced=source.call.advanced)).ok:
                answer = response.json()
            elif response.status == 400 and _TOO_MANY in response.content and following is None and not read:
                url, following = self.base + self.paths.of(source, top=USUAL_PAGE), ""
                continue
            else:
                if licensed and patience and errors.is_licence(response.content):
                    patience -= 1  # seen now and then on licensed tenants (microsoft365.md 2.3)
                    if not self.transport.stop.wait(self.transport.backoff_base * 5):
                        continue
                raise SourceGap(errors.gap(source, response.status, response.content))
            page = self._page(source, answer)
            yield page
            if page.following is None:
                return
            read += 1
            if source.call.most is not None and read >= source.call.most:
                raise SourceGap(
                    Gap(
                        source.name,
                        Reason.PARTIAL,
                        f"there are more than {source.call.most} pages of these; the rest was not read",
                        "what was read is shown; look at the rest in the admin center",
                    )
                )
            url = page.following

    def _page(self, source: Source, answer: Any, of: str | None = None) -> Page:
        if not isinstance(answer, dict):
            raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer is not a JSON object", "scan again"))
        if source.call.single:
            return Page([answer], of=of)
        value = answer.get("value")
        if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
            raise SourceGap(Gap(source.name, Reason.UNREADABLE, "the answer holds no list of objects", "scan again"))
        link = answer.get("@odata.nextLink")
        return Page(value, of=of, following=link if isinstance(link, str) else None)

    def fan_out(self, fetch: Fetch, parents: Sequence[str]) -> Iterator[Page]:
        """One page per parent, twenty parents a request."""
        fetch.parents = len(parents)
        todo = [parent for parent in parents if parent not in fetch.done]
        chunks = [todo[at : at + BATCH] for at in range(0, len(todo), BATCH)]
        absent = 0
        refused: Gap | None = None
        streak = Streak()
        for index, pages in enumerate(self._chunks(fetch, chunks, streak, Twins(fetch.source))):
            absent += sum(page.of is None for page in pages)
            yield from (page for page in pages if page.of is not None)
            gaps = [page.gap for page in pages]
            first = gaps[0] if gaps else None
            if (
                index == 0
                and first is not None
                and first.reason is Reason.PERMISSION
                and all(g == first for g in gaps)
                and len(chunks) > 1
            ):
                refused = first
                break
        if refused is not None:
            raise SourceGap(refused)
        if absent:
            fetch.parents = len(parents) - absent
            fetch.note = f"{absent} accounts hold no mailbox at Microsoft and are left out"

    def _chunks(
        self, fetch: Fetch, chunks: Sequence[Sequence[str]], streak: Streak, twins: Twins
    ) -> Iterator[list[Page]]:
        """The first batch alone, to learn whether it is allowed at all; then all others at once."""

        def read(chunk: Sequence[str]) -> list[Page]:
            return self._surely(fetch.source, chunk, streak, twins)

        yield from map(read, chunks[:1])
        yield from fetch.map(read, chunks[1:])

    def _surely(self, source: Source, parents: Sequence[str], streak: Streak, twins: Twins) -> list[Page]:
        """The pages of some parents. A batch that gets no answer is asked for one by one, so that who causes it stands alone."""
        try:
            pages = self._read(source, parents, twins)
        except Unreachable as err:
            if len(parents) > 1:
                return [page for parent in parents for page in self._surely(source, [parent], streak, twins)]
            streak.lost(err)
            return [Page(of=parents[0], gap=Gap(source.name, Reason.PROVIDER_ERROR, str(err), "scan again"))]
        streak.answered()
        return pages

    def _read(self, source: Source, parents: Sequence[str], twins: Twins) -> list[Page]:
        """Each parent's whole answer. The first pages of all are asked together, then the second ones of those that have any."""
        paths = {parent: self.paths.of(source, parent) for parent in parents}
        records: dict[str, list[Mapping[str, Any]]] = {}
        found: dict[str, Page] = {}
        while paths:
            following: dict[str, str] = {}
            for parent, item in self.batch(source, paths).items():
                if item.status != 200:
                    absent = parent not in records and errors.no_mailbox(item.status, item.content)
                    gap = None if absent else errors.gap(source, item.status, item.content)
                    found[parent] = Page() if absent else Page(of=parent, gap=gap)
                    continue
                try:
                    page = self._page(source, item.body, of=parent)
                    if page.following is not None:
                        following[parent] = self._relative(source, page.following)
                except SourceGap as missing:
                    found[parent] = Page(of=parent, gap=missing.gap)
                    continue
                records.setdefault(parent, []).extend(twins.once(page.records))
                found[parent] = Page(records[parent], of=parent)
            paths = following
        return [found[parent] for parent in parents]

    def _relative(self, source: Source, link: str) -> str:
        """The next page as a batch names it; `SourceGap` if it lies anywhere else, for it is asked with our token."""
        if not link.startswith(self.base + "/"):
            raise SourceGap(_elsewhere(source))
        return link.removeprefix(self.base)

    def batch(self, source: Source, paths: Mapping[str, str]) -> dict[str, Item]:
        """Ask many paths in one request; items that are worth a retry are asked again, alone with their like."""
        answers: dict[str, Item] = {}
        waiting, patience = dict(paths), self.transport.patience
        tries: defaultdict[str, Tries] = defaultdict(Tries)
        for attempt in range(1, THROTTLED + 2):
            found = self._post(source, waiting)
            again: dict[str, Retry] = {}
            for key in waiting:
                item = found.get(key, Item(502, {}, {"error": {"code": "MissingFromBatch"}}))
                answers[key] = item
                verdict = self.transport.retry(Response(item.status, item.headers, item.content, ""))
                if verdict is None or (verdict.after or 0.0) > patience:
                    continue  # one mailbox that asks for an hour does not hold up the rest
                if tries[key].again(verdict):
                    again[key] = verdict
            if not again:
                break
            waiting = {key: path for key, path in waiting.items() if key in again}
            asked = [retry_after(answers[key].headers) for key in again]
            pause = max(
                (seconds for seconds in asked if seconds is not None),
                default=backoff(attempt, self.transport.backoff_base),
            )
            patience -= pause
            self.transport.pause(source.lane, pause)
            if any(verdict.fresh_token for verdict in again.values()):
                self.tokens.header("graph", fresh=True)
        return answers

    def _post(self, source: Source, paths: Mapping[str, str], advanced: Collection[str] = ()) -> dict[str, Item]:
        version = "beta" if next(iter(paths.values())).startswith("/beta/") else "v1.0"
        keys = {str(number): key for number, key in enumerate(paths)}
        requests = [
            {
                "id": number,
                "method": "GET",
                "url": paths[key].removeprefix(f"/{version}"),
                "headers": _HEADERS | (_EVENTUAL if key in advanced else {}),
            }
            for number, key in keys.items()
        ]
        body = msgspec.json.encode({"requests": requests})
        request = Request(
            "POST",
            f"{self.base}/{version}/$batch",
            source.name,
            source.lane,
            _HEADERS | {"Content-Type": "application/json"},
            body,
        )
        response = self.transport.send(request, self._token)
        if not response.ok:
            failed = Item(response.status, response.headers, _decoded(response.content))
            return dict.fromkeys(paths, failed)
        # What is missing, or torn, is missing from the result: the caller asks for it again.
        return {
            keys[str(item.id)]: Item(item.status, item.headers or {}, item.body)
            for item in _answered(response.content)
            if str(item.id) in keys
        }


def _answered(content: bytes) -> Iterator[_Answered]:
    try:
        responses = msgspec.json.decode(content, type=_Batch).responses
    except msgspec.DecodeError:
        return
    for text in responses:
        with contextlib.suppress(msgspec.DecodeError):
            yield msgspec.json.decode(text, type=_Answered)


def _elsewhere(source: Source) -> Gap:
    return Gap(source.name, Reason.PROVIDER_ERROR, "Microsoft's next page lies at another host", "report this")


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return {}


def wanted(records: Iterable[Mapping[str, Any]], source: Source) -> list[str]:
    """The parents a fan-out source is read for."""
    call = source.call
    return [
        str(record[call.per]) for record in records if call.per in record and (call.only is None or call.only(record))
    ]
