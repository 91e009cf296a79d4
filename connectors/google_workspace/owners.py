"""Reading what belongs to people: calendars and files, each with a token that stands for its owner.

Google offers no batch across these owners that keeps their tokens apart in less than one request each, so every person is asked
alone. Mailboxes have a reader of their own (`mailboxes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors import former
from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace.client import Client
from connectors.google_workspace.errors import FOR_EVERYONE, TokenRefused, gap_of, problem_of
from connectors.google_workspace.listing import records_in
from connectors.source import Source
from connectors.transport import Response, Streak, Unreachable

PEOPLE = "directory.users"
NO_SERVICE = frozenset({"notACalendarUser", "notFound"})
"""Reasons by which Calendar says that somebody has none (google-workspace.md 2.15)."""


@dataclass(frozen=True)
class Asked:
    """One question: of which parent, in whose name, with which parameters."""

    of: str
    address: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Owners:
    """Reads the sources whose token stands for each person."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """One page a person, or one for each thing that people own.

        People who cannot be asked for (suspended, archived) have no page; the note counts them.
        """
        people, left_out = self._people(fetch)
        asked = [Asked(person, address) for person, address in people.items()]
        if fetch.source.after[0] != PEOPLE:
            asked = self._belongings(fetch, people)
        fetch.parents = len(asked)
        fetch.note = f"read with a token of each owner; suspended and archived people are not asked for: {left_out}"
        streak = Streak()
        waiting = (one for one in asked if one.of not in fetch.done)
        turns = former.in_turn(fetch.run.workspace.home, fetch.source.name, waiting, lambda one: one.of)
        yield from fetch.map(lambda one: self._surely(fetch.source, one, streak), turns)

    def _people(self, fetch: Fetch) -> tuple[dict[str, str], int]:
        people, left_out = {}, 0
        for user in fetch.each(PEOPLE):
            if user.get("suspended") is True or user.get("archived") is True:
                left_out += 1
            elif isinstance(user.get("id"), str) and isinstance(user.get("primaryEmail"), str):
                people[user["id"]] = user["primaryEmail"]
        return people, left_out

    def _belongings(self, fetch: Fetch, people: Mapping[str, str]) -> list[Asked]:
        """One question for each record of the parent source, in the name of the first who owns it."""
        source = fetch.source
        found: dict[str, Asked] = {}
        for line in fetch.lines(source.after[0]):
            key = line.r.get("id") if line.r is not None else None
            if isinstance(key, str) and line.of is not None and line.of in people and key not in found:
                found[key] = Asked(key, people[line.of], {source.call.per: key})
        return list(found.values())

    def _surely(self, source: Source, one: Asked, streak: Streak) -> Page:
        """One answer, or why there is none: a refused token, or silence, is one person's gap as long as others answer."""
        tokens = self._client.tokens
        try:
            page = self._read(source, one)
        except TokenRefused as err:
            gap = tokens.gap(source, err, one.address, [source.permission])
            if err.not_delegated or gap.reason is Reason.NEEDS_INPUT:
                raise SourceGap(gap) from None
            return Page(of=one.of, gap=gap)
        except Unreachable as err:
            streak.lost(err)
            return Page(of=one.of, gap=Gap(source.name, Reason.PROVIDER_ERROR, str(err), "scan again"))
        streak.answered()
        return page

    def _read(self, source: Source, one: Asked) -> Page:
        records: list[dict[str, Any]] = []
        more: dict[str, Any] = {}
        while True:
            address = self._client.requests.url(source, **one.parameters, **more)
            answer = self._client.get_as(source, address, one.address)
            if not answer.ok:
                return self._refused(source, one, answer)
            try:
                page, token = records_in(source, answer)
            except SourceGap as missing:
                return Page(of=one.of, gap=missing.gap)
            records += page
            if token is None:
                return Page(records, of=one.of)
            more = {"pageToken": token}

    def _refused(self, source: Source, one: Asked, answer: Response) -> Page:
        found = problem_of(answer)
        if found.reason in NO_SERVICE and source.after[0] == PEOPLE:
            return Page(of=one.of)
        gap = gap_of(source.name, answer, api=source.call.api, group=source.call.group, subject=one.address)
        if found.reason in FOR_EVERYONE:
            raise SourceGap(gap)
        return Page(of=one.of, gap=gap)
