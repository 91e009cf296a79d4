"""The clinic can get mail and files back after loss.

Why it matters
    Both platforms keep deleted things for weeks, not for ever; and whoever takes over an administrator's account can empty them.

How to fix it
    Evidence folder: Buy or document a backup, restore something once a year, and put a statement of the kind backup there, with name =
    the product or method, covers = ["mail", "files"], and an [[event]] with what = "restore test"; name the vendor and its agreement
    in a statement of the kind vendor_baas, or say "no vendor" in covers.

Does not cover
    Whether the backup holds everything.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.contingency import RESTORE
from rules.attested.paper import Paper, done
from rules.control import Control, Level
from rules.result import Result, Severity
from rules.view import Now, Tenant
from rules.views.agreements import Agreements
from rules.views.attestations import Attestations

CONTROL = Control(
    "DATA-8",
    Severity.MEDIUM,
    level=Level.SHOULD,
    cites=["164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(D)"],
)
PAPER = Paper("backup", "the backup", ("mail", "files"))
NO_VENDOR = "no vendor"


@CONTROL.check(EVIDENCE)
def backup_restores(tenant: Tenant, attestations: Attestations, agreements: Agreements, now: Now) -> Result:
    """A backup of mail and files exists, something was restored from it in the last year, and its vendor has an agreement."""

    def named(statement: Statement) -> str | None:
        return None if statement.name else "the clinic names no product and no method of backup"

    def tried(statement: Statement) -> str | None:
        return None if done(statement, now, what=RESTORE) else "nobody tried to restore anything in the last year"

    def vendor(statement: Statement) -> str | None:
        if NO_VENDOR in {text.casefold() for text in statement.covers} or agreements.covers(statement.name or ""):
            return None
        return f"no agreement in order with {statement.name} is on file"

    return PAPER.judge(attestations, "mail and files can be brought back", named, tried, vendor)
