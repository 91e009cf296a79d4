"""Why a verdict moved between two runs: the tenant, the control, the clinic's statements, a waiver, the calendar, or what was seen.

The old snapshot is judged again, with one thing of today at a time: today's controls, then today's statements, then today's
date. What moves at a step has that step's cause; what only the new snapshot moves was changed in the tenant, or is seen no
longer, or is seen for the first time. So a cause is found by experiment, not by guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.history.standing import Stand, Standing
from rules.result import Verdict


class Cause(StrEnum):
    """Why a verdict is another one than in the run before."""

    TENANT = "tenant changed"
    CONTROL = "control changed"
    STATEMENTS = "statements changed"  # what the clinic states about itself, in its configuration or evidence folder
    WAIVER_GIVEN = "waiver given"
    WAIVER_ENDED = "waiver lapsed"  # its last day passed, its facts changed or became worse, or it was taken back
    VISIBILITY = "visibility changed"
    TIME = "time passed"  # nothing was changed; a date in what was read is too long ago by now
    UNKNOWN = "cannot be told"  # the old snapshot is gone, and with it the means to tell


@dataclass(frozen=True)
class Step:
    """The old snapshot, judged with one more thing of today. `judge` takes the ids of the controls to judge."""

    cause: Cause
    judge: Callable[[Collection[str]], Standing]


@dataclass(frozen=True)
class Moved:
    """One finding whose verdict or waiver moved."""

    before: Stand | None
    after: Stand | None
    causes: tuple[Cause, ...]

    @property
    def stand(self) -> Stand:
        """The newer of the two."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class ControlMoved:
    """A control whose verdict as a whole moved."""

    control: str
    before: Verdict | None
    after: Verdict | None
    causes: tuple[Cause, ...]


def moves(before: Standing, after: Standing, steps: Sequence[Step] | None) -> tuple[list[Moved], list[ControlMoved]]:
    """What moved, with causes. Of `before` only findings need be there, and the verdicts of controls.

    `steps` are tried in their order. None means that the old snapshot is gone: then only waivers and visibility can be told.
    """
    findings = {stand.identity: stand for stand in (*before.findings(), *after.findings())}
    keys = [key for key in findings if _differs(before.stands.get(key), after.stands.get(key))]
    controls = [
        control
        for control in dict.fromkeys([*before.controls, *after.controls])
        if before.controls.get(control) is not after.controls.get(control)
    ]
    wanted = {findings[key].control for key in keys} | set(controls)
    ladder = [(step.cause, step.judge(wanted)) for step in steps or ()] if wanted else []
    story = _Story(before, after, ladder, known=steps is not None)
    found = [Moved(before.stands.get(key), after.stands.get(key), story.of_finding(key)) for key in keys]
    return found, [
        ControlMoved(c, before.controls.get(c), after.controls.get(c), story.of_control(c, found)) for c in controls
    ]


def _differs(old: Stand | None, new: Stand | None) -> bool:
    return _verdict(old) is not _verdict(new) or bool(_waivers(old, new))


def _verdict(stand: Stand | None) -> Verdict | None:
    return stand.verdict if stand is not None else None


def _waivers(old: Stand | None, new: Stand | None) -> list[Cause]:
    was = old is not None and old.waived_until is not None
    now = new is not None and new.waived_until is not None
    if now and not was:
        return [Cause.WAIVER_GIVEN] if old is not None and old.is_finding else []
    # A finding that comes brings a waiver that waited for it, and one that is gone took it along: no waiver began or ended.
    return [Cause.WAIVER_ENDED] if was and not now and new is not None and new.is_finding else []


