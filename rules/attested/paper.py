"""What the statements about policies and paperwork have in common: which one counts, what it must say, what was done when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.evidence.sources import Event, Statement
from rules.result import Result, failed, passed
from rules.view import age
from rules.views.attestations import YEAR, Attestations


@dataclass(frozen=True)
class Paper:
    """What a kind of statement must say to count.

    `covers` are words that its `covers` must hold; of a tuple among them one word is enough. `within` is how old it may be: a
    policy stays good until somebody changes it, a review does not.
    """

    topic: str
    noun: str  # what messages call it: "the plan"
    covers: tuple[str | tuple[str, ...], ...] = ()
    within: timedelta | None = None

    def judge(self, attestations: Attestations, good: str, *more: Callable[[Statement], str | None]) -> Result:
        """Pass with the words `good` if the newest statement counts, says all it must, and none of `more` objects.

        `Unreadable` (needs input) if the clinic stated nothing.
        """
        statement = attestations.newest(self.topic)
        if fault := attestations.fault(statement, within=self.within):
            return fault
        about = {"statement": statement.id}
        if missing := self.missing(statement):
            return failed(f"{self.noun} is not stated to hold: {'; '.join(missing)}", about=about)
        for objection in more:
            if found := objection(statement):
                return failed(found, about=about)
        return passed(good, signed_on=statement.signed_on.date().isoformat())

    def missing(self, statement: Statement) -> list[str]:
        """What the statement does not say, alternatives joined by "or"."""
        said = {text.casefold() for text in statement.covers}
        wanted = [(one,) if isinstance(one, str) else one for one in self.covers]
        return [" or ".join(words) for words in wanted if not any(word.casefold() in said for word in words)]


def done(statement: Statement, now: datetime, *, within: timedelta = YEAR, what: str | None = None) -> list[Event]:
    """What was done in the time before `now`; with `what`, only events of this name."""
    return [
        event
        for event in statement.event
        if event.on <= now
        and age(now, event.on) <= within
        and (what is None or (event.what or "").casefold() == what.casefold())
    ]
