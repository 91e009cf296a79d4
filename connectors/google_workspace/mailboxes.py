"""Reading mailboxes: the settings of some of them in one batch, shared by the seven sources.

Everybody is asked once before anybody is asked again: whom Gmail puts off comes back after all others, so that a slow or
throttled mailbox holds up nobody. Whom earlier scans did not get to is asked first.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any

import msgspec

from connectors import former
from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace.allowances import GMAIL, Allowances
from connectors.google_workspace.client import Client
from connectors.google_workspace.errors import FOR_EVERYONE, TokenRefused, gap_of, no_mailbox, problem_of
from connectors.google_workspace.lanes import is_busy, of_one_person
from connectors.google_workspace.listing import records_in
from connectors.source import Source
from connectors.transport import Response, Retry, Stopped, Streak, Unreachable, backoff

GROUP = "gmail_settings"
AT_ONCE = 7
"""Mailboxes in one batch: 49 parts, where Gmail recommends no more than 50."""


@dataclass(frozen=True)
class Person:
    """Somebody with a mailbox."""

    id: str
    address: str


@dataclass
class Box:
    """A mailbox that is being read: the answers so far by the setting's place, and how often and until when it was put off."""

    person: Person
    answers: dict[str, Response] = field(default_factory=dict)
    tries: int = 0
    waited: float = 0.0
    until: float = 0.0


@dataclass
class Read:
    """What one batch brought: the pages of each source for those who are done, and those who come again later."""

    pages: dict[str, list[Page]]
    late: list[Box] = field(default_factory=list)


