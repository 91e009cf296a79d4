"""Who wrote to whom in the last days: read only where the clinic asks for it (profile `full`), and reduced on arrival.

Recipients are patients as well, so of each only the mail domain is kept, and whether the address is named after the sender.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source

TRACE_DAYS = 10
"""One request reaches ten days back (Graph, list messageTraces)."""
_PAGES = 40
_ALIKE = 5  # consecutive letters
OWN = "~"
"""Stands before the domain of a recipient who is named after the sender."""


def alike(one: str, other: str) -> bool:
    """Whether two names share five consecutive letters."""
    first, second = (re.sub(r"[^a-z]", "", name.casefold()) for name in (one, other))
    return any(first[at : at + _ALIKE] in second for at in range(len(first) - _ALIKE + 1))


@source(
    "graph.message_traces", MICROSOFT_365,
    Graph(
        lambda g: g.admin.exchange.tracing.message_traces, {"filter": "receivedDateTime ge {since}"},
        select=False, batch=False, days=TRACE_DAYS, most=_PAGES,
    ),
    permission="ExchangeMessageTrace.Read.All", licence="exchange", lane="graph-reports", page_size=5000, tier="full",
)  # fmt: skip
class MessageTrace(Record):
    """That somebody wrote to a mail domain, and whether to an address named after the sender."""

    kind = "message"

    id: str
    sender_address: str
    recipient_address: str  # "@<domain>", or "~@<domain>" for an address named after the sender

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields, without the recipient's name."""
        kept = super().project(raw, secret)
        sender, recipient = kept.get("senderAddress"), kept.get("recipientAddress")
        if isinstance(recipient, str):
            name, _, domain = recipient.rpartition("@")
            own = isinstance(sender, str) and name.strip(OWN) and alike(sender.rpartition("@")[0], name)
            kept["recipientAddress"] = f"{OWN if own or name == OWN else ''}@{domain.casefold()}"
        return kept
