"""The catalogue's rows against the checks that exist, as a table: `make catalogue`.

A row is covered at a provider if a check speaks there, or the control says why the question does not arise.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.source import EVIDENCE, GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.control import Control, controls
from tests.promises import SHARED

MISSING: dict[str, str] = {}
"""Rows without a control, and why."""

WANTED = {
    "m365": (MICROSOFT_365,),
    "google": (GOOGLE_WORKSPACE,),
    "both": (MICROSOFT_365, GOOGLE_WORKSPACE),
    "dns": (MICROSOFT_365, GOOGLE_WORKSPACE),
    "attestation": (EVIDENCE,),
}
GROUPS = {
    "Microsoft rows (m365, both)": (MICROSOFT_365, {"m365", "both"}),
    "Google and DNS rows (google, both, dns)": (GOOGLE_WORKSPACE, {"google", "both", "dns"}),
    "attestation rows": (EVIDENCE, {"attestation"}),
}
"""Each group of rows, with the provider at which it is counted."""


@dataclass(frozen=True)
class Row:
    """One row of the catalogue and the control that answers it, if there is one."""

    id: str
    provider: str
    control: Control | None

    def checks(self, provider: Provider) -> list[str]:
        """The names of the checks that speak at a provider."""
        return [] if self.control is None else [c.name for c in self.control.checks if provider in c.providers]

    def covered(self, provider: Provider) -> bool:
        """Whether the row is answered at a provider. A paper may be asked for at the providers as well as once."""
        if self.control is None:
            return False
        if provider is EVIDENCE:
            return bool(self.control.checks)
        return bool(self.checks(provider)) or provider in self.control.outside


def rows() -> list[Row]:
    """All rows, in the catalogue's order."""
    known = controls()
    text = (SHARED / "controls.csv").read_text(encoding="utf-8")
    return [Row(line["id"], line["provider"], known.get(line["id"])) for line in csv.DictReader(text.splitlines())]


def share(group: str) -> tuple[int, int]:
    """(covered rows, all rows) of a group."""
    provider, kinds = GROUPS[group]
    found = [row for row in rows() if row.provider in kinds]
    return sum(row.covered(provider) for row in found), len(found)


def lines() -> Iterator[str]:
    """The table, then the counts, then what is missing."""
    yield f"{'id':<9}{'provider':<13}{'microsoft':>10}{'google':>8}{'clinic':>8}  checks"
    for row in rows():
        counts = [_count(row, provider) for provider in (MICROSOFT_365, GOOGLE_WORKSPACE, EVIDENCE)]
        names = [] if row.control is None else list(dict.fromkeys(c.name for c in row.control.checks))
        shown = ", ".join(names) if row.control is not None else "missing"
        yield f"{row.id:<9}{row.provider:<13}{counts[0]:>10}{counts[1]:>8}{counts[2]:>8}  {shown}"
    yield ""
    for group in GROUPS:
        covered, whole = share(group)
        yield f"{group}: {covered} of {whole}, {100 * covered / whole:.1f} %"
    checks = sum(len(control.checks) for control in controls().values())
    yield f"{len(controls())} controls, {checks} checks"
    for row in rows():
        if row.control is None:
            yield f"missing: {row.id}: {MISSING.get(row.id, 'no reason given')}"
        for provider, why in row.control.outside.items() if row.control is not None else ():
            yield f"does not arise: {row.id} at {provider}: {why}"


def _count(row: Row, provider: Provider) -> str:
    if found := len(row.checks(provider)):
        return str(found)
    if row.control is not None and provider in row.control.outside:
        return "n/a"
    return "-" if row.control is None and provider in WANTED[row.provider] else ""


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
