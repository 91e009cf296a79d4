"""Access reviews: what is reviewed, and how often.

reviews.roles -> frozenset[str]        ids of the roles that a running review of every quarter or month speaks of
reviews.guests -> list[str]            the running reviews of guests
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from connectors.microsoft365.sources.governance import AccessReview
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View

ALL_ROLES = "*"
LONGEST = {
    "daily": 92,
    "weekly": 13,
    "absoluteMonthly": 3,
    "relativeMonthly": 3,
    "absoluteYearly": 0,
    "relativeYearly": 0,
}
"""The longest interval of each pattern that still comes back every quarter."""
_ROLE = re.compile(r"/roleManagement/directory/roleDefinitions(?:/([0-9a-f-]{36}))?", re.IGNORECASE)
_GUESTS = re.compile(r"(?<!not\()\busertype\s+eq\s+'guest'", re.IGNORECASE)


class Reviews(View[None]):
    """The reviews that run now and come back at least every quarter."""

    def __init__(self, records: Table[AccessReview]) -> None:
        self.records = records

    @derived
    def _running(self) -> tuple[list[tuple[str, list[str]]], Unreadable | None]:
        """(label and queries of each, why there may be more)."""
        found: list[tuple[str, list[str]]] = []
        unread: Unreadable | None = None
        for review in self.records.known():
            try:
                if review.status == "InProgress" and _often(review):
                    found.append((review.label, _queries(review)))
            except Unreadable as err:
                unread = unread or err
        if unread is None and self.records.gap is not None:
            unread = Unreadable(self.records.gap)
        return found, unread

    @derived
    def roles(self) -> frozenset[str]:
        """Ids of the reviewed roles, `ALL_ROLES` for all; `Unreadable` if none is known and reviews may be missing."""
        found, unread = self._running
        matches = [match for _, queries in found for query in queries for match in _ROLE.finditer(query)]
        ids = frozenset(match[1].casefold() if match[1] else ALL_ROLES for match in matches)
        if not ids and unread is not None:
            raise Unreadable(unread.gap)
        return ids

    @derived
    def guests(self) -> list[str]:
        """The running reviews of guests; `Unreadable` if none is known and reviews may be missing."""
        found, unread = self._running
        labels = sorted(label for label, queries in found if any(_GUESTS.search(query) for query in queries))
        if not labels and unread is not None:
            raise Unreadable(unread.gap)
        return labels


def _often(review: AccessReview) -> bool:
    recurrence = review.settings.recurrence
    if recurrence is None or recurrence.pattern is None:
        return False
    return int(recurrence.pattern.interval) <= LONGEST[recurrence.pattern.type]


def _queries(review: AccessReview) -> list[str]:
    scopes = [review.scope, review.instance_enumeration_scope]
    return [unquote(query).replace("+", " ") for scope in scopes if scope is not None for query in scope.queries]
