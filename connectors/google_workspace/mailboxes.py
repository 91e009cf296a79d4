"""Reading mailboxes: one token each, the seven settings of some of them in one batch, shared by the seven sources."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any

import msgspec

from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace.client import Client
from connectors.google_workspace.errors import FOR_EVERYONE, TokenRefused, gap_of, no_mailbox, problem_of
from connectors.google_workspace.listing import records_in
from connectors.source import Source
from connectors.transport import Response, Stopped, Streak, Unreachable

GROUP = "gmail_settings"
AT_ONCE = 7
"""Mailboxes in one batch: 49 parts, where Gmail recommends no more than 50."""


@dataclass(frozen=True)
class Person:
    """Somebody with a mailbox."""

    id: str
    address: str


@dataclass
class Round:
    """One pass over the mailboxes. The first of the seven sources to run leads it; the others take their pages from it."""

    run: object
    pages: Mapping[str, SimpleQueue[list[Page] | BaseException | None]]
    without: int = 0
    streak: Streak = field(default_factory=Streak)


class Mailboxes:
    """The mailboxes of one connection. Every mailbox is read once, whichever of the seven sources asks first."""

    def __init__(self, client: Client, sources: Sequence[Source]) -> None:
        self._client = client
        self._sources = {source.name: source for source in sources}
        self._round: Round | None = None
        self._lock = threading.Lock()
        self._addresses: dict[str, str] = {}

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """One page a mailbox: the settings of this source, or why they could not be read.

        A mailbox that Gmail does not know (no licence, service off) holds nothing, and its page says so by being empty.
        People who cannot be asked for (suspended, archived, without mailbox) have no page; the note counts them.
        """
        people, fetch.note = self._people(fetch)
        fetch.parents = len(people)
        with self._lock:
            leads = self._round is None or self._round.run is not fetch.run
            if leads:
                self._round = Round(fetch.run, {name: SimpleQueue() for name in self._sources})
            turn = self._round
        assert turn is not None
        try:
            yield from self._lead(fetch, turn, people) if leads else self._follow(fetch, turn)
        except SourceGap as missing:
            raise SourceGap(_of(missing.gap, fetch.source.name)) from None
        if turn.without:
            fetch.note += f"; {turn.without} more have no mailbox according to Gmail"

    def _people(self, fetch: Fetch) -> tuple[list[Person], str]:
        people, left_out = [], Counter[str]()
        for user in fetch.records("directory.users"):
            if user.get("suspended") is True:
                left_out["suspended"] += 1
            elif user.get("archived") is True:
                left_out["archived"] += 1
            elif user.get("isMailboxSetup") is False:
                left_out["without a mailbox"] += 1
            elif isinstance(user.get("id"), str) and isinstance(user.get("primaryEmail"), str):
                people.append(Person(user["id"], user["primaryEmail"]))
            else:
                left_out["without a readable id and address"] += 1
        skipped = ", ".join(f"{count} {why}" for why, count in sorted(left_out.items()))
        return people, f"read with a token of each owner; not asked for: {skipped or 'nobody'}"

    def _lead(self, fetch: Fetch, turn: Round, people: Sequence[Person]) -> Iterator[Page]:
        ending: BaseException | None = Stopped()
        try:
            # After an interrupted run the seven may lack different mailboxes.
            done = [fetch.done, *(fetch.run.journal(n).recover()[2] for n in self._sources if n != fetch.source.name)]
            lacking = [person for person in people if not all(person.id in had for had in done)]
            for found in fetch.map(partial(self._surely, turn.streak), _chunks(fetch, lacking)):
                turn.without += sum(
                    all(not page.records and page.gap is None for page in pages)
                    for pages in zip(*found.values(), strict=True)
                )
                for name, pages in found.items():
                    if name != fetch.source.name:
                        turn.pages[name].put(pages)
                yield from (page for page in found[fetch.source.name] if page.of not in fetch.done)
            ending = None
        except Exception as err:  # whatever it was, the others who wait for this round must end with it
            ending = err
            raise
        finally:
            # Also when the collector stops asking: nobody may wait for a leader that is gone.
            for queue in turn.pages.values():
                queue.put(ending)

    def _follow(self, fetch: Fetch, turn: Round) -> Iterator[Page]:
        while True:
            match turn.pages[fetch.source.name].get():
                case None:
                    return
                case list() as pages:
                    yield from (page for page in pages if page.of not in fetch.done)
                case failure:
                    raise failure

    def _surely(self, streak: Streak, people: Sequence[Person]) -> dict[str, list[Page]]:
        """The pages of some mailboxes. A batch that gets no answer is asked for one by one, so that who causes it stands alone."""
        try:
            found = self._read(people)
        except Unreachable as err:
            if len(people) > 1:
                alone = [self._surely(streak, [person]) for person in people]
                return {name: [page for pages in alone for page in pages[name]] for name in self._sources}
            streak.lost(err)
            gap = Gap("", Reason.PROVIDER_ERROR, str(err), "scan again")
            return {name: [Page(of=people[0].id, gap=_of(gap, name))] for name in self._sources}
        streak.answered()
        return found

    def _read(self, people: Sequence[Person]) -> dict[str, list[Page]]:
        """The pages of each source for some mailboxes, in the same order for every source."""
        first = next(iter(self._sources.values()))
        refused = {person.id: gap for person in people if (gap := self._refused(first, person)) is not None}
        asked = {
            f"{n}.{i}": url for n, p in enumerate(people) if p.id not in refused for i, url in self._urls().items()
        }
        lost: dict[str, TokenRefused] = {}
        answers = self._client.batch(first, asked, partial(self._token, people), lost) if asked else {}
        found: dict[str, list[Page]] = {name: [] for name in self._sources}
        for n, person in enumerate(people):
            for i, (name, source) in enumerate(self._sources.items()):
                gap, key = refused.get(person.id), f"{n}.{i}"
                if key in lost:  # the token was withdrawn meanwhile
                    gap = self._client.tokens.gap(first, lost[key], person.address, [first.permission])
                answer = answers.get(key)
                page = self._page(source, person, answer) if gap is None else Page(of=person.id, gap=_of(gap, name))
                found[name].append(page)
        return found

    def _token(self, people: Sequence[Person], key: str, fresh: bool) -> str:
        return self._client.tokens.user(GROUP, people[int(key.partition(".")[0])].address, fresh=fresh)

    def _refused(self, source: Source, person: Person) -> Gap | None:
        """Why there is no token for this person; None if there is one. `SourceGap` if there is none for anybody."""
        try:
            self._client.tokens.user(GROUP, person.address)
        except TokenRefused as err:
            gap = self._client.tokens.gap(source, err, person.address, [source.permission])
            if err.not_delegated or gap.reason is Reason.NEEDS_INPUT:
                raise SourceGap(gap) from None
            return gap
        return None

    def _urls(self) -> dict[str, str]:
        """The seven addresses, the same for every mailbox: "me" is whom the token stands for."""
        if not self._addresses:
            build = self._client.requests.url
            self._addresses = {str(i): build(source) for i, source in enumerate(self._sources.values())}
        return self._addresses

    def _page(self, source: Source, person: Person, answer: Response | None) -> Page:
        if answer is None:
            return Page(of=person.id, gap=Gap(source.name, Reason.PROVIDER_ERROR, "Google's answer lacks this part"))
        if not answer.ok:
            found = problem_of(answer)
            if no_mailbox(found):
                return Page(of=person.id)
            gap = gap_of(source.name, answer, api=source.call.api, group=GROUP, subject=person.address)
            if found.reason in FOR_EVERYONE:
                raise SourceGap(gap)
            return Page(of=person.id, gap=gap)
        try:
            records: list[dict[str, Any]] = records_in(source, answer)[0]
        except SourceGap as missing:
            return Page(of=person.id, gap=missing.gap)
        return Page(records, of=person.id)


def _chunks(fetch: Fetch, people: Sequence[Person]) -> list[Sequence[Person]]:
    """Groups that go into one batch; small clinics get small ones, so that all threads have work."""
    size = max(1, min(AT_ONCE, len(people) // fetch.run.workers))
    return [people[start : start + size] for start in range(0, len(people), size)]


def _of(gap: Gap, name: str) -> Gap:
    return msgspec.structs.replace(gap, source=name)
