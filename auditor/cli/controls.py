"""`auditor controls`: the catalogue as the program holds it."""

from __future__ import annotations

import json
import re
from textwrap import fill
from typing import Any

from tabulate import tabulate

from auditor.cli import console
from auditor.errors import AuditorError
from connectors.source import declared
from rules.control import HEADINGS, Control, controls
from rules.needs import needed_sources

_PLACE = re.compile(r"(Microsoft 365|Google Workspace|Evidence folder): ")
"""What a step of "How to fix it" begins with."""


def list_all(*, as_json: bool) -> None:
    """Every control, one line each."""
    found = controls().values()
    if as_json:
        console.result(json.dumps({"schema": 1, "controls": [as_dict(control) for control in found]}, indent=1))
        return
    rows = [
        [c.id, c.severity.value, ", ".join(sorted({p.value for check in c.checks for p in check.providers})), c.title]
        for c in found
    ]
    room = max(24, console.width() - 52)
    console.result(
        tabulate(
            rows,
            ["control", "severity", "providers", "asserts"],
            tablefmt="simple",
            maxcolwidths=[None, None, 18, room],
        )
    )
    console.result(f"\n{len(rows)} controls, {sum(len(c.checks) for c in found)} checks")


def show(control_id: str, *, as_json: bool) -> None:
    """One control's page."""
    control = controls().get(control_id.upper())
    if control is None:
        raise AuditorError(f"there is no control {console.printable(control_id)}", "`auditor controls list` names them")
    if as_json:
        console.result(json.dumps({"schema": 1, **as_dict(control)}, indent=1))
        return
    lines = [f"{control.id}  {control.title}", f"severity {control.severity.value}, {control.level.value}", ""]
    for heading in HEADINGS:
        lines += [heading, *(f"    {text}" for text in _paragraphs(control.page.get(heading, ""))), ""]
    for check in control.checks:
        for provider in check.providers:
            lines.append(f"{provider.value}: {check.statement}")
            lines += [
                f"    reads {need['source']}" + (f" ({need['permission']})" if need["permission"] else "")
                for need in needs(check, provider)
            ]
            lines += [f"    {kind}: {', '.join(ids)}" for kind, ids in check.references.items() if ids]
    lines += [f"{provider.value}: not applicable: {why}" for provider, why in control.outside.items()]
    lines += ["", "evidence for 45 CFR " + ", ".join(control.cites)]
    console.result("\n".join(_wrapped(line) for line in lines))


def _paragraphs(text: str) -> list[str]:
    """The steps of a page, one for each place where something is done; lines end where the file's lines end."""
    found: list[str] = []
    for line in text.splitlines():
        if found and not _PLACE.match(line):
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return found


def _wrapped(line: str) -> str:
    if len(line) <= console.width():
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    return fill(
        line, console.width(), subsequent_indent=indent or "    ", break_long_words=False, break_on_hyphens=False
    )


def needs(check: Any, provider: Any) -> list[dict[str, str]]:
    """The sources a check may read at a provider, with the least permission and the licence of each."""
    known = declared()
    return [
        {"source": name, "permission": known[name].permission, "licence": known[name].licence}
        for name in sorted(needed_sources(check, provider))
        if name in known
    ]


def as_dict(control: Control) -> dict[str, Any]:
    """A control for JSON."""
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "level": control.level.value,
        "family": control.family,
        "cites": list(control.cites),
        "page": {heading: control.page.get(heading, "") for heading in HEADINGS},
        "checks": [
            {
                "name": check.name,
                "statement": check.statement,
                "provider": provider.value,
                "references": {kind: list(ids) for kind, ids in check.references.items()},
                "reads": needs(check, provider),
            }
            for check in control.checks
            for provider in check.providers
        ],
        "not_applicable": {provider.value: why for provider, why in control.outside.items()},
    }
