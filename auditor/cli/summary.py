"""`auditor summary`: the owner's monthly letter, written to a folder and, where somebody asked for it, sent."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.cli import console
from auditor.cli.scan import chosen
from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError, ExitCode
from auditor.history.keeping import open_history
from auditor.letters import Month, letter_of
from auditor.outbox import Attachment, Outbox
from reports import wording
from reports.letter import html, pdf, text


def run(
    keys: list[str], *, everyone: bool, month: str | None, config: Path, output: Path | None, send: bool, quiet: bool
) -> None:
    """Write the letters of some tenants; one tenant's trouble does not stop the others."""
    loaded = load(config)
    history = open_history(loaded)
    trouble: list[AuditorError] = []
    try:
        for section in chosen(loaded, keys, everyone=everyone):
            try:
                _one(letter_of(history, loaded, section, month), loaded, section, output, send=send, quiet=quiet)
            except AuditorError as err:
                trouble.append(err)
    finally:
        history.close()
    if send:
        trouble += _deliver(loaded)
    for found in trouble:
        console.complain(found)
    if trouble:
        sys.exit(max(found.code for found in trouble))


def _one(found: Month, loaded: Loaded, section: TenantSection, output: Path | None, *, send: bool, quiet: bool) -> None:
    letter = found.letter
    if found.quick_since:
        newer = wording.count(found.quick_since, "newer quick scan")
        console.say(f"{section.key}: the letter tells of the scan of {found.run.finished:%Y-%m-%d}, not of {newer}")
    name = f"{section.key}-{found.day:%Y-%m}"
    page, paper, words = html.render(letter), pdf.render(letter), text.render(letter)
    folders = [
        folder for folder in (output, loaded.base / section.letter.folder if section.letter.folder else None) if folder
    ]
    try:
        for folder in folders:
            console.write_private(folder / f"{name}.html", page)
            console.write_private_bytes(folder / f"{name}.pdf", paper)
            console.say(f"wrote {folder / name}.html and .pdf")
    except OSError as err:
        raise AuditorError(
            f"{section.key}: the letter cannot be written ({err.strerror})", "name another folder"
        ) from err
    if not folders and not quiet:
        console.result(words)
    if not send:
        return
    if section.letter.to:
        outbox = Outbox.of(loaded)
        attachment = Attachment(f"{name}.pdf", "application/pdf", paper)
        for address in section.letter.to:
            subject = f"{letter.clinic}: {letter.title}"
            outbox.put(
                address, subject, words, html=page, attachments=[attachment], key=f"{name} {found.run.snapshot_id}"
            )
    if section.letter.notify:
        from auditor.notify import notify  # noqa: PLC0415 - a large library that few need

        notify(loaded, section, f"{letter.clinic}: {letter.title}", words, attachment=(f"{name}.pdf", paper))


def _deliver(loaded: Loaded) -> list[AuditorError]:
    """Send what waits, also from earlier runs."""
    if loaded.config.mail is None:
        return []
    failed = []
    for delivery in Outbox.of(loaded).send():
        if delivery.sent:
            console.say(f"sent to {console.printable(delivery.to)}")
        else:
            what = f"the letter to {console.printable(delivery.to)} was not sent: {delivery.trouble}"
            failed.append(
                AuditorError(what, "it waits in the outbox; `auditor summary --send` tries again", code=ExitCode.USAGE)
            )
    return failed
