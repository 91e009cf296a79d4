"""One pretend clinic: everything a simulated provider answers from.

A tenant is plain data. Providers read ``state`` (their own shape, documented in ``microsoft/state.py`` and
``google/``), the name server reads ``dns``, and tests read ``canaries``: made-up, patient-like strings planted in
every free text, which must never appear in anything the auditor writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Provider = Literal["microsoft365", "google_workspace"]


@dataclass
class SimulatedTenant:
    """A clinic at one provider.

    ``key`` is the tenant's path segment in the simulator (``/microsoft/{key}/...``) and is unique in one simulator.
    ``dns`` maps a fully qualified name with its final dot to its records:
    ``{"clinic.example.": {"TXT": ["v=spf1 -all"], "MX": [[10, "mx.example."]], "CNAME": "...", "rcode": "SERVFAIL"}}``.
    """

    key: str
    provider: Provider
    name: str
    state: dict[str, Any]
    dns: dict[str, Any] = field(default_factory=dict)
    licences: tuple[str, ...] = ()
    canaries: list[str] = field(default_factory=list)