@dataclass
class Round:
    """One pass over the mailboxes. The first of the seven sources to run leads it; the others take their pages from it."""

    run: object
    pages: Mapping[str, SimpleQueue[list[Page] | BaseException | None]]
    people: Sequence[Person]
    note: str
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
        self.allowances = Allowances(*GMAIL)

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """One page a mailbox: the settings of this source, or why they could not be read.

        A mailbox that Gmail does not know (no license, service off) holds nothing, and its page says so by being empty.
        People who cannot be asked for (suspended, archived, without mailbox) have no page; the note counts them.
        """
        with self._lock:
            leads = self._round is None or self._round.run is not fetch.run
            if leads:
                people, note = self._people(fetch)
                self._round = Round(fetch.run, {name: SimpleQueue() for name in self._sources}, people, note)
            turn = self._round
        assert turn is not None
        fetch.parents, fetch.note = len(turn.people), turn.note
        try:
            yield from self._lead(fetch, turn) if leads else self._follow(fetch, turn)
        except SourceGap as missing:
            raise SourceGap(_of(missing.gap, fetch.source.name)) from None
        if turn.without:
            fetch.note += f"; {turn.without} more have no mailbox according to Gmail"

    def _people(self, fetch: Fetch) -> tuple[list[Person], str]:
        people, left_out = [], Counter[str]()
        for user in fetch.each("directory.users"):
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

    def _lead(self, fetch: Fetch, turn: Round) -> Iterator[Page]:
        ending: BaseException | None = Stopped()
        try:
            # After an interrupted run the seven may lack different mailboxes.
            done = [fetch.done, *(fetch.run.journal(n).recover()[2] for n in self._sources if n != fetch.source.name)]
            lacking = [person for person in turn.people if not all(person.id in had for had in done)]
            self._urls()  # once, before many threads want them
            home, name = fetch.run.workspace.home, fetch.source.name
            waiting = [Box(person) for person in former.in_turn(home, name, lacking, lambda person: person.id)]
            while waiting:
                late: list[Box] = []
                for found in fetch.map(partial(self._surely, turn.streak), _chunks(fetch, waiting)):
                    late += found.late
                    yield from self._hand_out(fetch, turn, found.pages)
                waiting = sorted(late, key=lambda box: box.until)
            ending = None
        except Exception as err:  # whatever it was, the others who wait for this round must end with it
            ending = err
            raise
        finally:
            # Also when the collector stops asking: nobody may wait for a leader that is gone.
            for queue in turn.pages.values():
                queue.put(ending)

    def _hand_out(self, fetch: Fetch, turn: Round, found: Mapping[str, list[Page]]) -> Iterator[Page]:
        """The leader's own pages; the others' are laid into their queues."""
        turn.without += sum(
            all(not page.records and page.gap is None for page in pages) for pages in zip(*found.values(), strict=True)
        )
        for name, pages in found.items():
            if name != fetch.source.name:
                turn.pages[name].put(pages)
        yield from (page for page in found[fetch.source.name] if page.of not in fetch.done)

    def _follow(self, fetch: Fetch, turn: Round) -> Iterator[Page]:
        while True:
            match turn.pages[fetch.source.name].get():
                case None:
                    return
                case list() as pages:
                    yield from (page for page in pages if page.of not in fetch.done)
                case failure:
                    raise failure

    def _surely(self, streak: Streak, boxes: Sequence[Box]) -> Read:
        """The pages of some mailboxes. A batch that gets no answer is asked for one by one, so that who causes it stands alone."""
        try:
            found = self._read(boxes)
        except Unreachable as err:
            if len(boxes) > 1:
                alone = [self._surely(streak, [box]) for box in boxes]
                pages = {name: [page for one in alone for page in one.pages[name]] for name in self._sources}
                return Read(pages, [box for one in alone for box in one.late])
            streak.lost(err)
            gap = Gap("", Reason.PROVIDER_ERROR, str(err), "scan again")
            return Read({name: [Page(of=boxes[0].person.id, gap=_of(gap, name))] for name in self._sources})
        streak.answered()
        return found

    def _read(self, boxes: Sequence[Box]) -> Read:
        """The pages of each source for some mailboxes, in the same order for every source."""
        self._wait(max(box.until for box in boxes))
        gaps: dict[str, Gap] = {}
        going: list[Box] = []
        late: list[Box] = []
        for box in boxes:
            gap = self._refused(box.person)
            if gap is not None:
                gaps[box.person.id] = gap
                continue
            seconds = self.allowances.spend(box.person.id, len(self._sources) - len(box.answers))
            box.until = time.monotonic() + seconds
            (late if seconds else going).append(box)
        late += self._ask(going, gaps)
        later = {box.person.id for box in late}
        done = [box for box in boxes if box.person.id not in later]
        return Read(
            {
                name: [self._page(source, box, str(i), gaps.get(box.person.id)) for box in done]
                for i, (name, source) in enumerate(self._sources.items())
            },
            late,
        )

    def _ask(self, boxes: Sequence[Box], gaps: dict[str, Gap]) -> list[Box]:
        """Ask once for what these mailboxes lack; those that come again later. Whose token was withdrawn meanwhile gets a gap."""
        if not boxes:
            return []
        first = next(iter(self._sources.values()))
        asked = {
            f"{n}.{i}": url for n, box in enumerate(boxes) for i, url in self._urls().items() if i not in box.answers
        }
        lost: dict[str, TokenRefused] = {}
        put_off: dict[str, tuple[Retry, Response | None]] = {}
        token = partial(self._token, [box.person for box in boxes])
        answers = self._client.batch(first, asked, token, lost, put_off)
        again: dict[int, dict[str, tuple[Retry, Response | None]]] = {}
        for key in asked:
            n, _, i = key.partition(".")
            box = boxes[int(n)]
            if key in answers:
                box.answers[i] = answers[key]
            elif key in put_off:
                again.setdefault(int(n), {})[i] = put_off[key]
            elif key in lost:
                gaps[box.person.id] = self._client.tokens.gap(first, lost[key], box.person.address, [first.permission])
        return [
            boxes[n] for n, parts in again.items() if boxes[n].person.id not in gaps and self._put_off(boxes[n], parts)
        ]

    def _put_off(self, box: Box, again: Mapping[str, tuple[Retry, Response | None]]) -> bool:
        """Whether a mailbox comes again later, and if so, when. If not, its answers so far are its last."""
        box.tries += 1
        transport = self._client.transport
        seconds = 0.0
        for verdict, answer in again.values():
            after = backoff(box.tries, transport.backoff_base) if verdict.after is None else verdict.after
            seconds = max(seconds, after, verdict.at_least)
            found = problem_of(answer) if answer is not None else None
            if answer is not None and found is not None and is_busy(answer, found):
                if of_one_person(found):
                    self.allowances.close(box.person.id, after)
                else:  # the project's quota is everybody's
                    transport.lanes[next(iter(self._sources.values())).lane].pause(after)
        tries = min(verdict.tries for verdict, _ in again.values())
        if box.tries > tries or box.waited + seconds > transport.patience:
            box.answers |= {i: answer for i, (_, answer) in again.items() if answer is not None}
            return False
        box.waited += seconds
        box.until = time.monotonic() + seconds
        return True

    def _wait(self, until: float) -> None:
        seconds = until - time.monotonic()
        if seconds > 0 and self._client.transport.stop.wait(seconds):
            raise Stopped

    def _token(self, people: Sequence[Person], key: str, fresh: bool) -> str:
        return self._client.tokens.user(GROUP, people[int(key.partition(".")[0])].address, fresh=fresh)

    def _refused(self, person: Person) -> Gap | None:
        """Why there is no token for this person; None if there is one. `SourceGap` if there is none for anybody."""
        source = next(iter(self._sources.values()))
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

    def _page(self, source: Source, box: Box, place: str, gap: Gap | None) -> Page:
        person, answer = box.person, box.answers.get(place)
        if gap is not None and answer is None:
            return Page(of=person.id, gap=_of(gap, source.name))
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


def _chunks(fetch: Fetch, boxes: Sequence[Box]) -> list[Sequence[Box]]:
    """Groups that go into one batch; small clinics get small ones, so that all threads have work."""
    size = max(1, min(AT_ONCE, len(boxes) // fetch.run.workers))
    return [boxes[start : start + size] for start in range(0, len(boxes), size)]


def _of(gap: Gap, name: str) -> Gap:
    return msgspec.structs.replace(gap, source=name)
