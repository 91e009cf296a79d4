"""Vendors and the agreements with them, as the clinic states them.

    agreements.of("Otter.ai", "0b5e...") -> Agreement | None        by name, domain or client id

A vendor with a signed agreement that was looked at within a year, or with the reason why it never sees patient data, is in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.evidence.sources import Statement, Vendor
from connectors.gap import Reason
from connectors.record import Unreadable, derived
from rules.view import View, age
from rules.views.attestations import FILES, YEAR, Attestations


@dataclass(frozen=True)
class Agreement:
    """What the clinic states of one vendor."""

    vendor: Vendor
    statement: Statement

    def fault(self, now: datetime) -> str | None:
        """What is wrong with it, as a sentence's end; None if it is in order."""
        if self.statement.file_state in FILES:
            return f"its record does not hold: {FILES[self.statement.file_state]}"
        if self.vendor.no_phi:
            return None
        if self.vendor.signed_on is None:
            return "no agreement with it was signed"
        if self.vendor.signed_on > now:
            return "its agreement is dated in the future"
        if not self.vendor.scope:
            return "its agreement does not say what it covers"
        if self.vendor.review_on is not None and self.vendor.review_on < now:
            return f"its agreement was due for a look on {self.vendor.review_on.date().isoformat()}"
        if age(now, self.statement.signed_on) > YEAR:
            return "its agreement was not looked at within a year"
        return None


class Agreements(View[None]):
    """The vendors that the clinic has stated."""

    def __init__(self, attestations: Attestations) -> None:
        self._attestations = attestations

    @property
    def now(self) -> datetime:
        """The time verdicts are made for."""
        return self._attestations.now

    @property
    def whole(self) -> bool:
        """Whether an evidence folder was named and could be read to its end."""
        return self._attestations.whole

    @derived
    def _all(self) -> list[Agreement]:
        """Newest statements first; `Unreadable` (needs input) if the clinic states no vendors at all."""
        return list(self._stated())

    def _stated(self) -> Iterator[Agreement]:
        for statement in self._attestations.of("vendor_baas"):
            for vendor in statement.vendor:
                yield Agreement(vendor, statement)

    def of(self, *names: str) -> Agreement | None:
        """What is stated of a vendor by any of its names, client ids or domains (and what lies below a domain)."""
        wanted = {name.casefold().rstrip(".") for name in names if name}
        for one in self._all:
            vendor = one.vendor
            if wanted & {vendor.name.casefold(), *(client.casefold() for client in vendor.client_ids)}:
                return one
            ends = [domain.casefold() for domain in vendor.domains]
            if any(name == end or name.endswith(f".{end}") for name in wanted for end in ends):
                return one
        return None

    def stated(self, *names: str) -> Agreement | None:
        """Like `of`, but a folder that was read to its end and names no vendor at all is an answer too: none."""
        try:
            return self.of(*names)
        except Unreadable as err:
            if err.gap.reason is Reason.NEEDS_INPUT and self.whole:
                return None
            raise

    def covers(self, *names: str) -> bool:
        """Whether an agreement in order is on file; `Unreadable` if the clinic states no vendors at all."""
        found = self.of(*names)
        return found is not None and found.fault(self.now) is None
