"""Consumer cloud drives cannot be used inside Teams.

Why it matters
    A drive of another company inside Teams looks like the clinic's own. Patient files that are put there lie with somebody who signed
    no agreement.

How to fix it
    Microsoft 365: Teams admin center, Teams, Teams settings, Files: switch off Citrix files, DropBox, Box, Google Drive and Egnyte.
    If one of them is needed, put the agreement with it on file: evidence folder, kind vendor_baas.

Does not cover
    Such drives in a browser or on a computer.
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import ClientConfiguration
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.meetings.policies import absent
from rules.result import Result, Severity, failed, passed, review
from rules.views.agreements import Agreements

CONTROL = Control("MEET-10", Severity.MEDIUM, cites=["164.308(b)(1)", "164.502(e)(1)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.1.1", "CIS M365 v6.0.0 8.1.1"],
    prowler=["teams_external_file_sharing_restricted"],
    none=absent("teams.client_configuration"),
)
def no_drive_of_others(configuration: ClientConfiguration, agreements: Agreements) -> list[Result]:
    """No drive of another company can be used inside Teams."""
    drives = {
        "Dropbox": (configuration.allow_drop_box, "dropbox.com"),
        "Box": (configuration.allow_box, "box.com"),
        "Google Drive": (configuration.allow_google_drive, "google.com"),
        "ShareFile": (configuration.allow_share_file, "sharefile.com"),
        "Egnyte": (configuration.allow_egnyte, "egnyte.com"),
    }
    results = []
    for name, (allowed, domain) in drives.items():
        if not allowed:
            continue
        about = {"drive": name}
        if _agreed(agreements, name, domain):
            results.append(review(f"{name} can be used inside Teams; an agreement with it is on file", about=about))
        else:
            results.append(failed(f"{name} can be used inside Teams, and no agreement with it is on file", about=about))
    return results or [passed("no drive of another company can be used inside Teams")]


def _agreed(agreements: Agreements, *names: str) -> bool:
    """Whether a valid agreement is on file; nothing on file is no agreement."""
    try:
        found = agreements.of(*names)
    except Unreadable:
        return False
    return found is not None and found.fault(agreements.now) is None
