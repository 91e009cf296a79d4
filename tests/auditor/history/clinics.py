"""A small clinic whose mailboxes, profile, waivers and sight the tests change one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.gap import Gap, Reason
from connectors.snapshot import Line, Snapshot, SourceState, TenantInfo
from rules import Assessment, assess
from rules.profile import Profile
from rules.waiver import Waiver

DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)
CONTROLS = ("FWD-2", "POL-4")
REMOTE = "exchange.remote_domains"


@dataclass(frozen=True)
class Clinic:
    """One state of the clinic: which outside domains may be forwarded to."""

    open_domains: frozenset[str] = frozenset()
    closed_domains: frozenset[str] = frozenset({"*"})
    dark: bool = False
    partial: bool = False
    quick: bool = False  # seen by a quick scan, which does not read the domains
    approved: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    day: datetime = DAY
    analysed: date | None = date(2026, 2, 1)
    key: str = "brightwater"
    waived_until: date = field(default=date(2030, 1, 1))

    def later(self, days: float = 30, **changes: Any) -> Clinic:
        """The clinic some days later."""
        return replace(self, day=self.day + timedelta(days=days), **changes)

    @property
    def profile(self) -> Profile:
        return Profile(approved_external_domains=self.approved)

    @property
    def waivers(self) -> list[Waiver]:
        return [
            Waiver("FWD-2", name, "accepted for the test", "Dana Reyes", self.waived_until)
            for name in sorted(self.waived)
        ]

    def snapshot(self) -> Snapshot:
        """What a scan of it would hold."""
        rows = [
            {"DomainName": name, "Name": name, "AutoForwardEnabled": name in self.open_domains, "Identity": name}
            for name in sorted(self.open_domains | self.closed_domains)
        ]
        if self.dark or self.quick:
            rows = []
        state = SourceState("microsoft365", pages=1)
        if self.quick:
            state.gap = Gap(REMOTE, Reason.NOT_COLLECTED, "not read in this quick scan", "scan without --quick")
        elif self.dark or self.partial:
            state.gap = Gap(REMOTE, Reason.PERMISSION, "refused", "grant it")
        tenant = TenantInfo(self.key, self.key.title(), ["microsoft365"], {"microsoft365": "t"})
        lines = {REMOTE: [Line(r=row) for row in rows], "evidence.statements": self._statements()}
        return Snapshot.of(tenant, lines, states={REMOTE: state}, taken=self.day, quick=self.quick)

    def _statements(self) -> list[dict[str, Any]]:
        if self.analysed is None:
            return []
        return [
            {
                "id": "risk.toml", "topic": "risk_analysis", "statement": "All of it", "by": "Dana Reyes",
                "signed_on": self.analysed.isoformat(), "file_state": "ok", "covers": ["email", "file sharing"],
            }
        ]  # fmt: skip

    def assessment(self, snapshot: Snapshot, only: Iterable[str] = CONTROLS) -> Assessment:
        return assess(snapshot, now=self.day, profile=self.profile, waivers=self.waivers, only=only)
