"""The organizational units of a Google customer: which lies in which."""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.customer import OrgUnit
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View


class OrgUnits(View[None]):
    """The tree of units, by id as policies write it (without `id:`) and by path."""

    def __init__(self, units: Table[OrgUnit]) -> None:
        self.units = units

    @derived
    def _tree(self) -> tuple[dict[str, OrgUnit], dict[str, str], str, Gap | None]:
        """(units by id, ids by path in lower case, the root's id or "", what could not be read)."""
        by_id: dict[str, OrgUnit] = {}
        by_path: dict[str, str] = {}
        root, gap = "", self.units.gap
        for unit in self.units.known():
            try:
                by_id[unit.policy_id] = unit
                by_path[unit.org_unit_path.casefold()] = unit.policy_id
                if unit.org_unit_path == "/":
                    root = unit.policy_id
                elif unit.parent_org_unit_path == "/" and unit.parent_org_unit_id and not root:
                    # A listing without the root still names it as the parent of the first level.
                    root = unit.parent_org_unit_id.removeprefix("id:")
            except Unreadable as err:
                gap = gap or err.gap
        if root:
            by_path.setdefault("/", root)
        return by_id, by_path, root, gap

    @property
    def gap(self) -> Gap | None:
        """Why some units may be missing."""
        return self._tree[3]

    @derived
    def paths(self) -> list[str]:
        """The paths of all units, the root's among them; `Unreadable` if some may be missing."""
        by_id, _, root, gap = self._tree
        if gap is not None or not root:
            raise Unreadable(gap or Gap("directory.orgunits", Reason.UNREADABLE, "no unit is the root of the others"))
        return sorted({"/", *(unit.org_unit_path for unit in by_id.values())})

    @derived
    def root_name(self) -> str:
        """What the whole clinic is called."""
        by_id, _, root, _ = self._tree
        try:
            return by_id[root].name if root in by_id else "the whole clinic"
        except Unreadable:
            return "the whole clinic"

    def name(self, unit: str) -> str:
        """A unit's path; empty for the root, the id for a unit that is not there."""
        by_id, _, root, _ = self._tree
        if not unit or unit == root:
            return ""
        try:
            return by_id[unit].org_unit_path if unit in by_id else unit
        except Unreadable:
            return unit

    def chain(self, path: str) -> tuple[list[str], bool]:
        """(the ids of the unit with this path and of all units above, the nearest first; whether that reaches the root)."""
        by_id, by_path, root, _ = self._tree
        at, chain = by_path.get(path.casefold(), ""), list[str]()
        while at and at not in chain:
            chain.append(at)
            if at == root:
                return chain, True
            unit = by_id.get(at)
            if unit is None:
                break
            try:
                at = (unit.parent_org_unit_id or "").removeprefix("id:")
            except Unreadable:
                break
        return chain, False
