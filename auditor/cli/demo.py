"""`auditor demo`: three months of two invented clinics on the embedded simulator, through the real clients.

What it leaves is what a year with the auditor leaves: reports, letters, work lists, sealed packs and a history.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import reports
from auditor.cli import console, finish
from auditor.cli.scan import scan_all, stoppable
from auditor.config import Loaded, check
from auditor.errors import AuditorError, ExitCode
from auditor.history.keeping import open_history
from auditor.letters import letter_of
from auditor.pack import build, seal
from auditor.scan import Options
from auditor.simulated import tenant_settings
from connectors.simulator import Simulator
from connectors.simulator.story import story
from reports.letter import html, pdf
from rules import Assessment
from rules.result import Verdict

CLINICS = ("microsoft-typical", "google-typical")
_MARK = ".auditor-demo"
_ACCEPTED = {"microsoft-typical": "SHARE-38", "google-typical": "FWD-5"}
"""A control of each clinic of which one finding is accepted after the first month."""


def run(output: Path, *, quiet: bool) -> None:
    """Play the months, print today's verdicts, and write everything below `output`, which is made anew."""
    _clear(output)
    waivers: dict[str, list[dict[str, Any]]] = {name: [] for name in CLINICS}
    stories = {name: story(name) for name in CLINICS}
    months = _months(len(stories[CLINICS[0]]))
    loaded, found = None, []
    for number, when in enumerate(months):
        chapters = [stories[name][number] for name in CLINICS]
        faults = [fault for chapter in chapters for fault in chapter.faults]
        with (
            tempfile.TemporaryDirectory(prefix="auditor-demo-") as secret,
            Simulator([chapter.tenant for chapter in chapters], faults=faults) as simulator,
            stoppable() as stop,
        ):
            settings = [tenant_settings(simulator.connection(name), Path(secret)) for name in CLINICS]
            loaded = _configured(output, settings, waivers)
            options = Options(resume=False, clock=partial(_same, when))
            done = scan_all(
                loaded,
                list(loaded.config.tenant),
                options,
                stop=stop,
                parallel=2,
                quiet=quiet or number < len(months) - 1,
            )
        for item in done:
            if isinstance(item, AuditorError):
                raise item
        found = [item for item in done if isinstance(item, Assessment)]
        if len(found) < len(CLINICS):
            raise AuditorError("the demo was interrupted", "run it again", code=ExitCode.INTERRUPTED)
        if number == 0:
            for assessment in found:
                waivers[assessment.tenant.key] = _accepted(assessment, months[-1])
    assert loaded is not None
    finish.show(found, as_json=False, single=False)
    for assessment in found:
        for path in finish.write(assessment, output):
            console.say(f"wrote {path}")
        for kind in ("xlsx", "tickets"):
            path = output / f"{assessment.tenant.key}.{reports.ENDINGS.get(kind, kind)}"
            console.write_private_bytes(path, reports.binary(assessment, kind))
            console.say(f"wrote {path}")
    _paper(loaded, output, months)


def _same(when: datetime) -> datetime:
    return when


def _clear(output: Path) -> None:
    """Make the folder anew; never one that the demo did not make."""
    mark = output / _MARK
    if output.exists() and any(output.iterdir()) and not mark.exists():
        raise AuditorError(f"{output} holds files that no demo wrote", "name an empty or a new folder with --output")
    if output.exists():
        for entry in output.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    console.write_private(mark, "Everything in this folder is made anew by `auditor demo`.\n")


def _months(count: int) -> list[datetime]:
    """Today and the same day of the months before, the oldest first."""
    today = datetime.now(UTC).replace(microsecond=0)
    found = []
    for back in range(count - 1, -1, -1):
        place = today.year * 12 + today.month - 1 - back
        found.append(
            today.replace(year=place // 12, month=place % 12 + 1, day=min(today.day, 28) if back else today.day)
        )
    return found


def _configured(output: Path, settings: list[dict[str, Any]], waivers: Mapping[str, list[dict[str, Any]]]) -> Loaded:
    tenants = [
        given
        | {
            "waiver": waivers[given["key"]],
            "letter": {"sender": "Northside Computer Help (invented)", "contact": "help@northside.example"},
        }
        for given in settings
    ]
    raw = {"snapshots": "snapshots", "history": "history.db", "pack_key": "file:pack-key.pem", "tenant": tenants}
    path = output.resolve() / "auditor.toml"
    return Loaded(check(raw, path), path)


def _accepted(assessment: Assessment, until: datetime) -> list[dict[str, Any]]:
    """One finding that the owner accepts, bound to its facts."""
    outcome = assessment.control(_ACCEPTED[assessment.tenant.key])
    open_ = [j for j in outcome.judgments if j.verdict in {Verdict.FAIL, Verdict.REVIEW}]
    return [
        {
            "control": outcome.control.id,
            "entity": judgment.entity.id,
            "about": {key: str(value) for key, value in judgment.result.about.items()},
            "verdict": judgment.verdict,
            "reason": "known to the owner, who will have moved it by then",
            "approver": "the owner (invented)",
            "until": date(until.year + until.month // 12, until.month % 12 + 1, 15),
        }
        for judgment in open_[:1]
    ]


def _paper(loaded: Loaded, output: Path, months: list[datetime]) -> None:
    """Letters of every month, and a sealed pack of the whole time, each also redacted."""
    console.write_private_bytes(output / "pack-key.pem", seal.new_key())
    key = seal.load_key((output / "pack-key.pem").read_text(), "pack_key")
    span = build.Period(months[0].date(), months[-1].date())
    history = open_history(loaded)
    try:
        for section in loaded.config.tenant:
            for when in months:
                letter = letter_of(history, loaded, section, f"{when:%Y-%m}").letter
                name = output / "letters" / f"{section.key}-{when:%Y-%m}"
                console.write_private(name.with_suffix(".html"), html.render(letter))
                console.write_private_bytes(name.with_suffix(".pdf"), pdf.render(letter))
            console.say(f"wrote {output / 'letters' / section.key}-*.html and .pdf")
            content = build.content(history, loaded, section, span, redact=False, with_snapshots=True)
            path = output / "packs" / f"{section.key}-{span.first:%Y%m%d}-{span.last:%Y%m%d}.zip"
            seal.write(path, content.files, content.about, key, "")
            console.say(f"wrote {path}")
    finally:
        history.close()
    console.say(
        f"the history is in {output / 'history.db'}: `auditor history` and `auditor diff` read a configured one like it"
    )
