"""Reading listings: pages by token, one listing per product or event, days, and fan-outs in batches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace.calls import Call
from connectors.google_workspace.client import Client
from connectors.google_workspace.errors import FOR_EVERYONE, gap_of, problem_of
from connectors.source import Source
from connectors.transport import Response

PACIFIC = timezone(timedelta(hours=-8))
"""The time zone of usage reports."""
NEWEST = re.compile(r"later than (\d{4}-\d{2}-\d{2}) is not yet available")
USAGE_LAG, USAGE_TRIES = 2, 5
PARENTS = 50
"""Parents in one batch of a fan-out source; Drive takes at most 100 parts, the others 1,000."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a listing goes on: which value of `each`, which page, and the times that a page token is bound to."""

    turn: int = 0
    token: str | None = None
    page: int = 0
    start: str | None = None
    day: str | None = None


class Parent(NamedTuple):
    """Of whom a fan-out source is asked: the id that pages bear, and what the call names."""

    id: str
    key: str


def records_in(source: Source, response: Response) -> tuple[list[dict[str, Any]], str | None]:
    """The records of an answer and the next page's token. `SourceGap` if the answer has another shape.

    Google leaves empty lists out, so an answer without the list is an empty page.
    """
    call: Call = source.call
    try:
        body = response.json()
    except msgspec.DecodeError:
        body = None
    found = body if call.items is None else body.get(call.items, []) if isinstance(body, dict) else None
    following = body.get("nextPageToken") if isinstance(body, dict) else None
    records = [found] if call.items is None else found
    if (
        not isinstance(records, list)
        or not all(isinstance(record, dict) for record in records)
        or not (following is None or isinstance(following, str))
    ):
        raise SourceGap(
            Gap(source.name, Reason.UNREADABLE, "Google's answer does not have the documented shape", "report it")
        )
    return records, following or None


