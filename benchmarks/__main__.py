"""`python -m benchmarks`: run cells, print one table, and write JSON if a file is named."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from tabulate import tabulate

from benchmarks.cell import READINGS, Cell, Measurement, help_seconds, run

_SLOW = 2000  # users from which on a scan under quotas takes minutes by nature
_USUAL = ["microsoft", "google-tenant", "google-standard", "google-mailbox"]
_HELP_AIM = 0.25


def _seconds(text: str) -> float:
    """A latency, which somebody may have meant in milliseconds."""
    seconds = float(text)
    if not 0 <= seconds <= 5:
        raise argparse.ArgumentTypeError(f"{text}: write seconds, like 0.05")
    return seconds


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure whole scans of made-up clinics. Without options: all sizes without quotas, and all but the "
        "biggest with quotas.",
    )
    parser.add_argument("--users", type=int, nargs="+", default=[50, 500, 5000], help="people in the clinic")
    parser.add_argument(
        "--provider", choices=["microsoft", "google"], nargs="+", help="only readings of these providers"
    )
    parser.add_argument("--reading", choices=list(READINGS), nargs="+", default=_USUAL, help="what is read")
    parser.add_argument("--latency", type=_seconds, nargs="+", default=[0.0, 0.05], help="seconds an answer, 5 at most")
    parser.add_argument(
        "--quotas", choices=["off", "on"], nargs="+", default=["off", "on"], help="the provider's quotas"
    )
    parser.add_argument(
        "--all", action="store_true", help=f"also quotas with {_SLOW:,} people or more, which takes minutes"
    )
    parser.add_argument("--repeat", type=int, default=1, help="measure each cell so often and keep the fastest")
    parser.add_argument("--seed", type=int, default=1, help="seed of the made-up clinic")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements here")
    return parser.parse_args(given)


def cells(chosen: argparse.Namespace) -> list[Cell]:
    """The cells that a command line asks for."""
    return [
        Cell(reading, users, latency, quotas)
        for reading in chosen.reading
        if not chosen.provider or reading.partition("-")[0] in chosen.provider
        for users in chosen.users
        for latency in chosen.latency
        for quotas in (state == "on" for state in chosen.quotas)
        if chosen.all or not (quotas and users >= _SLOW)
    ]


def row(found: Measurement) -> list[object]:
    """One line of the table."""
    cell = found.cell
    return [
        cell.reading,
        cell.users,
        f"{cell.latency * 1000:.0f}",
        "on" if cell.quotas else "off",
        found.requests,
        found.planned,
        f"{found.seconds:.2f}",
        f"{found.cpu:.2f}",
        f"{found.mib:.0f}",
        f"{found.floor.seconds:.2f}",
        f"{found.start:.2f}" if found.start else "",
        f"{found.ratio:.2f}" if found.ratio else "",
        "; ".join([*found.missed, *(f"gap in {name}" for name in found.gaps)]) or "ok",
    ]


HEADER = [
    "reading",
    "users",
    "ms",
    "quotas",
    "requests",
    "planned",
    "seconds",
    "CPU s",
    "MiB",
    "floor s",
    "start s",
    "ratio",
    "aims",
]


def main(given: Sequence[str] | None = None) -> None:
    """Measure and report; nothing here fails because an aim was missed."""
    chosen = arguments(given)
    found: list[Measurement] = []
    for cell in cells(chosen):
        sys.stderr.write(f"{cell}\n")
        found.append(min((run(cell, seed=chosen.seed) for _ in range(chosen.repeat)), key=lambda one: one.seconds))
    start = min(help_seconds() for _ in range(3))
    sys.stdout.write(tabulate([row(one) for one in found], HEADER, disable_numparse=True) + "\n")
    if any(one.start for one in found):
        sys.stdout.write(
            "floor s: what latency and quotas demand of the plan; start s: the scan of a practice of one without either; "
            "ratio: seconds over both\n"
        )
    sys.stdout.write(f"auditor --help: {start:.2f} s (aim: {_HELP_AIM} s)\n")
    missed = sum(bool(one.missed) for one in found)
    sys.stdout.write(f"{len(found) - missed} of {len(found)} cells meet their aims; fastest of {chosen.repeat}\n")
    if not chosen.all and any(users >= _SLOW for users in chosen.users) and "on" in chosen.quotas:
        sys.stdout.write(f"quotas with {_SLOW:,} people or more were left out: add --all\n")
    if chosen.json is not None:
        machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
        document = {"schema": 1, "machine": machine, "help_seconds": start, "cells": [one.to_dict() for one in found]}
        chosen.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
