"""No clinic file is actually open to the public.

Why it matters
    A setting says what may happen; a file with a public link is what did. Whoever has the address opens it, and nobody is told.

How to fix it
    Microsoft 365: SharePoint admin center, Reports, Data access governance, "Anyone" links: remove them.
    Google Workspace: Drive, the file, Share, General access: "Restricted".

Does not cover
    Microsoft 365: which files have links; no interface lists them for the whole clinic, so the report above has to be read.
    Google Workspace: files of suspended people, and files in shared drives that may be shared outside. Without the tier files only
    the log of the last 180 days is looked at, which Google keeps in Business and Enterprise plans, and which shows no older link.
"""

from __future__ import annotations

from connectors.google_workspace.sources.calendars import ExposedFile
from connectors.google_workspace.sources.drives import SharedDrive
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Grouped
from rules.view import Tenant
from rules.views.file_sharing import FileSharing
from rules.views.opened_files import OpenedFiles
from rules.views.people import Person

CONTROL = Control(
    "SHARE-6",
    Severity.CRITICAL,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.402"],
    level=Level.SHOULD,
)
SHOWN = 20
REMEDY = "read the report on Anyone links in the SharePoint admin center (Reports, Data access governance)"


@CONTROL.check(MICROSOFT_365)
def links_for_anyone_are_gone(tenant: Tenant, sharing: FileSharing) -> Result:
    """No file can be opened by a link that needs no sign-in."""
    if sharing.level == "externalUserAndGuestSharing":
        return not_assessed(
            "links that need no sign-in may exist, and no interface lists them", source="graph.sites", remedy=REMEDY
        )
    # That old links sleep while the setting is off is what others report; Microsoft's page does not say it.
    return review(f"no new links for anyone can be made; to see whether old ones are left, {REMEDY}")


@CONTROL.check(GOOGLE_WORKSPACE)
def files_are_closed(person: Person, files: Grouped[ExposedFile], opened: OpenedFiles) -> Result:
    """Nobody owns a file that anybody can open."""
    if person.is_guest:
        return not_applicable("is no account of the clinic")
    if not person.can_sign_in:
        return _seen_in_the_log(person, opened) or not_assessed(
            "is suspended, so Google lists no files",
            source="drive.exposed_files",
            remedy="hand the files over to somebody",
        )
    try:
        files.of(person.id)
    except Unreadable:
        if (seen := _seen_in_the_log(person, opened)) is not None:
            return seen
        raise
    found = [file for file in files.of(person.id) if any(p.type == "anyone" for p in file.permissions)]
    if not found:
        return passed("owns no file that anybody can open")
    findable = sum(any(p.type == "anyone" and p.allow_file_discovery for p in file.permissions) for file in found)
    more = f", {findable} of them to be found by search" if findable else ""
    return failed(
        f"owns {len(found)} {'file' if len(found) == 1 else 'files'} that anybody with the address can open{more}",
        files=sorted(file.id for file in found)[:SHOWN],
    )


def _seen_in_the_log(person: Person, opened: OpenedFiles) -> Result | None:
    """What the log tells where the files were not listed; it never tells that nothing is open."""
    found = opened.of(person.addresses)
    if not found:
        return None
    many = "a file" if len(found) == 1 else f"{len(found)} files"
    return review(
        f"{many} of theirs was last seen open to anybody, by the log: see whether it still is", files=found[:SHOWN]
    )


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("there are no shared drives"))
def drives_keep_files_inside(drive: SharedDrive) -> Result:
    """Files in shared drives cannot be opened by everybody."""
    if drive.restrictions.domain_users_only:
        return passed("shares no file outside the clinic")
    return not_assessed(
        "may share files outside, and no interface lists which",
        source="drive.exposed_files",
        remedy="restrict the drive to people of the clinic, or look at its files",
    )
