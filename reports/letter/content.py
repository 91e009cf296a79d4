"""What stands in the letter, before anybody decides how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from reports import reading, wording
from reports.actions import Action, action_for
from reports.escape import shortened, visible
from reports.glossary import plain
from rules.assess import Assessment
from rules.control import controls
from rules.result import Severity, Verdict

MOST_ACTIONS = 3
_MOST_NAMES = 3
_MOST_CHANGES = 8
_MOST_LAPSING = 3
_NAME = 64
_LINE = 100  # characters
_ID = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9A-Za-z-]{16,}|\d{12,}")
"""A number or name that a provider gave a thing: no reader knows it."""
_URGENT = (Severity.CRITICAL, Severity.HIGH)


@dataclass(frozen=True)
class Happening:
    """What became of one finding since the letter before: `event` is new, came back, reopened, fixed, went dark or came to light."""

    event: str
    control: str
    label: str
    destination: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """One scan on the trend: how many things were to be fixed on a day."""

    day: date
    to_fix: int
    urgent: int


@dataclass(frozen=True)
class Sender:
    """Who the letter comes from: the practice itself or whoever looks after it. `logo` is a PNG, JPEG or SVG file's content."""

    name: str = ""
    contact: str = ""
    logo: bytes = field(default=b"", repr=False)
    logo_kind: str = ""  # "png", "jpeg" or "svg"


@dataclass(frozen=True)
class Todo:
    """One thing to do."""

    do: str
    concerned: tuple[str, ...]  # who or what, with the destination
    why: str
    who: str
    minutes: str
    controls: tuple[str, ...]
    how: tuple[str, ...]  # steps for the person who does it


@dataclass(frozen=True)
class Group:
    """What changed in one way."""

    title: str
    lines: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True)
class Accepted:
    """A risk that somebody accepted until a day."""

    text: str
    approver: str
    until: str
    soon: bool


