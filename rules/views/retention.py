"""Which retention policies keep the mail of a mailbox.

Facts: Get-RetentionCompliancePolicy and Get-RetentionComplianceRule; a rule belongs to a policy by the policy's GUID.
"""

from __future__ import annotations

from connectors.gap import Gap
from connectors.microsoft365.sources.compliance import RetentionPolicy, RetentionRule
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View
from rules.views.locations import everywhere, names

KEEPS = frozenset({"Keep", "KeepAndDelete"})


class Retention(View[None]):
    """Policies that keep content."""

    def __init__(self, policies: Table[RetentionPolicy], rules: Table[RetentionRule]) -> None:
        self.policies, self.rules = policies, rules

    @derived
    def _read(self) -> tuple[list[tuple[str, bool, frozenset[str], frozenset[str]]], Gap | None]:
        """(policies that keep mail: name, whether for all, names that are meant, names that are left out; why some may lack)."""
        keeping: set[str] = set()
        found = []
        gap: Gap | None = None
        try:
            for rule in self.rules:
                if rule.retention_compliance_action in KEEPS:
                    keeping.add(rule.policy.casefold())
        except Unreadable as err:
            gap = err.gap
        try:
            for policy in self.policies:
                if policy.works and policy.guid.casefold() in keeping:
                    found.append(
                        (
                            str(policy.name),
                            everywhere(policy.exchange_location),
                            frozenset(name.casefold() for name in names(policy.exchange_location)),
                            frozenset(name.casefold() for name in names(policy.exchange_location_exception)),
                        )
                    )
        except Unreadable as err:
            gap = gap or err.gap
        return found, gap

    def keeping(self, mailbox: Mailbox) -> list[str]:
        """The policies that keep a mailbox; `Unreadable` if none is known and some could not be read."""
        called = {str(mailbox.primary_smtp_address).casefold(), str(mailbox.display_name).casefold()}
        policies, gap = self._read
        found = [name for name, whole, meant, left in policies if (whole or called & meant) and not called & left]
        if not found and gap is not None:
            raise Unreadable(gap)
        return found
