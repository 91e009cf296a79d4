"""Who got in with an old program in the last 30 days, from the sign-in log."""

from __future__ import annotations

from connectors.gap import Gap
from connectors.microsoft365.sources.signin import OldSignIn
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View


class OldSignIns(View[None]):
    """The sign-ins by person."""

    def __init__(self, log: Table[OldSignIn]) -> None:
        self.log = log

    @derived
    def _read(self) -> tuple[dict[str, list[str]], Gap | None]:
        """(programs by person's id, why there may be more)."""
        found: dict[str, list[str]] = {}
        gap: Gap | None = None
        for one in self.log.known():
            try:
                if one.status.error_code == 0:
                    found.setdefault(one.user_id, []).append(one.client_app_used)
            except Unreadable as err:
                gap = gap or err.gap
        return found, gap or self.log.gap

    def of(self, person: str) -> list[str]:
        """The programs somebody (by id) got in with, one entry a sign-in; `Unreadable` if none is known and the log is not whole."""
        found, gap = self._read
        if person in found:
            return sorted(found[person])
        if gap is not None:
            raise Unreadable(gap)
        return []