@dataclass(frozen=True)
class Letter:
    """The whole letter in words. Everything in it is plain text; a format escapes it."""

    clinic: str
    title: str
    answer: str
    seen: str
    quiet: bool
    todo: tuple[Todo, ...]
    later: int  # how many things are left beyond the things to do
    changes: tuple[Group, ...]
    unchanged: str  # said where nothing changed
    accepted: tuple[Accepted, ...]
    next_lapse: str
    lapsing: tuple[str, ...]  # statements on file that stop counting soon
    unseen: tuple[str, ...]  # what would let us see more, and what for
    rest: tuple[tuple[str, str, int], ...]  # (control, title, findings) of everything open, for the second page
    trend: tuple[Point, ...]
    sender: Sender
    footer: str

    @property
    def dense(self) -> int:
        """How much page one holds: it is set smaller from 1 on, and smaller again at 2."""
        lines = sum(len(todo.concerned) + 4 for todo in self.todo)
        lines += sum(1 + sum(1 + len(line) // _LINE for line in group.lines) for group in self.changes)
        lines += sum(1 + (len(risk.text) + len(risk.approver) + 40) // _LINE for risk in self.accepted[:3])
        lines += len(self.lapsing) + 2 * (bool(self.accepted) + bool(self.lapsing))
        return (lines > 26) + (lines > 40)


def compose(
    assessment: Assessment,
    *,
    month: date,
    happened: Sequence[Happening] | None = None,
    since: date | None = None,
    trend: Iterable[Point] = (),
    sender: Sender = Sender(),
    lapsing: Sequence[tuple[str, date]] = (),
) -> Letter:
    """The letter for a month. `happened` since the day `since`; None where there is no earlier scan to compare with.

    `lapsing` are statements on file that stop counting soon: what each is about, and its last day.
    """
    todo, later = _todo(assessment)
    open_ = reading.by_control(reading.findings(assessment, Verdict.FAIL))
    changes = _changes(happened or [])
    accepted = _accepted(assessment)
    rest = tuple((g.control, g.title, len(g.findings)) for g in open_)
    quiet = not todo and not changes
    unseen = dict.fromkeys(_remedy(dark) for dark in reading.dark(assessment) if dark.remedy)
    return Letter(
        clinic=visible(assessment.tenant.name),
        title=f"Your mail and files in {month:%B %Y}",
        answer=_answer(assessment, todo, open_),
        seen=_seen(assessment),
        quiet=quiet,
        todo=tuple(todo),
        later=later,
        changes=changes,
        unchanged=_unchanged(happened, since, changes),
        accepted=accepted,
        next_lapse=f"The first of them ends on {accepted[0].until}." if len(accepted) > 1 else "",
        lapsing=_lapsing(lapsing),
        unseen=tuple(map(plain, unseen) if quiet else unseen),  # a quiet letter has no page two to explain short words
        rest=rest,
        trend=tuple(trend),
        sender=sender,
        footer=(
            "General information from what your mail and file services show to a reading program. It is no legal advice, and a "
            "quiet letter does not prove that everything is in order."
        ),
    )


def _answer(assessment: Assessment, todo: Sequence[Todo], open_: Sequence[reading.Grouped]) -> str:
    """Are we all right? In one sentence, with the day."""
    day = wording.day(assessment.finished)
    urgent = [group for group in open_ if group.severity in _URGENT]
    if not assessment.controls:
        return f"We cannot say: on {day} nothing could be looked at."
    if urgent:
        first = ("one thing", "two things", "three things")[len(todo) - 1]
        return (
            f"No. On {day} we found weak spots that put patients' mail or files at risk; {first} should be done first."
        )
    if open_:
        return (
            f"Mostly. On {day} we found nothing urgent, and {wording.count(len(open_), 'smaller thing')} to put right."
        )
    if any(o.verdict is Verdict.NOT_ASSESSED or o.gaps for o in assessment.controls):
        return f"As far as we could see, yes. On {day} we found nothing to put right, but we could not see everything."
    return f"Yes. On {day} we looked at everything on our list and found nothing to put right."


def _seen(assessment: Assessment) -> str:
    """How much was seen, and how much was not: questions, then mailboxes."""
    several = len(assessment.tenant.providers) > 1
    boxes = [_boxes(found) + (f" at {found.provider}" if several else "") for found in reading.mailboxes(assessment)]
    return _answered(assessment) + (f" We looked at the settings of {wording.listed(boxes)}." if boxes else "")


def _boxes(found: reading.Mailboxes) -> str:
    """How many mailboxes: their settings are read, never what they hold."""
    all_ = "the only mailbox" if found.total == 1 else f"all {found.total:,} mailboxes"
    some = f"{found.read:,} of {wording.count(found.total, 'mailbox', 'mailboxes')}"
    return all_ if found.read == found.total else some


def _answered(assessment: Assessment) -> str:
    total = [o for o in assessment.controls if o.verdict is not Verdict.NOT_APPLICABLE]
    blind = sum(o.verdict is Verdict.NOT_ASSESSED for o in total)
    partly = sum(o.verdict is not Verdict.NOT_ASSESSED and bool(o.gaps) for o in total)
    if not blind and not partly:
        return f"All {len(total)} questions could be answered."
    text = (
        f"Of {len(total)} questions, {blind} could not be answered" if blind else f"{len(total)} questions were asked"
    )
    if partly:
        text += f", and {partly} only in part"
    return f"{text}. What we did not see does not count as fine."


def _todo(assessment: Assessment) -> tuple[list[Todo], int]:
    """The things to do first, and how many others there are."""
    known = controls()
    found: dict[Action, list[reading.Finding]] = {}
    for finding in reading.findings(assessment, Verdict.FAIL):
        found.setdefault(action_for(known[finding.control]), []).append(finding)
    order = list(Severity)

    def rank(item: tuple[Action, list[reading.Finding]]) -> tuple[int, int, str]:
        action, findings = item
        return min(order.index(f.severity) for f in findings), action.rank, action.do

    ranked = sorted(found.items(), key=rank)
    first = [_one(action, findings) for action, findings in ranked[:MOST_ACTIONS]]
    return first, len(ranked) - len(first)


def _one(action: Action, findings: Sequence[reading.Finding]) -> Todo:
    names = list(dict.fromkeys(_name(finding) for finding in findings if _name(finding)))
    concerned = names[:_MOST_NAMES]
    if len(names) > _MOST_NAMES:
        concerned.append(f"and {len(names) - _MOST_NAMES} more")
    steps = dict.fromkeys(f"{wording.provider(f.provider)}: {f.fix}" for f in findings if f.fix)
    codes = tuple(dict.fromkeys(finding.control for finding in findings))
    return Todo(
        action.do,
        tuple(concerned),
        action.why,
        action.who,
        _time(action.minutes * max(1, min(len(names), 6))),
        codes,
        tuple(steps)[:3],
    )


def _name(finding: reading.Finding) -> str:
    """Whom a finding concerns, and where the mail goes; empty where it is the clinic as a whole."""
    where = f" → {shortened(finding.destination, _NAME)}" if finding.destination else ""
    if finding.kind in {"tenant", "statement", "policy", "unit", "remote domain"} and not where:
        return ""
    return shortened(_short(finding.who), _NAME) + where


def _short(label: str) -> str:
    """A person's name without the address behind it, for the letter's reader knows who it is; a thing's with the end of its id."""
    name, _, rest = label.partition(" <")
    if name.strip() and rest.endswith(">"):
        return name
    thing, _, number = label.rpartition(" ")
    return f"{thing} …{number[-4:]}" if thing and _ID.fullmatch(number) else label


def _time(minutes: int) -> str:
    if minutes < 90:
        return f"about {minutes} minutes"
    hours = round(minutes / 60)
    return f"about {wording.count(hours, 'hour')}"


_GROUPS = (
    (("fixed",), "Put right"),
    (("new",), "New"),
    (("came back", "reopened"), "Came back"),
    (("went dark",), "Can no longer be seen"),
    (("came to light",), "Can be seen again"),
)


def _changes(happened: Sequence[Happening]) -> tuple[Group, ...]:
    """What changed, at most eight lines in all; every way of changing keeps at least one."""
    found = {
        title: list(dict.fromkeys(_happened(h) for h in happened if h.event in events)) for events, title in _GROUPS
    }
    groups = {title: lines for title, lines in found.items() if lines}
    room = max(1, _MOST_CHANGES // max(1, len(groups)))
    return tuple(Group(title, tuple(lines[:room]), max(0, len(lines) - room)) for title, lines in groups.items())


def _happened(happening: Happening) -> str:
    known = controls().get(happening.control)
    where = f" → {shortened(visible(happening.destination), _NAME)}" if happening.destination else ""
    about = f": {action_for(known).topic}" if known is not None and not where else ""
    return shortened(_short(visible(happening.label)), _NAME) + where + about


def _unchanged(happened: Sequence[Happening] | None, since: date | None, changes: Sequence[Group]) -> str:
    if happened is None or since is None:
        return "This is the first letter, so there is nothing to compare with."
    return "" if changes else f"Nothing has changed since {since:%B} {since.day}."


def _accepted(assessment: Assessment) -> tuple[Accepted, ...]:
    day = assessment.judged_for.date()
    found = []
    for outcome in assessment.controls:
        for judgment in outcome.waived:
            waiver = judgment.waiver
            assert waiver is not None
            where = judgment.result.about.get("destination", "")
            text = shortened(_short(visible(judgment.entity.label)), _NAME) + (
                f" → {shortened(visible(where), _NAME)}" if where else ""
            )
            entry = Accepted(
                text, visible(waiver.approver), f"{waiver.until:%B} {waiver.until.day}, {waiver.until.year}",
                (waiver.until - day).days <= 31,
            )  # fmt: skip
            found.append((waiver.until, entry))
    return tuple(dict.fromkeys(entry for _, entry in sorted(found, key=lambda item: (item[0], item[1].text))))


def _lapsing(found: Sequence[tuple[str, date]]) -> tuple[str, ...]:
    """The statements that stop counting soon, at most three; the reader is the clinic, so "its" is "your"."""
    lines = []
    for words, until in sorted(found, key=lambda item: (item[1], item[0])):
        said = re.sub(r"\bits?\b", lambda m: "your" if m[0] == "its" else "the clinic", visible(words))
        lines.append(f"{plain(said[:1].upper() + said[1:])}: until {until:%B} {until.day}, {until.year}")
    more = len(lines) - _MOST_LAPSING
    return (*lines[:_MOST_LAPSING], *([f"and {more} more"] if more > 0 else []))


def _remedy(dark: reading.Dark) -> str:
    """What would answer a question, behind the question; a remedy that answers many names one of them."""
    first, more = next(iter(dark.controls.values())), len(dark.controls) - 1
    about = first + (f" (and {wording.count(more, 'other question')})" if more else "")
    return f"{about}: {dark.remedy.strip().rstrip('.')}."
