"""Whether a device filter of a Conditional Access policy leaves every device in that is not managed.

Comparisons of isCompliant and trustType are understood, all of one kind. Any other rule is `Unreadable`: a person must look.
"""

from __future__ import annotations

import re

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.access import DeviceFilter
from connectors.record import Unreadable

_CLAUSE = re.compile(
    r'^\(?\s*device\.(isCompliant|trustType)\s+-(eq|ne)\s+"?(True|False|ServerAD|AzureAD)"?\s*\)?$', re.IGNORECASE
)


def speaks_of_other_devices(given: DeviceFilter) -> bool:
    """Whether a policy with this filter applies to every device that is not managed."""
    rule = given.rule.strip()
    marks = {_is_managed(part) for part in re.split(r"\s-(?:or|and)\s", rule, flags=re.IGNORECASE)}
    if len(marks) != 1 or None in marks:
        raise Unreadable(
            Gap(
                "graph.conditional_access_policies:conditions.devices.deviceFilter.rule",
                Reason.UNREADABLE,
                "a policy picks its devices by a rule that is not understood",
                "look at the policy's filter for devices",
            )
        )
    # However the comparisons are joined: leaving out some managed devices, or picking all that lack a mark, leaves the others in.
    return (True in marks) == (given.mode == "exclude")


def _is_managed(clause: str) -> bool | None:
    """Whether a comparison picks managed devices (True) or others (False); None if it is not understood."""
    found = _CLAUSE.match(clause.strip())
    if found is None:
        return None
    field, operator, value = found[1].casefold(), found[2].casefold(), found[3].casefold()
    if field == "iscompliant" and value in {"true", "false"}:
        return (value == "true") == (operator == "eq")
    if field == "trusttype" and value in {"serverad", "azuread"}:
        return operator == "eq"
    return None
