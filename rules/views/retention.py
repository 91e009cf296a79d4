"""Which retention policies keep, or remove, the mail of a mailbox.

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
    """Policies that say how long content stays."""

    def __init__(self, policies: Table[RetentionPolicy], rules: Table[RetentionRule]) -> None:
        self.policies, self.rules = policies, rules

    @derived
    def _read(self) -> tuple[list[tuple[str, bool, bool, frozenset[str], frozenset[str]]], Gap | None]:
        """(policies with rules: name, whether it keeps, whether for all, names that are meant and left out; why some may lack)."""
        ruled: dict[str, bool] = {}  # by the policy's GUID: whether one of its rules keeps
        found = []
        gap: Gap | None = None
        try:
            for rule in self.rules:
                guid = rule.policy.casefold()
                ruled[guid] = ruled.get(guid, False) or rule.retention_compliance_action in KEEPS
        except Unreadable as err:
            gap = err.gap
        try:
            for policy in self.policies:
                if policy.works and policy.guid.casefold() in ruled:
                    found.append(
                        (
                            str(policy.name),
                            ruled[policy.guid.casefold()],
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
        return self._covering(mailbox, keeping=True)

    def governing(self, mailbox: Mailbox) -> list[str]:
        """The policies that keep a mailbox or empty it; `Unreadable` if none is known and some could not be read."""
        return self._covering(mailbox, keeping=False)

    def _covering(self, mailbox: Mailbox, *, keeping: bool) -> list[str]:
        called = {str(mailbox.primary_smtp_address).casefold(), str(mailbox.display_name).casefold()}
        policies, gap = self._read
        found = [
            name
            for name, keeps, whole, meant, left in policies
            if (keeps or not keeping) and (whole or called & meant) and not called & left
        ]
        if not found and gap is not None:
            raise Unreadable(gap)
        return found
