"""What differs between two snapshots that need not be recorded, and why."""

from __future__ import annotations

from collections.abc import Collection

from auditor.config import TenantSection
from auditor.history.attribution import Cause, ControlMoved, Moved, Step, moves
from auditor.history.recording import state_in, word
from auditor.history.standing import Standing, standing
from auditor.history.store import Change, ordered
from auditor.history.tables import Event, State, event_of
from auditor.scan import judge
from connectors.snapshot import Snapshot
from rules import assess
from rules.profile import Profile


def between(old: Snapshot, new: Snapshot, section: TenantSection | None) -> list[Change]:
    """Both snapshots judged with today's controls, statements and waivers, each for the time of its scan, and compared."""
    before, after = standing(judge(old, section)), standing(judge(new, section))
    profile = section.clinic.profile() if section is not None else Profile()
    waivers = [waiver.waiver() for waiver in section.waiver] if section is not None else []

    def later(controls: Collection[str]) -> Standing:
        return standing(assess(old, now=new.manifest.finished, profile=profile, waivers=waivers, only=controls))

    found, controls = moves(before, after, [Step(Cause.TIME, later)])
    return ordered([*(_change(moved, before, after) for moved in found), *(_control(moved) for moved in controls)])


def _change(moved: Moved, before: Standing, after: Standing) -> Change:
    stand = moved.stand
    was = state_in(before, stand.identity, stand.place, stand.kind, stand.entity)
    now = state_in(after, stand.identity, stand.place, stand.kind, stand.entity)
    # What an old snapshot does not hold was not fixed then: it was not there yet.
    event = event_of(None if was == State.FIXED else was, now)
    words = (word(moved.before), word(moved.after)) if was == now else (was, now)
    causes = tuple(str(cause) for cause in moved.causes)
    return Change(
        stand.control,
        stand.entity,
        stand.label,
        event,
        *words,
        causes,
        stand.about,
        stand.message,
        stand.severity.value,
    )


def _control(moved: ControlMoved) -> Change:
    before, after = (verdict.value if verdict else "" for verdict in (moved.before, moved.after))
    return Change(moved.control, "", "", Event.VERDICT, before, after, tuple(str(c) for c in moved.causes), {})