class _Story:
    """The steps from the old run to the new one."""

    def __init__(
        self, before: Standing, after: Standing, ladder: Sequence[tuple[Cause, Standing]], *, known: bool
    ) -> None:
        self.before, self.after, self.ladder, self.known = before, after, ladder, known
        self.last = ladder[-1][1] if ladder else before

    def of_finding(self, key: str) -> tuple[Cause, ...]:
        old, new = self.before.stands.get(key), self.after.stands.get(key)
        waivers = _waivers(old, new)
        if _verdict(old) is _verdict(new):
            return tuple(waivers)
        causes: list[Cause] = []
        at = self.before
        for cause, standing in self.ladder:
            was, now = at.stands.get(key), standing.stands.get(key)
            # The record of the old run holds findings only, so against it all that is none counts as one verdict.
            as_recorded = at is self.before
            if (_finding(was) is not _finding(now)) if as_recorded else (_verdict(was) is not _verdict(now)):
                causes.append(cause)
            at = standing
        seen = self._seen(key)
        if seen is not None:
            causes.append(seen if self.known or seen is not Cause.TENANT else Cause.UNKNOWN)
        return tuple(dict.fromkeys([*causes, *waivers]))

    def _seen(self, key: str) -> Cause | None:
        """What the new snapshot itself moved; None if nothing."""
        was, now = self.last.stands.get(key), self.after.stands.get(key)
        if _verdict(was) is _verdict(now):
            return None
        dark = [_dark(was, self.last, now), _dark(now, self.after, was)]
        unseen = [only_input for only_input in dark if only_input is not None]
        either = was or now
        if not unseen and either is not None:
            # Something else about the same person or mailbox came out of sight, or into it: a second witness speaks up then.
            whom = (either.place, either.kind, either.entity)
            sides = [self.last.blind.get(whom), self.after.blind.get(whom)]
            unseen = [only_input for only_input in sides if only_input is not None] if None in sides else []
        if not unseen:
            return Cause.TENANT
        return Cause.STATEMENTS if all(unseen) else Cause.VISIBILITY

    def of_control(self, control: str, found: Iterable[Moved]) -> tuple[Cause, ...]:
        if self.before.raw.get(control) is self.after.raw.get(control):
            causes = [cause for moved in found if moved.stand.control == control for cause in moved.causes]
            return tuple(dict.fromkeys(causes))
        causes = []
        at = self.before
        for cause, standing in self.ladder:
            if at.raw.get(control) is not standing.raw.get(control):
                causes.append(cause)
            at = standing
        if at.raw.get(control) is not self.after.raw.get(control):
            causes += self._seen_of_control(control)
        return tuple(dict.fromkeys(causes))

    def _seen_of_control(self, control: str) -> list[Cause]:
        """The causes of those entities that carried the old verdict or carry the new one."""
        carried = {self.last.raw.get(control), self.after.raw.get(control)} - {None}
        causes: list[Cause] = []
        for key in {**self.last.stands, **self.after.stands}:
            was, now = self.last.stands.get(key), self.after.stands.get(key)
            stand = now or was
            if stand is None or stand.control != control or not {_verdict(was), _verdict(now)} & carried:
                continue
            seen = self._seen(key)
            if seen is not None:
                causes.append(seen if self.known or seen is not Cause.TENANT else Cause.UNKNOWN)
        if Verdict.NOT_ASSESSED in carried:
            # What went dark, or came to light, decides here; what changed in the tenant meanwhile only where nothing did.
            dark: list[Cause] = [cause for cause in causes if cause not in {Cause.TENANT, Cause.UNKNOWN}]
            places = {place for side in (self.last, self.after) for place in side.partial if place[0] == control}
            for place in places:
                sides = [self.last.partial.get(place), self.after.partial.get(place)]
                if sides[0] is not sides[1]:
                    dark.append(Cause.VISIBILITY if False in sides else Cause.STATEMENTS)
            return dark or causes or [Cause.VISIBILITY]
        return causes or [Cause.TENANT if self.known else Cause.UNKNOWN]


def _finding(stand: Stand | None) -> Verdict | None:
    return stand.verdict if stand is not None and stand.is_finding else None


def _dark(stand: Stand | None, standing: Standing, other: Stand | None) -> bool | None:
    """Whether this side could not see the entity: None if it could, else whether only a person's input was missing."""
    if stand is not None:
        return stand.needs_input if stand.verdict is Verdict.NOT_ASSESSED else None
    assert other is not None
    return standing.unseen(other.place, other.kind, other.entity)
