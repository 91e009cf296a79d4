"""Proof is in one folder for six years.

Why it matters
    What cannot be shown was not done, as far as an investigator is concerned; and six years is longer than most people stay.

How to fix it
    Evidence folder: Keep everything in one folder on the covered platform, and put a statement of the kind evidence_folder there, with
    name = the folder (its link), and covers = ["agreements", "training log", "policies", "risk analysis", "scan reports", "six years"].

Does not cover
    Who can open the folder; see SHARE-41.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from connectors.evidence.sources import Statement
from connectors.snapshot import TenantInfo
from connectors.source import EVIDENCE, GOOGLE_WORKSPACE, MICROSOFT_365
from rules.attested.paper import Paper
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-15", Severity.MEDIUM, cites=["164.316(b)(1)", "164.316(b)(2)(i)", "164.530(j)(2)"])
PAPER = Paper(
    "evidence_folder",
    "the folder",
    ("agreements", "training log", "policies", "risk analysis", "scan reports", "six years"),
)
HOSTS = {
    MICROSOFT_365: ("sharepoint.com", "onedrive.com", "office.com", "sharepoint.us"),
    GOOGLE_WORKSPACE: ("drive.google.com", "docs.google.com"),
}
"""Where links to files of each platform lead."""


@CONTROL.check(EVIDENCE)
def proof_is_kept(tenant: Tenant, attestations: Attestations, clinic: TenantInfo) -> Result:
    """One folder on the covered platform holds the proof, and it is kept for six years."""

    def place(statement: Statement) -> str | None:
        if not statement.name:
            return "the statement does not say where the folder is"
        if "://" not in statement.name:
            return None  # a name for people: that it lies on the platform is what the statement says
        host = (urlsplit(statement.name).hostname or "").casefold()
        own = [name for provider, names in HOSTS.items() if provider.value in clinic.providers for name in names]
        if any(host == name or host.endswith(f".{name}") for name in own):
            return None
        return f"the folder is at {host}, which is not the clinic's covered platform"

    return PAPER.judge(attestations, "the proof is in one folder and kept for six years", place)
