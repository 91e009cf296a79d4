"""What Gmail's safety settings do with bad mail in one part of the clinic: the sentences that several controls share."""

from __future__ import annotations

from connectors.google_workspace.sources.settings import Setting
from rules.result import Result, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

NOBODY = not_applicable("no active person works in any unit")
HELD = frozenset({"SPAM_FOLDER", "QUARANTINE"})
"""What takes a message out of the inbox; a warning leaves it there."""


def caught(cell: PolicyCell, setting: type[Setting], switch: str, consequence: str, what: str) -> Result:
    """Whether a protection is on and takes such messages (`what`) out of the inbox. The fields are named as we name them."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    value = cell.setting(setting)
    origin = str(cell.origin(setting, switch))
    if not getattr(value, switch):
        return failed(f"{what} is not looked for", people=cell.names, setting=origin)
    done = getattr(value, consequence)
    if done not in HELD:
        return failed(f"{what} stays in the inbox", people=cell.names, consequence=done, setting=origin)
    return passed(f"{what} is taken out of the inbox", people=len(cell.names), consequence=done, setting=origin)


def switched(
    cell: PolicyCell, setting: type[Setting], switch: str, *, off: str, on: str, wanted: bool = True
) -> Result:
    """Whether a switch stands as it should; `off` and `on` say what the wrong and the right state mean for people."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    stands: bool = getattr(cell.setting(setting), switch)
    origin = str(cell.origin(setting, switch))
    if stands is not wanted:
        return failed(off, people=cell.names, setting=origin)
    return passed(on, people=len(cell.names), setting=origin)