class Listings:
    """Reads the sources that an administrator's token reaches."""

    def __init__(self, client: Client, customer: Callable[[], str], subject: Callable[[str], str]) -> None:
        """`customer` gives the customer id (C0...), `subject` the administrator of a scope group."""
        self._client, self._customer, self._subject = client, customer, subject

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """The pages of a listing, from where a former run ended."""
        source = fetch.source
        call: Call = source.call
        place = msgspec.json.decode(fetch.following, type=Place) if fetch.following else self._first(call)
        resumed = fetch.following is not None
        values: Sequence[str | None] = call.each[1] if call.each else (None,)
        refused: Gap | None = None
        count = 0
        records: list[dict[str, Any]]
        for turn in range(place.turn, len(values)):
            while True:
                answer, place = self._ask(source, call, place, values[turn])
                gap = None if answer.ok else self.gap(source, answer)
                if gap is not None:
                    if (
                        call.each is None
                        or problem_of(answer).reason in FOR_EVERYONE
                        or answer.status in {429, 500, 502, 503, 504}
                    ):
                        raise SourceGap(gap)
                    # One product or event that Google does not know says nothing about the others. A refusal does.
                    if answer.status not in {400, 404}:
                        refused = refused or gap
                    records, token = [], None
                else:
                    records, token = records_in(source, answer)
                count += len(records)
                if token is not None and call.most is not None and place.page + 1 >= call.most:
                    fetch.note = f"a sample: at most {call.most * (source.page_size or 0)} of each kind, newest first"
                    token = None
                if token is None:
                    break
                place = msgspec.structs.replace(place, token=token, page=place.page + 1)
                yield Page(records, following=_text(place))
            place = msgspec.structs.replace(place, turn=turn + 1, token=None, page=0)
            last = turn + 1 == len(values)
            if last and call.filled and not count and not resumed:
                raise SourceGap(
                    Gap(
                        source.name,
                        Reason.UNREADABLE,
                        "Google's answer is empty, which it cannot be for a real customer",
                        f"check that {self._subject(call.group)} may see all of it, and scan again",
                    )
                )
            yield Page(records, following=None if last else _text(place))
        if refused is not None:
            raise SourceGap(refused)

    def _first(self, call: Call) -> Place:
        now = datetime.now(UTC)
        start = f"{now - timedelta(days=call.days):%Y-%m-%dT%H:%M:%SZ}" if call.days else None
        day = str(now.astimezone(PACIFIC).date() - timedelta(days=USAGE_LAG)) if call.dated else None
        return Place(start=start, day=day)

    def _ask(self, source: Source, call: Call, place: Place, value: str | None) -> tuple[Response, Place]:
        """One page. A day that has no counters yet is replaced by the newest one that has, as Google names it."""
        for _ in range(USAGE_TRIES):
            parameters: dict[str, Any] = self.customer_in(call)
            if place.token is not None:
                parameters["pageToken"] = place.token
            if call.each is not None:
                parameters[call.each[0]] = value
            if place.start is not None:
                parameters["startTime"] = place.start
            if place.day is not None:
                parameters[call.dated] = place.day
            answer = self._client.get(source, self._client.requests.url(source, **parameters))
            if place.day is None or answer.status != 400:
                return answer, place
            named = NEWEST.search(problem_of(answer).message)
            day = named[1] if named else str(date.fromisoformat(place.day) - timedelta(days=1))
            place = msgspec.structs.replace(place, day=day)
        return answer, place

    def customer_in(self, call: Call) -> dict[str, str]:
        """The call's parameters that name the customer, with its id in place."""
        return {
            name: value.format(customer=self._customer())
            for name, value in call.parameters.items()
            if isinstance(value, str) and "{customer}" in value
        }

    def gap(self, source: Source, answer: Response) -> Gap:
        """The gap that an error answer leaves."""
        call: Call = source.call
        return gap_of(source.name, answer, api=call.api, group=call.group, subject=self._subject(call.group))

    def each_parent(self, fetch: Fetch) -> Iterator[Page]:
        """One page per parent of a fan-out source: groups, people, drives."""
        source = fetch.source
        call: Call = source.call
        asked: list[Parent] = []
        fetch.parents = 0
        for parent in fetch.each(source.after[0]):
            fetch.parents += 1
            key = parent.get("id")
            if not isinstance(key, str):
                raise SourceGap(
                    Gap(source.name, Reason.UNREADABLE, f"a record of {source.after[0]} has no readable id")
                )
            if key in fetch.done:
                continue
            if not isinstance(parent.get(call.by), str):
                why = f"its record in {source.after[0]} has no readable {call.by}"
                yield Page(of=key, gap=Gap(source.name, Reason.UNREADABLE, why))
            elif source.name == "directory.group_members" and parent.get("directMembersCount") == "0":
                yield Page(of=key)
            else:
                asked.append(Parent(key, parent[call.by]))
        chunks = [asked[start : start + PARENTS] for start in range(0, len(asked), PARENTS)]
        for pages in fetch.map(lambda chunk: self._chunk(source, chunk), chunks):
            yield from pages

    def _chunk(self, source: Source, parents: Sequence[Parent]) -> list[Page]:
        addresses = self._client.requests.urls(source, source.call.per, [parent.key for parent in parents])
        urls = {str(i): address for i, address in enumerate(addresses)}
        answers = self._client.batch(source, urls, lambda _, fresh: self._client.tokens.admin(source, fresh=fresh))
        return [self._parent(source, parent, answers.get(str(i))) for i, parent in enumerate(parents)]

    def _parent(self, source: Source, parent: Parent, answer: Response | None) -> Page:
        call: Call = source.call
        records: list[dict[str, Any]] = []
        while answer is not None and answer.ok:
            try:
                found, token = records_in(source, answer)
            except SourceGap as missing:
                return Page(of=parent.id, gap=missing.gap)
            records += found
            if token is None:
                return Page(records, of=parent.id)
            address = self._client.requests.url(source, **{call.per: parent.key}, pageToken=token)
            answer = self._client.get(source, address)
        if answer is None:
            gap = Gap(source.name, Reason.PROVIDER_ERROR, "Google's answer lacks this part", "scan again")
        else:
            gap = self.gap(source, answer)
            if problem_of(answer).reason in FOR_EVERYONE:
                raise SourceGap(gap)
        return Page(of=parent.id, gap=gap)


def _text(place: Place) -> str:
    return msgspec.json.encode(place).decode()
