"""What all questions about Teams policies have in common."""

from __future__ import annotations

from connectors.microsoft365.sources.teams import TeamsRecord
from rules.result import Result, not_applicable, not_assessed

NO_MEETING_POLICY = not_assessed(
    "Teams lists no meeting policy, although it always has one", source="teams.meeting_policies"
)
TEMPLATE = "is one that Microsoft ships with every tenant; whether anybody has it is not told"


def absent(source: str) -> Result:
    """The answer where Teams lists nothing of a kind of which every tenant has one."""
    return not_assessed("Teams lists none, although every tenant has one", source=source)


def outside(policy: TeamsRecord) -> Result | None:
    """The answer for a ready-made policy, where only what the clinic set itself counts; None for the others."""
    return not_applicable(TEMPLATE) if policy.is_template else None
