"""Whether Google's 2-step verification is enforced in a unit or group, in words; and lengths of time as Google writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.settings import TwoStepEnforcement
from connectors.record import Unreadable
from rules.view import Now
from rules.views.google_policy import VALUE, PolicyCell

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def not_enforced(cell: PolicyCell, now: Now) -> str | None:
    """Why 2-step verification is not enforced here; None if it is. Google documents no default for the setting."""
    if not cell.given(TwoStepEnforcement):
        return "no setting enforces 2-step verification here"
    if not EPOCH < cell.setting(TwoStepEnforcement).enforced_from <= now:
        return "2-step verification is not enforced here"
    return None


def seconds_of(text: str, field: str) -> float:
    """The seconds in a length of time ("604800s"); `Unreadable` if it is none."""
    try:
        return float(text.removesuffix("s"))
    except ValueError as err:
        raise Unreadable(Gap(VALUE + field, Reason.UNREADABLE, "the value is not a length of time")) from err
